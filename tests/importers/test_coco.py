"""COCO annotation files become images, classes and annotations."""

from __future__ import annotations

import json
from datetime import datetime

import pytest
from coco_files import DOG, IMAGE, annotation, problems, read
from PIL import Image
from pycocotools import mask as pycoco

from labelduck.importers.base import ReadOptions


@pytest.fixture(params=["native", "python"])
def path(request, tmp_path, monkeypatch):
    if request.param == "python":
        monkeypatch.setenv("LABELDUCK_NATIVE", "0")
    return tmp_path / "instances.json"


def test_a_box_is_given_as_corners_and_its_area_as_the_source_says(path):
    rows = read(path, annotations=[annotation()])

    (row,) = rows["annotations"]
    assert row["annotation_id"] == row["source_ref"] == "7"
    assert (row["image_id"], row["class_name"], row["geometry"]) == ("42", "dog", "box")
    assert row["box"] == {"x_min": 10.0, "y_min": 20.0, "x_max": 40.0, "y_max": 60.0}
    assert (row["area"], row["is_crowd"], row["is_ignored"]) == (900.5, False, None)
    assert row["source_file"] == str(path)
    assert problems(rows) == []


def test_images_keep_what_has_no_column_as_attributes(path):
    image = IMAGE | {
        "coco_url": "http://c/a.jpg",
        "flickr_url": "http://f/a.jpg",
        "license": 3,
        "date_captured": "2013-11-14 17:02:52",
    }

    rows = read(path, annotations=[], images=[image], options=ReadOptions(split="val"))

    (row,) = rows["images"]
    assert (row["image_id"], row["file_name"], row["width"], row["height"]) == ("42", "a.jpg", 640, 480)
    assert (row["uri"], row["split"], row["is_annotated"]) == ("http://c/a.jpg", "val", True)
    assert row["captured_at"] == datetime(2013, 11, 14, 17, 2, 52)  # noqa: DTZ001  times are UTC without a zone
    assert json.loads(row["attributes"]) == {"flickr_url": "http://f/a.jpg", "license": 3}
    assert rows.get("annotations", []) == []


def test_unusual_images_give_the_same_rows_as_usual_ones(path):
    plain = IMAGE | {"coco_url": "http://c/a.jpg", "license": 3, "date_captured": "2013-11-14 17:02:52"}
    usual = read(path, annotations=[], images=[plain])["images"]

    unusual = read(path, annotations=[], images=[plain, IMAGE | {"id": "b", "split": "test"}])["images"]

    assert unusual[0] == usual[0]
    assert (unusual[1]["image_id"], unusual[1]["split"]) == ("b", "test")


def test_classes_keep_index_keypoints_and_skeleton(path):
    person = {"id": 0, "name": "person", "keypoints": ["nose", "eye"], "skeleton": [[1, 2]], "isthing": 1}

    rows = read(path, annotations=[annotation(category_id=0)], categories=[person])

    (row,) = rows["classes"]
    assert (row["class_name"], row["class_index"]) == ("person", 0)
    assert (row["keypoint_names"], row["skeleton"]) == (["nose", "eye"], [[1, 2]])
    assert row["attributes"] == '{"isthing":1}'
    assert rows["annotations"][0]["class_name"] == "person"


def test_polygons_are_kept_ring_by_ring(path):
    rings = [[0, 0, 4, 0, 4, 4], [10.5, 10, 12, 10, 12, 12]]

    rows = read(path, annotations=[annotation(segmentation=rings, bbox=None, area=None)])

    (row,) = rows["annotations"]
    assert (row["geometry"], row["polygons"]) == ("polygon", rings)
    assert row["box"] == {"x_min": 0.0, "y_min": 0.0, "x_max": 12.0, "y_max": 12.0}
    assert row["area"] == 8.0 + 1.5


