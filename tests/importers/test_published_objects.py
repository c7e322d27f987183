"""Data sets of objects, texts and whole pictures give the rows that their files tell."""

from __future__ import annotations

import json

import numpy as np
import pyarrow as pa
import pytest
from format_rows import box_of, png_of, rows_of
from PIL import Image

from labelduck.errors import BadInputError
from labelduck.importers import detection_text, reader
from labelduck.importers.base import Known, ReadOptions


def write(folder, files):
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)


def draw(folder, *names, size=(16, 8)):
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        Image.new("L", size).save(folder / name, "PNG")


def format_of(path):
    return reader("auto", path)[0]


def told(found):
    return [(row["image_id"], row["class_name"], box_of(row)) for row in found["annotations"]]


def labels(found):
    return [(row["image_id"], row["class_name"]) for row in found["image_labels"]]


def problems(found):
    return [row["problem"] for row in found["import_problems"]]


def test_regions_of_vott_keep_their_first_tag_and_the_others(tmp_path):
    box = {"left": 5, "top": 10, "width": 10, "height": 2}
    ring = [{"x": 0, "y": 0}, {"x": 4, "y": 0}, {"x": 4, "y": 3}]
    regions = [
        {"type": "RECTANGLE", "tags": ["cat", "old"], "boundingBox": box},
        {"type": "POLYGON", "tags": ["dog"], "points": ring, "boundingBox": box},
        {"type": "RECTANGLE", "tags": [], "boundingBox": box},
    ]
    asset = {"name": "a.jpg", "size": {"width": 20, "height": 15}, "state": 2}
    other = {"name": "b.jpg", "size": {"width": 20, "height": 15}, "state": 0}
    export = {
        "tags": [{"name": "dog"}, {"name": "cat"}],
        "assets": {"x": {"asset": asset, "regions": regions}},
    }
    export["assets"]["y"] = {"asset": other, "regions": []}
    write(tmp_path, {"val-export.json": json.dumps(export)})

    found = rows_of("vott", tmp_path)

    assert format_of(tmp_path) == "vott"
    assert told(found) == [("a", "cat", (5, 10, 15, 12)), ("a", "dog", (0, 0, 4, 3))]
    assert [row["geometry"] for row in found["annotations"]] == ["box", "polygon"]
    assert json.loads(found["annotations"][0]["attributes"]) == {"tags": ["old"]}
    assert [(row["image_id"], row["is_annotated"], row["split"]) for row in found["images"]] == [
        ("a", True, "val"),
        ("b", False, "val"),
    ]
    assert problems(found) == ["the region has no tag; left out"]


def test_boxes_of_votts_csv_are_corners(tmp_path):
    header = '"image","xmin","ymin","xmax","ymax","label"'
    write(tmp_path, {"x-export.csv": f'{header}\n"a.jpg",10,5,20.5,7,"hat"\n"a.jpg",9,5,2,7,"hat"\n'})

    found = rows_of("vott", tmp_path)

    assert format_of(tmp_path) == "vott"
    assert told(found) == [("a", "hat", (10, 5, 20.5, 7))]
    assert [row["location"] for row in found["import_problems"]] == ["line 3"]


def test_words_of_icdar_by_corners_and_by_edges(tmp_path):
    lines = '0,0,3,1,4,6,1,7,"FOOD, HOT"\n377,117,463,117,465,130,378,130,###\n'
    write(tmp_path, {"gt_img_1.txt": lines, "gt_img_2.txt": '0 0 2 3 "RED"\nno\n'})

    found = rows_of("icdar", tmp_path)

    assert format_of(tmp_path) == "icdar"
    assert told(found) == [
        ("img_1", "text", (0, 0, 4, 7)),
        ("img_1", "text", (377, 117, 465, 130)),
        ("img_2", "text", (0, 0, 2, 3)),
    ]
    texts = [json.loads(row["attributes"])["text"] for row in found["annotations"]]
    assert texts == ["FOOD, HOT", "###", "RED"]
    assert [row["is_ignored"] for row in found["annotations"]] == [False, True, False]
    assert len(found["import_problems"]) == 1


def test_pictures_of_words_are_labelled_with_their_text(tmp_path):
    write(tmp_path, {"gt.txt": 'word_1.png, "PROPER"\nword_2.png, "a, b"\n'})

    found = rows_of("icdar", tmp_path)

    assert format_of(tmp_path) == "icdar"
    assert labels(found) == [("word_1", "PROPER"), ("word_2", "a, b")]


