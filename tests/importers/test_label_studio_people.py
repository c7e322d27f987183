"""Who annotated, skipped, reviewed and predicted, and how long it took."""

from __future__ import annotations

import json
from datetime import datetime

import pytest
from label_studio_files import annotation, choice, problems, rectangle, result, rows, task

_TIME = "2026-11-21T07:03:05.5Z"


@pytest.mark.parametrize(
    ("said", "annotator"),
    [
        ({"id": 3, "email": "cy@x.org", "first_name": "Cy"}, "cy@x.org"),
        ({"id": 3, "first_name": "Cy", "last_name": "Lee"}, "Cy Lee"),
        ({"id": 3}, "3"),
        ("cy@x.org", "cy@x.org"),
        (3, "3"),
    ],
)
def test_an_annotator_is_named_by_e_mail_else_by_name_else_by_number(tmp_path, said, annotator):
    found = rows(tmp_path, task(annotation(rectangle(), completed_by=said)))

    assert found["annotations"][0]["annotator"] == annotator
    assert found["assignments"] == [{"image_id": "a", "annotator": annotator, "status": "completed"}]


def test_numbers_of_people_get_their_names_from_wherever_the_export_says_them(tmp_path):
    tasks = [
        task(annotation(rectangle(), completed_by=3), id=1, data={"image": "a.png"}),
        task(annotation(rectangle(), completed_by=4), id=2, data={"image": "b.png"}),
        task(
            annotation(rectangle(), completed_by={"id": 3, "email": "cy@x.org"}),
            id=3,
            data={"image": "c.png"},
        ),
        task(
            annotation(rectangle(), completed_by=5, created_username=" eve@x.org, 5"),
            id=4,
            data={"image": "d.png"},
        ),
    ]
    (tmp_path / "users.json").write_text('[{"id": 4, "email": "dan@x.org", "username": "dan"}]')

    found = rows(tmp_path, *tasks)

    assert [row["annotator"] for row in found["annotations"]] == [
        "cy@x.org",
        "dan@x.org",
        "cy@x.org",
        "eve@x.org",
    ]


def test_everybody_who_looked_is_assigned_also_who_drew_nothing_or_skipped(tmp_path):
    looked = [
        annotation(rectangle(), id=1, completed_by="ana"),
        annotation(id=2, completed_by="ben"),
        annotation(rectangle(), id=3, completed_by="cy", was_cancelled=True),
        annotation(id=4, completed_by="cy", skipped=True, was_cancelled=None),
    ]
    drafts = [{"user": "dan", "result": [rectangle()]}, {"user": "ana", "result": []}]

    found = rows(tmp_path, task(*looked, drafts=drafts))

    assert {row["annotator"]: row["status"] for row in found["assignments"]} == {
        "ana": "completed",
        "ben": "completed",
        "cy": "skipped",
        "dan": "in_progress",
    }
    assert [row["annotator"] for row in found["annotations"]] == ["ana"]
    assert problems(found) == [
        (
            "warning",
            "tasks[0].annotations[2].result",
            "its annotator skipped the task: its 1 results are left out",
        )
    ]


def test_a_task_that_everybody_skipped_is_not_annotated(tmp_path):
    found = rows(
        tmp_path, task(annotation(was_cancelled=True)), task(annotation(id=5), id=2, data={"image": "b.png"})
    )

    assert {row["image_id"]: row["is_annotated"] for row in found["images"]} == {"a": False, "b": True}


def test_opinions_of_several_annotators_stay_apart(tmp_path):
    found = rows(
        tmp_path,
        task(
            annotation(rectangle(), id=1, completed_by="ana"),
            annotation(rectangle("bus"), id=2, completed_by="lead", ground_truth=True),
        ),
    )

    told = [(row["annotation_id"], row["annotator"], row["is_gold"]) for row in found["annotations"]]
    assert told == [("1/r1", "ana", False), ("2/r1", "lead", True)]


