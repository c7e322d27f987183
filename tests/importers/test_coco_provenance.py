"""Who annotated, when and in which batch is taken from wherever tools write it into COCO files."""

from __future__ import annotations

import json
from datetime import datetime

import pytest
from coco_files import IMAGE, annotation, problems, read


@pytest.fixture(params=["native", "python"])
def path(request, tmp_path, monkeypatch):
    if request.param == "python":
        monkeypatch.setenv("LABELDUCK_NATIVE", "0")
    return tmp_path / "instances.json"


def test_inline_provenance_is_recognised_and_the_rest_stays_as_json(path):
    inline = annotation(
        completed_by={"id": 3, "email": "ann@x.org"},
        batch_id=17,
        created_at="2024-05-01T12:00:00+02:00",
        lead_time=12.5,
        status="accepted",
        is_gold=True,
        ignore=1,
        difficult=0,
        colour="red",
        score=0.5,
    )

    (row,) = read(path, annotations=[inline])["annotations"]

    assert (row["annotator"], row["batch"], row["lead_time_s"]) == ("ann@x.org", "17", 12.5)
    assert row["created_at"] == datetime(2024, 5, 1, 10)  # noqa: DTZ001  times are UTC without a zone
    assert (row["review_status"], row["is_gold"], row["is_ignored"]) == ("accepted", True, True)
    assert row["difficult"] is False
    assert json.loads(row["attributes"]) == {"colour": "red", "score": 0.5}


def test_attributes_of_cvat_become_columns(path):
    attributes = {"occluded": True, "rotation": 90.0, "track_id": 5, "keyframe": False, "truncated": 0.25}

    (row,) = read(path, annotations=[annotation(attributes=attributes)])["annotations"]

    assert (row["occluded"], row["truncated"], row["track_id"], row["rotation"]) == (1.0, 0.25, "5", 90.0)
    assert row["geometry"] == "rotated_box"
    assert row["rotated_box"] == [45.0, 25.0, 45.0, 55.0, 5.0, 55.0, 5.0, 25.0]
    assert row["box"] == {"x_min": 5.0, "y_min": 25.0, "x_max": 45.0, "y_max": 55.0}
    assert row["attributes"] == '{"keyframe":false}'


def test_a_value_that_does_not_fit_its_column_stays_in_attributes(path):
    strange = annotation(created_at="yesterday", lead_time="long", annotator=["a"], status="done", occluded=7)

    (row,) = read(path, annotations=[strange])["annotations"]

    assert (row["created_at"], row["lead_time_s"], row["annotator"], row["occluded"]) == (None,) * 4
    assert json.loads(row["attributes"]) == {
        "annotator": ["a"],
        "created_at": "yesterday",
        "lead_time": "long",
        "occluded": 7,
        "status": "done",
    }


def test_attributions_fill_what_an_annotation_does_not_say_itself(path):
    rows = read(
        path,
        annotations=[annotation(), annotation(id=8, annotator="eve")],
        attributions=[
            {"annotation_id": 7, "labeler_id": "ann", "batch": "b1"},
            {"annotation_id": 8, "annotator": "bob"},
        ],
    )

    assert [(r["annotator"], r["batch"]) for r in rows["annotations"]] == [("ann", "b1"), ("eve", None)]
    assert problems(rows)[0][:2] == ("annotations[1]", "warning")


def test_an_image_s_annotator_is_an_assignment_and_that_of_its_annotations(path):
    image = IMAGE | {"annotator": "ann", "batch": "b1", "split": "train"}

    rows = read(path, annotations=[annotation(), annotation(id=8, annotator="bob")], images=[image])

    (assignment,) = rows["assignments"]
    assert (assignment["image_id"], assignment["annotator"], assignment["batch"]) == ("42", "ann", "b1")
    assert [(r["annotator"], r["batch"]) for r in rows["annotations"]] == [("ann", "b1"), ("bob", "b1")]
    assert (rows["images"][0]["split"], rows["images"][0]["batch"]) == ("train", "b1")


def test_sessions_of_coco_annotator_say_who_worked_when_and_how_long(path):
    sessions = [
        {
            "_cls": "SessionEvent",
            "user": "ann",
            "created_at": {"$date": 1_600_000_000_000},
            "milliseconds": 20_000,
        },
        {
            "user": "bob",
            "created_at": "2020-09-13T12:28:20",
            "milliseconds": 10_000,
            "tools_used": ["Select"],
        },
        {"milliseconds": 5},
        "no session",
    ]
    image = IMAGE | {"events": sessions[:2], "annotated": True}

    tables = read(path, images=[image], annotations=[annotation(id=5, events=sessions)])

    (row,) = tables["annotations"]
    assert (row["annotator"], row["lead_time_s"]) == ("ann", 30.0)
    assert row["created_at"] == datetime(2020, 9, 13, 12, 26, 40)  # noqa: DTZ001  times are UTC without a zone
    assert row["updated_at"] == datetime(2020, 9, 13, 12, 28, 30)  # noqa: DTZ001
    assert [(e["event_id"], e["actor"], e["action"], e["annotation_id"]) for e in tables["events"]] == [
        ("5/0", "ann", "create", "5"),
        ("5/1", "bob", "update", "5"),
    ]
    assert [(a["annotator"], a["status"]) for a in tables["assignments"]] == [
        ("ann", "completed"),
        ("bob", "completed"),
    ]


def test_an_annotation_says_itself_who_made_it(path):
    made = annotation(creator="zoe", milliseconds=1_000, events=[{"user": "ann", "milliseconds": 20_000}])

    (row,) = read(path, annotations=[made])["annotations"]

    assert (row["annotator"], row["lead_time_s"]) == ("zoe", 1.0)
