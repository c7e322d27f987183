"""Dumps of a CVAT server: shapes, frames, people, gold."""

from __future__ import annotations

import json
import zipfile
from datetime import UTC, datetime

import numpy as np
import pytest
from cvat_server_files import (
    ANA,
    BEN,
    GUS,
    JOBS,
    LABELS,
    TASK,
    annotations,
    dump,
    job,
    meta,
    page,
    shape,
    write,
)
from format_rows import box_of, rows_of

from labelduck import geometry
from labelduck.errors import BadInputError
from labelduck.importers import cvat_server

BOX = [10, 20, 30, 50]


def utc(*moment):
    """The lake's times are UTC without a zone."""
    return datetime(*moment, tzinfo=UTC).replace(tzinfo=None)


def by_id(found):
    return {row["annotation_id"]: row for row in found["annotations"]}


def test_a_rectangle_becomes_an_annotation_of_its_frame_job_and_assignee(tmp_path):
    marked = shape(1, 2, BOX, group=3, z_order=4, occluded=True, attributes=[{"spec_id": 31, "value": "red"}])

    found = dump(tmp_path, jobs_21_annotations=annotations([marked]))

    assert found["annotations"] == [
        {
            "annotation_id": "shape:1",
            "image_id": "9/2",
            "class_name": "car",
            "geometry": "box",
            "box": {"x_min": 10.0, "y_min": 20.0, "x_max": 30.0, "y_max": 50.0},
            "area": 600.0,
            "occluded": 1.0,
            "group_id": "job 21/3",
            "z_order": 4,
            "attributes": '{"tone":"red"}',
            "annotator": "ana",
            "batch": "street",
            "job": "21",
            "source": "manual",
            "source_file": "jobs_21_annotations.json",
            "source_ref": "shapes[0]; annotator: the job's assignee",
        }
    ]
    assert found["import_problems"] == []


@pytest.mark.parametrize(
    ("kind", "points", "degrees", "geometry_name", "box"),
    [
        ("rectangle", [30, 50, 10, 20], 0, "box", (10, 20, 30, 50)),
        ("rectangle", [10, 20, 30, 60], 90, "rotated_box", (0, 30, 40, 50)),
        ("polygon", [0, 0, 10, 0, 10, 10], 0, "polygon", (0, 0, 10, 10)),
        ("polyline", [0, 0, 10, 5], 0, "polyline", (0, 0, 10, 5)),
        ("points", [3, 4], 0, "point", (3, 4, 3, 4)),
        ("points", [3, 4, 5, 8], 0, "keypoints", (3, 4, 5, 8)),
        ("ellipse", [50, 40, 60, 35], 0, "ellipse", (40, 35, 60, 45)),
        ("cuboid", [0, 0, 0, 9, 5, 0, 5, 9, 7, 1, 7, 8, 2, 1, 2, 8], 0, "cuboid", (0, 0, 7, 9)),
        ("mask", [1, 2, 1, 7, 8, 8, 9], 0, "mask", (7, 8, 9, 10)),
    ],
)
def test_every_kind_of_shape_has_its_geometry(tmp_path, kind, points, degrees, geometry_name, box):
    marked = shape(1, 0, points, kind, rotation=degrees)

    found = dump(tmp_path, jobs_21_annotations=annotations([marked]))

    (row,) = found["annotations"]
    assert row["geometry"] == geometry_name
    assert box_of(row) == pytest.approx(box, abs=1e-9)


def test_a_masks_runs_go_row_by_row_within_its_box(tmp_path):
    # 3 x 2 pixels at (7, 8): background 1, object 3, background 2
    found = dump(tmp_path, jobs_21_annotations=annotations([shape(1, 0, [1, 3, 2, 7, 8, 9, 9], "mask")]))

    mask = found["annotations"][0]["mask"]
    pixels = np.argwhere(geometry.mask_from_rle(mask["counts"], *mask["size"]))
    assert mask["size"] == [80, 100]
    assert sorted(map(tuple, pixels.tolist())) == [(8, 8), (8, 9), (9, 7)]