def test_characters_of_icdar_are_the_pixels_of_their_colour(tmp_path):
    pixels = np.array(
        [[[9, 0, 0], [9, 0, 0], [255, 255, 255]], [[255, 255, 255], [0, 7, 0], [255, 255, 255]]], np.uint8
    )
    Image.fromarray(pixels).save(tmp_path / "1_GT.bmp")
    write(tmp_path, {"1_GT.txt": '9 0 0 1 0 0 0 2 1 "F"\n\n0 7 0 1 1 1 1 2 2 "o"\n1 1 1 0 0 0 0 1 1 "x"\n'})

    found = rows_of("icdar", tmp_path)

    assert told(found) == [("1", "character", (0, 0, 2, 1)), ("1", "character", (1, 1, 2, 2))]
    assert [(row["area"], row["group_id"]) for row in found["annotations"]] == [(2, "1/0"), (1, "1/1")]
    assert problems(found) == ["no pixel of the mask has its colour; left out"]


def test_masks_of_segment_anything_are_a_models(tmp_path):
    mask = {"id": 1, "segmentation": {"size": [5, 10], "counts": "`04n0"}, "predicted_iou": 0.5}
    image = {"image_id": 1, "width": 10, "height": 5, "file_name": "a.jpg"}
    small = mask | {"segmentation": {"size": [2, 2], "counts": "04"}}
    write(tmp_path, {"a.json": json.dumps({"image": image, "annotations": [mask, small]})})

    found = rows_of("segment_anything", tmp_path)

    assert format_of(tmp_path) == "segment_anything"
    assert told(found) == [("a", "object", (3, 1, 4, 5))]
    assert found["annotations"][0]["source"] == "model"
    assert problems(found) == ["the mask is 2 x 2, its picture 10 x 5; left out"]


def test_every_shape_of_datumaro(tmp_path):
    labels_told = [{"name": "car", "parent": "thing"}, {"name": "tom"}]
    shapes = [
        {
            "type": "bbox",
            "label_id": 0,
            "bbox": [1, 2, 3, 4],
            "group": 5,
            "attributes": {"occluded": True, "age": 3},
        },
        {"type": "polygon", "label_id": 0, "points": [0, 0, 4, 0, 4, 3], "z_order": 2},
        {"type": "polyline", "label_id": 0, "points": [0, 0, 4, 2]},
        {"type": "points", "label_id": 1, "points": [1, 1, 2, 3], "visibility": [2, 0]},
        {"type": "ellipse", "label_id": 1, "points": [0, 0, 4, 2]},
        {"type": "rotated_bbox", "label_id": 1, "bbox": [5, 5, 4, 2, 90]},
        {"type": "mask", "label_id": 1, "rle": {"size": [5, 10], "counts": "`04n0"}},
        {"type": "label", "label_id": 1},
        {"type": "caption", "caption": "a car"},
        {"type": "cuboid_3d", "label_id": 1},
        {"type": "bbox", "label_id": 9, "bbox": [1, 2, 3, 4]},
    ]
    item = {"id": "a", "annotations": shapes, "image": {"path": "a.jpg", "size": [5, 10]}}
    document = {"info": {}, "categories": {"label": {"labels": labels_told}}, "items": [item]}
    write(tmp_path, {"annotations/train.json": json.dumps(document)})

    found = rows_of("datumaro", tmp_path)

    assert format_of(tmp_path) == "datumaro"
    assert [(row["class_name"], row["geometry"], box_of(row)) for row in found["annotations"]] == [
        ("car", "box", (1, 2, 4, 6)),
        ("car", "polygon", (0, 0, 4, 3)),
        ("car", "polyline", (0, 0, 4, 2)),
        ("tom", "keypoints", (1, 1, 1, 1)),
        ("tom", "ellipse", (0, 0, 4, 2)),
        ("tom", "rotated_box", (4, 3, 6, 7)),
        ("tom", "mask", (3, 1, 4, 5)),
    ]
    first, second = found["annotations"][:2]
    assert (first["group_id"], first["occluded"], first["attributes"]) == ("a/5", 1.0, '{"age":3}')
    assert second["z_order"] == 2
    assert [(row.get("field"), row["class_name"]) for row in found["image_labels"]] == [
        (None, "tom"),
        ("caption", "a car"),
    ]
    (image,) = found["images"]
    assert (image["image_id"], image["split"], image["width"], image["height"]) == ("a", "train", 10, 5)
    assert problems(found) == [
        "annotations of type 'cuboid_3d' have no place in a picture; left out",
        "no label has the number 9; left out",
    ]


def test_points_of_datumaro_whose_label_is_no_number_name_no_class(tmp_path):
    points = [{"label_id": number, "labels": ["head"]} for number in ([0], {"a": 0}, None, "0")]
    categories = {"label": {"labels": [{"name": "tom"}]}, "points": {"items": points}}
    document = {"categories": categories, "items": [{"id": "a", "annotations": []}]}
    write(tmp_path, {"annotations/train.json": json.dumps(document)})

    (found,) = rows_of("datumaro", tmp_path)["classes"]

    assert (found["class_name"], found.get("keypoint_names")) == ("tom", None)


