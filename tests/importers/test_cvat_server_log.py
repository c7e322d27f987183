"""CVAT's log of events: who made, changed and took away what, how jobs were judged, how long was worked."""

from __future__ import annotations

import json
import zipfile
from datetime import UTC, datetime

import pytest
from cvat_server_files import (
    ANA,
    COLUMNS,
    JOBS,
    annotations,
    changed,
    dump,
    event,
    moved,
    page,
    shape,
    write_log,
)
from format_rows import rows_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from labelduck.errors import BadInputError
from labelduck.importers import cvat_events

BOX = [10, 20, 30, 50]


def at(hour, minute=0, second=0, micro=0):
    """The lake's times are UTC without a zone."""
    return datetime(2025, 3, 1, hour, minute, second, micro, tzinfo=UTC).replace(tzinfo=None)


def log_of(tmp_path, *events, **options):
    write_log(tmp_path / "events.csv", list(events))
    return rows_of("cvat_events", tmp_path / "events.csv", **options)


def steps(found):
    return [
        (row["action"], row["actor"], row.get("from_class"), row.get("to_class")) for row in found["events"]
    ]


def test_an_annotation_knows_its_author_its_editors_and_its_times(tmp_path):
    log = [
        changed("10:00:00.123000", "create", "ben", (1, 0, 5)),
        changed("10:05:00", "update", "ana", (1, 0, 5)),
        changed("10:06:00", "update", "gus", (1, 0, 5)),
    ]

    found = dump(tmp_path, jobs_21_annotations=annotations([shape(1, 0, BOX), shape(2, 0, BOX)]), events=log)

    first, second = found["annotations"]
    assert (first["annotator"], first["created_at"], first["updated_at"]) == (
        "ben",
        at(10, 0, 0, 123_000),
        at(10, 6),
    )
    assert json.loads(first["attributes"]) == {"n_edits": 2, "last_editor": "gus"}
    assert first["source_ref"] == "shapes[0]"
    assert (second["annotator"], second.get("created_at")) == ("ana", None)
    assert second["source_ref"] == "shapes[1]; annotator: the job's assignee"


def test_an_author_before_the_log_began_is_the_jobs_assignee(tmp_path):
    log = [changed("10:05:00", "update", "gus", (1, 0, 5))]

    found = dump(tmp_path, jobs_21_annotations=annotations([shape(1, 0, BOX)]), events=log)

    (row,) = found["annotations"]
    assert (row["annotator"], row.get("created_at"), row["updated_at"]) == ("ana", None, at(10, 5))
    assert row["source_ref"].endswith("the job's assignee")


def test_the_events_of_an_annotation_join_it(tmp_path):
    log = [changed("10:00:00", "create", "ana", (1, 2, 5))]

    found = dump(tmp_path, jobs_21_annotations=annotations([shape(1, 2, BOX)]), events=log)

    (drawn,) = found["annotations"]
    assert found["events"] == [
        {
            "event_id": "shape:1/create/1740823200000",
            "happened_at": at(10),
            "actor": "ana",
            "action": "create",
            "annotation_id": drawn["annotation_id"],
            "image_id": drawn["image_id"],
            "job": drawn["job"],
            "to_class": "car",
        }
    ]


def test_a_class_that_goes_there_and_back_is_three_steps(tmp_path):
    log = [
        changed("10:00:00", "create", "ana", (1, 0, 5), (2, 0, 6)),
        changed("10:01:00", "update", "ben", (1, 0, 6)),
        changed("10:02:00", "update", "ana", (1, 0, 5)),
        changed("10:03:00", "update", "ana", (1, 0, 5)),
        changed("10:04:00", "delete", "gus", (2, 0, 6)),
    ]

    found = dump(tmp_path, events=log)

    assert steps(found) == [
        ("create", "ana", None, "car"),
        ("create", "ana", None, "bus"),
        ("update", "ben", "car", "bus"),
        ("update", "ana", "bus", "car"),
        ("update", "ana", "car", "car"),
        ("delete", "gus", "bus", None),
    ]