def test_a_skeleton_has_its_points_in_the_order_of_its_class(tmp_path):
    foot = shape(12, 0, [5, 60], "points", label_id=72, occluded=True)
    head = shape(11, 0, [4, 9], "points", label_id=71, attributes=[{"spec_id": 32, "value": "cap"}])
    marked = shape(10, 0, [], "skeleton", label_id=7, elements=[foot, head])

    found = dump(tmp_path, jobs_21_annotations=annotations([marked]))

    (row,) = found["annotations"]
    assert row["keypoints"] == [{"x": 4, "y": 9, "visibility": 2}, {"x": 5, "y": 60, "visibility": 1}]
    assert row["attributes"] == '{"elements":{"head":{"hat":"cap"}}}'
    (pose,) = (each for each in found["classes"] if each["class_name"] == "pose")
    assert (pose["keypoint_names"], pose["skeleton"], pose["class_index"]) == (["head", "foot"], [[2, 1]], 7)
    assert [each["class_name"] for each in found["classes"]] == ["car", "bus", "pose"]


def test_a_track_has_a_row_at_each_key_frame_at_which_it_is_visible(tmp_path):
    frames = [
        {"frame": 0, "points": BOX},
        {"frame": 2, "points": [0, 0, 5, 5]},
        {"frame": 3, "points": BOX, "outside": True},
    ]
    frames = [
        {"type": "rectangle", "outside": False, "occluded": False, "attributes": [], "id": n} | each
        for n, each in enumerate(frames)
    ]
    track = {
        "id": 8,
        "frame": 0,
        "label_id": 6,
        "group": 0,
        "source": "manual",
        "attributes": [],
        "elements": [],
        "shapes": frames,
    }

    found = dump(tmp_path, jobs_21_annotations=annotations(tracks=[track]))

    assert [
        (row["annotation_id"], row["track_id"], row["image_id"], box_of(row)) for row in found["annotations"]
    ] == [
        ("track:8/0", "track:8", "9/0", (10, 20, 30, 50)),
        ("track:8/2", "track:8", "9/2", (0, 0, 5, 5)),
    ]


def test_a_point_of_a_tracked_skeleton_lies_on_the_line_between_its_key_frames(tmp_path):
    def part(label, *places):
        shapes = [
            {"type": "points", "frame": f, "points": p, "outside": o, "attributes": []} for f, p, o in places
        ]
        return {"id": label, "frame": 0, "label_id": label, "shapes": shapes, "attributes": []}

    head = part(71, (0, [0, 0], False), (4, [8, 4], False))
    foot = part(72, (0, [0, 50], False), (1, [0, 52], True), (4, [1, 54], False))
    whole = [{"type": "skeleton", "frame": 0, "points": [], "outside": False, "attributes": []}]
    track = {"id": 8, "frame": 0, "label_id": 7, "attributes": [], "elements": [head, foot], "shapes": whole}

    found = dump(tmp_path, jobs_21_annotations=annotations(tracks=[track]))

    assert {
        row["annotation_id"]: [tuple(p.values()) for p in row["keypoints"]] for row in found["annotations"]
    } == {
        "track:8/0": [(0, 0, 2), (0, 50, 2)],
        "track:8/1": [(2, 1, 2), (0, 0, 0)],
        "track:8/4": [(8, 4, 2), (1, 54, 2)],
    }


def test_tags_of_frames_are_labels_of_images(tmp_path):
    tag = {"id": 3, "frame": 1, "label_id": 6, "group": 0, "source": "auto", "attributes": []}

    found = dump(tmp_path, jobs_21_annotations=annotations(tags=[tag]))

    assert found["image_labels"] == [
        {"image_id": "9/1", "class_name": "bus", "annotator": "ana", "batch": "street", "source": "model"}
    ]