def test_a_project_counts_once_and_not_by_its_sources(tmp_path):
    document = {"categories": {"label": {"labels": []}}, "items": [{"id": "a", "annotations": []}]}
    names = ("dataset/annotations/train.json", "sources/one/annotations/train.json")
    write(tmp_path, {name: json.dumps(document) for name in names})

    assert [row["image_id"] for row in rows_of("datumaro", tmp_path)["images"]] == ["a"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("image_name,label_name\n1.jpg,dog\n2,cat\n", [("1", "dog"), ("2", "cat")]),
        ("image_name,dog,cat\n1.jpg,1,0\n2.jpg,1,1\n", [("1", "dog"), ("2", "dog"), ("2", "cat")]),
    ],
)
def test_tables_of_classes_of_pictures(tmp_path, text, expected):
    write(tmp_path, {"ann.csv": text})

    assert format_of(tmp_path) == "image_table"
    assert labels(rows_of("image_table", tmp_path)) == expected


def test_numbers_of_a_list_are_lines_of_synsets(tmp_path):
    write(tmp_path, {"train.txt": "a/1.jpg 1 0\n2.jpg 7\n", "synsets.txt": "cat\ndog\n"})

    found = rows_of("image_table", tmp_path)

    assert format_of(tmp_path) == "image_table"
    assert labels(found) == [("a/1", "dog"), ("a/1", "cat"), ("2", "class 7")]
    assert [(row["class_name"], row.get("class_index")) for row in found["classes"]] == [
        ("cat", 0),
        ("dog", 1),
        ("class 7", 7),
    ]
    assert {row["split"] for row in found["images"]} == {"train"}


def test_headers_say_what_four_numbers_are(tmp_path):
    write(tmp_path, {"a.csv": "image_name,label_name,x1,y1,x2,y2\n1.jpg,dog,2,1,3,4\n"})
    write(tmp_path, {"b.csv": "image_name,label_name,x1,y1,w,h\n1.jpg,dog,2,1,3,4\n1.jpg,dog,2,1,-3,4\n"})

    corners, sizes = (rows_of("image_table", tmp_path / name) for name in ("a.csv", "b.csv"))

    assert told(corners) == [("1", "dog", (2, 1, 3, 4))]
    assert told(sizes) == [("1", "dog", (2, 1, 5, 5))]
    assert len(sizes["import_problems"]) == 1


def test_boxes_without_a_header_are_what_their_pictures_allow(tmp_path):
    draw(tmp_path, "images/1.jpg")
    write(tmp_path, {"sized.txt": "1.jpg,dog,4,2,3,4\n", "cornered.txt": "1.jpg,dog,10,2,15,8\n"})

    sized = rows_of("image_table", tmp_path / "sized.txt")
    cornered = rows_of("image_table", tmp_path / "cornered.txt", images=tmp_path / "images")

    assert told(sized) == [("1", "dog", (4, 2, 7, 6))]
    assert told(cornered) == [("1", "dog", (10, 2, 15, 8))]


def test_boxes_that_may_be_read_in_two_ways_need_a_word(tmp_path):
    write(tmp_path, {"ann.csv": 'image_name,label_name,bbox\n1.jpg,dog,"[0, 1, 1, 2]"\n'})

    found = rows_of("image_table", tmp_path, box_layout="xywh")

    with pytest.raises(BadInputError, match=r"xyxy or xywh: say which with --box-layout"):
        rows_of("image_table", tmp_path)
    assert told(found) == [("1", "dog", (0, 1, 1, 3))]


def test_several_tables_of_one_folder_are_splits_or_refused(tmp_path):
    table = "image_name,label_name\n1.jpg,dog\n"
    write(tmp_path / "splits", {"train.csv": table, "val.csv": table})
    write(tmp_path / "copies", {"ann.csv": table, "again.csv": table})

    assert labels(rows_of("image_table", tmp_path / "splits")) == [("1", "dog"), ("val/1", "dog")]
    with pytest.raises(BadInputError, match="holds 2 tables of pictures"):
        rows_of("image_table", tmp_path / "copies")


