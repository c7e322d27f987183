"""Names of columns, values that cannot be understood, and files that are no tables."""

from __future__ import annotations

import gzip
import json
from importlib import import_module

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import csv, parquet
from records_files import as_csv, read

from labelduck.errors import BadInputError
from labelduck.importers import records, tabular
from labelduck.importers.base import ReadOptions

KNOWN_AS = {
    "labels": [
        ({"task": "a", "worker": "w", "label": "cat"}, {"image_id": "a", "annotator": "w", "class_name": "cat"}),
        ({"Item ID": "a", "rater": "w", "answer": "yes", "question": "q"}, {"image_id": "a", "annotator": "w", "class_name": "yes", "field": "q"}),
        ({"text_id": 7, "completed_by": "w", "class": "cat"}, {"image_id": "7", "annotator": "w", "class_name": "cat"}),
        ({"doc_id": "a", "labelerLogin": "w", "category": "x"}, {"image_id": "a", "annotator": "w", "class_name": "x"}),
        ({"record_id": "a", "user": "w", "value": "x"}, {"image_id": "a", "annotator": "w", "class_name": "x"}),
        ({"filename": "s/a.jpg", "email": "w", "label": "x"}, {"image_id": "s/a", "annotator": "w", "class_name": "x"}),
    ],
    "reviews": [
        ({"id": 3, "object_id": 5, "verdict": "FAIL", "qa": "eve", "comment": "no"}, {"review_id": "3", "annotation_id": "5", "decision": "rejected", "reviewer": "eve", "reason": "no"}),
        ({"review_id": "r", "image": "a.jpg", "status": "ok", "timestamp": 0}, {"review_id": "r", "image_id": "a", "decision": "accepted"}),
    ],
    "jobs": [({"job_id": 1, "project_name": "p", "status": "new", "assignee": "w"}, {"job": "1", "project": "p", "state": "new", "assignee": "w"})],
    "issues": [({"thread_id": 1, "image_id": "a", "created_by": "w", "text": "t"}, {"issue_id": "1", "image_id": "a", "annotator": "w", "message": "t"})],
    "events": [({"event_id": "1", "timestamp": 0, "user": "w", "event": "Deleted", "object_id": "7"}, {"event_id": "1", "actor": "w", "action": "delete", "annotation_id": "7"})],
    "tags": [({"annotation_id": 1, "metric": "mistakenness", "score": 0.5, "provider": "t"}, {"target": "annotation", "target_id": "1", "tag": "mistakenness", "score": 0.5, "tool": "t"})],
    "classes": [({"id": 3, "name": "cat", "parent": "animal"}, {"class_index": 3, "class_name": "cat", "supercategory": "animal"})],
    "guidelines": [({"version": 2, "label": "cat", "text": "whole tail"}, {"guideline_version": "2", "class_name": "cat", "rule": "whole tail"})],
    "embeddings": [({"image_id": "a", "dim_0": 1, "dim_1": 2}, {"target": "image", "target_id": "a", "vector": [1.0, 2.0]})],
}  # fmt: skip
LAKE = {"labels": "image_labels"}


@pytest.mark.parametrize(
    ("table", "row", "expected"), [(t, *case) for t, cases in KNOWN_AS.items() for case in cases]
)
def test_columns_are_known_under_the_names_of_the_field(tmp_path, table, row, expected):
    path = tmp_path / "t.csv"
    path.write_text(as_csv([row]))

    found = read(path, table)

    (told,) = found[LAKE.get(table, table)]
    assert {name: value for name, value in told.items() if name in expected} == expected
    assert "import_problems" not in found


def test_what_a_file_is_follows_from_its_columns(tmp_path):
    path = tmp_path / "t.csv"
    for table, cases in KNOWN_AS.items():
        path.write_text(as_csv([cases[0][0]]))
        assert records.of_table(table).sniff(path) >= 0.6, table
        assert records.sniff(path) >= 0.6, table


@pytest.mark.parametrize(
    "text", ["", "foo,bar\n1,2\n", "\0\0\0\0", "[]", "{}", "PAR1", "PK\x03\x04", '{"images": []}']
)
def test_what_is_no_table_is_not_recognised(tmp_path, text):
    path = tmp_path / "t"
    path.write_text(text)

    assert records.sniff(path) == 0


