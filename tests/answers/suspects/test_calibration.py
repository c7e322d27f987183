"""From a model's confidence to the chance that an annotator would draw what it predicts."""

from __future__ import annotations

from math import exp, log

import pytest

from suspect_rows import annotation, prediction

HERE, THERE = (0, 0, 40, 40), (100, 100, 140, 140)


def test_a_prediction_of_an_unknown_class_does_not_speak_and_one_on_a_crowd_does_not_count(detected):
    lake = detected(
        [annotation("a", HERE), annotation("c", (100, 100, 200, 200), is_crowd=True)],
        [
            prediction("0", HERE),
            prediction("1", THERE),
            prediction("2", HERE, "unicorn"),
            prediction("3", (300, 0, 310, 10)),
        ],
        images=[{"image_id": "1", "width": 310, "height": 400}],
    )

    rows = lake.execute(
        "select prediction_id, size_bin, border_bin, confidence_bin, is_counted, is_found from predicted_objects order by 1"
    ).fetchall()

    assert rows == [("0", 3, 2, 1, True, True), ("1", 3, 0, 1, False, False), ("3", 0, 2, 1, True, False)]


def found_and_not(n, share, confidence, start):
    """Return n images of an annotation and a prediction, of which a share meets."""
    annotations, predictions = [], []
    for number in range(start, start + n):
        annotations.append(annotation(f"a{number}", HERE, image_id=f"{number}"))
        corners = HERE if number - start < n * share else THERE
        predictions.append(prediction(f"{number:03}", corners, confidence=confidence, image_id=f"{number}"))
    return annotations, predictions


def test_a_higher_confidence_is_never_right_less_often(detected):
    parts = [found_and_not(60, 0.5, 0.25, 0), found_and_not(20, 0.25, 0.75, 60)]
    lake = detected([a for part in parts for a in part[0]], [p for part in parts for p in part[1]])

    rows = lake.execute(
        "select mean_confidence, n_predictions, n_found, share_found, slope from confidence_curve order by 1"
    ).fetchall()

    # 80 predictions make two bins, each with a confidence of 15 in sum.
    assert rows == [(0.25, 60, 30, 0.5, 0.0), (0.75, 20, 5, 0.5, None)]


def test_equal_confidences_make_one_bin(detected):
    annotations, predictions = found_and_not(130, 0.5, 1.0, 0)
    lake = detected(annotations, predictions)

    rows = lake.execute(
        "select mean_confidence, n_predictions, n_found, share_found, slope from confidence_curve"
    )

    assert rows.fetchall() == [(1.0, 130, 65, 0.5, None)]


def test_calibration_shifts_by_size_class_and_border_only_as_far_as_the_numbers_allow(detected):
    lake = detected(
        [annotation("a", HERE), annotation("b", (200, 0, 240, 40))],
        [prediction("0", HERE), prediction("1", (200, 0, 240, 40)), prediction("2", THERE, "dog")],
    )

    rows = lake.execute(
        "select prediction_id, by_confidence, by_size, by_class, by_border from prediction_odds order by 1"
    ).fetchall()

    start = log(2.5 / 1.5)  # 2 of 3 found, as (2 + 0.5) / (3 + 1)
    p = 1 / (1 + exp(-start))
    sized = start + (2 - 3 * p) / (3 * p * (1 - p) + 2)
    q = 1 / (1 + exp(-sized))
    cat, dog = (sized + (k - n * q) / (n * q * (1 - q) + 2) for k, n in ((2, 2), (0, 1)))
    assert [row[1:4] for row in rows] == [pytest.approx((start, sized, x)) for x in (cat, cat, dog)]
    assert rows[2][4] < start < rows[0][4]


def test_models_and_datasets_are_calibrated_apart(detected):
    lake = detected(
        [annotation("a", HERE)],
        [prediction("0", HERE, confidence=0.3), prediction("0", THERE, confidence=0.3, model="n")],
    )

    rows = lake.execute("select model, calibrated > 0.5 from calibrated_predictions order by 1").fetchall()
    surest = lake.execute("select model, class_name, seen > 0.5 from seen_classes order by 1").fetchall()

    assert rows == [("m", True), ("n", False)]
    assert surest == [("m", "cat", True), ("n", "cat", False)]


def test_a_prediction_is_judged_by_the_company_of_its_class(detected):
    lake = detected(
        [annotation("a", HERE), annotation("b", THERE)],
        [
            prediction("0", HERE, confidence=0.9),
            prediction("1", THERE, confidence=0.8),
            prediction("2", (200, 0, 240, 40), "dog", confidence=0.7),
        ],
    )

    rows = lake.execute(
        "select prediction_id, n_alike, best_other = (select by_border from prediction_odds where prediction_id = other), "
        "best_other from calibrated_predictions left join (values ('0', '1'), ('1', '0')) as others (prediction_id, other) "
        "using (prediction_id) order by 1"
    ).fetchall()

    assert [row[:3] for row in rows] == [("0", 2, True), ("1", 2, True), ("2", 1, None)]
    assert rows[2][3] is None
