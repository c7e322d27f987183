"""LabelMe in its two forms: JSON of labelme and its relatives, XML of the web tool."""

from __future__ import annotations

import json
import math
import zipfile
import zlib
from random import Random

import numpy as np
import pytest
from format_rows import ODD_VALUES, base64_of, box_of, disturbed, harmed_documents, png_of, rows_of
from PIL import Image

from labelduck import geometry
from labelduck.errors import BadInputError
from labelduck.importers import labelme

RIGHT_TURN = [[10, 10], [10, 30], [4, 30], [4, 10]]


def shape(kind, points, **more):
    return {"label": "cat", "shape_type": kind, "points": points, "flags": {}, "group_id": None} | more


def document(*shapes, **more):
    known = {"version": "5.4.1", "flags": {}, "shapes": list(shapes), "imagePath": "a.jpg", "imageData": None}
    return known | {"imageHeight": 60, "imageWidth": 80} | more


def read_one(tmp_path, *shapes, **more):
    (tmp_path / "a.json").write_text(json.dumps(document(*shapes, **more)))
    return rows_of("labelme", tmp_path)


def xml(*objects, size="<imagesize><nrows>60</nrows><ncols>80</ncols></imagesize>"):
    return f"<annotation><filename>a.jpg</filename><folder>f</folder>{''.join(objects)}{size}</annotation>"


def xml_object(own_id, *, name="cat", points=((1, 2), (9, 2), (9, 12)), more="", parts=""):
    outline = "".join(f"<pt><x>{x}</x><y>{y}</y></pt>" for x, y in points)
    return (
        f"<object><name>\n{name}\n</name>{more}<id>{own_id}</id><date>25-May-2012 00:09:48</date>{parts}"
        f"<polygon><username>ana</username>{outline}</polygon></object>"
    )


@pytest.mark.parametrize(
    ("kind", "points", "geometry_name", "box", "area"),
    [
        ("rectangle", [[30, 40], [10, 20]], "box", (10, 20, 30, 40), 400),
        ("rectangle", [[10, 20], [30, 20], [30, 40], [10, 40]], "box", (10, 20, 30, 40), 400),
        ("rectangle", [[20, 10], [30, 20], [20, 30], [10, 20]], "rotated_box", (10, 10, 30, 30), 200),
        ("polygon", [[0, 0], [10, 0], [0, 10]], "polygon", (0, 0, 10, 10), 50),
        (None, [[0, 0], [10, 0], [0, 10]], "polygon", (0, 0, 10, 10), 50),
        ("quadrilateral", [[0, 0], [10, 0], [10, 10], [0, 10]], "polygon", (0, 0, 10, 10), 100),
        ("circle", [[20, 20], [23, 24]], "ellipse", (15, 15, 25, 25), 25 * math.pi),
        ("line", [[1, 2], [5, 9]], "polyline", (1, 2, 5, 9), None),
        ("linestrip", [[1, 2], [5, 9], [7, 1]], "polyline", (1, 1, 7, 9), None),
        ("point", [[4, 5]], "point", (4, 5, 4, 5), None),
        ("points", [[4, 5], [6, 9]], "keypoints", (4, 5, 6, 9), None),
        ("oriented_rectangle", RIGHT_TURN, "rotated_box", (4, 10, 10, 30), 120),
        ("rotation", RIGHT_TURN, "rotated_box", (4, 10, 10, 30), 120),
    ],
)
def test_each_type_of_shape_has_its_geometry(tmp_path, kind, points, geometry_name, box, area):
    found = read_one(tmp_path, shape(kind, points))

    (row,) = found["annotations"]
    assert row["geometry"] == geometry_name
    assert box_of(row) == pytest.approx(box, abs=1e-9)
    assert row.get("area") == (None if area is None else pytest.approx(area))
    assert not found["import_problems"]


def test_an_oriented_box_is_turned_as_its_first_edge_points(tmp_path):
    turned = shape("rotation", RIGHT_TURN, direction=math.pi / 2)
    front_is_elsewhere = shape("rotation", RIGHT_TURN, direction=0.0)

    first, second = read_one(tmp_path, turned, front_is_elsewhere)["annotations"]

    assert first["rotation"] == pytest.approx(90)
    assert "attributes" not in first
    assert json.loads(second["attributes"]) == {"direction": 0.0}


