"""CSV files of Open Images, by literal rows."""

from __future__ import annotations

import json

import numpy as np
import pytest
from PIL import Image

from labelduck import geometry
from labelduck.errors import BadInputError
from labelduck.importers import open_images
from labelduck.importers.base import ReadOptions

BOXES = "ImageID,Source,LabelName,Confidence,XMin,XMax,YMin,YMax,IsOccluded,IsTruncated,IsGroupOf,IsDepiction,IsInside"
LABELS = "ImageID,Source,LabelName,Confidence"
MASKS = "MaskPath,ImageID,LabelName,BoxID,BoxXMin,BoxXMax,BoxYMin,BoxYMax,PredictedIoU,Clicks"
SIZES = "file_name,width,height\na.jpg,200,100\nb.jpg,50,80\n"


@pytest.fixture
def dataset(tmp_path):
    """Write CSV files by name; returns the folder. Sizes of a and b are known."""

    def write(**files: str):
        (tmp_path / "sizes.csv").write_text(SIZES)
        for name, text in files.items():
            (tmp_path / f"{name}.csv").write_text(text)
        return tmp_path

    return write


def rows(batches, table):
    return [row for batch in batches if table in batch for row in batch[table].to_pylist()]


def read(path):
    folder = path if path.is_dir() else path.parent
    return list(open_images.read(path, ReadOptions(sizes=folder / "sizes.csv")))


def test_fractions_become_pixels_and_flags_columns(dataset):
    batches = read(
        dataset(
            train_bbox=f"{BOXES}\na,xclick,/m/1,1,0.1,0.5,0.25,0.75,1,0,1,1,0\na,activemil,/m/2,0.7,0,1,0,1,-1,-1,-1,-1,-1",
            names="LabelName,DisplayName\n/m/1,Cat\n/m/3,Dog\n",
        )
    )

    first, second = rows(batches, "annotations")
    assert first["box"] == {"x_min": 20.0, "y_min": 25.0, "x_max": 100.0, "y_max": 75.0}
    assert (first["annotation_id"], first["class_name"], first["area"]) == ("a/0", "Cat", 4000.0)
    assert (first["occluded"], first["truncated"], first["is_crowd"]) == (1.0, 0.0, True)
    assert (first["source"], json.loads(first["attributes"])) == ("manual", {"depiction": True})
    assert (second["annotation_id"], second["class_name"], second["source"]) == (
        "a/1",
        "/m/2",
        "model_assisted",
    )
    assert (second["occluded"], second["is_crowd"]) == (None, None)
    assert json.loads(second["attributes"]) == {"confidence": 0.7}
    (image,) = rows(batches, "images")
    assert (image["image_id"], image["width"], image["height"], image["split"]) == ("a", 200, 100, "train")
    names = [row["class_name"] for row in rows(batches, "classes")]
    assert names == ["Cat", "Dog", "/m/2"]


def test_a_comma_may_stand_for_the_decimal_point_and_ids_may_end_in_jpg(dataset):
    batches = read(dataset(x=f'{BOXES}\na.jpg,,Cat,,"0,1","0,5","0,25","0,75",,,,,'))

    (row,) = rows(batches, "annotations")
    assert row["image_id"] == "a"
    assert row["box"] == {"x_min": 20.0, "y_min": 25.0, "x_max": 100.0, "y_max": 75.0}
    assert row["source"] is None


def test_what_was_ruled_out_is_kept_apart_from_what_is_there(dataset):
    labels = (
        f"{LABELS}\na,verification,/m/1,1\na,verification,/m/2,0\na,machine,/m/1,0.8\nb,verification,/m/1,2\n"
    )

    batches = read(dataset(train_labels=labels))

    told = [(r["image_id"], r["field"], r["class_name"]) for r in rows(batches, "image_labels")]
    assert told == [("a", "present", "/m/1"), ("a", "absent", "/m/2")]
    (guess,) = rows(batches, "predicted_labels")
    assert (guess["model"], guess["confidence"]) == ("open_images_machine", 0.8)
    (problem,) = rows(batches, "import_problems")
    assert (problem["location"], problem["problem"]) == (
        "line 5",
        "the label is left out: it needs ImageID, LabelName and a Confidence from 0 to 1",
    )