STEPS = st.lists(
    st.tuples(st.sampled_from(("create", "update", "delete")), st.integers(1, 4), st.sampled_from((5, 6))),
    max_size=12,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(told=STEPS, order=st.randoms(use_true_random=False))
def test_classes_before_and_after_are_those_of_a_replay(tmp_path, told, order):
    names, before, expected = {5: "car", 6: "bus"}, {}, []
    for action, number, label in told:
        was = None if action == "create" else before.get(number, names[label] if action == "delete" else None)
        expected.append((action, f"shape:{number}", was, None if action == "delete" else names[label]))
        before[number] = names[label]
    log = [
        changed(f"10:00:{n:02}", action, "ana", (number, 0, label))
        for n, (action, number, label) in enumerate(told)
    ]
    order.shuffle(log)

    found = log_of(tmp_path, *log, class_names=("", "", "", "", "", "car", "bus"))

    assert [
        (r["action"], r["annotation_id"], r.get("from_class"), r.get("to_class")) for r in found["events"]
    ] == expected


def test_the_first_change_in_a_log_does_not_know_the_class_before(tmp_path):
    found = dump(tmp_path, events=[changed("10:01:00", "update", "ben", (1, 0, 6))])

    assert steps(found) == [("update", "ben", None, "bus")]


def test_events_in_any_order_are_told_in_order_of_time(tmp_path):
    log = [
        changed("10:02:00", "update", "ana", (1, 0, 5)),
        changed("10:00:00", "create", "ana", (1, 0, 5)),
        changed("10:01:00", "update", "ben", (1, 0, 6)),
    ]

    found = dump(tmp_path, events=log)

    assert [row[2:] for row in steps(found)] == [(None, "car"), ("car", "bus"), ("bus", "car")]


def test_tags_and_shapes_of_one_number_are_different_things(tmp_path):
    tags = {"tags": [{"id": 1, "frame": 0, "label_id": 6, "attributes": []}]}
    log = [changed("10:00:00", "create", "ana", (1, 0, 5)), event("10:01:00", "create:tags", "ben", tags)]
    tag = {"id": 1, "frame": 0, "label_id": 6, "source": "manual", "attributes": []}

    found = dump(tmp_path, jobs_21_annotations=annotations([shape(1, 0, BOX)], tags=[tag]), events=log)

    assert [row["annotation_id"] for row in found["events"]] == ["shape:1", "tag:1"]
    assert (found["annotations"][0]["annotator"], found["image_labels"][0]["annotator"]) == ("ana", "ben")
    assert found["image_labels"][0]["created_at"] == at(10, 1)


def test_newer_logs_tell_ids_alone_and_the_dump_tells_where_and_what(tmp_path):
    log = [
        event("10:00:00", "create:shapes", "ben", {"shapes": [{"id": 1}, {"id": 2}]}),
        event("10:01:00", "update:shapes", "gus", {"shapes": [{"id": 1}]}),
        event("10:02:00", "delete:shapes", "gus", {"shapes": [{"id": 2}]}),
    ]

    found = dump(tmp_path, jobs_21_annotations=annotations([shape(1, 3, BOX)]), events=log)

    (row,) = found["annotations"]
    assert (row["annotator"], row["created_at"], row["updated_at"]) == ("ben", at(10), at(10, 1))
    assert [
        (r["action"], r["annotation_id"], r.get("image_id"), r.get("to_class")) for r in found["events"]
    ] == [
        ("create", "shape:1", "9/3", None),
        ("create", "shape:2", None, None),
        ("update", "shape:1", "9/3", None),
        ("delete", "shape:2", None, None),
    ]


def test_newer_logs_tell_of_tracks_as_wholes(tmp_path):
    frames = [{"id": n, "type": "rectangle", "frame": n, "points": BOX, "outside": False} for n in (0, 2)]
    whole = {"id": 8, "frame": 0, "label_id": 5, "attributes": [], "elements": [], "shapes": frames}
    tracks = {"tracks": [{"id": 8, "shapes": [{"id": 0}, {"id": 2}]}]}
    log = [
        event(f"10:0{n}:00", f"{action}:tracks", "ben", tracks)
        for n, action in enumerate(("create", "update"))
    ]

    found = dump(tmp_path, jobs_21_annotations=annotations(tracks=[whole]), events=log)

    assert [(row["annotation_id"], row["annotator"], row["created_at"]) for row in found["annotations"]] == [
        ("track:8/0", "ben", at(10)),
        ("track:8/2", "ben", at(10)),
    ]
    told = [(row["action"], row["annotation_id"], row.get("image_id")) for row in found["events"]]
    assert told == [("create", "track:8", None), ("update", "track:8", None)]


def track(label, *frames):
    shapes = [{"id": n, "frame": frame, "attributes": said} for n, (frame, said) in enumerate(frames)]
    return {"tracks": [{"id": 8, "frame": 0, "label_id": label, "attributes": [], "shapes": shapes}]}


def test_a_tracks_events_are_those_of_its_key_frames(tmp_path):
    red, blue = ([{"spec_id": 31, "value": value}] for value in ("red", "blue"))
    log = [
        event("10:00:00", "create:tracks", "ana", track(5, (0, red), (4, red))),
        event("10:01:00", "update:tracks", "ben", track(5, (0, red), (2, red))),  # 4 is gone, 2 is new
        event("10:02:00", "update:tracks", "ben", track(5, (0, blue), (2, red))),  # an attribute at 0
        event(
            "10:03:00", "update:tracks", "gus", track(5, (0, blue), (2, red))
        ),  # moved, the log does not say where
        event("10:04:00", "update:tracks", "gus", track(6, (0, blue), (2, red))),  # another class
        event("10:05:00", "delete:tracks", "gus", track(6, (0, blue), (2, red))),
    ]

    found = dump(tmp_path, events=log)

    told = [
        (r["action"], r["annotation_id"], r.get("from_class"), r.get("to_class")) for r in found["events"]
    ]
    assert told == [
        ("create", "track:8/0", None, "car"),
        ("create", "track:8/4", None, "car"),
        ("create", "track:8/2", None, "car"),
        ("delete", "track:8/4", "car", None),
        ("update", "track:8/0", "car", "car"),
        ("update", "track:8", "car", "car"),
        ("update", "track:8", "car", "bus"),
        ("delete", "track:8/0", "bus", None),
        ("delete", "track:8/2", "bus", None),
    ]


def test_a_key_frame_shares_what_befell_its_track(tmp_path):
    frames = [
        {"id": n, "type": "rectangle", "frame": n, "points": BOX, "outside": False, "attributes": []}
        for n in (0, 2)
    ]
    whole = {
        "id": 8,
        "frame": 0,
        "label_id": 5,
        "attributes": [],
        "elements": [],
        "shapes": frames,
        "source": "manual",
    }
    log = [
        event("10:00:00", "create:tracks", "ana", track(5, (0, []))),
        event("10:01:00", "update:tracks", "ben", track(5, (0, []), (2, []))),
        event("10:03:00", "update:tracks", "gus", track(5, (0, []), (2, []))),
    ]

    found = dump(tmp_path, jobs_21_annotations=annotations(tracks=[whole]), events=log)

    first, second = found["annotations"]
    assert (first["annotator"], first["created_at"], first["updated_at"]) == ("ana", at(10), at(10, 3))
    assert (second["annotator"], second["created_at"], second["updated_at"]) == ("ben", at(10, 1), at(10, 3))
    assert json.loads(second["attributes"]) == {"n_edits": 1, "last_editor": "gus"}


def test_what_befell_a_track_before_a_key_frame_was_set_again_is_not_its_own(tmp_path):
    frames = [{"id": 1, "type": "rectangle", "frame": 0, "points": BOX, "outside": False, "attributes": []}]
    whole = {"id": 8, "frame": 0, "label_id": 5, "attributes": [], "elements": [], "shapes": frames}
    log = [
        event("10:00:00", "create:tracks", "ana", track(5, (0, []), (4, []))),
        event("10:01:00", "update:tracks", "ben", track(5, (0, []), (4, []))),
        event("10:02:00", "update:tracks", "ben", track(5, (4, []))),
        event("10:03:00", "update:tracks", "gus", track(5, (0, []), (4, []))),
    ]

    found = dump(tmp_path, jobs_21_annotations=annotations(tracks=[whole]), events=log)

    (row,) = found["annotations"]
    assert (row["annotator"], row["created_at"], row["updated_at"]) == ("gus", at(10, 3), at(10, 3))
    assert "attributes" not in row


def test_a_rejected_job_is_a_review_of_each_round(tmp_path):
    log = [
        moved("11:00:00", "ana", "state", "in progress", "completed"),
        moved("11:30:00", "mia", "stage", "annotation", "validation"),
        moved("12:00:00", "rev", "state", "completed", "rejected"),
        moved("12:00:00.010000", "rev", "stage", "validation", "annotation"),
        moved("13:00:00", "ana", "state", "rejected", "completed"),
        moved("13:01:00", "mia", "stage", "annotation", "validation"),
        moved("14:00:00", "rev", "state", "completed", "in progress"),
        moved("14:01:00", "rev", "state", "in progress", "completed"),
        moved("15:00:00", "mia", "stage", "validation", "acceptance"),
    ]

    found = dump(tmp_path, events=log)

    assert [(row["action"], row["actor"], row["happened_at"]) for row in found["events"]] == [
        ("submit", "ana", at(11)),
        ("reject", "rev", at(12)),
        ("submit", "ana", at(13)),
        ("accept", "rev", at(14, 1)),
    ]
    common = {"job": "21", "annotator": "ana", "reviewer": "rev", "sampling": "all"}
    assert found["reviews"] == [
        common
        | {"review_id": "job:21/1", "round": 1, "decision": "rejected", "reviewed_at": at(12)}
        | {"reason": "state: completed -> rejected, stage: validation -> annotation"},
        common
        | {"review_id": "job:21/2", "round": 2, "decision": "accepted", "reviewed_at": at(14, 1)}
        | {"reason": "state: in_progress -> completed"},
    ]
    assert {row["job"]: row.get("reviewer") for row in found["jobs"]} == {"21": "rev", "22": None, "23": None}


@pytest.mark.parametrize(
    ("log", "expected"),
    [
        (
            [("stage", "annotation", "validation"), ("stage", "validation", "annotation")],
            ["submit", "reject"],
        ),
        (
            [("stage", "annotation", "validation"), ("stage", "validation", "acceptance")],
            ["submit", "accept"],
        ),
        ([("state", "new", "completed"), ("stage", "annotation", "acceptance")], ["submit", "accept"]),
        ([("stage", "annotation", "acceptance"), ("state", "new", "completed")], ["submit", "accept"]),
        (
            [("stage", "validation", "acceptance"), ("stage", "acceptance", "validation")],
            ["accept", "reject"],
        ),
        ([("state", "completed", "rejected"), ("state", "in progress", "completed")], ["reject", "submit"]),
        ([("state", "new", "in progress")], []),
        ([("assignee", None, None), ("organization", 1, 2)], []),
    ],
)
def test_changes_of_stage_and_state_are_steps(tmp_path, log, expected):
    events = [moved(f"1{n}:00:00", "gus", *change) for n, change in enumerate(log)]

    found = dump(tmp_path, events=events)

    assert [row["action"] for row in found["events"]] == expected


def test_a_review_is_of_the_assignee_at_that_time(tmp_path):
    ben = "{'id': 2, 'username': 'ben', 'first_name': '', 'last_name': \"O'B\"}"
    log = [
        moved("10:00:00", "ana", "state", "in progress", "completed"),
        moved("11:00:00", "rev", "state", "completed", "rejected"),
        moved("12:00:00", "mia", "assignee", ANA, ben, obj_id="2"),
        moved("13:00:00", "ben", "state", "rejected", "completed"),
        moved("14:00:00", "rev", "state", "completed", "rejected"),
    ]

    found = dump(tmp_path, events=log)

    assert [(row["round"], row["annotator"], row["decision"]) for row in found["reviews"]] == [
        (1, "ana", "rejected"),
        (2, "ben", "rejected"),
    ]


def test_work_is_an_event_with_its_time(tmp_path):
    log = [
        event("10:00:00", "send:working_time", "ana", {"working_time": 45_500}, duration="45500"),
        event("10:02:00", "send:working_time", "ana", {"working_time": 1_000}),
        event("10:03:00", "send:working_time", "ana", {"working_time": "long"}),
    ]

    found = dump(tmp_path, events=log)

    assert [(row["action"], row["actor"], row["job"], row["lead_time_s"]) for row in found["events"]] == [
        ("work", "ana", "21", 45.5),
        ("work", "ana", "21", 1.0),
    ]
    assert [row["problem"] for row in found["import_problems"]] == ["it does not say how long was worked"]


def test_logs_of_overlapping_times_tell_each_event_once(tmp_path):
    made, more = (
        changed("10:00:00", "create", "ana", (1, 0, 5)),
        changed("10:01:00", "update", "ana", (1, 0, 5)),
    )
    done = moved("11:00:00", "ana", "state", "in progress", "completed")
    work = event("10:30:00", "send:working_time", "ana", {"working_time": 1_000})
    write_log(tmp_path / "a.csv", [made, work, more, done])
    write_log(tmp_path / "b.csv", [more, work, done])

    found = rows_of("cvat_events", tmp_path)

    assert [row["action"] for row in found["events"]] == ["create", "update", "submit", "work"]


def test_other_scopes_are_counted_in_one_row(tmp_path):
    log = [event("10:00:00", scope, "ana") for scope in ("zoom:image", "zoom:image", "undo:action")]

    found = dump(tmp_path, events=log)

    (problem,) = found["import_problems"]
    assert problem["problem"].startswith("3 events of 2 scopes change no annotation")
    assert problem["problem"].endswith("zoom:image 2, undo:action 1")
    assert problem["severity"] == "warning"


def test_the_log_alone_gives_events_that_join_a_dump(tmp_path):
    log = [
        changed("10:00:00", "create", "ana", (1, 2, 5)),
        moved("11:00:00", "rev", "state", "completed", "rejected"),
    ]
    names = ("", "", "", "", "", "car")

    with_dump = dump(tmp_path / "dump", events=log)
    alone = log_of(tmp_path, *log, class_names=names)

    assert alone["events"] == with_dump["events"]
    assert alone["reviews"] == [{k: v for k, v in with_dump["reviews"][0].items() if k != "annotator"}]


def test_without_an_assignee_a_round_is_whose_who_submitted_it(tmp_path):
    log = [
        moved("10:00:00", "ben", "state", "new", "completed"),
        moved("11:00:00", "rev", "state", "completed", "rejected"),
    ]

    found = log_of(tmp_path, *log)

    assert found["reviews"][0]["annotator"] == "ben"


def test_labels_are_named_by_the_log_by_the_caller_or_by_number(tmp_path):
    log = [
        event("09:00:00", "create:label", "gus", {}, obj_id="5", obj_name="truck"),
        changed("10:00:00", "create", "ana", (1, 0, 5), (2, 0, 1), (3, 0, 70)),
    ]

    found = log_of(tmp_path, *log, class_names=("a", "b"))

    assert [row["to_class"] for row in found["events"]] == ["truck", "b", "label 70"]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2025-03-01 10:00:00.123000+00:00", at(10, 0, 0, 123_000)),
        ("2025-03-01T10:00:00.123Z", at(10, 0, 0, 123_000)),
        ("2025-03-01 12:00:00.123+02:00", at(10, 0, 0, 123_000)),
        ("2025-03-01 10:00:00", at(10)),
        ("1740823200123", at(10, 0, 0, 123_000)),
    ],
)
def test_times_are_read_in_every_spelling(tmp_path, written, expected):
    found = log_of(tmp_path, changed("", "create", "ana", (1, 0, 5)) | {"timestamp": written})

    assert found["events"][0]["happened_at"] == expected