@pytest.mark.parametrize(
    "lines",
    ["2 0.9 10 20 90 95\n", "2 0.9 10 20 80 75\n", "2 0.9 0.5 0.575 0.8 0.75\n"],
    ids=["xyxy", "xywh", "relative"],
)
def test_detections_are_what_their_pictures_allow(tmp_path, lines):
    write(tmp_path, {"a.txt": lines + lines.replace("0.9", "0.4"), "b.txt": lines})
    known = Known(
        images=pa.table({"image_id": ["7"], "file_name": ["x/a.jpg"], "width": [100], "height": [100]}),
        classes=pa.table({"class_name": ["cat"], "class_index": [2]}),
    )

    found = list(
        detection_text.read_predictions(
            tmp_path, known, ReadOptions(box_layout="xywh" if "80" in lines else None)
        )
    )

    rows = [row for batch in found if "predictions" in batch for row in batch["predictions"].to_pylist()]
    assert [
        (row["prediction_id"], row["image_id"], row["class_name"], row["confidence"]) for row in rows
    ] == [
        ("7/0", "7", "cat", 0.9),
        ("7/1", "7", "cat", 0.4),
    ]
    assert box_of(rows[0]) == pytest.approx((10, 20, 90, 95))
    assert "no image is named like the file" in found[-1]["import_problems"].to_pylist()[0]["problem"]


def test_fractions_are_of_the_format_whose_order_keeps_boxes_inside(tmp_path):
    write(tmp_path / "ours", {"a.txt": "2 0.9 0.5 0.5 0.3 0.2\n2 0.99 0.9 0.1 0.05 0.1\n"})
    write(tmp_path / "yolos", {"a.txt": "2 0.5 0.5 0.9 0.9 0.3\n2 0.1 0.5 0.05 0.9 0.99\n"})

    assert detection_text.sniff(tmp_path / "ours") > 0.9
    assert detection_text.sniff(tmp_path / "yolos") == 0


def test_objects_and_parts_of_both_editions_of_ade20k(tmp_path):
    seg = np.zeros((3, 4, 3), np.uint8)
    seg[:, 1], seg[:, 2:] = (0, 1, 4), (1, 0, 9)
    part = np.zeros((3, 4, 3), np.uint8)
    part[0, 3] = (0, 2, 1)
    lines = '001 # 0 # 1 # sky # sky # ""\n002 # 0 # 0 # person, soul # man # "walking"\n'
    lines += '001 # 1 # 0 # rim # rim # ""\n003 # 0 # 0 # car # car # ""\n'
    write(tmp_path, {"training/1_atr.txt": lines})
    Image.fromarray(seg).save(tmp_path / "training/1_seg.png")
    Image.fromarray(part).save(tmp_path / "training/1_parts_1.png")
    ring = {"x": [0, 2, 2], "y": [0, 0, 2]}
    objects = [
        {"name": "car, auto", "instance_mask": "2/i.png", "occluded": "yes", "parts": {"part_level": 0}},
        {"name": "door", "polygon": ring, "parts": {"part_level": 1, "ispartof": 0}},
        {"name": "door", "polygon": {"x": [], "y": []}},
    ]
    document = {"annotation": {"object": objects, "scene": ["outdoor", "street"]}}
    write(tmp_path / "validation", {"2.json": json.dumps(document), "2/i.png": png_of([[0, 255], [0, 0]])})
    Image.new("RGB", (2, 2)).save(tmp_path / "validation/2_seg.png")

    found = rows_of("ade20k", tmp_path)

    assert format_of(tmp_path) == "ade20k"
    assert told(found) == [
        ("1", "sky", (1, 0, 2, 3)),
        ("1", "person", (2, 0, 4, 3)),
        ("1", "rim", (3, 0, 4, 1)),
        ("2", "car", (1, 0, 2, 1)),
        ("2", "door", (0, 0, 2, 2)),
    ]
    assert [row.get("occluded") for row in found["annotations"]] == [1, 0, 0, 1, None]
    assert found["classes"][1] == {"class_name": "person", "definition": "person, soul"}
    assert [(row["image_id"], row["split"]) for row in found["images"]] == [("1", "train"), ("2", "val")]
    assert labels(found) == [("2", "outdoor/street")]
    assert problems(found) == [
        "the mask shows 2 objects, none has the number 3; left out",
        "the polygon has 0 points, expected 3 or more; left out",
    ]


def test_defects_of_mvtec_are_masks_of_their_folders_class(tmp_path):
    draw(tmp_path, "nut/train/good/000.png", "nut/test/bent/000.png", "nut/test/good/000.png", size=(2, 2))
    mask = png_of([[0, 255], [0, 255]])
    write(tmp_path / "nut/ground_truth/bent", {"000_mask.png": mask, "001_mask.png": mask})

    found = rows_of("mvtec", tmp_path)

    assert format_of(tmp_path) == "mvtec"
    assert told(found) == [("nut/test/bent/000", "bent", (1, 0, 2, 2))]
    assert labels(found) == [
        ("nut/test/bent/000", "bent"),
        ("nut/test/good/000", "good"),
        ("nut/train/good/000", "good"),
    ]
    assert problems(found) == ["the mask is of no picture; left out"]
