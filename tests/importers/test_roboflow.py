"""What Roboflow writes beside COCO, YOLO and VOC."""

from __future__ import annotations

import json
import zipfile
from random import Random

import pytest
from format_rows import box_of, disturbed, harmed_documents, rows_of
from PIL import Image

from labelduck.errors import BadInputError
from labelduck.importers import roboflow

BOXES = "filename,width,height,class,xmin,ymin,xmax,ymax\n"
CREATEML = "_annotations.createml.json"


def createml(*boxes, image="a.jpg"):
    told = [
        {"label": name, "coordinates": dict(zip(("x", "y", "width", "height"), sides, strict=True))}
        for name, *sides in boxes
    ]
    return {"image": image, "annotations": told}


def write(folder, files):
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content if isinstance(content, str) else json.dumps(content))


def test_createml_gives_boxes_by_their_centre(tmp_path):
    write(tmp_path, {f"train/{CREATEML}": [createml(("cat", 20, 30, 10, 4)), createml(image="b.jpg")]})
    Image.new("L", (64, 48)).save(tmp_path / "train" / "a.jpg")

    found = rows_of("roboflow", tmp_path)

    (row,) = found["annotations"]
    assert (row["annotation_id"], row["class_name"], box_of(row), row["area"]) == (
        "a/0",
        "cat",
        (15, 28, 25, 32),
        40,
    )
    told = [
        (image["image_id"], image["split"], image.get("width"), image["file_name"])
        for image in found["images"]
    ]
    assert told == [("a", "train", 64, "train/a.jpg"), ("b", "train", None, "train/b.jpg")]


def test_a_sheet_of_boxes_gives_plain_corners_and_sizes(tmp_path):
    rows = 'a.jpg,64,48,cat,1,2,11,12\n"b, c.jpg",64,48,dog,0.5,2,11,12\na.jpg,64,48,dog,3,3,4,4\n'
    write(tmp_path, {"valid/_annotations.csv": BOXES + rows})

    found = rows_of("roboflow", tmp_path)

    told = [
        (row["annotation_id"], row["class_name"], box_of(row), row["source_ref"])
        for row in found["annotations"]
    ]
    assert told == [
        ("a/0", "cat", (1, 2, 11, 12), "line 2"),
        ("b, c/0", "dog", (0.5, 2, 11, 12), "line 3"),
        ("a/1", "dog", (3, 3, 4, 4), "line 4"),
    ]
    assert [(image["width"], image["height"], image["split"]) for image in found["images"]] == [
        (64, 48, "val")
    ] * 2


def test_a_sheet_of_classes_labels_whole_pictures(tmp_path):
    write(tmp_path, {"test/_classes.csv": "filename, cat, dog\na.jpg, 1, 0\nb.jpg, 1, 1\nc.jpg, 0, 0\n"})

    found = rows_of("roboflow", tmp_path)

    labels = [(row["image_id"], row["class_name"]) for row in found["image_labels"]]
    assert labels == [("a", "cat"), ("b", "cat"), ("b", "dog")]
    assert [image["image_id"] for image in found["images"]] == ["a", "b", "c"]
    assert [(row["class_name"], row["class_index"]) for row in found["classes"]] == [("cat", 0), ("dog", 1)]


def test_oriented_boxes_are_read_line_by_line(tmp_path):
    lines = (
        "imagesource:GoogleEarth\ngsd:0.1\n10 0 20 10 10 20 0 10 small car 1\n0 0 4 0 4 2 0 2 bus\n\n1 2 3\n"
    )
    write(tmp_path, {"train/labelTxt/a.txt": lines, "train/README.txt": "not this"})

    found = rows_of("roboflow", tmp_path)

    told = [
        (row["class_name"], row["geometry"], box_of(row), row["rotation"], row.get("difficult"))
        for row in found["annotations"]
    ]
    assert told == [
        ("small car", "rotated_box", (0, 0, 20, 20), 45, True),
        ("bus", "rotated_box", (0, 0, 4, 2), 0, None),
    ]
    assert [image["image_id"] for image in found["images"]] == ["a"]
    assert [problem["location"] for problem in found["import_problems"]] == ["line 6"]


def test_splits_with_pictures_of_one_name_are_told_apart(tmp_path):
    write(
        tmp_path,
        {f"{split}/_annotations.csv": BOXES + "a.jpg,9,9,cat,1,1,2,2\n" for split in ("train", "valid")},
    )

    found = rows_of("roboflow", tmp_path)

    assert [(image["image_id"], image["split"]) for image in found["images"]] == [
        ("a", "train"),
        ("valid/a", "val"),
    ]
    assert [row["annotation_id"] for row in found["annotations"]] == ["a/0", "valid/a/0"]


def test_a_zip_reads_like_its_folder(tmp_path):
    write(tmp_path / "in", {f"train/{CREATEML}": [createml(("cat", 20, 30, 10, 4))]})
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as packed:
        packed.write(tmp_path / "in" / "train" / CREATEML, f"train/{CREATEML}")

    assert rows_of("roboflow", tmp_path / "all.zip") == rows_of("roboflow", tmp_path / "in")