def test_columns_are_found_by_name_and_others_may_be_there(tmp_path):
    wanted = ["payload", "access_token_id", "timestamp", "user_email", "scope", "task_id"]
    write_log(
        tmp_path / "events.csv",
        [changed("10:00:00", "create", "ana", (1, 3, 5))],
        [*wanted, "user_id", "job_id"],
    )

    found = rows_of("cvat_events", tmp_path / "events.csv")

    assert [(row["actor"], row["image_id"], row["job"]) for row in found["events"]] == [
        ("ana@x.org", "9/3", "21")
    ]


def test_an_event_without_task_finds_it_by_its_job(tmp_path):
    log = [changed("10:00:00", "create", "ana", (1, 3, 5), task_id="")]

    found = dump(tmp_path, events=log, jobs=page(*JOBS))

    assert found["events"][0]["image_id"] == "9/3"


def test_a_log_may_list_thousands_of_objects_in_one_event(tmp_path):
    many = changed("10:00:00", "create", "ana", *((n, n % 7, 5) for n in range(30_000)))

    found = log_of(tmp_path, many, changed("10:01:00", "update", "ana", (29_999, 0, 6)))

    assert len(found["events"]) == 30_001
    assert found["import_problems"] == []


def test_a_zip_of_logs_is_read(tmp_path):
    write_log(tmp_path / "events.csv", [changed("10:00:00", "create", "ana", (1, 0, 5))])
    with zipfile.ZipFile(tmp_path / "log.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.write(tmp_path / "events.csv", "server/events.csv")

    found = rows_of("cvat_events", tmp_path / "log.zip")

    assert [row["annotation_id"] for row in found["events"]] == ["shape:1"]


def test_the_log_is_recognised_by_its_header(tmp_path):
    write_log(tmp_path / "events.csv", [])
    (tmp_path / "other.csv").write_text("image_id,annotator\n1,ana\n")

    assert cvat_events.sniff(tmp_path / "events.csv") > 0.9
    assert cvat_events.sniff(tmp_path) > 0.9
    assert cvat_events.sniff(tmp_path / "other.csv") == 0
    assert cvat_events.sniff(tmp_path / "nowhere.csv") == 0


@pytest.mark.parametrize(
    "text", ["", "a,b\n1,2\n", "\x00\x00", "scope,timestamp,payload\n", ",".join(COLUMNS) + "\n\xff\n"]
)
def test_what_is_no_log_is_refused(tmp_path, text):
    (tmp_path / "events.csv").write_bytes(text.encode("latin-1"))

    with pytest.raises(BadInputError):
        rows_of("cvat_events", tmp_path / "events.csv")


@pytest.mark.parametrize(
    ("harmed", "problem"),
    [
        ({"payload": "{"}, "lists no objects"),
        ({"payload": '{"shapes": 7}'}, "lists no objects"),
        ({"payload": '{"shapes": [{"id": "x"}]}'}, "lists no objects"),
        ({"payload": '{"shapes": [{"frame": 1}]}'}, "have no id"),
        ({"payload": '{"shapes": [{"id": -4}]}'}, "have no id"),
        ({"payload": ""}, "lists no objects"),
        ({"timestamp": "yesterday"}, "its time cannot be read"),
        ({"payload": "[" * 5_000}, "lists no objects"),
    ],
)
def test_a_harmed_event_is_reported_and_the_others_are_read(tmp_path, harmed, problem):
    good = changed("10:00:00", "create", "ana", (1, 0, 5))

    found = log_of(tmp_path, good | harmed, good)

    assert [row["annotation_id"] for row in found["events"]] == ["shape:1"]
    (row,) = found["import_problems"]
    assert problem in row["problem"]
    assert row["location"] == "event 1"
