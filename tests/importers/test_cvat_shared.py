"""Real CVAT files against the same pictures in COCO."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from cvat_files import read

pytestmark = pytest.mark.shared_data


def rounded(values):
    return tuple(round(value, 2) for value in values)


def test_the_boxes_of_a_task_are_those_of_its_coco_file(shared):
    folder = shared("voc_pictures") / "voc_pictures" / "gts"
    (file,) = (folder / "coco_format_v1").glob("*.json")
    coco = json.loads(file.read_text())
    names = {c["id"]: c["name"] for c in coco["categories"]}
    stems = {i["id"]: Path(i["file_name"]).stem for i in coco["images"]}
    expected = Counter(
        (stems[a["image_id"]], names[a["category_id"]], *rounded(a["bbox"])) for a in coco["annotations"]
    )

    found = read(folder / "cvat_format" / "annotations.xml")

    boxes = Counter()
    for row in found["annotations"]:
        x_min, y_min, x_max, y_max = row["box"].values()
        sides = rounded((x_min, y_min, x_max - x_min, y_max - y_min))
        boxes[row["image_id"], row["class_name"], *sides] += 1
    assert boxes == expected
    assert len(found["images"]) == len(coco["images"])
    assert found["import_problems"] == []


@pytest.fixture
def assets(shared):
    return shared("datumaro_assets") / "tests" / "assets" / "cvat_dataset"


def test_a_project_has_each_subset_and_typed_attributes(assets):
    found = read(assets / "for_images" / "export_project")

    images = {row["image_id"]: (row["split"], row["width"], row["height"]) for row in found["images"]}
    assert images == {
        f"{subset}/img{n}": (split, side, side)
        for subset, split in (("Test", "test"), ("Train", "train"), ("Validation", "val"))
        for n, side in ((0, 8), (1, 10))
    }
    shapes = Counter(row["geometry"] for row in found["annotations"])
    assert shapes == {"box": 3, "polyline": 3, "polygon": 3, "keypoints": 3}
    box = found["annotations"][0]
    assert json.loads(box["attributes"]) == {"a1": True, "a2": "v3", "a3": "0003", "a4": 2.4}
    assert list(box["box"].values()) == [0, 2, 4, 4]
    assert found["import_problems"] == []


def test_a_task_tells_of_shapes_without_a_label(assets):
    found = read(assets / "for_images" / "export_task")

    assert [row["annotation_id"] for row in found["annotations"]] == ["img0/0", "img1/1"]
    assert [problem["location"] for problem in found["import_problems"]] == [
        "image 0 / polyline 1",
        "image 1 / polygon 0",
    ]


def test_a_video_has_its_frames_at_every_third_number(assets):
    found = read(assets / "for_video")

    assert [(row["image_id"], row["width"], row["height"]) for row in found["images"]] == [
        ("frame_000010", 25, 20),
        ("frame_000013", 25, 20),
        ("frame_000016", 25, 20),
        ("frame_000019", 25, 20),
    ]
    assert [(row["image_id"], row["geometry"], row["class_name"]) for row in found["annotations"]] == [
        ("frame_000010", "box", "II"),
        ("frame_000010", "keypoints", "klhg"),
        ("frame_000013", "polyline", "II"),
    ]
    assert found["import_problems"] == []