def test_a_box_far_outside_is_kept_with_a_doubt(tmp_path):
    write(tmp_path, {CREATEML: [createml(("cat", 0, 0, 10, 4))]})

    found = rows_of("roboflow", tmp_path)

    assert box_of(found["annotations"][0]) == (-5, -2, 5, 2)
    assert [problem["severity"] for problem in found["import_problems"]] == ["warning"]


@pytest.mark.parametrize(
    ("name", "content", "place", "problem"),
    [
        (CREATEML, [createml(), 3], "[1]", "expected `image` and `annotations`"),
        (CREATEML, [createml(("cat", 1, 1, -4, 1))], "[0].annotations[0]", "the box is -4 wide"),
        (CREATEML, [createml(("", 1, 1, 4, 1))], "[0].annotations[0]", "the box has no label"),
        (CREATEML, [{"image": "a", "annotations": [{}]}], "[0].annotations[0]", "the box lacks one of"),
        (CREATEML, [{"some": "thing"}], "", "is no CreateML file"),
        ("_annotations.csv", BOXES + "a.jpg,1,1,cat,a,1,2,2\n", "line 2", "'a' is no number"),
        ("_annotations.csv", BOXES + "a.jpg,1,1,cat,5,1,2,2\n", "line 2", "the box is -3 wide"),
        ("_annotations.csv", BOXES + "a.jpg,1\n", "line 2", "2 cells, expected 8"),
        ("_annotations.csv", "name,place\n1,2\n", "", "is no CSV of Roboflow"),
        (
            "_classes.csv",
            "filename,cat\na.jpg,maybe\n",
            "line 2",
            "expected a file name and 1 cells of 0 or 1",
        ),
        ("train.tfrecord", "x", "", "is a TFRecord"),
    ],
)
def test_what_cannot_be_used_is_a_problem_with_its_place(tmp_path, name, content, place, problem):
    write(tmp_path, {name: content})

    (row,) = rows_of("roboflow", tmp_path)["import_problems"]

    assert (row["source_file"], row["location"], row["severity"]) == (name, place, "error")
    assert row["problem"].startswith(problem)


def test_a_folder_without_its_files_is_refused_and_says_where_the_others_go(tmp_path):
    write(tmp_path, {"train/_annotations.coco.json": {"images": []}})

    with pytest.raises(BadInputError, match="imported as coco, yolo and voc"):
        rows_of("roboflow", tmp_path)


def test_files_are_recognised_and_no_others(tmp_path):
    files = {
        CREATEML: [createml(("cat", 1, 1, 1, 1))],
        "_annotations.csv": BOXES,
        "_classes.csv": "filename, cat\n",
    }
    write(
        tmp_path,
        files | {"labelTxt/a.txt": "", "x.tfrecord": "", "other.csv": "a,b\n", "other.json": [{"a": 1}]},
    )

    assert all(roboflow.sniff(tmp_path / name) > 0.9 for name in (*files, "labelTxt/a.txt", "x.tfrecord"))
    assert roboflow.sniff(tmp_path / "other.csv") == roboflow.sniff(tmp_path / "other.json") == 0
    assert roboflow.sniff(tmp_path) > 0.9


def test_no_harmed_file_gives_an_error_of_ours(tmp_path):
    rng = Random(10)
    sound = [createml(("cat", 20, 30, 10, 4), ("dog", 1, 2, 3, 4)), createml(image="b.jpg")]
    sheet = (BOXES + 'a.jpg,64,48,cat,1,2,11,12\n"b, c.jpg",64,48,dog,0.5,2,11,12\n').encode()
    classes, lines = b"filename, cat, dog\na.jpg, 1, 0\n", b"0 0 4 0 4 2 0 2 bus 0\n1 1 2 2 3 3 4 4 car 1\n"
    (tmp_path / "labelTxt").mkdir()
    n_rows = 0

    for text in harmed_documents(sound, rng, 200):
        (tmp_path / CREATEML).write_bytes(text)
        (tmp_path / "_annotations.csv").write_bytes(disturbed(sheet, rng))
        (tmp_path / "_classes.csv").write_bytes(disturbed(classes, rng))
        (tmp_path / "labelTxt" / "a.txt").write_bytes(disturbed(lines, rng))
        found = rows_of("roboflow", tmp_path)
        n_rows += len(found["annotations"]) + len(found["import_problems"])

    assert n_rows > 400


@pytest.mark.shared_data
def test_real_exports_give_their_pictures_and_classes(shared):
    forms = shared("datumaro_assets") / "tests" / "assets" / "roboflow_dataset"

    for name in ("createml", "multiclass", "yolo_obb"):
        found = rows_of("roboflow", forms / name)
        assert [image["image_id"] for image in found["images"]] == ["train_001", "train_002", "val_001"]
        told = found["annotations"] or found["image_labels"]
        assert [row["class_name"] for row in told] == ["label_0", "label_1", "label_0", "label_1"]
    refused = rows_of("roboflow", forms / "tfrecord")["import_problems"]
    assert [problem["source_file"] for problem in refused] == ["train/train.tfrecord", "val/val.tfrecord"]
