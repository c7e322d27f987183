"""Rows that come one by one."""

from __future__ import annotations

from datetime import datetime

import pytest

from labelduck.importers import rows as module
from labelduck.importers.rows import Rows, json_text


def only_batch(rows: Rows) -> dict:
    (batch,) = rows.rest("file")
    return batch


def test_columns_that_a_row_lacks_are_null():
    rows = Rows()
    rows.add("annotations", {"annotation_id": "1", "box": (1.0, 2.0, 3.0, 4.0), "attributes": {"a": 1}})
    rows.add("annotations", {"annotation_id": "2", "annotator": "ann"})

    table = only_batch(rows)["annotations"]

    assert table.to_pylist() == [
        {
            "annotation_id": "1",
            "box": {"x_min": 1.0, "y_min": 2.0, "x_max": 3.0, "y_max": 4.0},
            "attributes": '{"a":1}',
            "annotator": None,
        },
        {"annotation_id": "2", "box": None, "attributes": None, "annotator": "ann"},
    ]


def test_times_are_read_in_utc_and_what_is_no_time_is_noted():
    rows = Rows()
    rows.add("annotations", {"created_at": "2024-05-06T07:08:09+02:00"})
    rows.add("annotations", {"created_at": "soon", "source_file": "a.json", "source_ref": "objects[1]"})

    batch = only_batch(rows)

    assert batch["annotations"]["created_at"].to_pylist() == [datetime(2024, 5, 6, 5, 8, 9), None]  # noqa: DTZ001
    (problem,) = batch["import_problems"].to_pylist()
    assert (problem["source_file"], problem["location"]) == ("a.json", "objects[1]")
    assert problem["problem"] == "created_at 'soon' is no time, expected ISO 8601; it is left empty"


def test_an_id_that_occurs_again_gets_a_number_that_nobody_has():
    rows = Rows()

    ids = [
        rows.unique_id("annotations", wanted, source_file="a", location="here")
        for wanted in ("7", "7#2", "7", "7")
    ]

    assert ids == ["7", "7#2", "7#3", "7#4"]
    assert only_batch(rows)["import_problems"]["severity"].to_pylist() == ["repaired", "repaired"]


def test_a_row_is_added_once_per_key():
    rows = Rows()

    new = [rows.add_once("classes", name, {"class_name": name}) for name in ("cat", "dog", "cat")]

    assert new == [True, True, False]
    assert only_batch(rows)["classes"]["class_name"].to_pylist() == ["cat", "dog"]


def test_batches_come_when_enough_has_gathered(monkeypatch):
    monkeypatch.setattr(module, "BATCH_ROWS", 3)
    rows = Rows()

    sizes = []
    for number in range(7):
        rows.add("images", {"image_id": str(number)})
        sizes += [batch["images"].num_rows for batch in rows.batches()]
    rest = only_batch(rows)

    assert sizes == [3, 3]
    assert rest["images"].num_rows == 1


def test_halves_of_a_character_become_question_marks():
    rows = Rows()
    rows.add("annotations", {"class_name": "cat\ud800", "attributes": {"a": "\udfff"}})

    (row,) = only_batch(rows)["annotations"].to_pylist()

    assert row["class_name"] == "cat?"
    assert row["attributes"] == '{"a": "\\udfff"}'


def test_halves_of_a_character_in_lists_and_numbers_of_many_digits_can_be_stored():
    rows = Rows()
    rows.add("images", {"image_id": "1", "tags": ["a\udfff"], "attributes": {"n": 1 << 70}})

    (row,) = only_batch(rows)["images"].to_pylist()

    assert row["tags"] == ["a?"]
    assert row["attributes"] == f'{{"n":{1 << 70}}}'


def test_a_column_that_no_table_has_is_an_error_of_the_importer():
    rows = Rows()
    rows.add("images", {"image_id": "1", "wide": 3})

    with pytest.raises(KeyError, match="images has no column wide"):
        only_batch(rows)


@pytest.mark.parametrize(("value", "text"), [(None, None), ({}, None), ("", None), ("x", "x"), ([1], "[1]")])
def test_source_fields_are_json_text(value, text):
    assert json_text(value) == text


@pytest.mark.parametrize("empty", [list, dict])
def test_of_what_nests_too_deep_to_be_written_the_outer_levels_stay(empty):
    deep = empty()
    for _ in range(20_000):
        deep = [deep] if empty is list else {"a": deep}
    rows = Rows()

    rows.problems.add("file", "place", "odd", record=deep)

    assert '"..."' in (json_text({"b": deep}) or "")
    assert '"..."' in only_batch(rows)["import_problems"]["record"][0].as_py()
