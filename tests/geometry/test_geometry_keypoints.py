"""Keypoint similarity agrees with pycocotools to the last bit."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pycocotools.cocoeval import COCOeval

from labelduck import geometry

seeds = st.integers(0, 2**32 - 1)


def scene(seed, n_keypoints):
    """Give random predictions, annotations, areas and boxes (x, y, width, height)."""
    random = np.random.default_rng(seed)
    n_found, n_drawn = random.integers(1, 6, 2)
    found = random.integers(0, 400, (n_found, n_keypoints, 3)) / 4
    drawn = random.integers(0, 400, (n_drawn, n_keypoints, 3)) / 4
    drawn[..., 2] = random.integers(0, 3, drawn.shape[:2]) * (random.random((n_drawn, 1)) < 0.7)
    boxes = random.integers(0, 100, (n_drawn, 4)).astype(float)
    return found, drawn, random.integers(0, 5000, n_drawn) / 2, boxes


def oracle(found, drawn, areas, boxes, sigmas):
    evaluation = COCOeval(iouType="keypoints")
    evaluation.params.kpt_oks_sigmas = sigmas
    rows = zip(drawn, areas, boxes, strict=True)
    evaluation._gts[1, 1] = [
        {"keypoints": k.ravel().tolist(), "area": float(a), "bbox": b.tolist()} for k, a, b in rows
    ]
    evaluation._dts[1, 1] = [{"keypoints": k.ravel().tolist(), "score": 1.0} for k in found]
    return evaluation.computeOks(1, 1)


@pytest.mark.parametrize("n_keypoints", [1, 5, 17, 23])
@given(seed=seeds)
def test_the_similarity_is_that_of_pycocotools(n_keypoints, seed):
    found, drawn, areas, boxes = scene(seed, n_keypoints)
    corners = np.concatenate([boxes[:, :2], boxes[:, :2] + boxes[:, 2:]], axis=1)

    similarity = geometry.keypoint_oks_matrix(found, drawn, areas=areas, boxes=corners)

    assert (similarity == oracle(found, drawn, areas, boxes, geometry.sigmas_for(n_keypoints))).all()


@given(seeds)
def test_the_similarity_pair_by_pair_is_that_of_the_matrix(seed):
    found, drawn, areas, _ = scene(seed, 17)
    found = np.resize(found, drawn.shape)

    pairs = geometry.keypoint_oks_pairs(found, drawn, areas=areas)

    matrix = geometry.keypoint_oks_matrix(found, drawn, areas=areas)
    np.testing.assert_allclose(pairs, matrix.diagonal(), rtol=1e-12, atol=1e-300)


def test_coco_sigmas_are_those_of_pycocotools():
    assert (COCOeval(iouType="keypoints").params.kpt_oks_sigmas == geometry.COCO_SIGMAS).all()


def test_other_numbers_of_keypoints_have_one_sigma():
    assert geometry.sigmas_for(4).tolist() == [0.25] * 4
    assert len(geometry.sigmas_for(0)) == 0


def test_own_sigmas_take_precedence():
    similarity = geometry.keypoint_oks_matrix([[[0, 0]]], [[[3, 4, 2]]], areas=[25.0], sigmas=[0.5])

    assert similarity[0, 0] == pytest.approx(np.exp(-0.5))


def test_an_annotation_without_visible_keypoints_and_box_has_no_similarity():
    similarity = geometry.keypoint_oks_matrix([[[0, 0]]], [[[3, 4, 0]]], areas=[25.0])

    assert np.isnan(similarity).all()


def test_no_keypoints_give_an_empty_matrix():
    assert geometry.keypoint_oks_matrix([], [[[3, 4, 0]]], areas=[25.0]).shape == (0, 1)


def test_different_numbers_of_keypoints_are_refused():
    with pytest.raises(ValueError, match="2 predicted keypoints, but the annotations have 1"):
        geometry.keypoint_oks_matrix([[[0, 0], [1, 1]]], [[[3, 4, 2]]], areas=[25.0])
