"""Dumps of a CVAT server that are harmed: problems or a refusal, never a traceback."""

from __future__ import annotations

import json
import random
import zipfile

import pytest
from cvat_server_files import (
    JOBS,
    LABELS,
    TASK,
    annotations,
    changed,
    dump,
    event,
    meta,
    moved,
    page,
    shape,
    write,
    write_log,
)
from format_rows import disturbed, harmed_documents, rows_of

from labelduck.errors import BadInputError
from labelduck.importers import cvat_events, cvat_server

BOX = [10, 20, 30, 50]
N_FUZZED = 12


@pytest.mark.parametrize(
    ("harmed", "problem"),
    [
        ({"points": [1, 2, 3]}, "expected two corners"),
        ({"points": [1, 2, 3, None]}, "is no number"),
        ({"points": [1, 2, 3, 1e300]}, "is no coordinate"),
        ({"points": None}, "has no points"),
        ({"points": "1,2,3,4"}, "has no points"),
        ({"type": "heptagon"}, "no type of shape"),
        ({"type": ["rectangle"]}, "no type of shape"),
        ({"type": "mask", "points": [1, 2]}, "not given by whole numbers"),
        ({"type": "mask", "points": [5, 0, 0, 1, 1]}, "the runs of the mask have 5 pixels, its box has 4"),
        ({"type": "mask", "points": [4, 9, 9, 1, 1]}, "wide and"),
        ({"type": "mask", "points": [1, 0, 0, 2**40, 2**40]}, "wide and"),
        ({"type": "points", "points": [1, 2, 3]}, "expected pairs"),
        ({"rotation": "left"}, "is no number"),
        ({"frame": 10}, "no frame of its task"),
        ({"frame": -1}, "no frame of its task"),
        ({"frame": "one"}, "no frame of its task"),
        ({"frame": 2**70}, "no frame of its task"),
        ({"label_id": 99}, "label 99 is not known"),
        ({"label_id": None}, "label None is not known"),
    ],
)
def test_a_harmed_shape_is_reported_and_the_others_are_read(tmp_path, harmed, problem):
    found = dump(tmp_path, jobs_21_annotations=annotations([shape(1, 0, BOX) | harmed, shape(2, 0, BOX)]))

    assert [row["annotation_id"] for row in found["annotations"]] == ["shape:2"]
    (row,) = found["import_problems"]
    assert problem in row["problem"]
    assert (row["source_file"], row["location"], row["severity"]) == (
        "jobs_21_annotations.json",
        "shapes[0]",
        "error",
    )


@pytest.mark.parametrize(
    "harmed",
    [
        {"z_order": True},
        {"z_order": 2**40},
        {"source": ["manual"]},
        {"group": "x"},
        {"attributes": 7},
        {"attributes": [{"spec_id": [], "value": {}}, 7]},
        {"occluded": "yes"},
        {"elements": {}},
        {"id": [1]},
        {"score": {}},
    ],
)
def test_what_is_odd_beside_the_shape_does_not_harm_it(tmp_path, harmed):
    found = dump(tmp_path, jobs_21_annotations=annotations([shape(1, 0, BOX) | harmed]))

    (row,) = found["annotations"]
    assert tuple(row["box"].values()) == (10, 20, 30, 50)
    assert found["import_problems"] == []


def test_a_mask_needs_the_size_of_its_frame(tmp_path):
    found = dump(
        tmp_path,
        tasks_9_meta=None,
        jobs_21_annotations=annotations([shape(1, 0, [1, 1, 0, 0, 1, 0], "mask")]),
    )

    (row,) = found["import_problems"]
    assert "dump the data/meta" in row["problem"]


def test_a_shape_without_id_gets_one_from_its_place(tmp_path):
    found = dump(tmp_path, jobs_21_annotations=annotations([shape(None, 2, BOX)]))

    assert [row["annotation_id"] for row in found["annotations"]] == ["9/2/shapes[0]"]