@pytest.mark.parametrize(
    ("source", "expected", "annotator"),
    [
        ("manual", "manual", "ana"),
        ("auto", "model", "ana"),
        ("semi-auto", "model_assisted", "ana"),
        ("file", "imported", "ana"),
        ("consensus", "consensus", None),
    ],
)
def test_the_source_says_who_or_what_made_it(tmp_path, source, expected, annotator):
    found = dump(tmp_path, jobs_21_annotations=annotations([shape(1, 0, BOX, source=source, score=0.75)]))

    (row,) = found["annotations"]
    assert (row["source"], row.get("annotator")) == (expected, annotator)
    assert json.loads(row["attributes"]) == {"score": 0.75}


def test_the_gold_jobs_annotations_are_gold_and_those_of_disabled_frames_ignored(tmp_path):
    layout = {"mode": "gt", "validation_frames": [0, 1], "disabled_frames": [1], "frames_per_job_count": None}
    gold = annotations([shape(1, 0, BOX), shape(2, 1, BOX)])

    found = dump(tmp_path, jobs_23_annotations=gold, tasks_9_validation_layout=layout)

    rows = by_id(found)
    assert [(row["is_gold"], row.get("is_ignored"), row["annotator"]) for row in rows.values()] == [
        (True, None, "gus"),
        (True, True, "gus"),
    ]
    assert {row["job"]: row["type"] for row in found["jobs"]} == {
        "21": "annotation",
        "22": "annotation",
        "23": "gold",
    }
    assert {row["annotator"] for row in found["assignments"]} == {"ana", "ben"}


def test_a_honeypot_is_the_gold_frame_that_it_shows(tmp_path):
    layout = {
        "mode": "gt_pool",
        "validation_frames": [8, 9],
        "disabled_frames": [],
        "frames_per_job_count": 1,
    }
    layout |= {"honeypot_count": 2, "honeypot_frames": [2, 6], "honeypot_real_frames": [9, 9]}

    found = dump(
        tmp_path,
        jobs_21_annotations=annotations([shape(1, 2, BOX)]),
        jobs_22_annotations=annotations([shape(2, 6, BOX)]),
        jobs_23_annotations=annotations([shape(3, 9, BOX)]),
        tasks_9_validation_layout=layout,
    )

    rows = by_id(found)
    assert {row["image_id"] for row in rows.values()} == {"9/9"}
    assert [json.loads(row.get("attributes", "{}")) for row in rows.values()] == [
        {"honeypot_frame": 2},
        {"honeypot_frame": 6},
        {},
    ]
    assert {row["image_id"] for row in found["images"]} == {f"9/{n}" for n in (0, 1, 3, 4, 5, 7, 8, 9)}
    looked = [(row["image_id"], row["annotator"]) for row in found["assignments"]]
    assert ("9/9", "ana") in looked
    assert ("9/9", "ben") in looked
    assert ("9/2", "ana") not in looked


def test_overlapping_jobs_give_a_frame_to_two_annotators(tmp_path):
    found = dump(
        tmp_path,
        jobs_21_annotations=annotations([shape(1, 4, BOX)]),
        jobs_22_annotations=annotations([shape(2, 4, BOX)]),
    )

    assert [(row["image_id"], row["annotator"]) for row in found["annotations"]] == [
        ("9/4", "ana"),
        ("9/4", "ben"),
    ]
    looked = [
        (row["annotator"], row["job"], row["status"])
        for row in found["assignments"]
        if row["image_id"] == "9/4"
    ]
    assert looked == [("ana", "21", "completed"), ("ben", "22", "in_progress")]


def test_deleted_frames_have_no_image_no_assignment_and_no_annotation(tmp_path):
    found = dump(
        tmp_path,
        tasks_9_meta=meta(deleted_frames=[1]),
        jobs_21_annotations=annotations([shape(1, 0, BOX), shape(2, 1, BOX)]),
    )

    assert list(by_id(found)) == ["shape:1"]
    assert "9/1" not in {row["image_id"] for table in ("images", "assignments") for row in found[table]}
    (problem,) = found["import_problems"]
    assert (problem["problem"], problem["severity"]) == ("it is on a deleted frame, and left out", "warning")