def test_a_mask_lies_where_its_box_begins(tmp_path):
    crop = [[1, 1, 0], [0, 1, 1]]
    told = shape("mask", [[10, 20], [12, 21]], mask=base64_of(png_of(crop)))

    (row,) = read_one(tmp_path, told)["annotations"]

    pixels = geometry.mask_from_rle(row["mask"]["counts"], 60, 80)
    assert pixels[20:22, 10:13].tolist() == np.array(crop, bool).tolist()
    assert row["area"] == pixels.sum() == 4
    assert box_of(row) == (10, 20, 13, 22)


def test_a_picture_says_its_tags_and_a_shape_its_attributes(tmp_path):
    told = shape(
        "rectangle",
        [[0, 0], [1, 1]],
        group_id=7,
        flags={"occluded": True, "blue": False},
        description="near the door",
        attributes={"pose": "sits"},
        difficult=True,
        score=0.5,
    )

    found = read_one(tmp_path, told, flags={"night": True, "rain": False}, checked=True)

    (image,), (row,) = found["images"], found["annotations"]
    assert image["tags"] == ["night"]
    assert json.loads(image["attributes"]) == {
        "flags": {"night": True, "rain": False},
        "version": "5.4.1",
        "checked": True,
    }
    assert (row["group_id"], row["occluded"], row["difficult"], row["source"]) == (
        "7",
        1,
        True,
        "model_assisted",
    )
    said = {"blue": False, "pose": "sits", "description": "near the door", "score": 0.5}
    assert json.loads(row["attributes"]) == said


def test_the_picture_inside_a_file_is_never_looked_at(tmp_path):
    found = read_one(tmp_path, shape("point", [[1, 1]]), imageData="no base64 at all")

    assert "imageData" not in str(found["images"])
    assert not found["import_problems"]


def test_sizes_that_a_file_leaves_open_come_from_the_picture_beside_it(tmp_path):
    Image.new("L", (40, 30)).save(tmp_path / "a.jpg")

    (image,) = read_one(tmp_path, imageHeight=None, imageWidth=None)["images"]

    assert (image["width"], image["height"]) == (40, 30)


def test_folders_named_after_splits_are_splits(tmp_path):
    for folder in ("train", "valid"):
        (tmp_path / folder).mkdir()
    (tmp_path / "train" / "a.json").write_text(json.dumps(document()))
    (tmp_path / "valid" / "b.json").write_text(json.dumps(document(imagePath="..\\pictures\\b.jpg")))

    images = rows_of("labelme", tmp_path)["images"]

    assert [(image["image_id"], image["split"]) for image in images] == [("a", "train"), ("b", "val")]


def test_two_files_about_one_picture_give_one_image_and_all_objects(tmp_path):
    for name in ("a.json", "a_again.json"):
        (tmp_path / name).write_text(json.dumps(document(shape("point", [[1, 1]]))))

    found = rows_of("labelme", tmp_path)

    assert [image["image_id"] for image in found["images"]] == ["a"]
    assert [row["annotation_id"] for row in found["annotations"]] == ["a/0", "a/0#2"]
    assert {problem["severity"] for problem in found["import_problems"]} == {"warning", "repaired"}


def test_a_zip_reads_like_its_folder(tmp_path):
    (tmp_path / "in").mkdir()
    expected = read_one(tmp_path / "in", shape("rectangle", [[0, 0], [3, 4]]))
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as packed:
        packed.write(tmp_path / "in" / "a.json", "a.json")
        packed.writestr("../evil.json", "{}")

    found = rows_of("labelme", tmp_path / "all.zip")

    assert found["annotations"] == expected["annotations"]
    assert [problem["problem"] for problem in found["import_problems"]] == [
        "it is refused: its name leads out of the zip"
    ]


