"""Scores and counts of cleanlab 2.9.0 on fourteen made-up images, whose literal values it gave."""

from __future__ import annotations

import pytest
from label_scenes import given, said

GIVEN = [0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 3, 3, 3]
SCORES = [
    [0.647, 0.031, 0.047, 0.275],
    [0.002, 0.0, 0.998, 0.0],
    [0.433, 0.121, 0.212, 0.234],
    [0.876, 0.048, 0.041, 0.035],
    [0.026, 0.8, 0.143, 0.031],
    [0.053, 0.653, 0.013, 0.281],
    [0.987, 0.005, 0.006, 0.002],
    [0.055, 0.676, 0.079, 0.19],
    [0.834, 0.046, 0.076, 0.044],
    [0.007, 0.825, 0.002, 0.166],
    [0.19, 0.028, 0.75, 0.032],
    [0.042, 0.031, 0.439, 0.488],
    [0.1, 0.035, 0.159, 0.706],
    [0.213, 0.027, 0.034, 0.726],
]
SELF_CONFIDENCE = [
    0.647,
    0.002,
    0.433,
    0.876,
    0.8,
    0.653,
    0.005,
    0.676,
    0.076,
    0.002,
    0.75,
    0.488,
    0.706,
    0.726,
]
MARGIN = [
    0.686,
    0.002,
    0.5995,
    0.914,
    0.8285,
    0.686,
    0.009,
    0.743,
    0.121,
    0.0885,
    0.78,
    0.5245,
    0.7735,
    0.7565,
]
ENTROPY = [
    0.695050469855,
    0.350746664463,
    0.534326062833,
    0.834902981365,
    0.784819780954,
    0.705834235372,
    0.214814151274,
    0.692498826617,
    0.326002522238,
    0.028653176749,
    0.75484822387,
    0.624184296519,
    0.71213230187,
    0.741671204745,
]
ADJUSTED = [
    0.491980259099,
    0.094077729796,
    0.359962985811,
    0.633251079581,
    0.559222702036,
    0.468537939543,
    0.068784700802,
    0.482726711906,
    0.271437384331,
    0.225786551511,
    0.687230104874,
    0.301048735349,
    0.435533621221,
    0.447871684146,
]
ADJUSTED_MARGIN = [
    0.619216533004,
    0.126927822332,
    0.502313386798,
    0.691702652684,
    0.623226403455,
    0.617982726712,
    0.183528685996,
    0.604719309068,
    0.332048118445,
    0.32557063541,
    0.738587291795,
    0.402837754473,
    0.556446637878,
    0.601172115978,
]
JOINT = [[2, 0, 1, 0], [1, 3, 0, 0], [1, 1, 1, 0], [0, 0, 1, 2]]
CALIBRATED = [[3, 0, 1, 0], [1, 3, 0, 0], [1, 1, 1, 0], [0, 0, 1, 2]]
ISSUES = [1, 6, 8, 9]


@pytest.fixture
def lake(scene):
    return scene(
        classes=[{"class_name": f"c{n}", "class_index": n} for n in range(4)],
        image_labels=[given(f"{n:02d}", f"c{k}") for n, k in enumerate(GIVEN)],
        predicted_labels=[said(f"{n:02d}", *scores) for n, scores in enumerate(SCORES)],
    )


def test_scores_equal_cleanlabs(lake):
    columns = "self_confidence, normalized_margin, confidence_weighted_entropy, adjusted_self_confidence, "
    rows = lake.execute(
        f"select {columns} adjusted_normalized_margin from cleanlab_label_scores order by image_id"
    ).fetchall()

    for ours, theirs in zip(
        zip(*rows, strict=True), (SELF_CONFIDENCE, MARGIN, ENTROPY, ADJUSTED, ADJUSTED_MARGIN), strict=True
    ):
        assert ours == pytest.approx(theirs, abs=1e-9)


def test_joints_and_issues_equal_cleanlabs(lake):
    def matrix(view):
        counts = dict.fromkeys([(g, t) for g in range(4) for t in range(4)], 0)
        for given_class, true_class, n in lake.execute(
            f"select given_class, true_class, n_images from {view}"
        ).fetchall():
            counts[int(given_class[1:]), int(true_class[1:])] = n
        return [[counts[g, t] for t in range(4)] for g in range(4)]

    issues = lake.execute(
        "select image_id::integer from cleanlab_label_scores where is_label_issue order by all"
    ).fetchall()

    assert matrix("confident_joint") == JOINT
    assert matrix("calibrated_joint") == CALIBRATED
    assert [n for (n,) in issues] == ISSUES
