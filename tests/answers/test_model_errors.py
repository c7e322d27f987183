"""Views over `matches`: what a model gets wrong, and how sure it is."""

from __future__ import annotations

import duckdb
import pytest

from catalog_lake import box

ALL = 1023  # a mask whose ten bits are set


def true_positive(prediction_id, annotation_id, *, class_name="cat", confidence=0.9, iou=0.8, **values):
    row = {"model": "m", "image_id": "1", "prediction_id": prediction_id, "annotation_id": annotation_id}
    row |= {
        "prediction_class": class_name,
        "annotation_class": class_name,
        "confidence": confidence,
        "iou": iou,
    }
    row |= {"outcome": "true_positive", "tp_mask": ALL, "ignore_mask": 0, "found_mask": ALL, "rank": 1}
    return row | {"best_same_iou": iou, "best_same_id": annotation_id, "best_other_iou": 0.0} | values


def false_positive(
    prediction_id, *, class_name="cat", confidence=0.9, same=(0.0, None), other=(0.0, None), **values
):
    row = {"model": "m", "image_id": "1", "prediction_id": prediction_id, "prediction_class": class_name}
    row |= {"confidence": confidence, "outcome": "false_positive", "tp_mask": 0, "ignore_mask": 0, "rank": 1}
    row |= {"best_same_iou": same[0], "best_same_id": same[1]}
    return row | {"best_other_iou": other[0], "best_other_id": other[1]} | values


def missed(annotation_id, *, class_name="cat", **values):
    row = {"model": "m", "image_id": "1", "annotation_id": annotation_id, "annotation_class": class_name}
    return row | {"outcome": "false_negative", "found_mask": 0} | values


def overlap(annotation_id, prediction_id, iou, classes):
    row = {
        "model": "m",
        "image_id": "1",
        "annotation_id": annotation_id,
        "prediction_id": prediction_id,
        "iou": iou,
    }
    return row | {"annotation_class": classes[0], "prediction_class": classes[1]}


@pytest.mark.parametrize(
    ("same", "other", "kind", "annotation_id"),
    [
        ((0.3, "a"), (0.9, "b"), "bad_box", "a"),
        ((0.0, None), (0.7, "b"), "wrong_class", "b"),
        ((0.7, "a"), (0.0, None), "duplicate", "a"),
        ((0.05, "a"), (0.1, "b"), "background", None),
        ((0.0, None), (0.3, "b"), "both", "b"),
    ],
)
def test_a_false_prediction_has_the_error_kind_that_tide_gives_it(scene, same, other, kind, annotation_id):
    lake = scene(matches=[false_positive("0", same=same, other=other)])

    rows = lake.execute("select error_kind, annotation_id, iou from judged_predictions").fetchall()

    assert rows == [(kind, annotation_id, {"a": same[0], "b": other[0], None: None}[annotation_id])]


def test_predictions_on_crowds_and_below_min_confidence_are_not_judged(scene):
    lake = scene(
        matches=[
            true_positive("0", "a"),
            false_positive("1", outcome="ignored", ignore_mask=ALL),
            false_positive("2", confidence=0.2),
        ],
        variables={"min_confidence": 0.3},
    )

    assert lake.execute("select prediction_id from judged_predictions").fetchall() == [("0",)]


def test_a_loose_box_is_right_at_iou_50_and_badly_placed_at_75(scene):
    loose = true_positive("0", "a", iou=0.6, tp_mask=0b111, found_mask=0b111)
    lake = scene(matches=[loose])

    at_50 = lake.execute("select is_correct, error_kind from judged_predictions").fetchall()
    lake.execute("set variable min_iou = 0.75")
    at_75 = lake.execute("select is_correct, error_kind from judged_predictions").fetchall()
    found = lake.execute("select is_found from judged_annotations").fetchall()

    assert (at_50, at_75, found) == ([(True, None)], [(False, "bad_box")], [(False,)])


def test_an_iou_between_the_steps_is_refused_with_what_to_use_instead(scene):
    lake = scene(matches=[true_positive("0", "a")], variables={"min_iou": 0.77})

    with pytest.raises(duckdb.Error, match=r"0\.77.*match_boxes"):
        lake.execute("from judged_predictions").fetchall()