def test_a_ring_that_lies_in_no_list_is_still_a_polygon(path):
    rows = read(path, annotations=[annotation(segmentation=[0, 0, 4, 0, 4, 4])])

    assert rows["annotations"][0]["polygons"] == [[0, 0, 4, 0, 4, 4]]
    assert problems(rows)[0][:2] == ("annotations[0].segmentation", "warning")


def test_an_uncompressed_mask_becomes_the_text_that_pycocotools_writes(path):
    mask = {"size": [4, 3], "counts": [5, 2, 5]}

    rows = read(path, annotations=[annotation(segmentation=mask, bbox=None, area=None, iscrowd=1)])

    (row,) = rows["annotations"]
    assert row["mask"] == {"size": [4, 3], "counts": pycoco.frPyObjects(mask, 4, 3)["counts"].decode()}
    assert (row["geometry"], row["is_crowd"], row["area"]) == ("mask", True, 2.0)
    assert row["box"] == {"x_min": 1.0, "y_min": 1.0, "x_max": 2.0, "y_max": 3.0}


def test_a_compressed_mask_is_kept_as_text(path):
    mask = pycoco.frPyObjects({"size": [40, 30], "counts": [77, 20, 1103]}, 40, 30)
    counts = mask["counts"].decode()

    rows = read(path, annotations=[annotation(segmentation={"size": [40, 30], "counts": counts}, bbox=None)])

    (row,) = rows["annotations"]
    assert row["mask"] == {"size": [40, 30], "counts": counts}
    x, y, width, height = pycoco.toBbox(mask).tolist()
    assert row["box"] == {"x_min": x, "y_min": y, "x_max": x + width, "y_max": y + height}
    assert row["area"] == 900.5


def test_keypoints_are_structs_and_seen_ones_make_the_geometry(path):
    seen = annotation(keypoints=[1, 2, 2, 30, 40, 1, 0, 0, 0], num_keypoints=2, bbox=None)
    unseen = annotation(id=8, keypoints=[0, 0, 0], num_keypoints=0)

    rows = read(path, annotations=[seen, unseen])

    first, second = rows["annotations"]
    assert first["keypoints"][1] == {"x": 30.0, "y": 40.0, "visibility": 1.0}
    assert first["box"] == {"x_min": 1.0, "y_min": 2.0, "x_max": 30.0, "y_max": 40.0}
    assert (first["geometry"], second["geometry"]) == ("keypoints", "box")
    assert first["attributes"] is None


def test_a_number_of_keypoints_that_is_wrong_is_kept(path):
    rows = read(path, annotations=[annotation(keypoints=[1, 2, 2], num_keypoints=0)])

    assert rows["annotations"][0]["attributes"] == '{"num_keypoints":0}'


def test_ids_may_be_text_or_large_or_whole_floats(path):
    images = [IMAGE, IMAGE | {"id": "scene/1"}, IMAGE | {"id": 2**70}]
    annotations = [
        annotation(image_id="scene/1", id="x"),
        annotation(image_id=2**70, id=2**64),
        annotation(image_id=42.0, id=0),
        annotation(image_id="42", id=1, category_id="18"),
    ]

    rows = read(path, annotations=annotations, images=images)

    ids = [(r["annotation_id"], r["image_id"], r["class_name"]) for r in rows["annotations"]]
    assert ids == [
        ("x", "scene/1", "dog"),
        (str(2**64), str(2**70), "dog"),
        ("0", "42", "dog"),
        ("1", "42", "dog"),
    ]
    assert problems(rows) == []


def test_a_repeated_annotation_id_becomes_a_new_one_and_is_reported(path):
    rows = read(path, annotations=[annotation(), annotation(note="x"), annotation(), annotation(id=8)])

    assert [r["annotation_id"] for r in rows["annotations"]] == ["7", "7#2", "7#3", "8"]
    assert [r["source_ref"] for r in rows["annotations"]] == ["7", "7", "7", "8"]
    assert [p[:2] for p in problems(rows)] == [
        ("annotations[1].id", "repaired"),
        ("annotations[2].id", "repaired"),
    ]


