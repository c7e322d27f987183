"""Pascal VOC on the real data sets."""

from __future__ import annotations

import json
from collections import Counter

import numpy as np
import pyarrow as pa
import pytest

from labelduck.importers import voc
from labelduck.importers.base import Known, ReadOptions
from labelduck.importers.voc.xml import Parser

pytestmark = pytest.mark.shared_data


def tables(batches):
    names = {name for batch in batches for name in batch}
    return {
        name: pa.concat_tables([b[name] for b in batches if name in b], promote_options="permissive")
        for name in names
    }


@pytest.fixture(scope="module")
def voc_2007(shared):
    folder = shared("voc2007_xml_yolo_masks_yolov2")
    return folder, tables(list(voc.read(folder / "raw" / "VOC2007", ReadOptions())))


def test_voc_2007_is_read_whole(voc_2007):
    folder, rows = voc_2007
    truth = json.loads((folder / "oracle_cross_format.json").read_text())["2007"]

    annotations = rows["annotations"].to_pylist()

    assert "import_problems" not in rows
    assert rows["images"].num_rows == truth["images"]
    assert Counter(rows["images"]["split"].to_pylist()) == {"train": 2501, "val": 2510, "test": 4952}
    assert len(annotations) == truth["objects"]
    assert sum(row["difficult"] for row in annotations) == truth["difficult"]
    assert (
        Counter(row["class_name"] for row in annotations if not row["difficult"]).keys()
        == truth["per_class"].keys()
    )
    assert sum(len(json.loads(row["attributes"]).get("parts", ())) for row in annotations) == truth["parts"]


def test_voc_2007_read_as_plain_coordinates_equals_its_yolo_files(voc_2007):
    folder, _ = voc_2007
    # The labels were made from the corners as written, so the offset that makes them equal is 0.
    rows = tables(list(voc.read(folder / "raw" / "VOC2007", ReadOptions(voc_offset=0))))
    boxes = {row["image_id"]: [] for row in rows["images"].to_pylist()}
    for row in rows["annotations"].to_pylist():
        if not row["difficult"]:
            boxes[row["image_id"]].append((row["class_name"], *row["box"].values()))
    names = sorted(rows["classes"]["class_name"].to_pylist())

    equal = 0
    for image in rows["images"].to_pylist():
        size = np.array([image["width"], image["height"]] * 2)
        lines = (folder / "raw" / "VOC2007" / "labels" / f"{image['image_id']}.txt").read_text().split()
        yolo = np.array(lines, float).reshape(-1, 5)
        ours = np.array([box for _, *box in boxes[image["image_id"]]]).reshape(-1, 4)
        fractions = np.column_stack([(ours[:, :2] + ours[:, 2:]) / 2, ours[:, 2:] - ours[:, :2]]) / size
        same_classes = [names[int(c)] for c in yolo[:, 0]] == [name for name, *_ in boxes[image["image_id"]]]
        equal += same_classes and np.allclose(fractions, yolo[:, 1:], rtol=0, atol=1e-12)

    assert equal == 9_963


def test_real_detections_as_text_equal_the_same_as_coco_results(voc_2007):
    folder, rows = voc_2007
    known = Known(rows["images"], rows["classes"])
    truth = json.loads((folder / "voc2007_test_gt_coco.json").read_text())
    names = {category["id"]: category["name"] for category in truth["categories"]}
    results = json.loads((folder / "yolov2_ep150_results.json").read_text())

    read = tables(list(voc.read_predictions(folder / "raw" / "results" / "000150", known, ReadOptions())))

    ours = [
        (int(row["image_id"]), row["class_name"], row["confidence"], *row["box"].values())
        for row in read["predictions"].to_pylist()
    ]
    theirs = [
        (row["image_id"], names[row["category_id"]], row["score"], x, y, x + w, y + h)
        for row in results
        for x, y, w, h in [row["bbox"]]
    ]
    ours, theirs = sorted(ours), sorted(theirs)
    assert "import_problems" not in read
    assert len(ours) == len(theirs) == 101_139
    assert [row[:3] for row in ours] == [row[:3] for row in theirs]
    # The results are rounded to .01; one pair of equal confidence may stand in either order.
    far = (
        np.abs(np.array([row[3:] for row in ours]) - np.array([row[3:] for row in theirs])).max(axis=1)
        > 0.011
    )
    assert far.sum() <= 2


