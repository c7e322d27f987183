"""A folder with a COCO file per split is one dataset, though ids begin anew in each file."""

from __future__ import annotations

import json

import pytest
from format_rows import rows_of

from labelduck.errors import BadInputError
from labelduck.importers import coco


def document(name, **more):
    return {
        "images": [{"id": 0, "file_name": name, "width": 10, "height": 5}],
        "categories": [{"id": 0, "name": "things"}, {"id": 1, "name": "cat", "supercategory": "things"}],
        "annotations": [
            {"id": 0, "image_id": 0, "category_id": 1, "bbox": [1, 2, 3, 1], "area": 3, "iscrowd": 0} | more
        ],
    }


def write(folder, files):
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(json.dumps(content))


def test_a_file_per_split_folder_is_one_dataset(tmp_path):
    write(
        tmp_path,
        {f"{split}/_annotations.coco.json": document("a.jpg") for split in ("train", "valid", "test")},
    )

    found = rows_of("coco", tmp_path)

    told = [(image["image_id"], image["file_name"], image["split"]) for image in found["images"]]
    assert told == [
        ("test/0", "test/a.jpg", "test"),
        ("train/0", "train/a.jpg", "train"),
        ("valid/0", "valid/a.jpg", "val"),
    ]
    rows = [(row["annotation_id"], row["image_id"], row["class_name"]) for row in found["annotations"]]
    assert rows == [(f"{folder}/0", f"{folder}/0", "cat") for folder in ("test", "train", "valid")]
    assert [row["class_name"] for row in found["classes"]] == ["things", "cat"]
    assert not found["import_problems"]


def test_people_and_tags_go_with_their_objects(tmp_path):
    told = document("a.jpg", annotator="ana", created_at="2024-01-01")
    told["images"][0]["annotator"] = "ana"
    write(tmp_path, {f"{split}/_annotations.coco.json": told for split in ("train", "valid")})

    found = rows_of("coco", tmp_path)

    assert [row["image_id"] for row in found["assignments"]] == ["train/0", "valid/0"]
    assert {row["annotator"] for row in found["annotations"]} == {"ana"}


def test_a_split_without_classes_takes_nothing_from_the_others(tmp_path):
    empty = {"images": [], "categories": [], "annotations": []}
    write(
        tmp_path, {"train/_annotations.coco.json": document("a.jpg"), "valid/_annotations.coco.json": empty}
    )

    found = rows_of("coco", tmp_path)

    assert [row["class_name"] for row in found["classes"]] == ["things", "cat"]
    assert [row["annotation_id"] for row in found["annotations"]] == ["train/0"]


def test_files_named_after_splits_are_told_apart_too(tmp_path):
    files = {f"annotations/instances_{split}.json": document("a.jpg") for split in ("train2017", "val2017")}
    write(tmp_path, files | {"annotations/captions_val2017.json": {"images": []}})

    found = rows_of("coco", tmp_path)

    told = [(image["image_id"], image["file_name"], image["split"]) for image in found["images"]]
    assert told == [("train/0", "a.jpg", "train"), ("val/0", "a.jpg", "val")]


def test_a_folder_of_one_file_keeps_its_ids(tmp_path):
    write(tmp_path, {"train/_annotations.coco.json": document("a.jpg")})

    (image,) = rows_of("coco", tmp_path)["images"]
    (same,) = rows_of("coco", tmp_path / "train")["images"]

    assert (image["image_id"], image["file_name"], image["split"]) == ("0", "train/a.jpg", "train")
    assert (same["image_id"], same["file_name"], same["split"]) == ("0", "a.jpg", "train")


@pytest.mark.parametrize("names", [(), ("one.json", "two.json")])
def test_a_folder_that_does_not_say_which_file_counts_is_refused(tmp_path, names):
    write(tmp_path, {name: document("a.jpg") for name in names})

    with pytest.raises(BadInputError, match="name the file itself"):
        rows_of("coco", tmp_path)


def test_folders_of_roboflow_are_recognised_and_no_others(tmp_path):
    write(tmp_path / "yes", {"train/_annotations.coco.json": document("a.jpg")})
    write(tmp_path / "no", {"train/other.json": document("a.jpg")})

    assert coco.sniff(tmp_path / "yes") > 0.9
    assert coco.sniff(tmp_path / "yes" / "train") > 0.9
    assert coco.sniff(tmp_path / "no") == 0


@pytest.mark.shared_data
def test_one_scene_reads_alike_in_every_form_that_roboflow_writes(shared):
    forms = shared("datumaro_assets") / "tests" / "assets" / "roboflow_dataset"
    expected = [
        ("train_001", "train", "label_0", (2, 1, 5, 2)),
        ("train_002", "train", "label_1", (0, 0, 2, 4)),
        ("val_001", "val", "label_0", (0, 0, 1, 2)),
        ("val_001", "val", "label_1", (0, 0, 9, 1)),
    ]

    for name in ("coco", "yolo", "voc"):
        found = rows_of(name, forms / name)
        images = {image["image_id"]: image for image in found["images"]}
        told = []
        for row in found["annotations"]:
            image = images[row["image_id"]]
            stem = image["file_name"].rpartition("/")[2].partition(".")[0]
            told.append((stem, image["split"], row["class_name"], pytest.approx(tuple(row["box"].values()))))
        assert sorted(told, key=lambda row: row[:3]) == expected
        assert {(image["width"], image["height"]) for image in images.values()} == {(10, 5)}
