"""Tables by column name, by literal rows: the same in every kind of file."""

from __future__ import annotations

from datetime import datetime

import pytest
from records_files import KINDS, read, write

NOON = datetime(2024, 5, 1, 12)  # noqa: DTZ001 - the lake's times are UTC without a zone
BOX = {"x_min": 1.0, "y_min": 2.0, "x_max": 4.0, "y_max": 6.0}

TABLES = {
    "labels": (
        [
            {"image_id": "a", "annotator": "ann", "class_name": "cat", "is_gold": True, "lead_time_s": 2.5},
            {
                "image_id": "a",
                "annotator": "bob",
                "class_name": "dog",
                "created_at": "2024-05-01T14:00:00+02:00",
            },
        ],
        {
            "images": [{"image_id": "a", "is_annotated": True}],
            "classes": [{"class_name": "cat"}, {"class_name": "dog"}],
            "image_labels": [
                {
                    "image_id": "a",
                    "class_name": "cat",
                    "annotator": "ann",
                    "is_gold": True,
                    "lead_time_s": 2.5,
                },
                {"image_id": "a", "class_name": "dog", "annotator": "bob", "created_at": NOON},
            ],
        },
    ),
    "assignments": (
        [{"image_id": "a", "annotator": "ann", "batch": "b1", "status": "Submitted"}],
        {"assignments": [{"image_id": "a", "annotator": "ann", "batch": "b1", "status": "completed"}]},
    ),
    "jobs": (
        [
            {
                "job": "7",
                "task": "t",
                "type": "gold",
                "state": "done",
                "assignee": "ann",
                "created_at": "2024-05-01 12:00:00",
            }
        ],
        {
            "jobs": [
                {
                    "job": "7",
                    "task": "t",
                    "type": "gold",
                    "state": "completed",
                    "assignee": "ann",
                    "created_at": NOON,
                }
            ]
        },
    ),
    "events": (
        [
            {
                "event_id": "e",
                "happened_at": 1714564800,
                "actor": "ann",
                "action": "updated",
                "annotation_id": "1",
            },
        ],
        {
            "events": [
                {
                    "event_id": "e",
                    "happened_at": NOON,
                    "actor": "ann",
                    "action": "update",
                    "annotation_id": "1",
                }
            ]
        },
    ),
    "reviews": (
        [
            {"review_id": "r", "annotation_id": "1", "reviewer": "eve", "decision": "approve", "round": 2},
            {
                "review_id": "s",
                "annotation_id": "2",
                "decision": "rejected",
                "error_kind": "loose box",
                "reason": "too big",
            },
        ],
        {
            "reviews": [
                {
                    "review_id": "r",
                    "annotation_id": "1",
                    "reviewer": "eve",
                    "decision": "accepted",
                    "round": 2,
                },
                {
                    "review_id": "s",
                    "annotation_id": "2",
                    "decision": "rejected",
                    "error_kind": "bad_box",
                    "reason": "too big",
                },
            ]
        },
    ),
    "issues": (
        [{"issue_id": "i", "image_id": "a", "category": "blur", "message": 'not, sharp\n"here"'}],
        {"issues": [{"issue_id": "i", "image_id": "a", "category": "blur", "message": 'not, sharp\n"here"'}]},
    ),
    "tags": (
        [
            {"target": "annotation", "target_id": "1", "tag": "mistakenness", "score": 0.25, "tool": "t"},
            {"target": "image", "target_id": "a", "tag": "blurred", "value": "very"},
        ],
        {
            "tags": [
                {"target": "annotation", "target_id": "1", "tag": "mistakenness", "score": 0.25, "tool": "t"},
                {"target": "image", "target_id": "a", "image_id": "a", "tag": "blurred", "value": "very"},
            ]
        },
    ),
    "images": (
        [
            {
                "image_id": "a",
                "file_name": "x/a.jpg",
                "width": 640,
                "height": 480,
                "tags": ["dark", "wet"],
                "weather": "rain",
            }
        ],
        {
            "images": [
                {
                    "image_id": "a",
                    "file_name": "x/a.jpg",
                    "width": 640,
                    "height": 480,
                    "tags": ["dark", "wet"],
                    "attributes": '{"weather":"rain"}',
                }
            ]
        },
    ),
    "classes": (
        [
            {
                "class_name": "person",
                "class_index": 1,
                "keypoint_names": ["nose", "eye"],
                "skeleton": [[1, 2]],
                "risk": "HIGH",
            }
        ],
        {
            "classes": [
                {
                    "class_name": "person",
                    "class_index": 1,
                    "keypoint_names": ["nose", "eye"],
                    "skeleton": [[1, 2]],
                    "risk": "high",
                }
            ]
        },
    ),
    "models": (
        [{"model": "m", "trained_on_dataset": "d", "trained_on_version": 3, "is_out_of_sample": "yes"}],
        {
            "models": [
                {"model": "m", "trained_on_dataset": "d", "trained_on_version": 3, "is_out_of_sample": True}
            ]
        },
    ),
    "embeddings": (
        [{"target": "image", "target_id": "a", "model": "m", "vector": [0.5, 1, -2]}],
        {"embeddings": [{"target": "image", "target_id": "a", "model": "m", "vector": [0.5, 1.0, -2.0]}]},
    ),
    "guidelines": (
        [{"guideline_version": "3", "class_name": "cat", "topic": "tails", "rule": "include them"}],
        {
            "guidelines": [
                {"guideline_version": "3", "class_name": "cat", "topic": "tails", "rule": "include them"}
            ]
        },
    ),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("table", TABLES)
def test_a_table_is_the_same_from_every_kind_of_file(tmp_path, table, kind):
    rows, expected = TABLES[table]

    path = write(tmp_path, kind, rows)

    assert read(path, table) == expected
    assert read(path) == expected


@pytest.mark.parametrize("kind", KINDS)
def test_boxes_bring_their_images_and_classes(tmp_path, kind):
    rows = [
        {
            "image_id": "a",
            "class_name": "cat",
            "x_min": 1,
            "y_min": 2,
            "x_max": 4,
            "y_max": 6,
            "annotator": "ann",
        },
        {
            "image_id": "a",
            "class_name": "cat",
            "x_min": 1.5,
            "y_min": 2,
            "x_max": 4,
            "y_max": 6,
            "note": "odd",
        },
    ]

    found = read(write(tmp_path, kind, rows))

    common = {
        "image_id": "a",
        "class_name": "cat",
        "geometry": "box",
        "source_file": str(tmp_path / f"table.{kind}"),
    }
    first = 2 if kind == "csv" else 0 if kind == "json" else 1
    assert found == {
        "images": [{"image_id": "a", "is_annotated": True}],
        "classes": [{"class_name": "cat"}],
        "annotations": [
            common
            | {
                "annotation_id": "a/0",
                "box": BOX,
                "area": 12.0,
                "annotator": "ann",
                "source_ref": str(first),
            },
            common
            | {
                "annotation_id": "a/1",
                "box": BOX | {"x_min": 1.5},
                "area": 10.0,
                "attributes": '{"note":"odd"}',
                "source_ref": str(first + 1),
            },
        ],
    }
