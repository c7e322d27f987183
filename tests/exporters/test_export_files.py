"""What the files of each format look like, in literal words."""

from __future__ import annotations

import json

import numpy as np
import pytest
from export_scenes import Scene, there_and_back
from PIL import Image

from labelduck.importers import drawn

BOX = {"geometry": "box", "box": {"x_min": 10.0, "y_min": 20.0, "x_max": 40.0, "y_max": 60.0}, "area": 1200.0}
IMAGE = {"image_id": "7", "file_name": "street.jpg", "width": 100, "height": 80, "is_annotated": True}
CAT = {"class_name": "cat", "class_index": 3}


def one(**columns):
    row = {"annotation_id": "5", "image_id": "7", "class_name": "cat", **BOX}
    return Scene([IMAGE], [CAT], [row | columns])


def turned(shape):
    corners = ("x_min", "y_min", "x_max", "y_max")
    return shape | {"box": dict(zip(corners, shape["box"], strict=True))}


def test_coco_has_numbers_boxes_with_sides_and_people(tmp_path):
    scene = one(annotator="ann", occluded=0.5, attributes='{"color": "red"}')

    there_and_back("coco", scene, tmp_path)

    document = json.loads((tmp_path / "instances.json").read_text())
    assert document["images"] == [{"id": 7, "file_name": "street.jpg", "width": 100, "height": 80}]
    assert document["categories"] == [{"id": 3, "name": "cat"}]
    assert document["annotations"] == [
        {
            "id": 5,
            "image_id": 7,
            "category_id": 3,
            "bbox": [10, 20, 30, 40],
            "area": 1200,
            "iscrowd": 0,
            "annotator": "ann",
            "occluded": 0.5,
            "attributes": {"color": "red"},
        }
    ]


def test_coco_writes_a_turned_box_upright_with_its_angle(tmp_path):
    scene = one(**turned(drawn.rotated_box(10, 20, 40, 60, 90)), attributes='{"color": "red"}')

    there_and_back("coco", scene, tmp_path)

    (record,) = json.loads((tmp_path / "instances.json").read_text())["annotations"]
    assert record["bbox"] == [10, 20, 30, 40]
    assert record["attributes"] == {"color": "red", "rotation": 90}


def test_coco_opens_in_pycocotools_also_where_ids_are_words(tmp_path):
    from pycocotools.coco import COCO

    image = IMAGE | {"image_id": "a/b"}
    scene = Scene([image], [CAT], [{"annotation_id": "a/b/0", "image_id": "a/b", "class_name": "cat", **BOX}])

    there_and_back("coco", scene, tmp_path)

    coco = COCO(tmp_path / "instances.json")
    assert coco.getImgIds() == [1]
    assert coco.loadAnns(coco.getAnnIds(imgIds=[1]))[0]["labelduck_id"] == "a/b/0"


def test_yolo_counts_classes_from_0_and_writes_centre_and_sides_as_fractions(tmp_path):
    scene = one()

    there_and_back("yolo", scene, tmp_path)

    assert (tmp_path / "labels" / "street.txt").read_text() == "0 0.25 0.5 0.3 0.5\n"
    assert (tmp_path / "sizes.csv").read_text().splitlines()[1] == '"street.jpg",100,80'
    assert "names:\n  0: cat\n" in (tmp_path / "data.yaml").read_text()


def test_yolo_cuts_what_leaves_the_picture_and_says_so(tmp_path):
    scene = one(box={"x_min": 90.0, "y_min": 20.0, "x_max": 130.0, "y_max": 60.0})

    carried = there_and_back("yolo", scene, tmp_path).carried

    assert (tmp_path / "labels" / "street.txt").read_text() == "0 0.95 0.5 0.1 0.5\n"
    assert carried.changed == {"shapes that leave the picture were cut at its edge": 1}


def test_yolo_has_an_empty_file_where_somebody_found_nothing_and_none_where_nobody_looked(tmp_path):
    unseen = IMAGE | {"image_id": "8", "file_name": "new.jpg", "is_annotated": False}
    empty = IMAGE | {"image_id": "9", "file_name": "empty.jpg"}
    scene = Scene([IMAGE, unseen, empty], [CAT], one().annotations)

    there_and_back("yolo", scene, tmp_path)

    files = {path.name: path.read_text() for path in (tmp_path / "labels").iterdir()}
    assert files == {"street.txt": "0 0.25 0.5 0.3 0.5\n", "empty.txt": ""}