def test_time_is_divided_over_the_objects_and_kept_whole_with_the_image(tmp_path):
    timed = annotation(rectangle(), rectangle(id="r2"), choice("rain"), lead_time=12.5, created_at=_TIME)

    found = rows(tmp_path, task(timed))

    assert [row["lead_time_s"] for row in found["annotations"]] == [6.25, 6.25]
    assert "lead_time_s" not in found["image_labels"][0]
    assert found["annotations"][0]["created_at"] == datetime(2026, 11, 21, 7, 3, 5, 500_000)  # noqa: DTZ001 - UTC
    (told,) = json.loads(found["images"][0]["attributes"])["annotations"]
    assert (told["id"], told["lead_time"], told["n_results"]) == (22, 12.5, 3)


def test_time_is_divided_over_the_choices_where_nothing_is_drawn(tmp_path):
    found = rows(tmp_path, task(annotation(choice("rain", "fog"), lead_time=3)))

    assert [row["lead_time_s"] for row in found["image_labels"]] == [1.5, 1.5]


def test_answers_about_the_picture_are_labels_and_free_ones_are_tags(tmp_path):
    answers = [
        choice("rain", "fog"),
        choice(id="t", type="taxonomy", from_name="kind", value={"taxonomy": [["land", "road"], ["sea"]]}),
        choice(id="s", type="rating", from_name="stars", value={"rating": 4}),
        choice(id="p", type="pairwise", from_name="better", value={"selected": "left"}),
        choice(id="n", type="number", from_name="n_people", value={"number": 7}),
        choice(id="x", type="textarea", from_name="remark", value={"text": ["dark"]}),
        choice(id="d", type="datetime", from_name="seen", value={"datetime": "2026-01-01"}),
    ]

    found = rows(tmp_path, task(annotation(*answers)))

    assert [(row["field"], row["class_name"]) for row in found["image_labels"]] == [
        ("weather", "rain"),
        ("weather", "fog"),
        ("kind", "land/road"),
        ("kind", "sea"),
        ("stars", "4"),
        ("better", "left"),
    ]
    assert {row["annotator"] for row in found["image_labels"]} == {"3"}
    assert [(row["tag"], row["value"], row.get("score"), row["tool"]) for row in found["tags"]] == [
        ("n_people", "7", 7.0, "3"),
        ("remark", "dark", None, "3"),
        ("seen", "2026-01-01", None, "3"),
    ]
    assert [row["class_name"] for row in found["classes"]] == ["rain", "fog", "land/road", "sea"]


@pytest.mark.parametrize(
    ("origin", "parent", "source"),
    [
        ("manual", 4, "manual"),
        ("prediction", None, "model"),
        ("prediction-changed", None, "model_assisted"),
        (None, 4, "model_assisted"),
        (None, None, "manual"),
    ],
)
def test_the_source_of_a_region_is_its_origin(tmp_path, origin, parent, source):
    found = rows(tmp_path, task(annotation(rectangle(origin=origin), parent_prediction=parent)))

    assert found["annotations"][0]["source"] == source


def test_reviews_are_rows_and_the_last_one_stands_with_the_objects(tmp_path):
    reviewer = {"id": 9, "email": "rev@x.org"}
    reviews = [
        {"id": 51, "created_by": reviewer, "accepted": False, "created_at": "2026-01-01T00:00:00Z"},
        {"id": 52, "created_by": 9, "accepted": True, "created_at": "2026-01-02T00:00:00Z"}
        | {"fixed_annotation_history": 77},
    ]

    found = rows(tmp_path, task(annotation(rectangle(), reviews=reviews)))

    told = [(row["review_id"], row["round"], row["decision"], row["reviewer"]) for row in found["reviews"]]
    assert told == [("51", 1, "rejected", "rev@x.org"), ("52", 2, "fixed", "rev@x.org")]
    assert {row["annotator"] for row in found["reviews"]} == {"3"}
    (row,) = found["annotations"]
    assert (row["review_status"], row["reviewer"]) == ("fixed", "rev@x.org")


def test_the_last_action_tells_the_review_where_reviews_are_not_exported(tmp_path):
    found = rows(tmp_path, task(annotation(rectangle(), last_action="fixed_and_accepted")))

    assert found["annotations"][0]["review_status"] == "fixed"


