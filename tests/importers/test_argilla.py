"""Records of Argilla, by literal exports."""

from __future__ import annotations

import json

import pyarrow as pa
import pytest
from pyarrow import parquet
from records_files import gathered

from labelduck.errors import BadInputError
from labelduck.importers import argilla
from labelduck.importers.base import ReadOptions

RECORD = {
    "id": "r1",
    "_server_id": "s1",
    "status": "completed",
    "fields": {"text": "hello", "picture": "data:image/png;base64,AAAA"},
    "metadata": {"lot": 3},
    "vectors": {"mini": [0.5, 1]},
    "suggestions": {"mood": {"value": "good", "score": 0.75, "agent": "net"}},
    "responses": {
        "mood": [
            {"value": "good", "user_id": "u1"},
            {"value": "bad", "user_id": "u2", "status": "discarded"},
        ],
        "stars": [{"value": 4, "user_id": "u1"}],
        "topics": [
            {"value": ["a", "b"], "user_id": "u3", "status": "draft"},
            {"value": ["a", "b"], "user_id": "u1"},
        ],
        "order": [{"value": [{"value": "x", "rank": 1}, {"value": "y", "rank": 2}], "user_id": "u1"}],
        "spans": [{"value": [{"start": 0, "end": 2, "label": "GREETING"}], "user_id": "u1"}],
    },
}
LABELS = [
    ("mood", "good", "u1"),
    ("stars", "4", "u1"),
    ("topics", "a", "u1"),
    ("topics", "b", "u1"),
    ("order/1", "x", "u1"),
    ("order/2", "y", "u1"),
]


def read(path):
    return gathered(argilla.read(path, ReadOptions()))


def write(tmp_path, records, name="records.json"):
    path = tmp_path / name
    path.write_text(json.dumps(records))
    return path


def test_submitted_answers_are_labels_and_everybody_has_an_assignment(tmp_path):
    rows = read(write(tmp_path, [RECORD]))

    assert [(row["field"], row["class_name"], row["annotator"]) for row in rows["image_labels"]] == LABELS
    assert {row["image_id"] for row in rows["image_labels"]} == {"r1"}
    assert [(row["annotator"], row["status"]) for row in rows["assignments"]] == [
        ("u1", "completed"),
        ("u2", "skipped"),
        ("u3", "in_progress"),
    ]
    assert [problem["problem"] for problem in rows["import_problems"]] == [
        "1 answers to mood are drafts or discarded; not kept as labels",
        "1 answers to spans are spans; not kept as labels",
        "1 answers to topics are drafts or discarded; not kept as labels",
    ]


def test_a_record_is_an_image_with_its_fields_and_vectors(tmp_path):
    rows = read(write(tmp_path, [RECORD, RECORD | {"id": None, "responses": {}, "status": "pending"}]))

    first, second = rows["images"]
    assert (first["image_id"], first["is_annotated"]) == ("r1", True)
    assert json.loads(first["attributes"]) == {"fields": {"text": "hello"}, "metadata": {"lot": 3}}
    assert (second["image_id"], second["is_annotated"]) == ("s1", False)
    assert rows["embeddings"][0] == {
        "target": "image",
        "target_id": "r1",
        "model": "mini",
        "vector": [0.5, 1.0],
    }


def test_suggestions_are_predictions_of_their_agent_and_question(tmp_path):
    rows = read(write(tmp_path, [RECORD]))

    assert rows["models"] == [{"model": "net/mood"}]
    assert rows["predicted_labels"] == [
        {"model": "net/mood", "image_id": "r1", "class_name": "good", "confidence": 0.75}
    ]


