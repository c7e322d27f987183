"""Rows of `pairs` and `matches`, for scenes small enough to know the answers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from labelduck.errors import UsageError
from labelduck.kernel.arrays import Rules
from labelduck.matching import MatchOptions, match
from matching_rows import CLASSES, annotation, as_box, as_table, outcomes, prediction, rows


def test_a_found_annotation_has_no_row_of_its_own() -> None:
    annotations = [annotation("a", (0, 0, 10, 10))]

    found = rows(annotations, [prediction("p", (0, 0, 10, 8), 0.9)])

    (row,) = found
    assert (row["outcome"], row["error_kind"], row["annotation_id"], row["rank"]) == (
        "true_positive",
        None,
        "a",
        1,
    )
    assert (row["iou"], row["best_same_iou"], row["best_other_iou"], row["best_other_id"]) == (
        0.8,
        0.8,
        0.0,
        None,
    )
    assert row["tp_mask"] == row["found_mask"] == 0b0001111111  # 0.5 to 0.8


def test_each_kind_of_error_names_the_annotation_that_tells() -> None:
    annotations = [
        annotation("found", (0, 0, 10, 10)),
        annotation("loose", (100, 0, 110, 10)),
        annotation("confused", (200, 0, 210, 10), class_name="dog"),
        annotation("missed", (300, 0, 310, 10)),
        annotation("far", (400, 0, 410, 10), class_name="dog"),
    ]
    predictions = [
        prediction("right", (0, 0, 10, 10), 0.9),
        prediction("again", (0, 0, 10, 9), 0.8),
        prediction("short", (100, 0, 110, 4), 0.7),
        prediction("named cat", (200, 0, 210, 10), 0.6),
        prediction("nothing", (500, 0, 510, 10), 0.5),
        prediction("both", (400, 0, 410, 3), 0.4),
    ]

    found = outcomes(annotations, predictions)

    assert found == {
        "right": ("true_positive", None, "found"),
        "again": ("false_positive", "duplicate", "found"),
        "short": ("false_positive", "bad_box", "loose"),
        "named cat": ("false_positive", "wrong_class", "confused"),
        "nothing": ("false_positive", "background", None),
        "both": ("false_positive", "both", "far"),
        "loose": ("false_negative", None, "loose"),
        "confused": ("false_negative", None, "confused"),
        "missed": ("false_negative", "missed", "missed"),
        "far": ("false_negative", "missed", "far"),
    }


def test_an_annotation_that_a_better_box_or_class_would_find_is_no_missed_one() -> None:
    annotations = [annotation("a", (0, 0, 10, 10)), annotation("b", (50, 0, 60, 10), class_name="dog")]
    predictions = [prediction("p", (0, 0, 10, 4), 0.9), prediction("q", (50, 0, 60, 10), 0.8)]

    found = [r for r in rows(annotations, predictions) if r["prediction_id"] is None]

    assert [(r["annotation_id"], r["outcome"], r["error_kind"]) for r in found] == [
        ("a", "false_negative", None),
        ("b", "false_negative", None),
    ]


def test_a_crowd_matches_many_times_and_nothing_of_it_counts() -> None:
    annotations = [annotation("crowd", (0, 0, 100, 100), is_crowd=True)]
    predictions = [prediction("p", (0, 0, 10, 10), 0.9), prediction("q", (50, 50, 60, 60), 0.8)]

    found = outcomes(annotations, predictions)

    assert found == {
        "p": ("ignored", None, "crowd"),
        "q": ("ignored", None, "crowd"),
        "crowd": ("ignored", None, "crowd"),
    }


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("count", [("true_positive", None), ("false_positive", "duplicate"), ("false_positive", "bad_box")]),
        ("crowd", [("ignored", None), ("ignored", None), ("ignored", None)]),
        ("ignore", [("ignored", None), ("ignored", None), ("false_positive", "background")]),
    ],
)
def test_difficult_annotations_follow_the_named_rule(rule: str, expected: list[Any]) -> None:
    annotations = [annotation("a", (0, 0, 10, 10), difficult=True)]
    boxes = [(0, 0, 10, 10), (0, 0, 10, 9), (0, 0, 10, 4)]
    predictions = [prediction(str(n), box, 0.9 - n / 10) for n, box in enumerate(boxes)]

    found = outcomes(annotations, predictions, difficult=rule)

    assert [found[str(n)][:2] for n in range(3)] == expected


@pytest.mark.parametrize(("mode", "outcome"), [("coco", "false_positive"), ("corrected", "true_positive")])
def test_annotation_id_0_is_never_found_in_mode_coco(mode: str, outcome: str) -> None:
    annotations = [annotation("0", (0, 0, 10, 10))]

    found = outcomes(annotations, [prediction("p", (0, 0, 10, 10), 0.9)], mode=mode)

    assert found["p"][0] == outcome


@pytest.mark.parametrize(("mode", "outcome"), [("coco", "false_positive"), ("corrected", "true_positive")])
def test_annotations_that_share_an_id_behave_as_the_last_of_them_in_mode_coco(
    mode: str, outcome: str
) -> None:
    annotations = [
        annotation("7", (0, 0, 10, 10), source_ref="7"),
        annotation("7#2", (50, 0, 60, 10), source_ref="7"),
    ]

    found = outcomes(annotations, [prediction("p", (0, 0, 10, 10), 0.9)], mode=mode)

    assert found["p"][0] == outcome


@pytest.mark.parametrize(("mode", "outcome"), [("coco", "true_positive"), ("corrected", "ignored")])
def test_the_mark_is_ignored_counts_in_mode_corrected_only(mode: str, outcome: str) -> None:
    annotations = [annotation("a", (0, 0, 10, 10), is_ignored=True)]

    found = outcomes(annotations, [prediction("p", (0, 0, 10, 10), 0.9)], mode=mode)

    assert found["p"][0] == outcome


def test_a_class_outside_the_taxonomy_and_a_missing_box_take_part_in_nothing() -> None:
    annotations = [
        annotation("a", (0, 0, 10, 10), class_name="category 9"),
        annotation("b", (0, 0, 10, 10)) | {"box": None},
    ]
    predictions = [
        prediction("p", (0, 0, 10, 10), 0.9, class_name="category 9"),
        prediction("q", (0, 0, 10, 10), 0.8) | {"box": None},
    ]

    found = rows(annotations, predictions)

    assert {r["outcome"] for r in found} == {"ignored"}
    assert [r["prediction_class"] or r["annotation_class"] for r in found] == [
        "category 9",
        "cat",
        "category 9",
        "cat",
    ]
    assert {r["rank"] for r in found} == {None}


def test_a_box_that_lacks_a_corner_is_none() -> None:
    broken = annotation("a", (0, 0, 10, 10)) | {"box": as_box((0, 0, 10, 10)) | {"x_max": None}}

    found = outcomes([broken], [prediction("p", (0, 0, 10, 10), 0.9)])

    assert found == {"p": ("false_positive", "background", None), "a": ("ignored", None, "a")}


def test_only_a_hundred_predictions_of_an_image_and_class_count() -> None:
    predictions = [prediction(str(n), (0, 0, 10, 10), 0.9) for n in range(101)]

    found = outcomes([annotation("a", (0, 0, 10, 10))], predictions)

    assert found["0"] == ("true_positive", None, "a")
    assert found["99"] == ("false_positive", "duplicate", "a")
    assert found["100"] == ("ignored", None, None)


def test_pairs_list_overlaps_from_a_tenth_on_whatever_the_class() -> None:
    annotations = [annotation("a", (0, 0, 10, 10), class_name="dog"), annotation("b", (0, 0, 100, 10))]

    found = rows(
        annotations, [prediction("p", (0, 0, 10, 10), 0.9), prediction("q", (0, 0, 9, 1), 0.8)], "pairs"
    )

    assert [(r["prediction_id"], r["annotation_id"], r["annotation_class"], r["iou"]) for r in found] == [
        ("p", "a", "dog", 1.0),
        ("p", "b", "cat", 0.1),
    ]


def test_ties_follow_image_numbers_where_all_ids_are_numbers_and_text_where_not() -> None:
    annotations = [annotation("a", (0, 0, 10, 10), image_id="2")]
    predictions = [
        prediction("p", (0, 0, 10, 10), 0.5, image_id="10"),
        prediction("q", (0, 0, 10, 10), 0.5, image_id="2"),
    ]

    def average(first: str) -> float:
        renamed = [
            {**r, "image_id": first if r["image_id"] == "2" else "10"} for r in (*annotations, *predictions)
        ]
        tables = as_table("annotations", renamed[:1]), as_table("predictions", renamed[1:])
        pieces = match(pa.table({"image_id": ["10", first]}), CLASSES, *tables, model="m")
        curves = [r for name, piece in pieces if name == "average_precision" for r in piece.to_pylist()]
        return next(
            r["average_precision"] for r in curves if r["class_name"] == "cat" and r["max_detections"] == 100
        )

    assert average("2") == pytest.approx(1.0)  # 2 comes before 10: its true positive is first
    assert average("b2") == pytest.approx(0.5)  # text: 10 comes before b2


def test_a_rule_that_does_not_exist_is_refused() -> None:
    with pytest.raises(UsageError, match="choose one of count, crowd, ignore"):
        MatchOptions(difficult="hard")  # type: ignore[arg-type]


def test_more_thresholds_than_the_kernel_has_room_for_are_refused() -> None:
    with pytest.raises(ValueError, match="at most"):
        Rules(thresholds=np.linspace(0.1, 0.9, 11))
