"""What each model says about each annotation, and about places without one."""

from __future__ import annotations

from math import exp, log

import pytest

from catalog_lake import box
from suspect_rows import annotation, prediction

HERE, THERE, AWAY = (0, 0, 40, 40), (100, 100, 140, 140), (300, 300, 340, 340)


def test_crowds_ignored_annotations_and_those_beside_gold_are_not_judged(detected):
    lake = detected(
        [
            annotation("a", HERE, difficult=True),
            annotation("b", THERE, is_crowd=True),
            annotation("c", THERE, is_ignored=True),
            annotation("d", HERE, image_id="2"),
            annotation("e", HERE, image_id="2", is_gold=True),
            annotation("f", THERE, image_id="2", is_gold=True),
        ],
        [prediction("0", HERE)],
    )

    rows = lake.execute(
        "select annotation_id, size_bin, is_difficult, has_company from labelled_objects order by 1"
    )

    assert rows.fetchall() == [("a", 3, True, False), ("e", 3, False, True), ("f", 3, False, True)]


def test_the_company_of_another_annotator_is_none(detected):
    lake = detected(
        [annotation("a", HERE, annotator="ann"), annotation("b", HERE, annotator="bob")],
        [prediction("0", HERE)],
    )

    assert lake.execute("select bool_or(has_company) from labelled_objects").fetchall() == [(False,)]
    assert lake.execute("from label_twins").fetchall() == []


def test_company_counts_for_a_class_that_comes_in_herds(detected):
    herd = [annotation(f"s{n}", (50 * n, 0, 50 * n + 40, 40), "cat") for n in range(4)]
    lone = [annotation(f"l{n}", HERE, "cat", image_id=f"{n}") for n in (2, 3)]
    dogs = [annotation(f"d{n}", THERE, "dog", image_id=f"{n}") for n in (1, 2, 3, 4)]
    lake = detected([*herd, *lone, *dogs], [prediction("0", HERE)])

    rows = lake.execute("from class_company order by class_name").fetchall()

    usual = 4 / 10
    cat, dog = (4 + 5 * usual) / (6 + 5), (0 + 5 * usual) / (4 + 5)
    assert rows == [
        ("d", "cat", 6, 4, 3, 4, pytest.approx(log(cat / 0.7)), pytest.approx(log((1 - cat) / 0.3))),
        ("d", "dog", 4, 0, 4, 4, pytest.approx(log(dog / 0.9)), pytest.approx(log((1 - dog) / 0.1))),
    ]


def test_a_person_on_a_horse_is_no_witness_against_the_horse(detected):
    horse, rider = (0, 0, 100, 100), (0, 0, 100, 80)
    lake = detected(
        [annotation("h", horse, "horse"), annotation("p", rider, "person")],
        [prediction("0", rider, "person")],
        classes=("horse", "person"),
    )

    rows = lake.execute(
        "select annotation_id, is_same_class, round(iou, 6), is_nearest, explained, round(weight, 6) from evidence_pairs order by 1"
    ).fetchall()
    heard = lake.execute("select annotation_id, other, other_class from objects_by_model").fetchall()
    near = lake.execute("select annotation_id from overlap_pairs where is_nearest").fetchall()

    assert rows == [("h", False, 0.8, False, 1.0, 1.0), ("p", True, 1.0, True, 0.0, 1.0)]
    assert near == [("p",)]
    assert heard == [("p", 0.0, None)]  # the model has never predicted a horse: it cannot judge the other one


def test_an_annotation_is_judged_by_what_speaks_for_its_class_and_for_others(detected):
    lake = detected(
        [annotation("a", HERE), annotation("b", THERE, "dog"), annotation("c", AWAY, "dog", image_id="2")],
        [
            prediction("0", HERE, "dog", 0.8),
            prediction("1", (0, 0, 40, 20), "cat", 0.3),
            prediction("2", THERE, "dog", 0.7),
        ],
    )

    seen = dict(
        lake.execute(
            "select class_name, round(max(calibrated), 3) from calibrated_predictions group by 1"
        ).fetchall()
    )
    rows = lake.execute(
        "select annotation_id, raw_support, raw_other, other_class, other_id, other_confidence, best_same_iou, best_any_iou, "
        "nearest_iou, round(seen, 3) from objects_by_model order by 1"
    ).fetchall()

    assert rows == [
        ("a", pytest.approx(0.15), pytest.approx(0.8), "dog", "0", 0.8, 0.5, 1.0, 1.0, seen["cat"]),
        ("b", 0.7, 0.0, None, None, None, 1.0, 1.0, 1.0, seen["dog"]),
        ("c", 0.0, 0.0, None, None, None, 0.0, 0.0, 0.0, 0.0),
    ]