def test_annotations_without_ids_get_their_place(path):
    rows = read(path, annotations=[annotation(id=None), annotation(id=None)])

    assert [r["annotation_id"] for r in rows["annotations"]] == ["42/0", "42/1"]
    assert problems(rows) == [
        ("annotations[0]", "warning", "2 objects have no id; theirs is now image/position")
    ]


def test_two_classes_of_one_name_are_told_apart(path):
    rows = read(path, annotations=[annotation(category_id=19)], categories=[DOG, DOG | {"id": 19}])

    assert [c["class_name"] for c in rows["classes"]] == ["dog", "dog (19)"]
    assert rows["annotations"][0]["class_name"] == "dog (19)"
    assert problems(rows)[0][:2] == ("categories[1].name", "repaired")


def test_an_unknown_class_is_kept_with_one_warning(path):
    annotations = [annotation(category_id=99), annotation(id=8, category_id=99, note="x"), annotation(id=9)]

    rows = read(path, annotations=annotations)

    assert [r["class_name"] for r in rows["annotations"]] == ["category 99", "category 99", "dog"]
    (problem,) = problems(rows)
    assert problem[:2] == ("annotations[0].category_id", "warning")
    assert "2 objects" in problem[2]


def test_a_second_image_with_the_same_id_is_left_out(path):
    rows = read(path, annotations=[], images=[IMAGE, IMAGE | {"file_name": "b.jpg"}, {"file_name": "c.jpg"}])

    assert [r["file_name"] for r in rows["images"]] == ["a.jpg"]
    assert [p[:2] for p in problems(rows)] == [("images[1]", "error"), ("images[2]", "error")]


def test_missing_sizes_come_from_the_pictures(path, tmp_path):
    Image.new("L", (8, 5)).save(tmp_path / "a.png")
    images = [{"id": 42, "file_name": "a.png"}, {"id": 43, "file_name": "b.png"}]

    rows = read(path, annotations=[], images=images, options=ReadOptions(images=tmp_path))

    assert [(r["width"], r["height"]) for r in rows["images"]] == [(8, 5), (None, None)]
    assert problems(rows)[0][:2] == ("images", "warning")
    assert problems(rows)[0][2].startswith("1 of 2 images")


def test_captions_become_tags_and_bare_classes_image_labels(path):
    caption = {"id": 1, "image_id": 42, "caption": "a dog"}
    label = {"id": 2, "image_id": 42, "category_id": 17, "annotator": "ann"}

    rows = read(path, annotations=[caption, label])

    (tag,), (image_label,) = rows["tags"], rows["image_labels"]
    assert (tag["target"], tag["target_id"], tag["tag"], tag["value"]) == ("image", "42", "caption", "a dog")
    assert (image_label["class_name"], image_label["annotator"]) == ("cat", "ann")
    assert rows["annotations"] == []


def test_order_is_that_of_the_file_whatever_a_record_looks_like(path):
    annotations = [annotation(id=n, **({"note": n} if n % 3 else {})) for n in (9, 2, 7, 4, 5, 1, 8)]

    rows = read(path, annotations=annotations)

    assert [r["annotation_id"] for r in rows["annotations"]] == ["9", "2", "7", "4", "5", "1", "8"]


def test_a_box_with_a_negative_side_is_kept_and_counted(path):
    rows = read(path, annotations=[annotation(), annotation(id=8, bbox=[5, 5, -3, 2])])

    assert rows["annotations"][1]["box"]["x_max"] == 2.0
    assert problems(rows)[0][:2] == ("annotations[1].bbox", "warning")


def test_what_has_no_place_at_the_top_is_reported(path):
    rows = read(path, annotations=[], info={"year": 2017}, licenses=[], weather="rain")

    assert problems(rows) == [
        ("weather", "warning", "this top-level field has no place in the lake; not kept")
    ]