def test_an_id_that_two_jobs_have_is_told_apart(tmp_path):
    found = dump(
        tmp_path,
        jobs_21_annotations=annotations([shape(1, 0, BOX)]),
        jobs_22_annotations=annotations([shape(1, 5, BOX)]),
    )

    assert [row["annotation_id"] for row in found["annotations"]] == ["shape:1", "shape:1#2"]
    assert [row["severity"] for row in found["import_problems"]] == ["repaired"]


def test_shapes_in_clouds_of_points_are_refused(tmp_path):
    jobs = [job | {"dimension": "3d"} for job in JOBS]

    found = dump(
        tmp_path, jobs=page(*jobs), jobs_21_annotations=annotations([shape(1, 0, [0] * 16, "cuboid")])
    )

    assert found["annotations"] == []
    assert "cloud of points" in found["import_problems"][0]["problem"]


def test_intervals_of_sound_are_reported(tmp_path):
    found = dump(tmp_path, jobs_21_annotations=annotations() | {"intervals": [{"id": 1}]})

    assert found["import_problems"][0]["problem"].startswith("1 intervals of sound")


@pytest.mark.parametrize(
    "text", ["", "{", '{"shapes": [', "[" * 100_000, '{"shapes": [], "tracks": 1e999}x', "\udcff", "null"]
)
def test_a_file_that_is_no_json_is_reported_beside_others_and_refused_alone(tmp_path, text):
    dump(tmp_path / "dump")
    harmed = tmp_path / "dump" / "jobs_21_annotations.json"
    harmed.write_bytes(text.encode("utf-8", "surrogateescape"))

    found = rows_of("cvat_server", tmp_path / "dump")

    assert len(found["jobs"]) == 3
    assert [row["source_file"] for row in found["import_problems"]] == ["jobs_21_annotations.json"]
    with pytest.raises(BadInputError):
        rows_of("cvat_server", harmed)


def test_nan_in_one_shape_leaves_the_others(tmp_path):
    dump(tmp_path, jobs_21_annotations=annotations([shape(1, 0, [float("nan"), 2, 3, 4]), shape(2, 0, BOX)]))

    found = rows_of("cvat_server", tmp_path)

    assert [row["annotation_id"] for row in found["annotations"]] == ["shape:2"]
    assert len(found["import_problems"]) == 1


@pytest.mark.parametrize("size", [10**30, 2**62, -5, "many", None])
def test_huge_numbers_of_frames_make_no_rows(tmp_path, size):
    jobs = [job | {"stop_frame": 2**62} for job in JOBS]

    found = dump(tmp_path, jobs=page(*jobs), task=TASK | {"size": size}, tasks_9_meta=None)

    assert found["images"] == []
    assert found["assignments"] == []


def test_names_in_a_zip_that_lead_out_of_it_are_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "dump.zip", "w") as packed:
        packed.writestr("jobs.json", json.dumps(page(*JOBS)))
        packed.writestr("../../labels.json", json.dumps(page(*LABELS)))

    found = rows_of("cvat_server", tmp_path / "dump.zip")

    assert found["classes"] == []
    assert "leads out of the zip" in found["import_problems"][0]["problem"]