@pytest.mark.parametrize(
    ("told", "problem"),
    [
        (shape("rectangle", [[1, 2]]), "2 numbers, expected two corners of a box"),
        (shape("rectangle", [[1, 2], [float("nan"), 4]]), "nan is no coordinate"),
        (shape("rectangle", [[1, 2], ["a", 4]]), "'a' is no number"),
        (shape("polygon", [[1, 2], [3, 4]]), "the polygon has 2 points, expected 3 or more"),
        (shape("polygon", []), "the shape has no points"),
        (shape("circle", [[1, 2]]), "a circle of 1 points, expected its centre and one on its rim"),
        (shape("blob", [[1, 2]]), "'blob' is no shape type known here"),
        (shape("mask", [[1, 2], [3, 4]]), "the mask is None, expected a base64 text"),
        (shape("mask", [[1, 2], [3, 4]], mask="AAAA"), "the mask is no PNG"),
        (shape("point", [[1, 2]], label=None), "the shape has no label"),
        ("no shape", "a shape must be an object"),
    ],
)
def test_a_shape_that_is_none_is_a_problem_with_its_place(tmp_path, told, problem):
    found = read_one(tmp_path, told, shape("point", [[1, 1]]))

    (row,) = found["import_problems"]
    assert (row["source_file"], row["location"], row["severity"]) == ("a.json", "shapes[0]", "error")
    assert row["problem"].startswith(problem)
    assert [row["annotation_id"] for row in found["annotations"]] == ["a/1"]


def test_a_mask_of_too_many_pixels_is_refused_before_it_is_unpacked(tmp_path):
    bomb = bytearray(png_of([[1]]))
    bomb[16:24] = (12_000).to_bytes(4, "big") * 2
    bomb[29:33] = zlib.crc32(bomb[12:29]).to_bytes(4, "big")
    told = shape("mask", [[0, 0], [1, 1]], mask=base64_of(bytes(bomb)))

    (row,) = read_one(tmp_path, told)["import_problems"]

    assert row["problem"] == "the mask has 12000 x 12000 pixels, too many; left out"


def test_xml_names_annotator_time_and_what_is_part_of_what(tmp_path):
    whole = xml_object(
        0, more="<verified>1</verified><occluded>yes</occluded><attributes>a=1, b</attributes>"
    )
    part = xml_object(3, parts="<parts><hasparts/><ispartof>0</ispartof></parts>")
    deleted = xml_object(4, more="<deleted>1</deleted>")
    (tmp_path / "a.xml").write_text(xml(whole, part, deleted))

    found = rows_of("labelme", tmp_path / "a.xml")

    (image,), (first, second) = found["images"], found["annotations"]
    assert (image["image_id"], image["width"], image["height"]) == ("a", 80, 60)
    assert (first["class_name"], first["annotator"]) == ("cat", "ana")
    assert first["created_at"].isoformat() == "2012-05-25T00:09:48"
    assert (first["occluded"], first["review_status"]) == (1, "accepted")
    assert json.loads(first["attributes"]) == {"a": "1", "b": True}
    assert (first["annotation_id"], second["annotation_id"]) == ("a/0", "a/3")
    assert first["group_id"] == second["group_id"] == "a/0"
    (note,) = found["import_problems"]
    assert (note["location"], note["severity"]) == ("object[2]", "warning")


@pytest.mark.parametrize(
    ("points", "kind", "expected"),
    [
        (((1, 2), (9, 2), (9, 12), (1, 12)), "<type>bounding_box</type>", "box"),
        (((1, 2), (9, 2), (9, 12), (1, 12)), "", "polygon"),
        (((1, 2), (9, 2)), "", "polyline"),
        (((1, 2),), "", "point"),
    ],
)
def test_xml_outlines_are_what_they_were_drawn_as(tmp_path, points, kind, expected):
    (tmp_path / "a.xml").write_text(xml(xml_object(0, points=points, more=kind)))

    (row,) = rows_of("labelme", tmp_path)["annotations"]

    assert row["geometry"] == expected