def test_history_becomes_events_and_comments_become_issues(tmp_path):
    history = [
        {"id": 7, "action": "submitted", "created_by": 3, "created_at": _TIME},
        {"id": 8, "action": "skipped", "created_by": 3, "created_at": _TIME},
        {"id": 9, "action": "rejected", "created_by": 9, "created_at": _TIME, "comment": "too loose"},
    ]
    comment = {"id": 1, "text": "why?", "created_at": _TIME, "is_resolved": True, "resolved_at": _TIME}
    filed = {"id": 2, "text": "box", "is_resolved": False, "classifications": {"default": [["box", "loose"]]}}

    found = rows(tmp_path, task(annotation(rectangle(), history=history, comments=[comment, filed])))

    told = [(row["event_id"], row["action"], row["actor"], row.get("reason")) for row in found["events"]]
    assert told == [
        ("7", "submit", "3", None),
        ("8", "submit", "3", "skipped"),
        ("9", "reject", "9", "too loose"),
    ]
    assert [(row["message"], "resolved_at" in row, row.get("category")) for row in found["issues"]] == [
        ("why?", True, None),
        ("box", False, "box/loose"),
    ]


def test_a_history_tells_which_regions_came_went_and_changed_their_class(tmp_path):
    times = [f"2026-01-0{n}T00:00:00Z" for n in (1, 2)]
    before = [rectangle("car"), rectangle("bus", id="r2")]
    after = [rectangle("van"), rectangle("bus", id="r3"), choice("rain")]
    history = [
        {"id": 8, "action": "updated", "created_by": 9, "created_at": times[1], "result": after},
        {"id": 7, "action": "submitted", "created_by": 3, "created_at": times[0], "result": before},
    ]

    found = rows(tmp_path, task(annotation(*after, history=history)))

    told = [
        (row["event_id"], row["action"], row.get("annotation_id"), row.get("from_class"), row.get("to_class"))
        for row in found["events"]
    ]
    assert told == [
        ("7", "submit", None, None, None),
        ("7/0", "create", "22/r1", None, "car"),
        ("7/1", "create", "22/r2", None, "bus"),
        ("8", "update", None, None, None),
        ("8/0", "update", "22/r1", "car", "van"),
        ("8/1", "create", "22/r3", None, "bus"),
        ("8/2", "delete", "22/r2", "bus", None),
    ]
    assert {row["actor"] for row in found["events"]} == {"3", "9"}


def test_predictions_have_the_score_of_their_region_else_of_the_whole(tmp_path):
    guess = {"id": 4, "model_version": "m1", "score": 0.5}
    guess |= {"result": [rectangle(score=0.75), rectangle(id="r2"), choice("sun")]}

    found = rows(tmp_path, task(predictions=[guess]))

    told = [(row["prediction_id"], row["model"], row["confidence"]) for row in found["predictions"]]
    assert told == [("4/r1", "m1", 0.75), ("4/r2", "m1", 0.5)]
    assert found["predicted_labels"] == [
        {"model": "m1", "image_id": "a", "class_name": "sun", "confidence": 0.5}
    ]
    assert found["models"] == [{"model": "m1"}]
    assert not found["annotations"]


def test_predictions_given_by_id_are_read_once_where_annotators_were_shown_them(tmp_path):
    guess = {"id": 4, "model_version": "m1", "score": 0.5, "result": [rectangle()]}
    seen = [annotation(rectangle(), id=n, prediction=guess) for n in (1, 2)]

    found = rows(tmp_path, task(*seen, predictions=[4, 5]))

    assert [row["prediction_id"] for row in found["predictions"]] == ["4/r1"]
    ((severity, place, text),) = problems(found)
    assert (severity, place) == ("warning", "tasks[0].predictions[1]")
    assert "by its id only" in text


def test_what_labelduck_wrote_beside_a_region_comes_back(tmp_path):
    own = {
        "is_crowd": True,
        "occluded": 0.5,
        "z_order": 3,
        "track_id": "t",
        "attributes": '{"k":1}',
        "job": "j",
    }
    own |= {"lead_time_s": 4.0, "source": "consensus", "batch": 7}
    beside = result("rectanglelabels", rectangle()["value"], id="17", meta={"labelduck": own})

    found = rows(tmp_path, task(annotation(beside, lead_time=9), data={"image": "x/a.png", "image_id": "i9"}))

    (row,) = found["annotations"]
    assert (row["annotation_id"], row["image_id"]) == ("17", "i9")
    told = {key: row[key] for key in own if key in row}
    assert told == {key: value for key, value in own.items() if key != "batch"}