def scene():
    """Return a dump that has a little of everything."""
    skeleton = shape(4, 1, [], "skeleton", label_id=7, elements=[shape(5, 1, [4, 9], "points", label_id=71)])
    frames = [
        {"id": n, "type": "rectangle", "frame": n, "points": BOX, "outside": False, "attributes": []}
        for n in (0, 2)
    ]
    track = {"id": 8, "frame": 0, "label_id": 5, "attributes": [], "elements": [], "shapes": frames}
    mask = shape(3, 1, [1, 3, 2, 7, 8, 9, 9], "mask")
    conflict = {
        "frame": 0,
        "type": "low_overlap",
        "report_id": 2,
        "severity": "warning",
        "annotation_ids": [{"obj_id": 1, "job_id": 21, "type": "shape"}],
    }
    result = {
        "conflicts": [conflict | {"frame_id": 0}],
        "annotations": {"valid_count": 1, "total_count": 2, "ds_count": 1, "gt_count": 2},
    }
    tag = {
        "id": 6,
        "frame": 3,
        "label_id": 6,
        "source": "manual",
        "attributes": [{"spec_id": 31, "value": "x"}],
    }
    issue = {
        "id": 1,
        "frame": 2,
        "job": 21,
        "position": [1, 2, 3, 4],
        "owner": {"id": 3, "username": "gus"},
        "resolved": True,
        "updated_date": "2025-03-02T09:00:00Z",
        "created_date": None,
    }
    report = {
        "id": 2,
        "target": "job",
        "job_id": 21,
        "parent_id": 1,
        "created_date": "2025-03-02T09:00:00Z",
        "summary": {},
    }
    return {
        "jobs": page(*JOBS),
        "task": TASK,
        "labels": page(*LABELS),
        "tasks_9_meta": meta(deleted_frames=[9]),
        "tasks_9_layout": {
            "mode": "gt_pool",
            "validation_frames": [8],
            "disabled_frames": [8],
            "honeypot_frames": [3],
            "honeypot_real_frames": [8],
        },
        "jobs_21_annotations": annotations([shape(1, 0, BOX, score=0.5), mask, skeleton], [track], [tag]),
        "issues": page(issue),
        "comments": page({"id": 1, "issue": 1, "message": "m", "created_date": "2025-03-02T09:00:00Z"}),
        "quality_reports": page(report),
        "quality_conflicts": page(conflict),
        "reports_2_data": {
            "groups": {"Base": {"comparison_summary": {}, "frame_results": {"0": result}}},
            "job_id": 21,
            "summary": {},
        },
    }


LOG = [
    changed("10:00:00", "create", "ana", (1, 0, 5), (3, 1, 5)),
    changed("10:05:00", "update", "ben", (1, 0, 6)),
    event(
        "10:06:00",
        "update:tracks",
        "ben",
        {"tracks": [{"id": 8, "frame": 0, "label_id": 5, "shapes": [{"frame": 0}]}]},
    ),
    moved("11:00:00", "ana", "state", "in progress", "completed"),
    moved("12:00:00", "rev", "state", "completed", "rejected"),
    moved("12:10:00", "rev", "assignee", {"id": 1, "username": "ana"}, "{'id': 2, 'username': 'ben'}"),
    event("12:20:00", "send:working_time", "ana", {"working_time": 3_000}),
]


@pytest.mark.parametrize("name", scene())
def test_harmed_dumps_give_problems_or_are_refused(tmp_path, name):
    content = scene()
    for other in content:
        write(tmp_path, other, content[other])
    write(tmp_path, "events", LOG)
    n_read = 0

    for data in harmed_documents(content[name], random.Random(7), N_FUZZED):
        (tmp_path / f"{name}.json").write_bytes(data)
        try:
            n_read += len(rows_of("cvat_server", tmp_path)["import_problems"]) >= 0
        except BadInputError:
            n_read += 1
        assert 0 <= cvat_server.sniff(tmp_path) <= 1

    assert n_read == N_FUZZED


def test_harmed_logs_give_problems_or_are_refused(tmp_path):
    rng = random.Random(9)
    path = tmp_path / "events.csv"
    write_log(path, LOG)
    sound = path.read_bytes()
    n_read = 0

    for _ in range(5 * N_FUZZED):
        path.write_bytes(disturbed(sound, rng))
        try:
            n_read += len(rows_of("cvat_events", path)["events"]) >= 0
        except BadInputError:
            n_read += 1
        assert 0 <= cvat_events.sniff(path) <= 1

    assert n_read == 5 * N_FUZZED
