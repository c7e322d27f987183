"""Exports of Datasaur, by literal folders."""

from __future__ import annotations

import json
import zipfile

import pytest
from records_files import gathered

from labelduck.errors import BadInputError
from labelduck.importers import datasaur
from labelduck.importers.base import ReadOptions

ROWS = {
    "ROOT/talk.csv": "text\nhello\nbye\n",
    "DOCUMENT-ann@x.org/talk.csv": "text,mood,long?\nhello,good,no\nbye,bad,no\n",
    "DOCUMENT-bob/talk.csv": "text,mood,long?\nhello,bad,no\nbye,,\n",
    "REVIEW/talk.csv": "text,mood,long?,Label Status,Line\nhello,good,no,RESOLVED,1\nbye,bad,no,CONFLICT,2\n",
}
VOTES = [
    ("talk.csv/1", "mood", "good", "ann@x.org", "manual"),
    ("talk.csv/1", "long?", "no", "ann@x.org", "manual"),
    ("talk.csv/2", "mood", "bad", "ann@x.org", "manual"),
    ("talk.csv/2", "long?", "no", "ann@x.org", "manual"),
    ("talk.csv/1", "mood", "bad", "bob", "manual"),
    ("talk.csv/1", "long?", "no", "bob", "manual"),
    ("talk.csv/1", "mood", "good", None, "consensus"),
    ("talk.csv/1", "long?", "no", None, "consensus"),
]
SCHEMA = {
    "version": "1.0.0",
    "data": {
        "labelSets": [{"labelItems": [{"id": "p", "labelName": "PERSON"}]}],
        "spanLabels": [
            {
                "labelSetItemId": "p",
                "labeledBy": "LABELER",
                "textPosition": {"start": {"row": 0, "tokenIndex": 1}, "end": {"row": 0, "tokenIndex": 2}},
            },
            {
                "labelSetItemId": "p",
                "labeledBy": "CONFLICT",
                "textPosition": {"start": {"row": 1, "tokenIndex": 0}, "end": {"row": 1, "tokenIndex": 0}},
            },
            {"labelSetItemId": "p"},
        ],
        "rowQuestions": [{"id": 0, "label": "mood"}],
        "rowAnswers": [{"line": 3, "answers": {"0": ["good", "calm"]}}, {"answers": {"0": "bad"}}],
        "documentAnswers": {"answers": {"long?": "no"}},
    },
}


def write(folder, files):
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def read(path):
    return gathered(datasaur.read(path, ReadOptions()))


def told(rows):
    keys = ("image_id", "field", "class_name", "annotator", "source")
    return [tuple(row.get(key) for key in keys) for row in rows["image_labels"]]


def test_each_labelers_rows_are_votes_and_the_review_is_their_consensus(tmp_path):
    rows = read(write(tmp_path, ROWS))

    assert sorted(told(rows), key=str) == sorted(VOTES, key=str)
    assert [(row["image_id"], row["annotator"], row["status"]) for row in rows["assignments"]] == [
        ("talk.csv/1", "ann@x.org", "completed"),
        ("talk.csv/2", "ann@x.org", "completed"),
        ("talk.csv/1", "bob", "completed"),
        ("talk.csv/2", "bob", "in_progress"),
    ]
    assert [(row["image_id"], row["attributes"]) for row in rows["images"]] == [
        ("talk.csv/1", '{"text":"hello"}'),
        ("talk.csv/2", '{"text":"bye"}'),
    ]


def test_a_zip_reads_as_its_folder(tmp_path):
    folder = write(tmp_path / "export", ROWS)
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w") as packed:
        for name, text in ROWS.items():
            packed.writestr(f"project/{name}", text)

    assert datasaur.sniff(path) == datasaur.sniff(folder) == 0.9
    assert read(path) == read(folder)


def test_without_the_original_questions_are_where_labelers_differ(tmp_path):
    rows = read(write(tmp_path, {name: text for name, text in ROWS.items() if not name.startswith("ROOT")}))

    assert sorted(told(rows), key=str) == sorted(VOTES, key=str)


def test_where_nothing_tells_questions_from_data_the_file_is_refused(tmp_path):
    rows = read(write(tmp_path, {"DOCUMENT-bob/talk.csv": ROWS["DOCUMENT-bob/talk.csv"]}))

    (problem,) = rows["import_problems"]
    assert "image_labels" not in rows
    assert "ROOT" in problem["problem"]


def test_spans_of_a_csv_are_items(tmp_path):
    text = "File,Line,Begin Offset,End Offset,Type\ntalk.txt,0,3,7,PERSON\ntalk.txt,2,0,4\n"

    rows = read(write(tmp_path, {"DOCUMENT-bob/talk.csv": text}))

    assert told(rows) == [("talk.csv/0:3-7", None, "PERSON", "bob", "manual")]
    assert [problem["location"] for problem in rows["import_problems"]] == ["row 3"]


def test_a_document_of_the_schema_has_spans_and_answers(tmp_path):
    rows = read(write(tmp_path, {"DOCUMENT-bob/talk.json": json.dumps(SCHEMA)}))

    assert told(rows) == [
        ("talk.json/0:1-2", None, "PERSON", "bob", "manual"),
        ("talk.json/3", "mood", "good", "bob", "manual"),
        ("talk.json/3", "mood", "calm", "bob", "manual"),
        ("talk.json", "long?", "no", "bob", "manual"),
    ]
    assert [problem["location"] for problem in rows["import_problems"]] == ["spanLabels[2]", "rowAnswers[1]"]


@pytest.mark.parametrize("text", ["[1, 2", '{"data": {}}', "[]", "\ud800".encode("utf-8", "surrogatepass")])
def test_a_file_that_is_no_version_is_noted(tmp_path, text):
    path = (
        write(tmp_path, {"DOCUMENT-ann/talk.csv": "a,b\n", "DOCUMENT-ann/x.json": ""})
        / "DOCUMENT-ann"
        / "x.json"
    )
    path.write_bytes(text if isinstance(text, bytes) else text.encode())

    rows = read(tmp_path)

    assert "x.json" in " ".join(problem["source_file"] for problem in rows["import_problems"])


def test_a_folder_without_versions_is_refused_and_not_recognised(tmp_path):
    write(tmp_path, {"ROOT/talk.csv": "text\n"})

    assert datasaur.sniff(tmp_path) == 0
    with pytest.raises(BadInputError, match="DOCUMENT-"):
        read(tmp_path)