def test_flattened_records_of_hugging_face_read_the_same(tmp_path):
    features = {"mood.suggestion": {"names": ["bad", "good"], "_type": "ClassLabel"}}
    table = pa.table(
        {
            "id": ["r1", "r2"],
            "status": ["completed", "pending"],
            "text": ["hello", "bye"],
            "mood.responses": [["good", "bad", None], None],
            "mood.responses.users": [["u1", "u2", "u3"], None],
            "mood.responses.status": [["submitted", "discarded", "draft"], None],
            "mood.suggestion": [1, 0],
            "mood.suggestion.score": [0.75, None],
            "mood.suggestion.agent": ["net", None],
        }
    ).replace_schema_metadata({"huggingface": json.dumps({"info": {"features": features}})})
    path = tmp_path / "records.parquet"
    parquet.write_table(table, path)

    rows = read(path)

    assert argilla.sniff(path) > 0.9
    assert [(row["image_id"], row["class_name"], row["annotator"]) for row in rows["image_labels"]] == [
        ("r1", "good", "u1")
    ]
    assert [row["status"] for row in rows["assignments"]] == ["completed", "skipped", "in_progress"]
    assert rows["predicted_labels"] == [
        {"model": "net", "image_id": "r1", "class_name": "good", "confidence": 0.75},
        {"model": "suggestion", "image_id": "r2", "class_name": "bad"},
    ]


def test_a_column_whose_name_is_no_text_inside_the_file_is_no_traceback(tmp_path):
    path = tmp_path / "records.parquet"
    parquet.write_table(pa.table({"id": ["r1"], "mood.responses": [["good"]], "odd": [{"naught": 1}]}), path)
    path.write_bytes(path.read_bytes().replace(b"naught", b"\x91aught"))

    with pytest.raises(BadInputError, match=r"records\.parquet: cannot be read as a table"):
        read(path)


def test_settings_beside_the_records_tell_classes_from_text(tmp_path):
    options = [{"value": "good", "text": "Good"}, {"value": "bad", "text": "Bad"}]
    questions = [
        {"name": "mood", "settings": {"type": "label_selection", "options": options}},
        {"name": "why", "settings": {"type": "text"}},
    ]
    (tmp_path / ".argilla").mkdir()
    write(tmp_path / ".argilla", {"questions": questions}, "settings.json")
    write(
        tmp_path,
        [
            RECORD
            | {
                "responses": {
                    "mood": [{"value": "bad", "user_id": "u"}],
                    "why": [{"value": "so", "user_id": "u"}],
                }
            }
        ],
    )

    rows = read(tmp_path)

    assert rows["classes"] == [
        {"class_name": "good", "class_index": 0},
        {"class_name": "bad", "class_index": 1},
    ]
    assert [row["class_name"] for row in rows["image_labels"]] == ["bad"]
    assert rows["predicted_labels"][0]["model"] == "net"
    assert [problem["problem"] for problem in rows["import_problems"]] == [
        "1 answers to why are free text; not kept as labels"
    ]


def test_records_that_are_none_are_refused_and_ids_made_unique(tmp_path):
    broken = {
        "fields": {},
        "suggestions": {"q": 3},
        "responses": {"q": [7]},
        "vectors": {"v": [1, "x"]},
        "id": "r1",
    }

    rows = read(write(tmp_path, [RECORD, 5, broken]))

    assert [row["image_id"] for row in rows["images"]] == ["r1", "r1#2"]
    assert {(problem["location"], problem["severity"]) for problem in rows["import_problems"]} >= {
        ("[1]", "error"),
        ("[2]", "repaired"),
        ("[2].responses.q", "error"),
        ("[2].vectors.v", "error"),
    }


@pytest.mark.parametrize("content", ['[{"a": 1}]', "[1]", "nonsense", "[{", ""])
def test_what_is_no_export_is_refused_and_not_recognised(tmp_path, content):
    path = tmp_path / "records.json"
    path.write_text(content)

    assert argilla.sniff(path) == 0
    if content:
        with pytest.raises(BadInputError):
            read(path)


def test_a_table_of_something_else_names_the_columns_it_lacks(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("a,b\n1,2\n")

    with pytest.raises(
        BadInputError, match=r"no column QUESTION\.responses or QUESTION\.suggestion; it has a, b"
    ):
        read(path)


def test_an_export_is_recognised(tmp_path):
    assert argilla.sniff(write(tmp_path, [RECORD])) > 0.9
    assert argilla.sniff(tmp_path) > 0.9
