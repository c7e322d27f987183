"""Real exports, and the hard-hat scene as Label Studio has it."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from format_rows import box_of, rows_of

from labelduck.importers import reader
from sample_files import HARDHAT, coco_of, in_val

if TYPE_CHECKING:
    from collections.abc import Callable

EXPECTED = {
    "test_export_coco/data.json": {"annotations": 4, "images": 1},
    "test_export_csv/csv_test.json": {"annotations": 3, "images": 2, "reviews": 2, "predictions": 2},
    "test_export_csv/csv_test2.json": {"image_labels": 1, "images": 1},
    "test_export_csv/csv_test2_result.csv": {"images": 1, "assignments": 1, "import_problems": 1},
    "test_export_csv/csv_test_colliding_keys.json": {"image_labels": 1, "images": 1},
    "test_export_csv/csv_test_colliding_keys_mixed.json": {"image_labels": 1, "images": 2, "assignments": 1},
    "test_export_csv/csv_test_history.json": {"image_labels": 1, "images": 1, "events": 1},
    "test_export_doclang/data.json": {"annotations": 0, "images": 3, "tags": 1, "import_problems": 3},
    "test_export_json_min/chat_data.json": {"images": 1, "assignments": 1, "import_problems": 4},
    "test_export_json_min/data.json": {"annotations": 1, "images": 1},
    "test_export_json_min/data_repeater.json": {"annotations": 1, "images": 3},
    "test_export_json_min/label_config_repeater.json": {"images": 0, "import_problems": 1},
    "test_export_yolo/data.json": {"annotations": 6, "images": 2, "assignments": 3},
    "test_export_yolo/data_keypoints.json": {"annotations": 1, "images": 1},
    "test_export_yolo/data_obb.json": {"annotations": 25, "images": 3},
    "test_export_yolo/data_polygons.json": {"annotations": 1, "images": 1},
    "test_import_coco/coco_import_input.json": {"images": 0, "import_problems": 1},
}
"""Rows that each file gives; regions were counted by hand."""


@pytest.mark.shared_data
@pytest.mark.parametrize("name", EXPECTED)
def test_every_real_export_is_read_or_says_why_not(shared: Callable[[str], Path], name: str) -> None:
    found = rows_of("label_studio", shared("label_studio_exports") / "label_studio_exports" / name)

    expected = {"import_problems": 0} | EXPECTED[name]
    assert {table: len(found[table]) for table in expected} == expected


@pytest.mark.shared_data
def test_no_real_export_is_left_out(shared: Callable[[str], Path]) -> None:
    root = shared("label_studio_exports") / "label_studio_exports"

    names = {str(path.relative_to(root)) for path in root.rglob("*") if path.suffix in (".json", ".csv")}

    assert names == set(EXPECTED)


@pytest.mark.shared_data
def test_turned_rectangles_of_a_real_export_keep_their_sides_in_pixels(shared: Callable[[str], Path]) -> None:
    path = shared("label_studio_exports") / "label_studio_exports" / "test_export_yolo" / "data_obb.json"

    row = rows_of("label_studio", path)["annotations"][0]

    x_1, y_1, x_2, y_2, *_ = row["rotated_box"]
    assert (x_1, y_1) == pytest.approx((0.10537066764905694 * 597, 0.7955767690059092 * 768))
    assert ((x_2 - x_1) ** 2 + (y_2 - y_1) ** 2) ** 0.5 == pytest.approx(0.19045470024656689 * 597)
    assert row["rotation"] == pytest.approx(328.33240366032836)


@pytest.mark.shared_data
def test_a_real_pose_is_one_object(shared: Callable[[str], Path]) -> None:
    path = (
        shared("label_studio_exports") / "label_studio_exports" / "test_export_yolo" / "data_keypoints.json"
    )

    found = rows_of("label_studio", path)

    (row,) = found["annotations"]
    assert (row["class_name"], len(row["keypoints"])) == ("person", 17)
    assert [point["visibility"] > 0 for point in row["keypoints"]] == [True] * 3 + [False] * 14
    assert found["classes"][0]["keypoint_names"][:3] == ["nose", "left_eye", "right_eye"]


def annotators() -> dict[str, str]:
    """Return the annotator by annotation id of the COCO files; gold has none."""
    files = ("provenance.csv", "overlap_provenance.csv")
    rows = [
        row for name in files for row in csv.DictReader((HARDHAT / "coco" / name).read_text().splitlines())
    ]
    return {row["annotation_id"]: row["annotator"] for row in rows}


def objects_of_coco() -> Counter[Any]:
    who = annotators()
    found: Counter[Any] = Counter()
    for name in ("instances", "overlap", "gold"):
        whole = coco_of(name)
        stems = {str(image["id"]): Path(image["file_name"]).stem for image in whole["images"]}
        is_val = in_val(whole)
        shown = {str(a["id"]) for a in whole["annotations"] if is_val(a) and not a["iscrowd"]}
        for row in rows_of("coco", HARDHAT / "coco" / f"{name}.json")["annotations"]:
            if row["annotation_id"] in shown:
                is_mask = (
                    row["geometry"] == "mask"
                )  # a mask became its outline there, which lies half a pixel off
                box = None if is_mask else tuple(round(edge, 6) for edge in box_of(row))
                annotator = who.get(row["annotation_id"], "lead")
                shape = "polygon" if is_mask else row["geometry"]
                found[
                    row["annotation_id"], stems[row["image_id"]], row["class_name"], annotator, shape, box
                ] += 1
    return found


def test_the_hard_hat_scene_has_the_objects_of_every_annotator() -> None:
    expected = objects_of_coco()
    masks = {key[0] for key in expected if key[-1] is None}

    rows = rows_of("label_studio", HARDHAT / "label_studio" / "tasks.json")

    found: Counter[Any] = Counter()
    for row in rows["annotations"]:
        name = row["annotation_id"].partition("/")[2]
        box = None if name in masks else tuple(round(edge, 6) for edge in box_of(row))
        annotator = row["annotator"].removesuffix("@example.com")
        found[name, row["image_id"], row["class_name"], annotator, row["geometry"], box] += 1
        assert row["is_gold"] == (annotator == "lead")
    assert found == expected
    assert not rows["import_problems"]


def test_the_hard_hat_scene_has_its_skip_its_predictions_and_its_times() -> None:
    path = HARDHAT / "label_studio" / "tasks.json"

    rows = rows_of("label_studio", path, images=HARDHAT / "images")

    skipped = [
        (row["image_id"], row["annotator"]) for row in rows["assignments"] if row["status"] == "skipped"
    ]
    assert skipped == [("site_068", "chloe@example.com")]
    assert [row["image_id"] for row in rows["images"] if not row["is_annotated"]] == ["site_068"]
    sizes = {row["image_id"]: (row["split"], row["width"], row["height"]) for row in rows["images"]}
    assert set(sizes.values()) == {("val", 640, 400)}
    assert {row["model"] for row in rows["predictions"]} == {"detector-a"}
    assert min(row["confidence"] for row in rows["predictions"]) >= 0.3
    spent = [float(row["lead_time_s"]) for row in rows["annotations"] if row["image_id"] == "site_002"]
    assert sum(spent) == pytest.approx(165)


def test_the_hard_hat_scene_is_recognised() -> None:
    assert reader("auto", HARDHAT / "label_studio")[0] == "label_studio"
    assert reader("auto", HARDHAT / "label_studio" / "tasks.json")[0] == "label_studio"