def test_a_class_that_is_seen_as_another_is_suspicious_and_its_suggestion_is_named(detected):
    lake = detected(
        [annotation("a", HERE), annotation("b", THERE)],
        [prediction("0", HERE, "dog", 0.9), prediction("1", THERE, "cat", 0.9)],
    )

    rows = lake.execute(
        "select annotation_id, prediction_id, suggested_class, evidence from wrong_class_evidence order by log_odds desc"
    ).fetchall()

    assert rows == [
        ("a", "0", "dog", "m sees dog there at confidence 0.9, IoU 1.0; no cat there"),
        ("b", None, None, "m sees no other class there; cat at 0.9"),
    ]


def test_a_model_judges_only_what_counts_and_what_it_knows(detected):
    lake = detected(
        [
            annotation("a", HERE),
            annotation("b", THERE, is_crowd=True),
            annotation("c", AWAY, "dog"),
            annotation("d", HERE, image_id="2"),
        ],
        [prediction("0", HERE), prediction("0", AWAY, "dog", model="n", image_id="2")],
    )

    rows = lake.execute("select model, annotation_id, sees_image from judged_objects order by all").fetchall()

    assert rows == [("m", "a", True), ("m", "d", False), ("n", "c", False)]


def test_an_object_that_is_hard_to_find_is_no_extra_label_when_it_is_not_found(detected):
    big = [annotation(f"b{n}", (0, 0, 200, 200), image_id=f"{n}") for n in range(9)]
    small = [annotation(f"s{n}", (300, 300, 310, 310), image_id=f"{n}") for n in range(9)]
    lake = detected(
        [*big, *small], [prediction(f"{n}", (0, 0, 200, 200), image_id=f"{n}") for n in range(1, 9)]
    )

    findable = lake.execute(
        "select annotation_id[1] as size, bool_or(is_found), min(findable), max(findable) from findable_objects group by 1 order by 1"
    ).fetchall()
    odds = dict(lake.execute("select annotation_id, log_odds from extra_label_evidence").fetchall())

    assert findable[0][2] > 0.5 > findable[1][3]
    assert odds["b0"] > odds["s3"] > odds["b1"]


def test_the_evidence_for_an_extra_label_says_what_is_lacking(detected):
    lake = detected([annotation("a", HERE), annotation("b", THERE)], [prediction("0", THERE, "cat", 0.9)])

    rows = dict(lake.execute("select annotation_id, evidence from extra_label_evidence").fetchall())

    assert "it predicts nothing there" in rows["a"]
    assert "its nearest prediction has IoU 1.0" in rows["b"]


def test_twins_are_the_most_alike_of_an_image(detected):
    lake = detected(
        [
            annotation("a", HERE),
            annotation("b", (0, 0, 40, 30)),
            annotation("c", (0, 0, 40, 32), "dog"),
            annotation("z", AWAY),
        ],
        [prediction("0", HERE)],
    )

    rows = lake.execute(
        "select annotation_id, twin_id, is_same_class, iou, likeness from label_twins order by 1"
    ).fetchall()

    assert rows == [
        ("a", "b", True, 0.75, 0.75),
        ("b", "c", False, pytest.approx(30 / 32), pytest.approx(0.93 * 30 / 32)),
        ("c", "b", False, pytest.approx(30 / 32), pytest.approx(0.93 * 30 / 32)),
    ]


def test_the_witness_for_a_box_is_the_surest_prediction_that_is_nearest_to_it(detected):
    lake = detected(
        [annotation("a", HERE), annotation("b", THERE)],
        [prediction("0", (0, 0, 40, 36), confidence=0.9), prediction("1", THERE, "dog", confidence=0.9)],
    )

    rows = lake.execute(
        "select annotation_id, prediction_id, is_same_class, iou, box, distances from box_witnesses order by 1"
    ).fetchall()

    assert rows == [
        ("a", "0", True, 0.9, box(0.0, 0.0, 40.0, 36.0), pytest.approx([0, 0, 0, 4 / (40 * 36) ** 0.5])),
        ("b", "1", False, 1.0, box(100.0, 100.0, 140.0, 140.0), [0, 0, 0, 0]),
    ]