def test_each_annotation_that_counts_is_judged_once(scene):
    lake = scene(
        matches=[
            true_positive("0", "a", confidence=0.4),
            false_positive("1", same=(0.7, "a"), annotation_id="a", found_mask=ALL),
            missed("b"),
            missed("c", outcome="ignored"),
        ]
    )

    everything = lake.execute(
        "select annotation_id, is_found, confidence from judged_annotations order by all"
    ).fetchall()
    lake.execute("set variable min_confidence = 0.5")
    confident = lake.execute("select annotation_id, is_found from judged_annotations order by all").fetchall()

    assert everything == [("a", True, 0.4), ("b", False, None)]
    assert confident == [("a", False), ("b", False)]


def test_a_confident_false_positive_comes_with_the_annotation_that_explains_it(scene):
    lake = scene(
        images=[{"image_id": "1", "file_name": "one.jpg", "batch": "b1"}],
        annotations=[
            {"annotation_id": "a", "image_id": "1", "class_name": "dog", "annotator": "ann", "batch": "b2"}
        ],
        predictions=[{"prediction_id": "0", "model": "m", "image_id": "1", "box": box(1, 2, 3, 4)}],
        matches=[
            false_positive("0", confidence=0.8, other=(0.7, "a")),
            false_positive("1", confidence=0.9),
            false_positive("2", confidence=0.49),
            true_positive("3", "z", confidence=0.99),
        ],
    )

    rows = lake.execute("select * exclude (dataset, model) from confident_false_positives").fetchall()

    assert rows == [
        ("1", "one.jpg", "1", "cat", 0.9, "background", None, None, None, None, None, "b1"),
        ("1", "one.jpg", "0", "cat", 0.8, "wrong_class", box(1, 2, 3, 4), "a", "dog", 0.7, "ann", "b2"),
    ]


def test_a_false_negative_comes_with_the_prediction_that_lies_nearest(scene):
    lake = scene(
        images=[{"image_id": "1", "file_name": "one.jpg", "batch": "b1"}],
        annotations=[
            {"annotation_id": "a", "image_id": "1", "box": box(0, 0, 2, 2), "area": 4.0, "annotator": "ann"},
            {"annotation_id": "b", "image_id": "1", "box": box(5, 5, 6, 6), "area": 1.0, "annotator": "bob"},
        ],
        predictions=[
            {"prediction_id": "0", "model": "m", "image_id": "1", "confidence": 0.3},
            {"prediction_id": "1", "model": "m", "image_id": "1", "confidence": 0.4},
        ],
        pairs=[overlap("a", "0", 0.2, ("cat", "cat")), overlap("a", "1", 0.6, ("cat", "dog"))],
        matches=[missed("a"), missed("b"), missed("c", outcome="ignored"), true_positive("2", "e")],
    )

    rows = lake.execute(
        "select * exclude (dataset, model, class_name, image_id, file_name) from false_negatives"
    ).fetchall()

    assert rows == [
        ("a", box(0, 0, 2, 2), 4.0, "ann", "b1", "1", "dog", 0.4, 0.6),
        ("b", box(5, 5, 6, 6), 1.0, "bob", "b1", None, None, None, None),
    ]


def test_confusion_has_background_on_both_sides_and_adds_up(scene):
    lake = scene(
        pairs=[overlap("b", "1", 0.7, ("cat", "dog"))],
        matches=[
            true_positive("0", "a"),
            false_positive("1", class_name="dog", other=(0.7, "b")),
            false_positive("2", class_name="dog"),
            missed("b", error_kind=None),
            missed("c"),
        ],
    )

    rows = lake.execute(
        "select annotation_class, prediction_class, n, n_annotations, annotation_rate, n_predictions, prediction_rate "
        "from confusion_by_class_pair"
    ).fetchall()

    assert rows == [
        ("background", "dog", 1, None, None, 2, 0.5),
        ("cat", "background", 1, 3, pytest.approx(1 / 3), None, None),
        ("cat", "dog", 1, 3, pytest.approx(1 / 3), 2, 0.5),
        ("cat", "cat", 1, 3, pytest.approx(1 / 3), 1, 1.0),
    ]


