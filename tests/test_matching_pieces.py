"""`average_precision`, and the pieces in which all rows come."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from coco_oracle import lake_tables
from labelduck import kernel
from labelduck.kernel import Comparison
from labelduck.matching import MatchOptions, inputs, match, overlaps
from labelduck.schema import TABLES
from matching_rows import annotation, outcomes, prediction, rows
from matching_scenes import crowded_scene


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