def test_an_image_of_which_no_object_can_be_written_does_not_look_empty(tmp_path):
    scene = one(box={"x_min": 200.0, "y_min": 20.0, "x_max": 230.0, "y_max": 60.0})
    seen = IMAGE | {"image_id": "9", "file_name": "empty.jpg"}

    carried = there_and_back("yolo", scene._replace(images=[IMAGE, seen]), tmp_path).carried

    assert [path.name for path in (tmp_path / "labels").iterdir()] == ["empty.txt"]
    assert carried.left_out == {"5": "it has no shape within the picture"}


def test_a_mask_becomes_the_ring_along_its_pixels(tmp_path):
    pixels = np.zeros((80, 100), bool)
    pixels[20:60, 10:40] = True
    scene = one(**turned(drawn.mask_of_pixels(pixels)))

    back = there_and_back("yolo", scene, tmp_path, task="segment")

    assert (tmp_path / "labels" / "street.txt").read_text() == "0 0.1 0.25 0.4 0.25 0.4 0.75 0.1 0.75\n"
    assert back.tables["annotations"][0]["area"] == pytest.approx(1200)
    assert back.carried.changed == {"masks became polygons": 1}


def test_voc_counts_pixels_from_1(tmp_path):
    scene = one(difficult=True, truncated=0.5, annotator="ann", attributes='{"pose": "Left"}')

    there_and_back("voc", scene, tmp_path)

    assert (tmp_path / "Annotations" / "street.xml").read_text() == (
        "<annotation><filename>street.jpg</filename><size><width>100</width><height>80</height></size>\n"
        "<object><name>cat</name><pose>Left</pose><truncated>0.5</truncated><difficult>1</difficult>"
        "<annotator>ann</annotator><bndbox><xmin>11</xmin><ymin>21</ymin><xmax>40</xmax><ymax>60</ymax></bndbox>"
        "</object>\n</annotation>\n"
    )


def test_masks_hide_what_lies_below_and_objects_that_are_hidden_whole_are_said(tmp_path):
    box = {"geometry": "box", "area": None}
    wide, narrow = ({"x_min": 0.0, "y_min": 0.0, "x_max": x, "y_max": 2.0} for x in (3.0, 2.0))
    rows = [
        {"annotation_id": "low", "image_id": "7", "class_name": "cat", "box": wide, **box},
        {"annotation_id": "hidden", "image_id": "7", "class_name": "cat", "box": narrow, **box},
        {"annotation_id": "top", "image_id": "7", "class_name": "cat", "box": narrow, "z_order": 1, **box},
    ]
    scene = Scene([IMAGE | {"width": 4, "height": 2}], [CAT], rows)

    carried = there_and_back("mask_png", scene, tmp_path).carried

    with Image.open(tmp_path / "SegmentationObject" / "street.png") as picture:
        assert np.asarray(picture).tolist() == [[3, 3, 1, 0], [3, 3, 1, 0]]
    with Image.open(tmp_path / "SegmentationClass" / "street.png") as picture:
        assert np.asarray(picture).tolist() == [[3, 3, 3, 0], [3, 3, 3, 0]]
    assert carried.left_out == {"hidden": "it is hidden whole under other objects"}


def test_masks_of_more_than_254_objects_have_16_bits_and_come_back(tmp_path):
    rows = [
        {"annotation_id": str(n), "image_id": "7", "class_name": "cat", "geometry": "box"}
        | {"box": {"x_min": float(n), "y_min": 0.0, "x_max": n + 1.0, "y_max": 1.0}}
        for n in range(300)
    ]
    scene = Scene([IMAGE | {"width": 300, "height": 1}], [CAT], rows)

    back = there_and_back("mask_png", scene, tmp_path)

    assert [row["box"]["x_min"] for row in back.tables["annotations"]] == list(range(300))


def test_csv_has_a_column_for_each_corner_and_json_for_lists(tmp_path):
    scene = one(**turned(drawn.polygon([[0, 0, 4, 0, 4, 3]])), class_name='big, "cat"')

    there_and_back("csv", scene, tmp_path)

    header, line = (tmp_path / "annotations.csv").read_text().splitlines()
    row = dict(zip(header.replace('"', "").split(","), line.split(",", 3)[:3], strict=False))
    assert header.startswith(
        '"annotation_id","image_id","class_name","geometry","x_min","y_min","x_max","y_max"'
    )
    assert row["annotation_id"] == '"5"'
    assert '"big, ""cat""","polygon",0,0,4,3,6,' in line
    assert '"[[0,0,4,0,4,3]]"' in line
