"""What is written for CVAT is what CVAT reads, and comes back the same."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drawn_scenes import (
    ATTRIBUTES,
    CLASSES,
    HEIGHT,
    SHAPES,
    WIDTH,
    annotation,
    assert_same,
    exported,
    image,
    imported,
    selection_of,
)
from labelduck import geometry
from labelduck.importers import drawn

CARRIED = (
    *("class_name", "geometry", "box", "area", "polygons", "mask", "keypoints", "rotated_box", "rotation"),
    *("occluded", "z_order", "group_id", "source"),
)
SOURCES = ("manual", "model", "model_assisted", "consensus", "imported")


def written(folder: Path, *annotations: dict[str, Any], **rest: Any) -> ET.Element:
    exported("cvat", selection_of([image()], list(annotations), **rest), folder)
    return ET.parse(folder / "annotations.xml").getroot()


def only_shape(folder: Path, shape: dict[str, Any], **rest: Any) -> ET.Element:
    (element,) = written(folder, annotation("7", shape, **rest)).findall("image/*")
    return element


def test_a_box_has_every_digit(tmp_path):
    shape = drawn.box(0.123456789, 2, 30.5, 44)

    element = only_shape(tmp_path, shape, occluded=1.0, z_order=3, group_id="9", source="model")

    assert element.tag == "box"
    assert element.attrib == {
        "label": "cat",
        "source": "auto",
        "occluded": "1",
        "z_order": "3",
        "group_id": "9",
        "xtl": "0.123456789",
        "ytl": "2",
        "xbr": "30.5",
        "ybr": "44",
    }


def test_a_turned_box_is_its_upright_form_and_the_angle_around_its_centre(tmp_path):
    element = only_shape(tmp_path, drawn.rotated_box(10, 20, 50, 40, -90))

    assert element.tag == "box"
    edges = [float(element.attrib[key]) for key in ("xtl", "ytl", "xbr", "ybr")]
    assert edges == pytest.approx([10, 20, 50, 40])
    assert element.get("rotation") == "270"


def test_an_ellipse_stays_one(tmp_path):
    element = only_shape(tmp_path, drawn.ellipse(30, 20, 10, 5))

    assert element.tag == "ellipse"
    assert [float(element.attrib[key]) for key in ("cx", "cy", "rx", "ry")] == pytest.approx([30, 20, 10, 5])
    assert "rotation" not in element.attrib


@pytest.mark.parametrize(
    ("shape", "tag", "told"),
    [
        (drawn.polygon([[0, 0, 10.5, 0, 10, 8]]), "polygon", "0,0;10.5,0;10,8"),
        (drawn.polyline([1, 2, 3, 4]), "polyline", "1,2;3,4"),
        (drawn.point(4, 5.25), "points", "4,5.25"),
        (drawn.keypoints([(1, 2, 2), (3, 4, 2)]), "points", "1,2;3,4"),
    ],
)
def test_points_are_written_as_pairs(tmp_path, shape, tag, told):
    element = only_shape(tmp_path, shape)

    assert (element.tag, element.get("points")) == (tag, told)


def test_a_mask_is_its_runs_row_by_row_within_its_box(tmp_path):
    pixels = np.zeros((HEIGHT, WIDTH), bool)
    pixels[10, 31:34] = pixels[11, 30:32] = True

    element = only_shape(tmp_path, drawn.mask_of_pixels(pixels))

    assert element.tag == "mask"
    assert element.get("rle") == "1, 5, 2"
    assert [element.get(key) for key in ("left", "top", "width", "height")] == ["30", "10", "4", "2"]


def test_a_cuboid_is_its_corners(tmp_path):
    corners = [1.5, 2, 1, 9, 5, 2, 5, 9, 3, 1, 3, 8, 7, 1, 7, 8]
    told = {"corners": corners, "colour": "red"}

    element = only_shape(tmp_path, drawn.cuboid(corners), attributes=told)

    assert element.tag == "cuboid"
    assert [element.get(name) for name in ("xtl1", "ytl1", "xbl1", "ybl1", "xbr2", "ybr2")] == [
        *("1.5", "2", "1", "9", "7", "8"),
    ]
    (back,) = imported("cvat", tmp_path)["annotations"]
    assert back["geometry"] == "cuboid"
    assert json.loads(back["attributes"]) == told


def test_a_pose_is_a_skeleton_with_its_labels_declared(tmp_path):
    root = written(
        tmp_path, annotation("7", drawn.keypoints([(1, 2, 2), (3, 4, 1), (0, 0, 0)]), class_name="person")
    )

    (skeleton,) = root.findall("image/skeleton")
    told = [(p.get("label"), p.get("outside"), p.get("occluded"), p.get("points")) for p in skeleton]
    assert told == [("nose", "0", "0", "1,2"), ("left ear", "0", "1", "3,4"), ("right ear", "1", "0", "0,0")]
    labels = {label.findtext("name"): label for label in root.iter("label")}
    assert labels["person"].findtext("type") == "skeleton"
    assert [name for name, label in labels.items() if label.findtext("parent") == "person"] == [
        *("nose", "left ear", "right ear")
    ]
    assert "data-label-name" in labels["person"].findtext("svg", "")


def test_an_object_of_several_rings_stays_one_object_as_a_mask(tmp_path):
    rings = [[0.0, 0.0, 10.0, 0.0, 10.0, 10.0], [50.0, 40.0, 60.0, 40.0, 60.0, 50.0]]
    selection = selection_of([image()], [annotation("7", drawn.polygon(rings))])

    carried = exported("cvat", selection, tmp_path)

    (back,) = imported("cvat", tmp_path)["annotations"]
    assert back["mask"]["counts"] == geometry.rle_from_polygons(rings, HEIGHT, WIDTH)
    assert carried.changed == {"objects of several rings became masks": 1}


def test_rings_are_drawn_where_the_size_of_the_picture_is_not_known(tmp_path):
    rings = [[0.0, 0.0, 10.0, 0.0, 10.0, 10.0], [50.0, 40.0, 60.0, 40.0, 60.0, 50.0]]
    selection = selection_of([image(width=None, height=None)], [annotation("7", drawn.polygon(rings))])

    exported("cvat", selection, tmp_path)

    (mask,) = ET.parse(tmp_path / "annotations.xml").getroot().findall("image/mask")
    lengths = [int(length) for length in mask.get("rle").split(",")]
    assert sum(lengths[1::2]) == geometry.rle_area(geometry.rle_from_polygons(rings, 50, 60), 50, 60)
    assert sum(lengths) == int(mask.get("width")) * int(mask.get("height"))


def test_attributes_are_declared_with_their_type(tmp_path):
    shape = drawn.box(1, 2, 3, 4)
    root = written(
        tmp_path,
        annotation(
            "1", shape, attributes='{"colour": "red & <green>", "wheels": 3, "is_wet": true, "age": 0.5}'
        ),
        annotation("2", shape, attributes='{"wheels": 8, "parts": [1, 2]}'),
    )

    declared = {
        a.findtext("name"): (a.findtext("input_type"), a.findtext("values"))
        for a in root.iter("attribute")
        if len(a)
    }
    assert declared == {
        "colour": ("text", ""),
        "wheels": ("number", "3\n8\n1"),
        "is_wet": ("checkbox", "false"),
        "age": ("number", "0.5\n0.5\n0.000001"),
        "parts": ("text", ""),
    }
    first, second = root.findall("image/box")
    assert {a.get("name"): a.text for a in first} == {
        "colour": "red & <green>",
        "wheels": "3",
        "is_wet": "true",
        "age": "0.5",
    }
    assert {a.get("name"): a.text for a in second} == {"wheels": "8", "parts": "[1,2]"}


def test_the_task_says_what_is_in_it(tmp_path):
    root = written(tmp_path, annotation("1", drawn.box(1, 2, 3, 4)))

    assert root.findtext("version") == "1.1"
    task = root.find("meta/task")
    assert (task.findtext("name"), task.findtext("size"), task.findtext("stop_frame")) == ("scene", "1", "0")
    assert [label.findtext("name") for label in task.iter("label")] == list(CLASSES)
    (picture,) = root.findall("image")
    assert picture.attrib == {"id": "0", "name": "a/1.jpg", "width": str(WIDTH), "height": str(HEIGHT)}


def test_classes_of_images_are_tags_and_count_once(tmp_path):
    labels = [
        {"image_id": "a/1", "field": "weather", "class_name": name, "annotator": who}
        for name, who in (("rain", "ana"), ("rain", "ben"), ("fog", "ben"))
    ]
    selection = selection_of([image()], [], image_labels=labels)

    carried = exported("cvat", selection, tmp_path)

    root = ET.parse(tmp_path / "annotations.xml").getroot()
    assert [tag.get("label") for tag in root.findall("image/tag")] == ["rain", "fog"]
    assert "image_labels" not in carried.tables, "annotators are lost"


def test_what_cannot_be_written_is_said(tmp_path):
    quadrangle = drawn.rotated_corners([0, 0, 10, 0, 12, 9, 0, 8])
    empty = drawn.mask_of_pixels(np.zeros((HEIGHT, WIDTH), bool))
    selection = selection_of(
        [image()],
        [
            annotation("none", {}),
            annotation("unnamed", drawn.box(1, 2, 3, 4), class_name=None),
            annotation("empty", empty),
            annotation("skew", quadrangle),
            annotation("cuboid", drawn.cuboid([1, 2, 3, 4, 5, 6, 7, 8])),
            annotation("half", drawn.box(1, 2, 3, 4) | {"area": 3.5}, occluded=0.5, group_id="flock"),
            annotation("wide", drawn.polygon([[1, 1, 5, 1, 5, 5]]) | {"box": (0.0, 0.0, 9.0, 9.0)}),
        ],
    )

    carried = exported("cvat", selection, tmp_path)

    assert carried.left_out == {
        "none": "it has no shape",
        "unnamed": "it has no class",
        "empty": "its mask is empty",
    }
    assert carried.changed == {
        "turned boxes that are no rectangles became polygons": 1,
        "cuboids became the boxes around them": 1,
        "degrees of occlusion became yes": 1,
        "areas that differed from the shape's became those of the shape": 1,
        "boxes that differed from the outline became those around it": 1,
        "group ids that are no numbers became numbers": 1,
    }
    tags = [element.tag for element in ET.parse(tmp_path / "annotations.xml").getroot().find("image")]
    assert tags == ["polygon", "box", "box", "polygon"]


def test_no_text_breaks_the_file(tmp_path):
    odd = "\x00\x07]]>\ud800\"'&<\r\n\u2028"
    shape = drawn.box(1, 2, 3, 4)
    images = [image("a/1", file_name="a/1.jpg", split='"<&')]

    exported(
        "cvat",
        selection_of(images, [annotation("1", shape, attributes={"note": odd.replace("\ud800", "")})]),
        tmp_path,
    )

    root = ET.parse(tmp_path / "annotations.xml").getroot()
    assert root.find("image/box/attribute").text == "??]]>\"'&<\r\n\u2028"
    assert root.find("image").get("subset") == '"<&'


PATHS = ("a/", "ä & b/", "x.y", "val/", "../", "c?/")


@st.composite
def scenes(draw):
    """Draw images, some in splits, and objects that CVAT can carry as they are."""
    splits = draw(st.sampled_from(((None,), ("train",), ("train", "val"), (None, "test"))))
    images = [
        image(f"{draw(st.sampled_from(PATHS))}{n}", split=draw(st.sampled_from(splits)))
        for n in range(draw(st.integers(1, 3)))
    ]
    annotations = []
    for n in range(draw(st.integers(0, 6))):
        kind = draw(st.sampled_from([name for name in SHAPES if name != "pieces"]))
        told = {
            "image_id": draw(st.sampled_from(images))["image_id"],
            "class_name": "person" if kind == "keypoints" else draw(st.sampled_from(CLASSES[:2])),
            "occluded": float(draw(st.booleans())),
            "z_order": draw(st.integers(-3, 9)),
            "group_id": draw(st.sampled_from((None, "1", "7"))),
            "source": draw(st.sampled_from(SOURCES)),
            "attributes": draw(ATTRIBUTES),
        }
        annotations.append(annotation(str(n), draw(SHAPES[kind]), **told))
    return images, annotations


def is_plain(row: dict[str, Any]) -> bool:
    return row["image_id"].startswith(("a/", "ä & b/", "x.y"))


@settings(max_examples=60, deadline=None)
@given(scenes())
def test_export_and_import_give_the_scene_again(scene):
    images, annotations = scene
    with tempfile.TemporaryDirectory() as folder:
        carried = exported("cvat", selection_of(images, annotations), Path(folder))
        back = imported("cvat", Path(folder))

    assert not carried.left_out
    assert not carried.changed
    assert not back["import_problems"]
    assert [(row["image_id"], row["split"], row["width"], row["height"]) for row in back["images"]] == [
        (name, row["split"] or ("val" if row["file_name"].startswith("val/") else None), WIDTH, HEIGHT)
        for name, row in zip(carried.image_ids, images, strict=True)
    ]
    assert all(
        name == row["image_id"] for name, row in zip(carried.image_ids, images, strict=True) if is_plain(row)
    )
    expected = [row for each in images for row in annotations if row["image_id"] == each["image_id"]]
    found = back.get("annotations", [])
    assert len(found) == len(expected)
    ids = dict(zip((row["image_id"] for row in images), carried.image_ids, strict=True))
    for row, told in zip(found, expected, strict=True):
        assert row["image_id"] == ids[told["image_id"]]
        assert_same(row, told, CARRIED)
        assert json.loads(row["attributes"] or "{}") == told["attributes"]
