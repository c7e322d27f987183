"""Backups of CVAT's image tasks and projects, by literal answers."""

from __future__ import annotations

import json
from zipfile import ZipFile

import pytest
from cvat_files import read, write_backup

from labelduck.errors import BadInputError
from labelduck.geometry import mask_from_rle
from labelduck.importers import reader

MANIFEST = [
    {"version": "1.1"},
    {"type": "images"},
    *({"name": f"dir/{name}", "extension": ".jpg", "width": 100, "height": 80} for name in "abcd"),
]


def task(**more):
    jobs = [{"start_frame": 0, "stop_frame": 1, "status": "completed"}, {"start_frame": 2, "stop_frame": 3}]
    told = {"name": "night", "subset": "Train", "version": "1.0", "jobs": jobs, "labels": []}
    return told | {"data": {"start_frame": 0, "stop_frame": 3}} | more


def shape(frame, points, kind="rectangle", **more):
    told = {"label": "car", "type": kind, "frame": frame, "points": points, "occluded": True, "z_order": 2}
    return told | {"rotation": 0.0, "source": "manual", "group": 0, "attributes": []} | more


def backup(folder, *shapes, tags=(), **more):
    path = folder / "backup.zip"
    annotations = [{"version": 0, "tags": list(tags), "shapes": list(shapes), "tracks": []}]
    write_backup(path, task(**more), annotations, MANIFEST)
    return read(path)


def test_shapes_lie_on_the_pictures_that_the_manifest_lists(tmp_path):
    found = backup(tmp_path, shape(1, [1, 2, 3, 4], group=5, source="file"))

    (row,) = found["annotations"]
    assert {name: value for name, value in row.items() if value is not None} == {
        "annotation_id": "dir/b/0",
        "image_id": "dir/b",
        "class_name": "car",
        "geometry": "box",
        "box": {"x_min": 1, "y_min": 2, "x_max": 3, "y_max": 4},
        "area": 4,
        "occluded": 1,
        "z_order": 2,
        "group_id": "5",
        "source": "imported",
        "job": "night/0",
        "source_file": "annotations.json",
        "source_ref": "[0].shapes[0]",
    }
    assert [(row["image_id"], row["file_name"], row["width"], row["split"]) for row in found["images"]] == [
        (f"dir/{name}", f"dir/{name}.jpg", 100, "train") for name in "abcd"
    ]
    assert found["import_problems"] == []


def test_an_empty_frame_of_a_finished_job_was_looked_at(tmp_path):
    found = backup(tmp_path, shape(2, [1, 2, 3, 4]))

    assert [row["is_annotated"] for row in found["images"]] == [True, True, True, None]
    assert [(row["job"], row["stage"], row["state"], row["type"]) for row in found["jobs"]] == [
        ("night/0", "acceptance", "completed", "annotation"),
        ("night/1", None, None, "annotation"),
    ]


def test_every_shape_is_read_as_in_xml(tmp_path):
    found = backup(
        tmp_path,
        shape(0, [50, 40, 70, 30], "ellipse"),
        shape(0, [1, 2, 2, 1, 3, 5, 5, 6], "mask"),
        shape(0, [0, 0, 4, 0, 4, 3], "polygon"),
        shape(0, [2, 3], "points"),
        shape(0, list(range(16)), "cuboid"),
        shape(
            0,
            [],
            "skeleton",
            elements=[
                {"label": "head", "type": "points", "points": [8, 10], "outside": False, "occluded": True}
            ],
        ),
    )

    ellipse, mask, polygon, point, cuboid, skeleton = found["annotations"]
    assert ellipse["box"] == {"x_min": 30, "y_min": 30, "x_max": 70, "y_max": 50}
    pixels = mask_from_rle(mask["mask"]["counts"], 80, 100)
    assert [tuple(place) for place in zip(*pixels.nonzero(), strict=True)] == [(5, 4), (5, 5), (6, 5)]
    assert polygon["polygons"] == [[0, 0, 4, 0, 4, 3]]
    assert point["keypoints"] == [{"x": 2, "y": 3, "visibility": 2}]
    assert json.loads(cuboid["attributes"]) == {"corners": list(range(16))}
    assert skeleton["keypoints"] == [{"x": 8, "y": 10, "visibility": 1}]


def test_frames_count_in_steps_from_the_first(tmp_path):
    found = backup(
        tmp_path,
        shape(1, [1, 2, 3, 4]),
        data={"start_frame": 1, "stop_frame": 3, "frame_filter": "step=2"},
    )

    assert [row["image_id"] for row in found["images"]] == ["dir/b", "dir/d"]
    assert found["annotations"][0]["image_id"] == "dir/d"


def test_annotations_of_a_ground_truth_job_are_gold(tmp_path):
    jobs = [{"start_frame": 0, "stop_frame": 3, "status": "annotation", "type": "ground_truth"}]

    found = backup(tmp_path, shape(0, [1, 2, 3, 4]), jobs=jobs)

    assert found["annotations"][0]["is_gold"] is True
    assert found["jobs"][0]["type"] == "gold"


def test_jobs_that_show_the_same_frames_are_reported(tmp_path):
    jobs = [{"start_frame": 0, "stop_frame": 2}, {"start_frame": 2, "stop_frame": 3}]

    found = backup(tmp_path, jobs=[*jobs, {"start_frame": 0, "stop_frame": 3, "type": "ground_truth"}])

    (problem,) = found["import_problems"]
    assert (problem["severity"], problem["location"]) == ("warning", "night/1")


