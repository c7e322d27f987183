"""Boxes against pycocotools: whole arrays and every match, to the last bit."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coco_oracle import assert_same, our_results, pycocotools_results
from matching_scenes import coco_scenes, crowded_scene


@given(coco_scenes())
@settings(max_examples=150, deadline=None)
def test_boxes_are_matched_and_measured_as_pycocotools_does(scene: Any) -> None:
    theirs = pycocotools_results(*scene)

    ours = our_results(*scene)

    assert_same(ours, theirs)


@given(st.integers(0, 10**9))
@settings(max_examples=8, deadline=None)
def test_crowded_images_are_matched_and_measured_as_pycocotools_does(seed: int) -> None:
    scene = crowded_scene(seed)
    theirs = pycocotools_results(*scene)

    ours = our_results(*scene)

    assert_same(ours, theirs)


@pytest.mark.parametrize("use_native", ["0", "1"])
def test_both_kernels_match_and_measure_as_pycocotools_does(
    use_native: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LABELDUCK_NATIVE", use_native)
    scene = crowded_scene(1, n_predictions=900)

    ours = our_results(*scene)

    assert_same(ours, pycocotools_results(*scene))