def test_an_image_is_annotated_once_somebody_finished_or_drew_on_it(tmp_path):
    jobs = [JOBS[0], job(22, 5, 6, BEN), job(24, 7, 8, BEN, state="new")]

    found = dump(tmp_path, jobs=page(*jobs), jobs_22_annotations=annotations([shape(1, 6, BOX)]))

    told = {row["image_id"]: row.get("is_annotated") for row in found["images"]}
    assert told == {f"9/{n}": {5: None, 7: False, 8: False, 9: None}.get(n, True) for n in range(10)}


def test_a_gold_job_was_looked_at_only_where_the_gold_set_lies(tmp_path):
    layout = {"mode": "gt", "validation_frames": [1, 8], "disabled_frames": []}
    jobs = [job(21, 0, 9, ANA, state="new"), JOBS[2]]

    found = dump(tmp_path, jobs=page(*jobs), tasks_9_validation_layout=layout)

    assert [row["image_id"] for row in found["images"] if row["is_annotated"]] == ["9/1", "9/8"]


def test_objects_of_other_kinds_are_counted_a_file(tmp_path):
    found = dump(tmp_path, webhooks=page({"id": 1, "target_url": "x"}, {"id": 2, "target_url": "y"}))

    (problem,) = found["import_problems"]
    assert (problem["source_file"], problem["severity"]) == ("webhooks.json", "warning")
    assert problem["problem"].startswith("2 objects of a kind")


def test_the_score_of_manual_work_that_nobody_gave_is_left_out(tmp_path):
    shapes = [shape(1, 0, BOX, score=1.0), shape(2, 0, BOX, score=1.0, source="auto")]

    found = dump(tmp_path, jobs_21_annotations=annotations(shapes))

    assert [row.get("attributes") for row in found["annotations"]] == [None, '{"score":1.0}']


def test_images_carry_names_sizes_split_and_batch(tmp_path):
    found = dump(tmp_path)

    assert found["images"][3] == {
        "image_id": "9/3",
        "file_name": "cam/3.jpg",
        "width": 100,
        "height": 80,
        "split": "Train",
        "batch": "street",
        "is_annotated": True,
    }


def test_frames_of_a_video_have_numbers_and_the_size_of_the_video(tmp_path):
    video = meta(1, size=10, stop_frame=9)

    found = dump(tmp_path, tasks_9_meta=video, jobs_21_annotations=annotations([shape(1, 3, BOX)]))

    assert len(found["images"]) == 10
    assert found["images"][3] | {"is_annotated": None} == {
        "image_id": "9/3",
        "file_name": "frame_000003",
        "width": 100,
        "height": 80,
        "split": "Train",
        "video": "cam/0.jpg",
        "frame": 3,
        "batch": "street",
        "is_annotated": None,
    }


def test_a_jobs_frames_start_where_the_job_starts_and_placeholders_name_nothing(tmp_path):
    frames = [{"name": name, "width": 64, "height": 48} for name in ("placeholder.jpg", "x/5.jpg")]
    of_job = {
        "size": 1,
        "start_frame": 4,
        "stop_frame": 5,
        "deleted_frames": [],
        "included_frames": [5],
        "frames": frames,
    }

    found = dump(
        tmp_path,
        tasks_9_meta=None,
        jobs_22_data_meta=of_job,
        jobs_22_annotations=annotations([shape(1, 5, BOX)]),
    )

    named = {row["image_id"]: (row.get("file_name"), row.get("width")) for row in found["images"]}
    assert named["9/5"] == ("x/5.jpg", 64)
    assert named["9/4"] == (None, None)
    assert [row["image_id"] for row in found["assignments"] if row["job"] == "22"] == ["9/5"]


def test_jobs_have_their_stage_state_people_and_times(tmp_path):
    found = dump(tmp_path, project={"id": 4, "name": "city", "labels": {}, "task_subsets": [], "tasks": {}})

    assert found["jobs"][1] == {
        "job": "22",
        "task": "9",
        "project": "city",
        "batch": "street",
        "type": "annotation",
        "stage": "annotation",
        "state": "in_progress",
        "assignee": "ben",
        "created_at": utc(2025, 3, 1, 8, 0, 0, 500_000),
        "updated_at": utc(2025, 3, 2, 8),
    }