def test_one_missed_annotation_is_confused_once_with_the_most_confident(scene):
    lake = scene(
        pairs=[
            overlap("a", "0", 0.9, ("cat", "dog")),
            overlap("a", "1", 0.6, ("cat", "cow")),
            overlap("b", "1", 0.55, ("cat", "cow")),
        ],
        matches=[
            false_positive("0", class_name="dog", confidence=0.5, other=(0.9, "a")),
            false_positive("1", class_name="cow", confidence=0.8, other=(0.6, "a")),
            missed("a"),
            missed("b"),
        ],
    )

    rows = lake.execute(
        "select annotation_id, prediction_id, prediction_class from confused_annotations"
    ).fetchall()

    assert rows == [("a", "1", "cow")]


def test_an_annotation_of_the_right_place_and_another_class_below_min_iou_is_not_confused(scene):
    lake = scene(
        pairs=[overlap("a", "0", 0.4, ("cat", "dog"))],
        matches=[false_positive("0", class_name="dog", other=(0.4, "a")), missed("a")],
    )

    assert lake.execute("from confused_annotations").fetchall() == []


def test_an_annotation_that_a_bad_box_explains_is_not_missed(scene):
    lake = scene(
        matches=[
            false_positive("0", same=(0.3, "a")),
            missed("a", error_kind=None),
            missed("b"),
        ]
    )

    errors = lake.execute(
        "select error_kind, prediction_id, annotation_id from model_errors order by all"
    ).fetchall()

    assert errors == [("bad_box", "0", "a"), ("missed", None, "b")]


def test_error_kinds_count_predictions_and_for_missed_annotations(scene):
    lake = scene(
        matches=[true_positive("0", "a"), false_positive("1"), missed("b"), missed("c"), missed("e")]
    )

    rows = lake.execute(
        "select error_kind, n_errors, n_judged, error_rate from error_kinds_by_class"
    ).fetchall()

    assert rows == [
        ("bad_box", 0, 2, 0.0),
        ("wrong_class", 0, 2, 0.0),
        ("both", 0, 2, 0.0),
        ("duplicate", 0, 2, 0.0),
        ("background", 1, 2, 0.5),
        ("missed", 3, 4, 0.75),
    ]


def test_a_rate_over_too_few_is_null_and_keeps_its_counts(scene):
    lake = scene(matches=[true_positive("0", "a"), false_positive("1")], variables={"min_annotations": 3})

    rows = lake.execute(
        "select distinct n_judged, error_rate from error_kinds_by_class order by all"
    ).fetchall()

    assert rows == [(1, None), (2, None)]


def test_calibration_weighs_each_bin_by_its_predictions(scene):
    lake = scene(
        matches=[
            true_positive("0", "a", confidence=1.0),
            true_positive("1", "b", confidence=0.9),
            false_positive("2", confidence=0.95),
            false_positive("3", confidence=0.25),
        ]
    )

    rows = lake.execute(
        "select bin, confidence_low, confidence_high, n_predictions, n_correct, mean_confidence, precision, "
        "expected_calibration_error from calibration_by_confidence where n_predictions > 0"
    ).fetchall()

    error = pytest.approx((3 * abs(0.95 - 2 / 3) + 0.25) / 4)
    assert rows == [
        (3, 0.2, 0.3, 1, 0, 0.25, 0.0, error),
        (10, 0.9, 1.0, 3, 2, pytest.approx(0.95), pytest.approx(2 / 3), error),
    ]
    assert lake.execute("select count(*), count(precision) from calibration_by_confidence").fetchall() == [
        (10, 2)
    ]


def test_two_models_and_two_datasets_are_judged_apart(scene):
    lake = scene(
        matches=[
            true_positive("0", "a"),
            missed("a", model="n"),
            false_positive("0", model="n", same=(0.3, "a")),
            true_positive("0", "a", dataset="e"),
        ]
    )

    rows = lake.execute(
        "select dataset, model, n_errors from error_kinds_by_class where error_kind = 'bad_box'"
    ).fetchall()

    assert rows == [("d", "m", 0), ("d", "n", 1), ("e", "m", 0)]