def test_columns_that_fit_two_tables_ask_which_one(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("image_id,annotator,state\na,w,done\n")

    with pytest.raises(BadInputError, match=r"(reviews or assignments|assignments or reviews)"):
        read(path)
    assert read(path, "assignments")["assignments"] == [
        {"image_id": "a", "annotator": "w", "status": "completed"}
    ]


def test_a_missing_column_names_those_there_and_those_accepted(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("annotation_id,reviewer\n1,eve\n")

    with pytest.raises(BadInputError) as caught:
        read(path, "reviews")

    told = str(caught.value)
    assert "t.csv: has no column for decision of reviews" in told
    assert "its columns are annotation_id, reviewer" in told
    assert "accepted are decision, review_decision, review_status, verdict" in told


def test_unknown_columns_are_named_once_or_kept_as_attributes(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("image_id,class_name,colour,Unnamed: 0\na,cat,red,0\nb,cat,,1\n")

    labels, images = read(path, "labels"), read(path, "images")

    (problem,) = labels["import_problems"]
    assert (problem["severity"], problem["problem"]) == (
        "warning",
        "these columns have no place in image_labels and are not kept: colour",
    )
    told = [json.loads(row["attributes"]) for row in images["images"]]
    assert told == [{"class_name": "cat", "colour": "red"}, {"class_name": "cat"}]


def test_attributes_of_a_file_are_kept_and_added_to(tmp_path):
    path = tmp_path / "t.jsonl"
    rows = [
        {"image_id": "a", "attributes": {"n": 1}, "colour": 'r"d'},
        {"image_id": "b", "attributes": '{"n": 2}', "colour": None},
        {"image_id": "c", "attributes": "plain", "colour": "\n"},
        {"image_id": "d"},
    ]
    path.write_text("\n".join(map(json.dumps, rows)))

    found = [row.get("attributes") for row in read(path, "images")["images"]]

    assert [text and json.loads(text) for text in found] == [
        {"n": 1, "colour": 'r"d'},
        {"n": 2},
        {"attributes": "plain", "colour": "\n"},
        None,
    ]


def test_values_that_are_not_understood_are_left_empty_with_their_row(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text(
        "image_id,class_name,is_gold,created_at,lead_time_s\n"
        "a,cat,perhaps,soon,-1\n"
        "b,cat,yes,1714564800000,1e999\n"
        "c,cat,FALSE,2024-05-01,0\n"
    )

    found = read(path, "labels")

    told = {(p["location"], p["record"]): p["severity"] for p in found["import_problems"]}
    assert told == {
        ("row 2, is_gold", "perhaps"): "repaired",
        ("row 2, created_at", "soon"): "repaired",
        ("row 2, lead_time_s", "-1"): "repaired",
        ("row 3, lead_time_s", "1e999"): "repaired",
    }
    assert [row.get("is_gold") for row in found["image_labels"]] == [None, True, False]
    assert [row["created_at"].isoformat() for row in found["image_labels"][1:]] == [
        "2024-05-01T12:00:00",
        "2024-05-01T00:00:00",
    ]


def test_rows_that_lack_what_they_are_about_are_refused(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("annotation_id,decision\n1,\n,accepted\n2,accepted\n")

    found = read(path, "reviews")

    assert [row["annotation_id"] for row in found["reviews"]] == ["2"]
    assert {p["location"]: p["problem"] for p in found["import_problems"]} == {
        "row 2": "has no decision; left out",
        "row 3": "has no annotation_id or image_id or file_name or job; left out",
    }


def test_ragged_rows_are_refused_and_the_others_keep_their_numbers(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("image_id,class_name,is_gold\na,cat,1\nb,cat\nc,cat,1,2\nd,cat,what\n")

    found = read(path, "labels")

    assert [row["image_id"] for row in found["image_labels"]] == ["a", "d"]
    assert [p["location"] for p in found["import_problems"]] == ["row 3", "row 4", "row 5, is_gold"]


def test_things_named_twice_keep_their_first_row_and_records_get_new_ids(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("id,name\n1,cat\n2,cat\n")
    classes = read(path, "classes")
    path.write_text("issue_id,job,message\n1,j,x\n1,j,y\n,j,z\n")
    issues = read(path, "issues")

    assert classes["classes"] == [{"class_name": "cat", "class_index": 1}]
    assert [p["severity"] for p in classes["import_problems"]] == ["error"]
    assert [row["issue_id"] for row in issues["issues"]] == ["1", "1#2", "t/2"]
    assert [p["severity"] for p in issues["import_problems"]] == ["repaired"]


def test_classes_that_are_numbers_are_sorted_by_them(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("image_id,class_name\na,10\nb,9\n")

    assert read(path)["classes"] == [
        {"class_name": "10", "class_index": 10},
        {"class_name": "9", "class_index": 9},
    ]
    assert read(path, class_names=tuple("abcdefghijk"))["classes"] == [
        {"class_name": "k", "class_index": 10},
        {"class_name": "j", "class_index": 9},
    ]


@pytest.mark.parametrize("mark", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_text_may_be_marked_and_separated_as_spreadsheets_do(tmp_path, mark, delimiter):
    path = tmp_path / "t.csv"
    path.write_bytes(as_csv([{"image_id": "ä", "class_name": "cat"}], delimiter=delimiter).encode(mark))

    assert read(path)["image_labels"] == [{"image_id": "ä", "class_name": "cat"}]


def test_columns_beyond_a_long_header_are_text_as_all_others(tmp_path):
    path = tmp_path / "wide.csv"
    row = {f"a column of no meaning here, number {n}": 1.5 for n in range(3000)}
    row |= {"image_id": "007", "annotator": "w", "label": "cat"}
    path.write_text(as_csv([row]))

    rows = read(path, "labels")
    table = tabular.read(path)

    assert [(r["image_id"], r["class_name"]) for r in rows["image_labels"]] == [("007", "cat")]
    assert table["image_id"].to_pylist() == ["007"]


@pytest.mark.parametrize("mark", ["\u2028", "\x85", "\x1e"])
def test_a_header_ends_where_csv_says(tmp_path, mark):
    path = tmp_path / "odd.csv"
    path.write_text(f"a{mark}b,image_id,annotator,label\n1,007,w,cat\n", encoding="utf-8")

    assert [r["image_id"] for r in read(path, "labels")["image_labels"]] == ["007"]


def test_a_quotation_mark_that_is_never_closed_under_a_long_header_is_told(tmp_path):
    path = tmp_path / "wide.csv"
    path.write_text("x" * 70_000 + ',image_id,annotator,label\n0,1,w,cat\n1.5,7,w,"cat\n0,1,w,cat\n')

    with pytest.raises(BadInputError, match="the quotation mark of its label is never closed"):
        read(path, "labels")


def test_packed_text_is_read(tmp_path):
    path = tmp_path / "t.csv.gz"
    path.write_bytes(gzip.compress(b"image_id,class_name\na,cat\n"))

    assert read(path)["image_labels"] == [{"image_id": "a", "class_name": "cat"}]


@pytest.mark.parametrize(
    "content",
    [
        {"rows": [{"image_id": "a", "class_name": "cat"}]},
        {"image_id": ["a"], "class_name": ["cat"]},
        {"image_id": {"0": "a"}, "class_name": {"0": "cat"}},
        {"image_id": "a", "class_name": "cat"},
    ],
)
def test_json_holds_rows_in_several_ways(tmp_path, content):
    path = tmp_path / "t.json"
    path.write_text(json.dumps(content, indent=1))

    assert read(path, "labels")["image_labels"] == [{"image_id": "a", "class_name": "cat"}]


def test_objects_need_not_all_name_the_same_and_what_is_none_is_refused(tmp_path):
    path = tmp_path / "t.jsonl"
    path.write_text(
        '{"image_id": 1, "class_name": "cat"}\n\nnonsense\n7\n{"class_name": "dog", "image_id": "b", "annotator": "w"}\n'
    )

    found = read(path, "labels")

    assert found["image_labels"] == [
        {"image_id": "1", "class_name": "cat"},
        {"image_id": "b", "class_name": "dog", "annotator": "w"},
    ]
    assert [p["location"] for p in found["import_problems"]] == ["line 3", "line 4"]


def test_columns_that_turn_up_late_count_too(tmp_path, monkeypatch):
    monkeypatch.setattr("labelduck.importers.records.objects.OBJECTS", 1)
    path = tmp_path / "t.jsonl"
    path.write_text(
        '{"annotation_id": 1, "decision": "ok"}\n{"annotation_id": 2, "decision": "ok", "reviewer": "eve"}\n{"reviewer": "x"}\n'
    )

    found = read(path)

    assert [row.get("reviewer") for row in found["reviews"]] == [None, "eve"]
    assert [row["review_id"] for row in found["reviews"]] == ["t/0", "t/1"]
    assert [p["location"] for p in found["import_problems"]] == ["line 3"]


def test_columns_of_an_npz_are_read_by_name(tmp_path):
    path = tmp_path / "t.npz"
    np.savez(
        path, image_id=np.array([1, 2]), class_name=np.array(["cat", "dög"]), annotator=np.array([b"w", b"x"])
    )

    assert read(path)["image_labels"] == [
        {"image_id": "1", "class_name": "cat", "annotator": "w"},
        {"image_id": "2", "class_name": "dög", "annotator": "x"},
    ]


def test_columns_of_an_npz_that_differ_in_length_are_refused(tmp_path):
    path = tmp_path / "t.npz"
    np.savez(path, image_id=np.array([1, 2]), class_name=np.array(["cat"]))

    with pytest.raises(BadInputError, match=r"image_id \(2,\), class_name \(1,\)"):
        read(path, "labels")


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "is empty"),
        (b"image_id,class_name\n\xff\xfe\x00a,cat\n", "is not UTF-8"),
        (b"image_id,image_id,class_name\na,b,c\n", "occurs twice"),
        (b"[1, 2", "is no JSON"),
        (b"[" * 100_000, "no JSON"),
        (b"PAR1 and no more", "cannot be read"),
        (b"PK\x03\x04 and no more", "cannot be read"),
        (b"\x93NUMPY\x01\x00\x10\x00{'descr': '<f8',", "cannot be read"),
        (b"\x1f\x8b and no more", "cannot be read"),
        (b'image_id,class_name\na,"cat\n' + b"b,c\n" * 9, "row 2: the quotation mark of its class_name"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(tmp_path, data, problem):
    path = tmp_path / "t"
    path.write_bytes(data)

    with pytest.raises(BadInputError, match=problem):
        read(path, "labels")


def test_odd_text_and_huge_numbers_stay_what_they_are(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text(f"image_id,class_name,annotator\n{'9' * 40},nul\0here,\u200b\n1e5, cat ,NULL\n")

    assert read(path)["image_labels"] == [
        {"image_id": "9" * 40, "class_name": "nul\0here", "annotator": "\u200b"},
        {"image_id": "1e5", "class_name": "cat", "annotator": "NULL"},
    ]


def test_columns_of_other_types_become_ours(tmp_path):
    path = tmp_path / "t.parquet"
    columns = {
        "image_id": pa.array([7.0, None, 8.0]),
        "class_name": pa.array(["cat", "cat", "dog"]).dictionary_encode(),
        "is_gold": pa.array([1, 0, 2]),
        "created_at": pa.array([0, 1, 1], pa.timestamp("ns", "Europe/Paris")),
        "lead_time_s": pa.array([1.5, float("nan"), None]),
        "annotator": pa.array([{"email": "a@b", "id": 1}, {"email": None, "id": 2}, None]),
    }
    parquet.write_table(pa.table(columns), path)

    found = read(path)

    assert [(row["image_id"], row.get("annotator"), row.get("is_gold")) for row in found["image_labels"]] == [
        ("7", "a@b", True),
        ("8", None, None),
    ]
    places = {p["location"] for p in found["import_problems"]}
    assert places == {"row 2, lead_time_s", "row 3, is_gold", "row 2"}


@pytest.mark.parametrize("text", ["image_id,class_name\n", "[]", '{"labels": []}'])
def test_an_empty_table_gives_no_rows_and_no_problem(tmp_path, text):
    path = tmp_path / "t.csv"
    path.write_text(text)

    assert read(path, "labels") == {}


def test_nothing_at_all_is_refused_where_it_has_to_be_recognised(tmp_path):
    path = tmp_path / "t.json"
    path.write_text("[]")

    with pytest.raises(BadInputError, match="no table known here"):
        read(path)


def test_pieces_of_a_large_file_join_without_a_seam(tmp_path, monkeypatch):
    monkeypatch.setattr(import_module("labelduck.importers.records.pieces"), "BLOCK_BYTES", 1 << 10)
    path = tmp_path / "t.csv"
    rows = [f"{n % 50},img{n % 7},cat,{n},2,3,4" for n in range(500)]
    rows[123] = "too,short"
    path.write_text("annotation_id,image_id,label,x,y,w,h\n" + "\n".join(rows) + "\n")

    batches = list(records.of_table("annotations").read(path, ReadOptions()))
    found = read(path)

    assert len(batches) > 5
    assert len(found["images"]) == 7
    ids = [row["annotation_id"] for row in found["annotations"]]
    assert len(ids) == len(set(ids)) == 499
    assert ids[49:52] == ["49", "0#2", "1#2"]
    assert [row["source_ref"] for row in found["annotations"]] == [str(n + 2) for n in range(500) if n != 123]
    assert [p["location"] for p in found["import_problems"] if p["severity"] == "error"] == ["row 125"]


@pytest.mark.slow
def test_a_million_labels_take_no_more_memory_than_a_few_pieces(tmp_path):
    path = tmp_path / "t.csv"
    names = np.arange(1_000_000) % 20_000
    table = pa.table(
        {"image_id": names, "annotator": names % 50, "class_name": names % 3, "lead_time_s": names / 7}
    )
    csv.write_csv(table, path)
    del table
    before, most, n_rows = pa.total_allocated_bytes(), 0, 0

    for batch in records.of_table("labels").read(path, ReadOptions()):
        most = max(most, pa.total_allocated_bytes() - before)
        n_rows += batch["image_labels"].num_rows if "image_labels" in batch else 0

    assert n_rows == 1_000_000
    assert most < path.stat().st_size