def test_replicas_are_consensus_jobs_of_their_own_annotators(tmp_path):
    jobs = [
        job(21, 0, 4, GUS, replicas_count=2, state="completed"),
        job(31, 0, 4, ANA, type="consensus_replica", parent_job_id=21, state="completed"),
        job(32, 0, 4, BEN, type="consensus_replica", parent_job_id=21, state="completed"),
    ]

    found = dump(
        tmp_path,
        jobs=page(*jobs),
        jobs_31_annotations=annotations([shape(1, 0, BOX)]),
        jobs_32_annotations=annotations([shape(2, 0, BOX)]),
        jobs_21_annotations=annotations([shape(3, 0, BOX, source="consensus")]),
    )

    assert [(row["job"], row.get("annotator"), row["source"]) for row in found["annotations"]] == [
        ("21", None, "consensus"),
        ("31", "ana", "manual"),
        ("32", "ben", "manual"),
    ]
    assert {row["job"]: row["type"] for row in found["jobs"]} == {
        "21": "annotation",
        "31": "consensus",
        "32": "consensus",
    }
    assert {row["annotator"] for row in found["assignments"]} == {"ana", "ben"}


def test_a_tasks_dump_adds_only_what_its_jobs_dumps_lack_and_finds_the_job_by_the_frame(tmp_path):
    found = dump(
        tmp_path,
        jobs_21_annotations=annotations([shape(1, 0, BOX)]),
        tasks_9_annotations=annotations([shape(1, 0, BOX), shape(2, 8, BOX), shape(3, 4, BOX)]),
    )

    assert [(row["annotation_id"], row.get("job"), row.get("annotator")) for row in found["annotations"]] == [
        ("shape:1", "21", "ana"),
        ("shape:2", "22", "ben"),
        ("shape:3", None, None),
    ]


ISSUE = {
    "frame": 2,
    "job": 21,
    "position": [1, 2, 3, 4],
    "owner": GUS,
    "assignee": None,
    "created_date": "2025-03-01T09:00:00Z",
}


def test_issues_carry_their_first_comment_and_when_they_were_settled(tmp_path):
    issues = page(
        ISSUE | {"id": 1, "resolved": True, "updated_date": "2025-03-02T09:00:00Z", "comments": {"count": 2}},
        ISSUE
        | {"id": 2, "resolved": False, "updated_date": "2025-03-02T09:00:00Z", "comments": {"count": 0}},
    )
    comments = page(
        {"id": 8, "issue": 1, "message": "done", "owner": ANA, "created_date": "2025-03-01T10:00:00Z"},
        {"id": 7, "issue": 1, "message": "too wide", "owner": GUS, "created_date": "2025-03-01T09:00:00Z"},
    )

    found = dump(tmp_path, issues=issues, comments=comments)

    first = {
        "job": "21",
        "image_id": "9/2",
        "annotator": "ana",
        "reviewer": "gus",
        "created_at": utc(2025, 3, 1, 9),
    }
    assert found["issues"] == [
        first | {"issue_id": "1", "resolved_at": utc(2025, 3, 2, 9), "message": "too wide"},
        first | {"issue_id": "2"},
    ]


