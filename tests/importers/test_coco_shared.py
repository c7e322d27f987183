"""Real COCO files give what pycocotools reads from them."""

from __future__ import annotations

import contextlib
import io
import json

import numpy as np
import pyarrow as pa
import pytest
from coco_files import gathered, problems
from pycocotools import mask as pycoco
from pycocotools.coco import COCO

from labelduck.importers import coco
from labelduck.importers.base import Known, ReadOptions

pytestmark = pytest.mark.shared_data


@pytest.fixture(params=["native", "python"], autouse=True)
def _way(request, monkeypatch):
    if request.param == "python":
        monkeypatch.setenv("LABELDUCK_NATIVE", "0")


@pytest.fixture
def folder(shared):
    return shared("coco_val2014_100") / "coco_val2014_100"


def loaded(path, results=None):
    with contextlib.redirect_stdout(io.StringIO()):
        truth = COCO(str(path))
        return truth.loadRes(str(results)) if results else truth


def tables(path):
    """Give the rows of an annotation file, and what the lake would know of it."""
    batches = list(coco.read(path, ReadOptions()))
    return gathered(batches), Known(batches[0]["images"], batches[0]["classes"])


def numbers_of(rows):
    return np.array([[row["area"], *row["box"].values()] for row in rows])


def numbers_from(annotations):
    return np.array(
        [
            [a["area"], *a["bbox"][:2], a["bbox"][0] + a["bbox"][2], a["bbox"][1] + a["bbox"][3]]
            for a in annotations
        ]
    )


def test_val2014_is_read_to_the_last_digit(folder):
    path = folder / "instances_val2014_100.json"
    source = json.loads(path.read_text())["annotations"]

    rows, _ = tables(path)

    found = rows["annotations"]
    assert (len(rows["images"]), len(rows["classes"]), len(found)) == (100, 80, 839)
    assert [row["annotation_id"] for row in found] == [str(a["id"]) for a in source]
    assert [row["is_crowd"] for row in found] == [bool(a["iscrowd"]) for a in source]
    assert [row["polygons"] for row in found if row["polygons"]] == [
        a["segmentation"] for a in source if isinstance(a["segmentation"], list)
    ]
    np.testing.assert_array_equal(numbers_of(found), numbers_from(source))
    assert problems(rows) == []


def test_crowds_of_val2014_are_the_masks_of_pycocotools(folder):
    path = folder / "instances_val2014_100.json"
    truth = loaded(path)

    rows, _ = tables(path)

    crowds = [row for row in rows["annotations"] if row["is_crowd"]]
    assert len(crowds) == len(truth.getAnnIds(iscrowd=True)) > 0
    for row in crowds:
        mask = truth.annToRLE(truth.anns[int(row["annotation_id"])])
        assert (row["mask"]["size"], row["mask"]["counts"]) == (mask["size"], mask["counts"].decode())


@pytest.mark.parametrize("kind", ["bbox", "segm"])
def test_results_of_val2014_are_those_that_pycocotools_loads(folder, kind):
    path, results = (
        folder / "instances_val2014_100.json",
        folder / f"instances_val2014_fake{kind}100_results.json",
    )
    oracle = loaded(path, results).dataset["annotations"]
    _, known = tables(path)

    rows = gathered(coco.read_predictions(results, known, ReadOptions()))

    found = rows["predictions"]
    assert [row["prediction_id"] for row in found] == [str(n) for n in range(734)]
    assert [(row["image_id"], row["confidence"]) for row in found] == [
        (str(a["image_id"]), a["score"]) for a in oracle
    ]
    np.testing.assert_array_equal(numbers_of(found), numbers_from(oracle))
    if kind == "segm":
        masks = [{"size": row["mask"]["size"], "counts": row["mask"]["counts"].encode()} for row in found]
        assert [int(pycoco.area(mask)) for mask in masks] == [row["area"] for row in found]
    assert problems(rows) == []


def test_detections_on_voc_2007_are_read_to_the_last_digit(shared):
    pack = shared("voc2007_xml_yolo_masks_yolov2")
    results = pack / "yolov2_ep150_results.json"
    source = json.loads(results.read_text())
    rows, known = tables(pack / "voc2007_test_gt_coco.json")
    names = {c["class_index"]: c["class_name"] for c in rows["classes"]}

    batches = list(coco.read_predictions(results, known, ReadOptions()))

    found = pa.concat_tables([b["predictions"] for b in batches if "predictions" in b]).unify_dictionaries()
    assert found["confidence"].to_pylist() == [record["score"] for record in source]
    assert found["image_id"].to_pylist() == [str(record["image_id"]) for record in source]
    assert found["class_name"].to_pylist() == [names[record["category_id"]] for record in source]
    corners = found["box"].combine_chunks().flatten()
    x, y, width, height = np.array([record["bbox"] for record in source]).T
    for corner, expected in zip(corners, (x, y, x + width, y + height), strict=True):
        np.testing.assert_array_equal(corner.to_numpy(), expected)
    np.testing.assert_array_equal(found["area"].to_numpy(), width * height)


def test_difficult_truncated_and_ignored_of_voc_are_told_apart(shared):
    rows, _ = tables(shared("voc2007_xml_yolo_masks_yolov2") / "voc2007_test_gt_coco.json")

    found = rows["annotations"]
    assert len(found) == 14_976
    assert sum(row["difficult"] for row in found) == 2_944
    assert {(row["difficult"], row["is_crowd"], row["is_ignored"]) for row in found} == {
        (False, False, False),
        (True, True, True),
    }
    assert set(json.loads(found[0]["attributes"])) == {"pose"}


def test_coco_files_of_datumaro_are_read_and_other_json_is_not_taken_for_coco(shared):
    assets = shared("datumaro_assets") / "tests" / "assets"

    taken = {path for path in assets.rglob("*.json") if coco.sniff(path) >= 0.5}

    assert taken >= set((assets / "coco_dataset").rglob("*.json"))
    for path in taken:
        rows, _ = tables(path)
        assert rows["images"], path
        assert [p for p in problems(rows) if p[1] == "error"] == [], path


def test_panoptic_masks_come_from_the_pictures_beside_the_file(shared):
    annotations = (
        shared("datumaro_assets") / "tests" / "assets" / "coco_dataset" / "coco_panoptic" / "annotations"
    )

    rows, _ = tables(annotations / "panoptic_val.json")

    first, second = rows["annotations"]
    assert (first["annotation_id"], second["annotation_id"]) == ("40/7", "40/20")
    assert (first["geometry"], first["class_name"], second["is_crowd"]) == ("mask", "a", True)
    assert pycoco.area({"size": first["mask"]["size"], "counts": first["mask"]["counts"].encode()}) == 20
    assert problems(rows) == []


def test_exports_of_label_studio_are_not_taken_for_coco(shared):
    exports = shared("label_studio_exports") / "label_studio_exports"

    taken = {path.name for path in exports.rglob("*.json") if coco.sniff(path) >= 0.5}

    assert taken <= {"coco_import_input.json"}
