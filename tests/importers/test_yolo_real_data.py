"""Real YOLO labels: counts that other formats of the same data give, and variants that other tools write."""

from __future__ import annotations

import json
from collections import Counter
from xml.etree import ElementTree as ET

import numpy as np
import pyarrow as pa
import pytest

from labelduck.importers import yolo
from labelduck.importers.base import Known, ReadOptions

pytestmark = pytest.mark.shared_data
NAMES = (
    "aeroplane bicycle bird boat bottle bus car cat chair cow diningtable dog horse motorbike person pottedplant "
    "sheep sofa train tvmonitor"
)


def read(path, **options):
    batches = list(yolo.read(path, ReadOptions(**options)))
    tables = {}
    for batch in batches:
        for name, table in batch.items():
            tables.setdefault(name, []).extend(table.to_pylist())
    return tables


@pytest.mark.slow
def test_voc_2007_has_the_objects_of_its_xml(shared, tmp_path):
    pack = shared("voc2007_xml_yolo_masks_yolov2")
    folder = pack / "raw" / "VOC2007"
    sizes, expected = ["file_name,width,height"], {}
    for file in (folder / "Annotations").iterdir():
        root = ET.parse(file).getroot()
        sizes.append(f"{file.stem}.jpg,{root.findtext('size/width')},{root.findtext('size/height')}")
        objects = [part for part in root.iter("object") if part.findtext("difficult") != "1"]
        sides = [f"bndbox/{side}" for side in ("xmin", "ymin", "xmax", "ymax")]
        expected[file.stem] = sorted(tuple(int(part.findtext(side)) for side in sides) for part in objects)
    (tmp_path / "sizes.csv").write_text("\n".join(sizes))

    tables = read(folder / "labels", sizes=tmp_path / "sizes.csv", class_names=tuple(NAMES.split()))

    oracle = json.loads((pack / "oracle_cross_format.json").read_text())["2007"]
    assert len(tables["images"]) == oracle["images"] == 9963
    assert len(tables["annotations"]) == oracle["objects"] - oracle["difficult"]
    found = {name: [] for name in expected}
    for row in tables["annotations"]:
        corners = tuple(round(value, 6) for value in row["box"].values())
        found[row["image_id"]].append(corners)
    # The converter took the XML's corners as they stand: no pixel was subtracted.
    assert {name: sorted(corners) for name, corners in found.items()} == expected
    assert tables["import_problems"] == []


def test_coco_poses_have_seventeen_keypoints(shared, tmp_path):
    folder = shared("coco_person_pose_yolo_val2017") / "labels" / "val2017"
    sizes = "".join(f"{file.stem}.jpg,640,480\n" for file in folder.iterdir())
    (tmp_path / "sizes.csv").write_text("file_name,width,height\n" + sizes)

    tables = read(folder, sizes=tmp_path / "sizes.csv", class_names=("person",))

    assert len(tables["images"]) == 2346
    assert len(tables["annotations"]) == 6352
    assert {len(row["keypoints"]) for row in tables["annotations"]} == {17}
    assert {point["visibility"] for row in tables["annotations"] for point in row["keypoints"]} == {0, 1, 2}
    assert {image["split"] for image in tables["images"]} == {"val"}
    assert tables["import_problems"] == []


@pytest.mark.parametrize(
    ("folder", "n_images", "n_annotations", "n_classes"),
    [
        ("yolo_dataset/labels", 2, 4, 10),
        ("yolo_dataset/annotations", 1, 2, 10),
        ("yolo_dataset/strict", 1, 2, 10),
        ("roboflow_dataset/yolo", 3, 4, 2),
        ("kaggle_dataset/relaxed_yolo", 2, 4, 4),
    ],
)
def test_variants_of_other_tools_are_read(shared, folder, n_images, n_annotations, n_classes):
    path = shared("datumaro_assets") / "tests" / "assets" / folder

    tables = read(path)

    assert len(tables["images"]) == n_images
    assert len(tables["annotations"]) == n_annotations
    assert len(tables["classes"]) == n_classes
    assert yolo.sniff(path) >= 0.8


def test_darknet_labels_of_real_pictures_equal_their_coco_boxes(shared):
    folder = shared("voc_pictures") / "voc_pictures"
    coco = json.loads(next((folder / "gts" / "coco_format_v1").glob("*.json")).read_text())
    names = {category["id"]: category["name"] for category in coco["categories"]}
    files = {image["id"]: image["file_name"].rpartition(".")[0] for image in coco["images"]}
    expected = Counter((files[a["image_id"]], names[a["category_id"]]) for a in coco["annotations"])

    tables = read(folder / "gts" / "yolo_format", images=folder / "images")

    assert Counter((row["image_id"], row["class_name"]) for row in tables["annotations"]) == expected
    by_image = {}
    for row in tables["annotations"]:
        by_image.setdefault(row["image_id"], []).append(list(row["box"].values()))
    for image_id, stem in files.items():
        boxes = [a["bbox"] for a in coco["annotations"] if a["image_id"] == image_id]
        corners = sorted([x, y, x + width, y + height] for x, y, width, height in boxes)
        assert np.allclose(sorted(by_image.get(stem, [])), corners, atol=1.01)
    assert tables["import_problems"] == []


def test_labels_with_a_confidence_come_back_as_predictions(shared, tmp_path):
    folder = shared("voc_pictures") / "voc_pictures"
    tables = read(folder / "gts" / "yolo_format", images=folder / "images")
    images = pa.Table.from_pylist(tables["images"]).select(["image_id", "file_name", "width", "height"])
    classes = pa.Table.from_pylist(tables["classes"]).select(["class_name", "class_index"])
    for file in (folder / "gts" / "yolo_format" / "obj_train_data").iterdir():
        lines = file.read_text().splitlines()
        (tmp_path / file.name).write_text("\n".join(f"{line} 0.5" for line in lines if line))

    batches = list(yolo.read_predictions(tmp_path, Known(images, classes), ReadOptions()))

    rows = [row for batch in batches if "predictions" in batch for row in batch["predictions"].to_pylist()]
    given = {row["annotation_id"]: row["box"] for row in tables["annotations"]}
    assert {row["prediction_id"]: row["box"] for row in rows} == given
