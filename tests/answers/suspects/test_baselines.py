"""The methods of others, as their own programs compute them."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from suspect_rows import annotation, prediction

# What cleanlab 2.9.0 (cleanlab.object_detection.rank) says to this scene.
ANNOTATIONS = [
    annotation("a", (0, 0, 40, 40), image_id="1"),
    annotation("b", (100, 100, 140, 140), image_id="1"),
    annotation("c", (100, 100, 140, 141), "dog", image_id="1"),
    annotation("d", (0, 0, 40, 40), image_id="2"),
]
PREDICTIONS = [
    prediction("0", (0, 0, 40, 36), "cat", 0.9, image_id="1"),
    prediction("1", (300, 300, 340, 340), "cat", 0.97, image_id="1"),
    prediction("2", (0, 0, 40, 20), "dog", 0.6, image_id="1"),
    prediction("3", (0, 0, 40, 38), "dog", 0.96, image_id="2"),
    prediction("4", (200, 0, 240, 40), "dog", 0.99, image_id="2"),
]
LOWEST = 5.2036153164181073e-14


def test_objectlab_gives_each_label_the_quality_that_cleanlab_gives_it(detected):
    lake = detected(ANNOTATIONS, PREDICTIONS)

    rows = lake.execute(
        "select subtype, coalesce(annotation_id, prediction_id), score from objectlab_scores order by 1, 2"
    ).fetchall()
    n_pairs = lake.execute("select count(*) from objectlab_similarities").fetchall()
    conflicts = lake.execute(
        "select annotation_id from conflicting_labels where has_conflict order by 1"
    ).fetchall()

    expected = [
        ("badloc", "a", 0.8918730753077982), ("badloc", "b", 1.0), ("badloc", "c", 1.0), ("badloc", "d", 1.0),
        ("overlooked", "1", LOWEST), ("overlooked", "4", 5.203615316418112e-16),
        ("swap", "a", 1.0), ("swap", "b", LOWEST), ("swap", "c", LOWEST), ("swap", "d", 0.05451625819640404),
    ]  # fmt: skip
    assert rows == [(subtype, name, pytest.approx(score, rel=1e-9)) for subtype, name, score in expected]
    assert n_pairs == [(3 * 3 + 1 * 2,)]
    assert conflicts == [("b",), ("c",)]


def test_objectlab_gives_each_image_the_quality_that_cleanlab_gives_it(detected):
    lake = detected(ANNOTATIONS, PREDICTIONS, images=[{"image_id": n} for n in ("1", "2", "3")])

    rows = lake.execute("select image_id, score from objectlab_image_scores order by 1").fetchall()

    expected = [1.0338709272316022e-06, 3.0498401283024618e-06, 1.0]
    assert [score for _, score in rows] == pytest.approx(expected, rel=1e-9)


def test_objectlab_believes_less_confident_predictions_when_told_so(detected):
    lake = detected(ANNOTATIONS, PREDICTIONS)

    lake.execute("set variable objectlab_confidence = 0.5")
    rows = lake.execute(
        "select score < 1 from objectlab_scores where subtype = 'swap' and annotation_id = 'a'"
    )

    assert rows.fetchall() == [(True,)]


def test_mistakenness_is_fiftyones(detected):
    lake = detected(ANNOTATIONS, PREDICTIONS)

    rows = lake.execute(
        "select annotation_id, prediction_id, mistakenness, mistakenness_loc, is_possible_spurious, is_possible_missing "
        "from fiftyone_mistakenness order by annotation_id, prediction_id"
    ).fetchall()

    iou = 0.95
    located = (0.96 * (2 * (2 * (1 - iou)) - 1) + 1) / 2
    assert rows == [
        ("a", "0", pytest.approx(0.05), pytest.approx((0.9 * (4 * 0.1 - 1) + 1) / 2), False, False),
        ("b", None, None, None, True, False),
        ("c", None, None, None, True, False),
        ("d", "3", pytest.approx(0.98), pytest.approx(located), False, False),
        (None, "1", None, None, False, True),
        (None, "2", None, None, False, False),
        (None, "4", None, None, False, True),
    ]


corner = st.integers(0, 6)
boxes = st.lists(st.tuples(corner, corner, st.sampled_from(["cat", "dog"])), min_size=1, max_size=6)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(boxes, boxes, st.randoms(use_true_random=False))
def test_predictions_take_annotations_by_falling_confidence_whatever_their_class(
    detected, drawn, found, dice
):
    annotations = [annotation(f"a{n}", (x, y, x + 9, y + 9), name) for n, (x, y, name) in enumerate(drawn)]
    confidences = dice.sample(range(1, 100), len(found))
    predictions = [
        prediction(f"{n}", (x, y, x + 9, y + 9), name, confidences[n] / 100)
        for n, (x, y, name) in enumerate(found)
    ]

    rows = detected(annotations, predictions).execute(
        "select prediction_id, annotation_id, round(iou, 9) from class_agnostic_matches"
    )

    assert {row[0]: row[2] for row in rows.fetchall()} == greedy(annotations, predictions)


def greedy(annotations, predictions):
    """Return the IoU of each prediction that finds an annotation, one prediction after the other."""
    left, ious = {row["annotation_id"]: row["box"] for row in annotations}, {}
    for row in sorted(predictions, key=lambda row: -row["confidence"]):
        best = max(left, key=lambda name: (overlap(row["box"], left[name]), name), default=None)
        if best is not None and overlap(row["box"], left[best]) >= 0.5:
            ious[row["prediction_id"]] = round(overlap(row["box"], left.pop(best)), 9)
    return ious


def overlap(a, b):
    shared = 1
    for low, high in (("x_min", "x_max"), ("y_min", "y_max")):
        shared *= max(0, min(a[high], b[high]) - max(a[low], b[low]))
    return shared / (2 * 81 - shared)