def test_older_dumps_hold_jobs_in_tasks_and_comments_in_issues(tmp_path):
    task = {"id": 9, "name": "street", "size": 4, "labels": LABELS, "project_id": None} | {
        "segments": [
            {
                "start_frame": 0,
                "stop_frame": 3,
                "jobs": [{"id": 21, "assignee": ANA, "reviewer": GUS, "status": "validation"}],
            }
        ]
    }
    issue = ISSUE | {"id": 1, "resolver": ANA, "resolved_date": "2025-03-03T00:00:00Z"}
    issue["comment_set"] = [
        {"id": 1, "message": "shift it", "author": GUS, "created_date": "2025-03-01T09:00:00Z"}
    ]

    found = dump(
        tmp_path,
        jobs=None,
        labels=None,
        task=task,
        issues=[issue],
        annotations_21=annotations([shape(1, 0, BOX)]),
    )

    assert [(row["annotation_id"], row["annotator"], row["image_id"]) for row in found["annotations"]] == [
        ("shape:1", "ana", "9/0")
    ]
    assert [(row["job"], row["stage"], row["assignee"], row["reviewer"]) for row in found["jobs"]] == [
        ("21", "validation", "ana", "gus")
    ]
    assert (found["issues"][0]["message"], found["issues"][0]["resolved_at"]) == (
        "shift it",
        utc(2025, 3, 3),
    )


@pytest.mark.parametrize(
    "name",
    [
        "jobs_21_annotations",
        "jobs__21__annotations",
        "annotations_21",
        "JOB-21 annotations",
        "2025-03-01/job21",
    ],
)
def test_the_name_says_whose_annotations_a_file_holds(tmp_path, name):
    found = dump(tmp_path, **{name: annotations([shape(1, 0, BOX)])})

    assert found["annotations"][0]["job"] == "21"


def test_annotations_of_nobody_known_are_reported(tmp_path):
    found = dump(
        tmp_path,
        task=page(TASK, TASK | {"id": 10}),
        some_annotations=annotations([shape(1, 0, BOX)]),
        jobs_99_annotations=annotations([shape(2, 0, BOX)]),
    )

    assert found["annotations"] == []
    assert sorted(row["source_file"] for row in found["import_problems"]) == [
        "jobs_99_annotations.json",
        "some_annotations.json",
    ]


def test_the_layout_of_the_servers_own_test_assets_is_read(tmp_path):
    (tmp_path / "a").mkdir()
    assets = {
        "job": {"21": annotations([shape(1, 0, BOX)]), "22": annotations([shape(2, 5, BOX)])},
        "task": {"9": annotations([shape(1, 0, BOX)])},
    }

    found = dump(tmp_path / "a", annotations=assets)

    assert [(row["annotation_id"], row["annotator"]) for row in found["annotations"]] == [
        ("shape:1", "ana"),
        ("shape:2", "ben"),
    ]
    assert found["annotations"][0]["source_ref"] == "job.21.shapes[0]; annotator: the job's assignee"


def test_a_zip_gives_the_same_rows_as_its_folder(tmp_path):
    folder = tmp_path / "dump"
    expected = dump(folder, jobs_21_annotations=annotations([shape(1, 0, BOX)]))
    with zipfile.ZipFile(tmp_path / "dump.zip", "w") as packed:
        for file in sorted(folder.rglob("*.json")):
            packed.write(file, file.relative_to(folder).as_posix())

    found = rows_of("cvat_server", tmp_path / "dump.zip")

    assert found == expected


def test_a_dump_is_recognised_by_its_content(tmp_path):
    dump(tmp_path / "dump", jobs_21_annotations=annotations([shape(1, 0, BOX)]))
    write(tmp_path / "other", "instances", {"images": [], "annotations": [], "categories": []})

    assert cvat_server.sniff(tmp_path / "dump") > 0.9
    assert cvat_server.sniff(tmp_path / "other") == 0
    assert cvat_server.sniff(tmp_path / "nowhere") == 0


def test_a_folder_of_something_else_is_refused(tmp_path):
    write(tmp_path, "instances", {"images": [], "annotations": [], "categories": []})

    with pytest.raises(BadInputError, match="nothing of a CVAT server"):
        rows_of("cvat_server", tmp_path)


def test_missing_pages_are_told(tmp_path):
    found = dump(tmp_path, issues=page(ISSUE | {"id": 1}, count=7, next="http://x/api/issues?page=2"))

    (problem,) = found["import_problems"]
    assert problem["problem"].startswith("1 of 7 objects of the kind issue are here")
    assert TASK["size"] == len(found["images"])