def test_xml_masks_lie_in_the_folder_beside_the_annotations(tmp_path):
    (tmp_path / "Annotations" / "f").mkdir(parents=True)
    (tmp_path / "Masks" / "f").mkdir(parents=True)
    mask = np.zeros((60, 80), np.uint8)
    mask[10:12, 20:25] = 255
    (tmp_path / "Masks" / "f" / "m.png").write_bytes(png_of(mask))
    segment = "<object><name>cat</name><segm><username>bob</username><mask>{}</mask></segm></object>"
    lost = segment.format("../../lost.png")
    (tmp_path / "Annotations" / "f" / "a.xml").write_text(xml(segment.format("m.png"), lost))

    found = rows_of("labelme", tmp_path)

    (row,), (problem,) = found["annotations"], found["import_problems"]
    assert (row["image_id"], row["annotator"], row["area"], box_of(row)) == (
        "f/a",
        "bob",
        10,
        (20, 10, 25, 12),
    )
    assert problem["problem"].startswith("the mask ../../lost.png is not there")


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"shapes": 3}', "<annotation>", "<a/>", "\x00\x01"])
def test_a_file_that_is_no_labelme_is_refused_alone_and_noted_among_others(tmp_path, content):
    (tmp_path / "odd.json").write_text(content)
    (tmp_path / "a.json").write_text(json.dumps(document()))

    found = rows_of("labelme", tmp_path)

    assert [problem["source_file"] for problem in found["import_problems"]] == ["odd.json"]
    assert len(found["images"]) == 1
    with pytest.raises(BadInputError, match=r"odd\.json"):
        rows_of("labelme", tmp_path / "odd.json")


def test_pascal_voc_is_told_apart(tmp_path):
    box = "<bndbox><xmin>1</xmin><ymin>1</ymin><xmax>2</xmax><ymax>2</ymax></bndbox>"
    (tmp_path / "a.xml").write_text(xml(f"<object><name>cat</name>{box}</object>"))

    assert labelme.sniff(tmp_path) == 0
    with pytest.raises(BadInputError, match="is Pascal VOC"):
        rows_of("labelme", tmp_path / "a.xml")


def test_both_forms_are_recognised(tmp_path):
    (tmp_path / "a.json").write_text(json.dumps(document(shape("point", [[1, 1]]))))
    (tmp_path / "b.xml").write_text(xml(xml_object(0)))

    assert labelme.sniff(tmp_path / "a.json") > 0.9
    assert labelme.sniff(tmp_path / "b.xml") >= 0.9
    assert labelme.sniff(tmp_path) >= 0.9
    assert labelme.sniff(tmp_path / "none") == 0


def test_no_harmed_file_gives_an_error_of_ours(tmp_path):
    rng = Random(7)
    sound = document(
        shape("rectangle", [[0, 0], [3, 4]], attributes={"a": 1}, score=0.5),
        shape("circle", [[3, 3], [4, 4]], difficult=True),
        shape("rotation", RIGHT_TURN, direction=1.0),
        shape("mask", [[1, 1], [2, 2]], mask=base64_of(png_of([[1, 1], [0, 1]]))),
        flags={"x": True},
    )
    objects = (xml_object(0, more="<occluded>no</occluded>"), xml_object(1), xml_object(2))
    as_xml = xml(*objects).encode()
    texts = [*harmed_documents(sound, rng, 400), *(disturbed(as_xml, rng) for _ in range(200))]
    texts += [as_xml.replace(b"25-May", str(odd).encode("utf-8", "replace")) for odd in ODD_VALUES]

    n_rows = 0
    for text in texts:
        (tmp_path / "a.json").write_bytes(text)
        found = rows_of("labelme", tmp_path)
        n_rows += len(found["annotations"]) + len(found["import_problems"])

    assert n_rows > len(texts)


@pytest.mark.shared_data
def test_the_web_tools_own_files_keep_their_people_and_masks(shared):
    rows = rows_of("labelme", shared("datumaro_assets") / "tests" / "assets" / "labelme_dataset")

    assert [row["annotator"] for row in rows["annotations"]] == [
        *("admin", "brussell", "anonymous", "anonymous", "anonymous", "anonymous", "anonymous"),
    ]
    assert [row["geometry"] for row in rows["annotations"]].count("mask") == 2
    assert not rows["import_problems"]


@pytest.mark.shared_data
def test_real_files_say_the_same_as_their_twins_in_coco(shared):
    forms = shared("voc_pictures") / "voc_pictures" / "gts"
    twins = rows_of("coco", forms / "coco_format_v1" / "instances_default.json")
    rows = rows_of("labelme", forms / "labelme_format")

    def by_picture(found):
        names = {image["image_id"]: image["file_name"] for image in found["images"]}
        objects = [(names[row["image_id"]], row["class_name"], box_of(row)) for row in found["annotations"]]
        return {name: sorted(row for row in objects if row[0] == name) for name in names.values()}

    whole = by_picture(twins)
    assert by_picture(rows) == {name: whole[name] for name in by_picture(rows)}
    assert len(rows["images"]) == 15
