"""The hard-hat scene is the same in every format, to the quarter pixel."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from PIL import Image

from labelduck.importers import reader
from labelduck.importers.base import ReadOptions
from sample_files import HARDHAT, HEIGHT, WIDTH, boxes_of, coco_of, corners, in_val

if TYPE_CHECKING:
    from sample_files import Shape


@pytest.fixture
def coco() -> dict[str, Any]:
    return coco_of()


def test_yolo_boxes_are_the_same(coco: dict[str, Any]) -> None:
    names = [c["name"] for c in coco["categories"]]
    found: Counter[Shape] = Counter()
    for file in (HARDHAT / "yolo" / "detect" / "labels").rglob("*.txt"):
        for line in file.read_text().splitlines():
            index, *shares = line.split()
            x, y, width, height = (
                float(v) * side for v, side in zip(shares, (WIDTH, HEIGHT) * 2, strict=True)
            )
            edges = (x - width / 2, y - height / 2, x + width / 2, y + height / 2)
            found[file.stem, names[int(index)], *(round(edge, 9) for edge in edges)] += 1

    assert found == boxes_of(coco, only=lambda _: True)


def test_yolo_outlines_are_the_same_or_their_largest_piece(coco: dict[str, Any]) -> None:
    names = [c["name"] for c in coco["categories"]]
    found: Counter[Shape] = Counter()
    for file in (HARDHAT / "yolo" / "segment" / "labels").rglob("*.txt"):
        for line in file.read_text().splitlines():
            index, *shares = line.split()
            edges = [float(v) * (HEIGHT if n % 2 else WIDTH) for n, v in enumerate(shares)]
            found[file.stem, names[int(index)], *corners(edges)] += 1
    is_val = in_val(coco)

    one_piece = boxes_of(coco, only=lambda a: is_val(a) and len(a.get("segmentation", ())) == 1)
    outlined = boxes_of(coco, only=lambda a: is_val(a) and "segmentation" in a)

    assert sum(found.values()) == sum(outlined.values())
    assert not one_piece - found


def test_voc_boxes_are_the_same(coco: dict[str, Any]) -> None:
    found: Counter[Shape] = Counter()
    for file in (HARDHAT / "voc" / "Annotations").glob("*.xml"):
        for thing in ET.parse(file).iter("object"):
            x_min, y_min, x_max, y_max = (
                float(thing.findtext(f"bndbox/{k}", "")) for k in ("xmin", "ymin", "xmax", "ymax")
            )
            found[file.stem, thing.findtext("name", ""), x_min - 1, y_min - 1, x_max, y_max] += 1

    assert found == boxes_of(coco, only=lambda _: True)


def test_voc_detections_are_the_same(coco: dict[str, Any]) -> None:
    names = {c["id"]: c["name"] for c in coco["categories"]}
    stems = {i["id"]: Path(i["file_name"]).stem for i in coco["images"]}
    results = json.loads((HARDHAT / "coco" / "predictions_detector-a.json").read_text())
    expected = Counter()
    for r in results:
        x, y, width, height = r["bbox"]
        box = (round(x, 2), round(y, 2), round(x + width, 2), round(y + height, 2))
        expected[stems[r["image_id"]], names[r["category_id"]], r["score"], *box] += 1

    found = Counter()
    for name in names.values():
        for line in (HARDHAT / "voc" / "results" / f"comp4_det_all_{name}.txt").read_text().splitlines():
            stem, score, *edges = line.split()
            x_min, y_min, x_max, y_max = map(float, edges)
            found[stem, name, float(score), round(x_min - 1, 2), round(y_min - 1, 2), x_max, y_max] += 1

    assert found == expected


def test_cvat_shapes_are_the_same(coco: dict[str, Any]) -> None:
    found: Counter[Shape] = Counter()
    pieces: dict[tuple[str, str, str], list[float]] = {}
    for image in ET.parse(HARDHAT / "cvat" / "annotations.xml").iter("image"):
        stem = Path(image.get("name", "")).stem
        for n, shape in enumerate(image):
            label = shape.get("label", "")
            if shape.tag == "box":
                found[stem, label, *(float(shape.get(k, "")) for k in ("xtl", "ytl", "xbr", "ybr"))] += 1
            elif shape.tag == "polygon":
                points = [float(v) for point in shape.get("points", "").split(";") for v in point.split(",")]
                pieces.setdefault((stem, label, shape.get("group_id", f"alone {n}")), []).extend(points)
            elif label != "person":  # a mask of people is a crowd
                x, y, width, height = (float(shape.get(k, "")) for k in ("left", "top", "width", "height"))
                assert sum(map(int, shape.get("rle", "").split(","))) == width * height
                found[stem, label, x, y, x + width, y + height] += 1
    for (stem, label, _), points in pieces.items():
        found[stem, label, *corners(points)] += 1

    assert found == boxes_of(coco, only=in_val(coco))


def test_label_studio_boxes_are_the_same_for_each_annotator(coco: dict[str, Any]) -> None:
    overlap = coco_of("overlap")
    expected = boxes_of(coco, only=in_val(coco)) + boxes_of(overlap, only=in_val(overlap))
    expected += boxes_of(gold := coco_of("gold"), only=in_val(gold))
    tasks = json.loads((HARDHAT / "label_studio" / "tasks.json").read_text())
    pieces: dict[tuple[str, int, str, str], list[float]] = {}
    for task in tasks:
        stem = Path(task["data"]["image"]).stem
        for annotation in task["annotations"]:
            for region in annotation["result"]:
                value = region["value"]
                if region["type"] == "rectanglelabels":
                    x, y, width, height = (value[k] for k in ("x", "y", "width", "height"))
                    points = [x, y, x + width, y + height]
                else:
                    points = [v for point in value["points"] for v in point]
                pixels = [v * (HEIGHT if n % 2 else WIDTH) / 100 for n, v in enumerate(points)]
                key = (stem, annotation["id"], value[region["type"]][0], region["id"].split(".")[0])
                pieces.setdefault(key, []).extend(pixels)

    found = Counter(
        (stem, label, *corners(points, decimals=6)) for (stem, _, label, _), points in pieces.items()
    )

    skipped = [t["id"] for t in tasks if all(a["was_cancelled"] for a in t["annotations"])]
    assert skipped == [68]
    masks = boxes_of(coco, only=lambda a: in_val(coco)(a) and isinstance(a.get("segmentation"), dict))
    masks += boxes_of(overlap, only=lambda a: in_val(overlap)(a) and isinstance(a.get("segmentation"), dict))
    assert not expected - masks - found
    assert found.total() == expected.total()


@pytest.mark.parametrize("folder", ["yolo/detect", "voc"])
def test_the_importers_read_the_same_boxes(coco: dict[str, Any], folder: str) -> None:
    _, module = reader("auto", HARDHAT / folder)

    batches = list(module.read(HARDHAT / folder, ReadOptions(images=HARDHAT / "images")))

    found: Counter[Shape] = Counter()
    for row in (
        row for batch in batches if "annotations" in batch for row in batch["annotations"].to_pylist()
    ):
        found[row["image_id"], row["class_name"], *(round(edge, 9) for edge in row["box"].values())] += 1
    problems = [
        p["severity"]
        for batch in batches
        if "import_problems" in batch
        for p in batch["import_problems"].to_pylist()
    ]
    assert found == boxes_of(coco, only=lambda _: True)
    assert "error" not in problems


def test_mask_pictures_show_the_classes_that_were_outlined(coco: dict[str, Any]) -> None:
    names = (HARDHAT / "masks" / "ImageSets" / "Segmentation" / "val.txt").read_text().split()
    by_stem: dict[str, list[dict[str, Any]]] = {stem: [] for stem in names}
    for image in coco["images"]:
        if (stem := Path(image["file_name"]).stem) in by_stem:
            by_stem[stem] = [
                a for a in coco["annotations"] if a["image_id"] == image["id"] and "segmentation" in a
            ]

    for stem, outlined in by_stem.items():
        classes = np.asarray(Image.open(HARDHAT / "masks" / "SegmentationClass" / f"{stem}.png"))
        objects = np.asarray(Image.open(HARDHAT / "masks" / "SegmentationObject" / f"{stem}.png"))
        crowds = [a for a in outlined if a["iscrowd"]]

        assert set(np.unique(classes)) - {0} == {255 if a["iscrowd"] else a["category_id"] for a in outlined}
        assert set(np.unique(objects)) - {0, 255} <= set(range(1, len(outlined) - len(crowds) + 1))
        assert np.array_equal(classes > 0, objects > 0)
        if len(outlined) == 1:
            assert np.count_nonzero(classes) == pytest.approx(outlined[0]["area"], rel=0.1)