def test_the_mask_of_a_box_is_part_of_its_annotation_and_others_stand_alone(dataset):
    folder = dataset(
        train_bbox=f"{BOXES}\na,xclick,/m/1,1,0.100000,0.5,0.25,0.75,0,0,0,0,0",
        train_masks=f"{MASKS}\nm1.png,a,/m/1,77,0.1,0.5,0.25,0.75,0.9,\nm2.png,a,/m/2,78,0,1,0,1,,\nno.png,a,/m/2,79,0,1,0,0.5,,",
    )
    (folder / "masks").mkdir()
    pixels = np.zeros((100, 200), np.uint8)
    pixels[30:40, 50:60] = 255
    for name in ("m1", "m2"):
        Image.fromarray(pixels).save(folder / "masks" / f"{name}.png")

    batches = read(folder)

    boxed, alone = rows(batches, "annotations")
    assert (boxed["geometry"], alone["geometry"]) == ("mask", "mask")
    assert boxed["box"]["x_min"] == 20.0
    for row in (boxed, alone):
        drawn = geometry.mask_from_rle(row["mask"]["counts"], 100, 200)
        assert (drawn == (pixels > 0)).all()
    assert (alone["annotation_id"], alone["class_name"], alone["box"]["x_min"]) == ("a/1", "/m/2", 50.0)
    (problem,) = rows(batches, "import_problems")
    assert problem["problem"] == "the mask no.png is left out: there is no such picture below the folder"


def test_a_mask_whose_edges_lie_beyond_all_pictures_stands_alone(dataset):
    folder = dataset(
        train_masks=f"{MASKS}\nm.png,a,/m/1,7,0,1e308,0,inf,,\nm.png,a,/m/1,8,0,-1e308,0,-inf,,",
    )
    Image.fromarray(np.full((100, 200), 255, np.uint8)).save(folder / "m.png")

    batches = read(folder)

    assert [row["area"] for row in rows(batches, "annotations")] == [20000.0, 20000.0]


def test_listed_images_that_nobody_looked_at_are_not_annotated(dataset):
    batches = read(
        dataset(
            image_ids="ImageID,Subset,OriginalURL,License,Author\na,train,http://x/a,CC,me\nb,validation,,,",
            train_labels=f"{LABELS}\na,verification,/m/1,1",
        )
    )

    images = {row["image_id"]: row for row in rows(batches, "images")}
    assert (images["a"]["is_annotated"], images["a"]["uri"]) == (True, "http://x/a")
    assert (images["b"]["is_annotated"], images["b"]["split"]) == (False, "val")


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("c,xclick,/m/1,1,0.1,0.5,0.2,0.7,0,0,0,0,0", "the size of the picture is not known"),
        ("c,xclick,/m/1,1,0.1,0.5,0.2,inf,0,0,0,0,0", "the size of the picture is not known"),
        ("a,xclick,/m/1,1,0.5,0.1,0.2,0.7,0,0,0,0,0", "its edges are no numbers, or the wrong way round"),
        ("a,xclick,/m/1,1,nan,0.1,0.2,0.7,0,0,0,0,0", "its edges are no numbers"),
        ("a,xclick,/m/1,1,wide,0.1,0.2,0.7,0,0,0,0,0", "its edges are no numbers"),
        ("a,xclick,/m/1,1,-1e300,0.1,0.2,0.7,0,0,0,0,0", "its edges are no numbers"),
        ("a,xclick,/m/1,1,-1e308,0.1,0.2,0.7,0,0,0,0,0", "its edges are no numbers"),
        (",xclick,/m/1,1,0.1,0.5,0.2,0.7,0,0,0,0,0", "it has no ImageID or no LabelName"),
        ("a,xclick,/m/1,1,0.1", "5 cells, expected 13"),
    ],
)
def test_a_row_that_cannot_be_used_is_a_problem_with_its_line(dataset, line, problem):
    good = "a,xclick,/m/1,1,0.1,0.5,0.2,0.7,0,0,0,0,0"

    batches = read(dataset(bbox=f"{BOXES}\n{good}\n{line}\n{good}\n"))

    assert [row["annotation_id"] for row in rows(batches, "annotations")] == ["a/0", "a/1"]
    (found,) = rows(batches, "import_problems")
    assert found["location"] == "line 3"
    assert problem in found["problem"]


