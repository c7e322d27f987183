"""The numpy kernel gives the rows of the compiled one, to the last bit."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coco_oracle import lake_tables
from labelduck import native
from labelduck.matching import MatchOptions, match
from matching_scenes import coco_scenes, crowded_scene

pytestmark = pytest.mark.skipif(native.load() is None, reason="there is no compiled kernel to compare with")

_OPTIONS = st.builds(
    MatchOptions,
    mode=st.sampled_from(["coco", "corrected"]),
    difficult=st.sampled_from(["count", "crowd", "ignore"]),
)


@given(coco_scenes(), _OPTIONS)
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_hostile_scenes_give_the_same_rows(
    monkeypatch: pytest.MonkeyPatch, scene: Any, options: MatchOptions
) -> None:
    compiled = _rows(scene, options, monkeypatch, use_native="1")

    plain = _rows(scene, options, monkeypatch, use_native="0")

    assert plain == compiled


def test_crowded_images_give_the_same_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = crowded_scene(3, n_predictions=5_000)  # enough of a class for the radix sort
    compiled = _rows(scene, MatchOptions(), monkeypatch, use_native="1")

    plain = _rows(scene, MatchOptions(), monkeypatch, use_native="0")

    assert plain == compiled


def _rows(
    scene: Any, options: MatchOptions, monkeypatch: pytest.MonkeyPatch, *, use_native: str
) -> dict[str, list[dict[str, Any]]]:
    monkeypatch.setenv("LABELDUCK_NATIVE", use_native)
    rows: dict[str, list[dict[str, Any]]] = {}
    for name, table in match(*lake_tables(*scene), model="m", options=options):
        assert isinstance(table, pa.Table)
        rows.setdefault(name, []).extend(table.to_pylist())
    return rows