def test_a_deleted_frame_is_marked_and_its_objects_do_not_count(tmp_path):
    data = {"start_frame": 0, "stop_frame": 3, "deleted_frames": [1]}

    found = backup(tmp_path, shape(1, [1, 2, 3, 4]), data=data)

    assert found["annotations"][0]["is_ignored"] is True
    assert json.loads(found["images"][1]["attributes"])["deleted"] is True


def test_tags_are_classes_of_images(tmp_path):
    tag = {
        "frame": 3,
        "label": "rain",
        "source": "manual",
        "group": 0,
        "attributes": [{"name": "mm", "value": "2"}],
    }

    found = backup(tmp_path, tags=[tag])

    assert [(row["image_id"], row["class_name"], row["source"]) for row in found["image_labels"]] == [
        ("dir/d", "rain", "manual")
    ]
    assert json.loads(found["images"][3]["attributes"])["tags"] == [{"label": "rain", "mm": "2"}]


def test_reviews_and_issues_of_old_backups_are_kept(tmp_path):
    issue = {"frame": 1, "created_date": "2021-02-03T04:05:06Z", "comments": [{"message": "too loose"}]}
    review = {"status": "rejected", "estimated_quality": 2.5, "issues": [issue]}
    jobs = [{"start_frame": 0, "stop_frame": 3, "status": "validation", "reviews": [review, {"status": "?"}]}]

    found = backup(tmp_path, jobs=jobs)

    assert [(row["job"], row["decision"], row["round"]) for row in found["reviews"]] == [
        ("night/0", "rejected", 1)
    ]
    assert [(row["image_id"], row["message"]) for row in found["issues"]] == [("dir/b", "too loose")]
    assert [problem["location"] for problem in found["import_problems"]] == ["night/0/review 1"]


def test_tasks_of_a_project_take_their_labels_from_it_and_keep_apart(tmp_path):
    path = tmp_path / "project.zip"
    labels = [
        {
            "name": "car",
            "color": "#ff0000",
            "attributes": [{"name": "n", "input_type": "number", "values": ["1"]}],
        },
        {"name": "person", "type": "skeleton", "sublabels": [{"name": "head", "type": "points"}]},
    ]
    annotations = [{"shapes": [shape(0, [1, 2, 3, 4], group=1, attributes=[{"name": "n", "value": "2"}])]}]
    for n, subset in enumerate(("Train", "Test")):
        write_backup(path, task(name=f"t{n}", subset=subset), annotations, MANIFEST, root=f"task_{n}/")
    with ZipFile(path, "a") as packed:
        packed.writestr("project.json", json.dumps({"name": "cars", "labels": labels}))

    name, _ = reader("auto", path)
    found = read(path)

    assert name == "cvat"
    assert [(row["annotation_id"], row["group_id"]) for row in found["annotations"]] == [
        ("Train/dir/a/0", "task_0/1"),
        ("Test/dir/a/0", "task_1/1"),
    ]
    assert {row["attributes"] for row in found["annotations"]} == {'{"n":2}'}
    assert {row["project"] for row in found["jobs"]} == {"cars"}
    assert [(row["class_name"], row["keypoint_names"]) for row in found["classes"]] == [
        ("car", None),
        ("person", ["head"]),
    ]


def test_a_backup_without_manifest_names_its_frames_by_number(tmp_path):
    path = tmp_path / "backup.zip"
    write_backup(path, task(), [{"shapes": [shape(2, [1, 2, 3, 4])]}], None)

    found = read(path)

    assert [row["image_id"] for row in found["images"]] == ["frame_000002"]
    assert {problem["severity"] for problem in found["import_problems"]} == {"warning"}


@pytest.mark.parametrize(
    "bad",
    [
        None,
        [],
        "x",
        shape(9, [1, 2, 3, 4]),
        shape("0", [1, 2, 3, 4]),
        shape(0, [1, 2, 3]),
        shape(0, "1,2,3,4"),
        shape(0, [1, 2, 3, None]),
        shape(0, [1, 2, 3, 1e300]),
        shape(0, [1, 2, 3, 4], "star"),
        shape(0, [1, 2, 3, 4], ["mask"]),
        shape(0, [3, 0, 0, 9, 9], "mask"),
        shape(0, [0.5, 0, 0, 0, 0], "mask"),
        shape(0, [1, 0, 0, 10**9, 10**9], "mask"),
        shape(0, [], "skeleton", elements=[{"label": "head", "points": [1]}]),
        shape(0, [1, 2, 3, 4], label=7),
    ],
)
def test_a_bad_shape_is_a_problem_and_the_next_one_a_row(tmp_path, bad):
    found = backup(tmp_path, bad, shape(0, [1, 2, 3, 4]))

    assert len(found["annotations"]) == 1
    (problem,) = found["import_problems"]
    assert (problem["severity"], problem["location"]) == ("error", "[0].shapes[0]")


@pytest.mark.parametrize("name", ["task.json", "annotations.json", "data/manifest.jsonl"])
def test_a_damaged_backup_is_refused_by_the_name_of_the_file(tmp_path, name):
    whole = {"task.json": "{}", "annotations.json": "[]", "data/manifest.jsonl": "{}\n"}
    for file, text in (whole | {name: '{"a": '}).items():
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).write_text(text)

    with pytest.raises(BadInputError, match=name):
        read(tmp_path)
