"""CVAT XML of images: shapes, ids, people and jobs, by literal answers and against the same scene in COCO."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from cvat_files import read

from labelduck.importers import reader
from sample_files import HARDHAT, boxes_of, coco_of, in_val


def test_the_sample_holds_the_annotations_of_its_coco_file():
    coco = coco_of()
    path = HARDHAT / "cvat" / "annotations.xml"

    name, _ = reader("auto", path)
    found = read(path)

    boxes: Counter = Counter()
    grouped: dict = {}
    for row in found["annotations"]:
        key = (row["image_id"], row["class_name"], row["group_id"] or row["annotation_id"])
        grouped.setdefault(key, []).append(row["box"])
    for (image_id, class_name, _), pieces in grouped.items():
        low = (min(box[edge] for box in pieces) for edge in ("x_min", "y_min"))
        high = (max(box[edge] for box in pieces) for edge in ("x_max", "y_max"))
        boxes[image_id, class_name, *low, *high] += 1
    crowds = Counter(
        (Path(image["file_name"]).stem, "person") for image in coco["images"] for a in coco["annotations"]
        if a["iscrowd"] and a["image_id"] == image["id"] and in_val(coco)(a)
    )  # fmt: skip
    expected = boxes_of(coco, only=in_val(coco))
    assert name == "cvat"
    assert not expected - boxes
    assert Counter(key[:2] for key in (boxes - expected).elements()) == crowds
    assert found["import_problems"] == []