def test_the_ground_truth_as_coco_has_the_same_boxes(voc_2007):
    folder, rows = voc_2007
    truth = json.loads((folder / "voc2007_test_gt_coco.json").read_text())
    names = {category["id"]: category["name"] for category in truth["categories"]}
    test = set(
        rows["images"].filter(pa.compute.equal(rows["images"]["split"], "test"))["image_id"].to_pylist()
    )

    ours = [
        (int(r["image_id"]), r["class_name"], *r["box"].values(), r["area"])
        for r in rows["annotations"].to_pylist()
        if r["image_id"] in test
    ]

    theirs = [
        (row["image_id"], names[row["category_id"]], x, y, x + w, y + h, row["area"])
        for row in truth["annotations"]
        for x, y, w, h in [row["bbox"]]
    ]
    assert sorted(ours) == sorted(theirs)


def test_voc_2012_is_read_whole(shared):
    folder = shared("voc2012_xml_yolo_masks")

    rows = tables(list(voc.read(folder / "raw" / "VOC2012", ReadOptions())))

    annotations = rows["annotations"].to_pylist()
    assert "import_problems" not in rows
    assert (rows["images"].num_rows, len(annotations)) == (17_125, 40_138)
    assert sum(bool(row["difficult"]) for row in annotations) == 4_462
    assert (
        sum(len(json.loads(row["attributes"]).get("parts", ())) for row in annotations if row["attributes"])
        == 3_073
    )
    assert sum(any(value % 1 for value in row["box"].values()) for row in annotations) == 2


@pytest.mark.parametrize(
    "pack", ["voc2007_xml_yolo_masks_yolov2/raw/VOC2007", "voc2012_xml_yolo_masks/raw/VOC2012"]
)
def test_the_quick_way_equals_the_careful_way_on_real_files(shared, pack):
    name, _, inside = pack.partition("/")
    files = sorted((shared(name) / inside / "Annotations").iterdir())[::7]
    quick, careful = Parser(), Parser(always_expat=True)

    for file in files:
        ours, theirs = quick.parse(file.read_bytes()), careful.parse(file.read_bytes())

        looks = [quick.looks[i] for i in ours.looks], [careful.looks[i] for i in theirs.looks]
        ours.looks = theirs.looks = []
        assert ours == theirs
        assert looks[0] == looks[1]


def test_pictures_with_their_annotations_elsewhere_are_found(shared):
    folder = shared("voc_pictures") / "voc_pictures"

    rows = tables(list(voc.read(folder / "gts" / "pascalvoc_format", ReadOptions(images=folder / "images"))))

    assert (rows["images"].num_rows, rows["annotations"].num_rows) == (100, 273)
    assert "import_problems" not in rows


@pytest.mark.parametrize(
    ("inside", "images", "objects", "problems"),
    [
        ("voc_dataset/voc_dataset1", 2, 2, 0),
        ("voc_dataset/voc_dataset2", 5, 4, 5),
        ("voc_dataset/voc_dataset3", 1, 1, 1),
        ("roboflow_dataset/voc", 3, 4, 1),
        ("kaggle_dataset/relaxed_voc1", 2, 2, 0),
        ("kaggle_dataset/relaxed_voc2", 2, 2, 0),
    ],
)
def test_data_sets_of_other_tools_are_read(shared, inside, images, objects, problems):
    path = shared("datumaro_assets") / "tests" / "assets" / inside

    rows = tables(list(voc.read(path, ReadOptions())))

    assert rows["images"].num_rows == images
    assert rows["annotations"].num_rows == objects
    assert (rows["import_problems"].num_rows if "import_problems" in rows else 0) == problems
    assert voc.sniff(path) == 0.95