def herd(n, *, shift):
    """Return n annotations, each with a prediction whose right side is off by a pixel, the last annotation by `shift`."""
    annotations, predictions = [], []
    for number in range(n):
        x = 100 * number
        annotations.append(annotation(f"a{number:02}", (x, 0, x + 40 + shift * (number == n - 1), 40)))
        predictions.append(prediction(f"{number:02}", (x, 0, x + 41, 40)))
    return annotations, predictions


def test_a_side_that_is_off_further_than_is_usual_is_a_surprise(detected):
    lake = detected(*herd(30, shift=25))

    surprises = dict(lake.execute("select annotation_id, surprise from box_surprises").fetchall())
    rows = lake.execute(
        "select annotation_id, suggested_box, evidence from bad_box_evidence order by log_odds desc limit 1"
    ).fetchall()

    assert surprises["a29"] > surprises["a00"] + 1
    assert rows[0][:2] == ("a29", box(2900.0, 0.0, 2941.0, 40.0))
    assert rows[0][2].startswith("m places it at IoU 0.63 (trusted ")


def test_a_prediction_that_an_annotation_explains_is_no_missing_label(detected):
    lake = detected(
        [annotation("a", HERE), annotation("b", THERE, "dog")],
        [
            prediction("0", HERE),
            prediction("1", (0, 0, 40, 20), confidence=0.5),
            prediction("2", THERE, "cat", confidence=0.5),
            prediction("3", AWAY),
            prediction("4", (10, 10, 20, 20)),
        ],
    )

    rows = lake.execute(
        "select prediction_id, rival_iou, same_iou, inside, around from unexplained_predictions order by 1"
    ).fetchall()

    assert rows == [("3", 0, 0, 0, 0), ("4", 0, 0, 1, 0.0625)]


def test_an_object_on_another_one_that_the_model_sees_too_is_not_explained_by_it(detected):
    horse, rider = (0, 0, 100, 100), (0, 0, 100, 64)
    lake = detected(
        [annotation("h", horse, "horse")],
        [prediction("0", horse, "horse"), prediction("1", rider, "person")],
        classes=("horse", "person"),
    )

    [(any_iou, rival_iou, support)] = lake.execute(
        "select any_iou, rival_iou, support from unexplained_predictions, objects_by_model"
    ).fetchall()

    assert any_iou == pytest.approx(0.64)
    assert rival_iou == pytest.approx(0.64 * (1 - 0.7 * support))
    assert rival_iou < 0.6


def test_a_repeated_prediction_is_less_of_a_missing_label_than_the_first(detected):
    lake = detected(
        [annotation("a", HERE)],
        [
            prediction("0", HERE),
            prediction("1", AWAY, confidence=0.8),
            prediction("2", (300, 300, 340, 335), confidence=0.7),
        ],
    )

    rows = lake.execute(
        "select prediction_id, suggested_class, suggested_box, repeated_iou, found_iou, evidence from missing_label_evidence "
        "order by log_odds desc"
    ).fetchall()

    assert [row[:5] for row in rows] == [
        ("1", "cat", box(300.0, 300.0, 340.0, 340.0), 0.0, 0.0),
        ("2", "cat", box(300.0, 300.0, 340.0, 335.0), 0.875, 0.0),
    ]
    assert rows[0][5].startswith("m predicts cat at confidence 0.8, right in ")
    assert rows[0][5].endswith("% of such cases; no annotation is near")


def test_of_two_equally_confident_predictions_the_first_is_no_repetition(detected):
    lake = detected([annotation("a", HERE)], [prediction("1", AWAY), prediction("2", AWAY)])

    rows = lake.execute(
        "select prediction_id, repeated_iou from missing_label_evidence order by 1"
    ).fetchall()

    assert rows == [("1", 0.0), ("2", 1.0)]


def test_probabilities_of_a_small_scene_are_those_of_the_formula(detected):
    lake = detected([annotation("a", HERE)], [prediction("0", AWAY, confidence=0.8)])

    [(calibrated, odds)] = lake.execute(
        "select calibrated, log_odds from missing_label_evidence inner join calibrated_predictions using (prediction_id)"
    ).fetchall()

    assert 0 < calibrated < 0.25  # (0 + 0.5) / (1 + 1), then shifted down three times
    assert odds == pytest.approx(0.65 * log(calibrated / (1 - calibrated)) + 0.35 * log(4) - 1)
    assert 1 / (1 + exp(-odds)) < 0.25