def test_ids_go_on_from_portion_to_portion(dataset, monkeypatch):
    monkeypatch.setattr("labelduck.importers.open_images.columns._BLOCK", 300)
    lines = [f"{name},xclick,/m/1,1,0.1,0.5,0.2,0.7,0,0,0,0,0" for name in "abab" * 10]

    batches = read(dataset(bbox="\n".join([BOXES, *lines])))

    annotations = rows(batches, "annotations")
    assert sum("annotations" in batch for batch in batches) > 3
    assert [row["annotation_id"] for row in annotations if row["image_id"] == "a"] == [
        f"a/{number}" for number in range(20)
    ]
    assert [row["source_ref"] for row in annotations] == [f"line {number}" for number in range(2, 42)]


def test_two_classes_of_one_name_stay_two(dataset):
    batches = read(
        dataset(
            bbox=f"{BOXES}\na,,/m/1,1,0,1,0,1,,,,,\na,,/m/2,1,0,1,0,1,,,,,",
            names="LabelName,DisplayName\n/m/1,Cat\n/m/2,Cat\n",
        )
    )

    assert [row["class_name"] for row in rows(batches, "annotations")] == ["Cat", "Cat (/m/2)"]


def test_files_of_something_else_are_refused(dataset):
    with pytest.raises(BadInputError, match="holds no CSV of Open Images"):
        read(dataset(other="a,b,c\n1,2,3\n"))
    assert open_images.sniff(dataset(other="a,b,c\n1,2,3\n")) == 0.0


@pytest.mark.shared_data
def test_a_real_folder_of_version_6_is_read(shared):
    root = next(shared("datumaro_assets").rglob("open_images_dataset")) / "v6"

    batches = list(open_images.read(root, ReadOptions()))

    boxes = {row["image_id"]: row for row in rows(batches, "annotations")}
    assert boxes["b"]["box"] == pytest.approx({"x_min": 1.6, "y_min": 0.6, "x_max": 8.0, "y_max": 1.0})
    assert (boxes["b"]["geometry"], boxes["b"]["class_name"]) == ("mask", "Generic label #0")
    assert (boxes["c"]["occluded"], boxes["c"]["is_crowd"]) == (1.0, True)
    fields = [(row["image_id"], row["field"]) for row in rows(batches, "image_labels")]
    assert ("b", "absent") in fields
    assert {row["image_id"] for row in rows(batches, "images")} >= {"a", "b", "c"}


@pytest.mark.shared_data
def test_boxes_equal_those_of_the_coco_file_of_the_same_pictures(shared):
    root = next(shared("voc_pictures").rglob("gts"))
    coco = json.loads((root / "coco_format_v2" / "instances_v2.json").read_text())

    batches = list(
        open_images.read(
            root / "openimages_format" / "all_bounding_boxes.csv", ReadOptions(images=root.parent / "images")
        )
    )

    names = {image["id"]: image["file_name"].partition(".")[0] for image in coco["images"]}
    classes = {category["id"]: category["name"] for category in coco["categories"]}
    expected = sorted(
        (names[a["image_id"]], classes[a["category_id"]], *(round(v) for v in _corners(a["bbox"])))
        for a in coco["annotations"]
    )
    found = sorted(
        (row["image_id"], row["class_name"], *(round(v) for v in row["box"].values()))
        for row in rows(batches, "annotations")
    )
    assert found == expected


def _corners(bbox):
    x, y, width, height = bbox
    return x, y, x + width, y + height


def test_a_file_in_another_encoding_is_refused_as_a_whole(dataset):
    folder = dataset()
    (folder / "bbox.csv").write_bytes(f"{BOXES}\na,xclick,caf\xe9,1,0.1,0.5\n".encode("latin-1"))

    with pytest.raises(BadInputError, match=r"bbox\.csv: .*it is not UTF-8"):
        read(folder)


def test_sizes_may_lie_beside_as_datumaro_writes_them_and_impossible_ones_are_not_known(tmp_path):
    line = "xclick,/m/1,1,0.1,0.5,0.25,0.75,0,0,0,0,0"
    (tmp_path / "train-bbox.csv").write_text("\n".join([BOXES, f"a,{line}", f"b,{line}", f"c,{line}"]))
    (tmp_path / "images.meta").write_text(f'"a" 100 200\nb 2147483648 5\nc {"9" * 400} 5\nd 7\n')

    batches = list(open_images.read(tmp_path, ReadOptions()))

    (found,) = rows(batches, "annotations")
    assert found["box"] == {"x_min": 20.0, "y_min": 25.0, "x_max": 100.0, "y_max": 75.0}
    problems = rows(batches, "import_problems")
    assert [problem["location"] for problem in problems] == ["line 3", "line 4"]
    assert all("the size of the picture is not known" in problem["problem"] for problem in problems)
