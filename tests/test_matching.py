"""Rows of `pairs`, `matches` and `average_precision`, for scenes small enough to know the answers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from coco_oracle import lake_tables
from labelduck import kernel
from labelduck.errors import UsageError
from labelduck.kernel import Comparison
from labelduck.kernel.arrays import Rules
from labelduck.matching import MatchOptions, inputs, match, overlaps
from labelduck.schema import TABLES
from matching_scenes import crowded_scene

IMAGES = pa.table({"image_id": ["1", "2", "10"]})
CLASSES = pa.table({"class_name": ["cat", "dog"], "class_index": [2, 1]})


def annotation(annotation_id: str, box: tuple[float, ...], **more: Any) -> dict[str, Any]:
    return {"annotation_id": annotation_id, "image_id": "1", "class_name": "cat", "box": _box(box), **more}


def prediction(prediction_id: str, box: tuple[float, ...], confidence: float, **more: Any) -> dict[str, Any]:
    common = {"image_id": "1", "class_name": "cat", "box": _box(box), "confidence": confidence}
    return {"prediction_id": prediction_id, **common, **more}


def rows(
    annotations: list[dict[str, Any]],
    predictions: list[dict[str, Any]],
    table: str = "matches",
    **options: Any,
) -> list[dict[str, Any]]:
    tables = _table("annotations", annotations), _table("predictions", predictions)
    pieces = match(IMAGES, CLASSES, *tables, model="m", options=MatchOptions(**options))
    return [row for name, piece in pieces if name == table for row in piece.to_pylist()]


def outcomes(
    annotations: list[dict[str, Any]], predictions: list[dict[str, Any]], **options: Any
) -> dict[str, Any]:
    """Return outcome, error kind and named annotation by prediction, and of annotations alone by annotation."""
    return {
        r["prediction_id"] or r["annotation_id"]: (r["outcome"], r["error_kind"], r["annotation_id"])
        for r in rows(annotations, predictions, **options)
    }


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
    broken = annotation("a", (0, 0, 10, 10)) | {"box": _box((0, 0, 10, 10)) | {"x_max": None}}

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
        tables = _table("annotations", renamed[:1]), _table("predictions", renamed[1:])
        pieces = match(pa.table({"image_id": ["10", first]}), CLASSES, *tables, model="m")
        curves = [r for name, piece in pieces if name == "average_precision" for r in piece.to_pylist()]
        return next(
            r["average_precision"] for r in curves if r["class_name"] == "cat" and r["max_detections"] == 100
        )

    assert average("2") == pytest.approx(1.0)  # 2 comes before 10: its true positive is first
    assert average("b2") == pytest.approx(0.5)  # text: 10 comes before b2


def test_average_precision_has_a_row_for_each_class_threshold_range_and_limit() -> None:
    found = rows(
        [annotation("a", (0, 0, 10, 10))], [prediction("p", (0, 0, 10, 8), 0.9)], "average_precision"
    )

    coco = {
        (r["class_name"], r["min_iou"], r["area_range"], r["max_detections"]): r
        for r in found
        if r["protocol"] == "coco"
    }
    assert len(coco) == 2 * 10 * 4 * 3
    assert list(dict.fromkeys(k[0] for k in coco)) == ["dog", "cat"]  # in the order of class_index
    right, wrong, other = (
        coco["cat", 0.8, "all", 100],
        coco["cat", 0.85, "small", 100],
        coco["dog", 0.5, "all", 100],
    )
    assert (right["recall"], right["n_annotations"], right["n_predictions"]) == (1, 1, 1)
    assert right["average_precision"] == pytest.approx(1)
    assert right["precision"] == [1 / (1 + 2**-52)] * 101  # COCO adds an epsilon
    assert right["confidence"] == [0.9] * 101
    assert (wrong["average_precision"], wrong["recall"]) == (0.0, 0.0)
    assert (other["average_precision"], other["recall"], other["precision"], other["n_annotations"]) == (
        None,
        None,
        None,
        0,
    )
    assert coco["cat", 0.5, "all", 10]["precision"] is None
    voc = {(r["class_name"], r["protocol"]): r for r in found if r["protocol"] != "coco"}
    assert voc["cat", "voc_2007"]["precision"] == [1.0] * 11
    assert voc["cat", "voc_2010"]["average_precision"] == 1.0
    assert voc["dog", "voc_2010"]["average_precision"] is None


def test_nothing_at_all_gives_rows_of_no_average() -> None:
    nothing = TABLES["images"].empty_table(), TABLES["classes"].empty_table()
    tables = *nothing, TABLES["annotations"].empty_table(), TABLES["predictions"].empty_table()

    pieces = list(match(*tables, model="m"))

    assert sum(table.num_rows for _, table in pieces) == 0


def test_without_predictions_every_annotation_is_missed() -> None:
    found = outcomes([annotation("a", (0, 0, 10, 10)), annotation("b", (5, 5, 9, 9), image_id="10")], [])

    assert found == {"a": ("false_negative", "missed", "a"), "b": ("false_negative", "missed", "b")}


@pytest.mark.parametrize("use_native", ["0", "1"])
def test_the_size_of_pieces_changes_no_row(use_native: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LABELDUCK_NATIVE", use_native)
    tables = lake_tables(*crowded_scene(7, n_predictions=600))
    whole = _all_rows(tables)
    monkeypatch.setitem(overlaps.PLACES_PER_CHUNK, "box", 1)
    monkeypatch.setattr(kernel, "FIRST_CAPACITY", 8)
    monkeypatch.setattr(kernel, "CLASSES_PER_BLOCK", 1)

    pieces = list(match(*tables, model="m"))

    assert len(pieces) > 12
    assert _by_table(pieces) == whole


def test_pairs_beyond_the_room_for_them_start_a_new_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    tables = lake_tables(*crowded_scene(8, n_predictions=600))
    whole = _all_rows(tables)
    monkeypatch.setattr(kernel, "FIRST_CAPACITY", 700)

    pieces = list(match(*tables, model="m"))

    assert _by_table(pieces) == whole


def test_encoding_and_chunks_of_the_tables_change_no_row() -> None:
    images, classes, annotations, predictions = lake_tables(*crowded_scene(9))
    whole = _all_rows((images, classes, annotations, predictions))

    encoded = (
        images,
        classes,
        _with_dictionaries(annotations, "image_id", "class_name"),
        pa.concat_tables(
            [_with_dictionaries(predictions.slice(0, 77), "image_id", "class_name", "prediction_id"),
             _with_dictionaries(predictions.slice(77), "image_id", "class_name", "prediction_id")]
        ),
    )  # fmt: skip

    assert _all_rows(encoded) == whole


def test_pieces_have_the_columns_and_types_of_the_lake() -> None:
    pieces = list(match(*lake_tables(*crowded_scene(2)), model="m"))

    assert {name for name, _ in pieces} == {"pairs", "matches", "average_precision"}
    for name, piece in pieces:
        assert set(piece.column_names) <= set(TABLES[name].names) - {"dataset"}
        for field in piece.schema:
            plain = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
            assert plain == TABLES[name].field(field.name).type, f"{name}.{field.name}"


def test_ids_may_be_larger_than_the_piece_that_holds_them() -> None:
    scene = inputs.read(*lake_tables(*crowded_scene(4)), options=MatchOptions(), geometry="box")
    comparison = Comparison(
        overlaps.rules_of("box"), scene.predictions, scene.annotations, 3, places_per_chunk=50
    )

    chunks = list(comparison.chunks())

    assert sum(c.last_annotation - c.first_annotation for c in chunks) == len(scene.annotation_ids)
    assert [c.first for c in chunks[1:]] == [c.last for c in chunks[:-1]]


def test_a_rule_that_does_not_exist_is_refused() -> None:
    with pytest.raises(UsageError, match="choose one of count, crowd, ignore"):
        MatchOptions(difficult="hard")  # type: ignore[arg-type]


def test_more_thresholds_than_the_kernel_has_room_for_are_refused() -> None:
    with pytest.raises(ValueError, match="at most"):
        Rules(thresholds=np.linspace(0.1, 0.9, 11))


def _box(box: tuple[float, ...]) -> dict[str, float]:
    return dict(zip(("x_min", "y_min", "x_max", "y_max"), map(float, box), strict=True))


def _table(name: str, records: list[dict[str, Any]]) -> pa.Table:
    return pa.Table.from_pylist(records, schema=TABLES[name].remove_metadata())


def _all_rows(tables: tuple[pa.Table, ...]) -> dict[str, list[dict[str, Any]]]:
    return _by_table(match(*tables, model="m"))


def _by_table(pieces: Any) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for name, piece in pieces:
        found.setdefault(name, []).extend(piece.to_pylist())
    # Within a piece, rows of annotations follow those of predictions.
    found["matches"].sort(key=lambda r: (r["image_id"], r["prediction_id"] is None))
    return found


def _with_dictionaries(table: pa.Table, *names: str) -> pa.Table:
    for name in names:
        table = table.set_column(table.column_names.index(name), name, table.column(name).dictionary_encode())
    return table
