"""Label Studio's regions become shapes in pixels, each counted once."""

from __future__ import annotations

import json
from math import cos, radians, sin

import numpy as np
import pytest
from format_rows import base64_of, box_of, png_of
from label_studio_files import annotation, problems, rectangle, result, rows, task

from labelduck import geometry
from labelduck.geometry.brush import encode_brush


def drawn(tmp_path, *results, **options):
    return rows(tmp_path, task(annotation(*results)), **options)


def test_a_rectangle_is_given_in_percent_of_its_picture(tmp_path):
    (row,) = drawn(tmp_path, rectangle())["annotations"]

    assert (row["annotation_id"], row["image_id"], row["class_name"]) == ("22/r1", "a", "car")
    assert (row["geometry"], box_of(row), row["area"]) == ("box", (20, 20, 60, 50), 1200)


def test_a_turned_rectangle_turns_clockwise_around_its_top_left_corner_in_pixels(tmp_path):
    value = {"x": 50, "y": 10, "width": 20, "height": 20, "rotation": 30, "rectanglelabels": ["car"]}

    (row,) = drawn(tmp_path, result("rectanglelabels", value))["annotations"]

    c, s = cos(radians(30)), sin(radians(30))
    corners = [100, 10, 100 + 40 * c, 10 + 40 * s, 100 + 40 * c - 20 * s, 10 + 40 * s + 20 * c]
    assert row["geometry"] == "rotated_box"
    assert row["rotated_box"] == pytest.approx([*corners, 100 - 20 * s, 10 + 20 * c])
    assert (row["rotation"], row["area"]) == (30, pytest.approx(800))


def test_an_ellipse_lies_around_its_centre(tmp_path):
    value = {"x": 50, "y": 50, "radiusX": 10, "radiusY": 30, "rotation": 90, "ellipselabels": ["car"]}

    (row,) = drawn(tmp_path, result("ellipselabels", value))["annotations"]

    assert row["geometry"] == "ellipse"
    assert box_of(row) == pytest.approx((70, 30, 130, 70))


@pytest.mark.parametrize(
    ("closed", "geometry_name"), [(True, "polygon"), (False, "polyline"), (None, "polygon")]
)
def test_a_polygon_that_was_not_closed_is_a_line(tmp_path, closed, geometry_name):
    value = {"points": [[0, 0], [50, 0], [50, 50]], "polygonlabels": ["car"]}
    value |= {} if closed is None else {"closed": closed}

    (row,) = drawn(tmp_path, result("polygonlabels", value))["annotations"]

    assert (row["geometry"], row["polygons"]) == (geometry_name, [[0, 0, 100, 0, 100, 50]])


def test_a_vector_is_a_line_through_its_vertices(tmp_path):
    value = {"vertices": [{"x": 0, "y": 0}, {"x": 50, "y": 100}], "closed": False, "vectorlabels": ["road"]}

    (row,) = drawn(tmp_path, result("vectorlabels", value))["annotations"]

    assert (row["geometry"], row["polygons"], row["class_name"]) == ("polyline", [[0, 0, 100, 100]], "road")


def test_a_brush_stroke_is_a_mask(tmp_path):
    pixels = np.zeros((100, 200), bool)
    pixels[10:20, 30:60] = True
    value = {"format": "rle", "rle": encode_brush(pixels), "brushlabels": ["car"]}

    (row,) = drawn(tmp_path, result("brushlabels", value))["annotations"]

    assert (row["geometry"], box_of(row), row["area"]) == ("mask", (30, 10, 60, 20), 300)
    assert (geometry.mask_from_rle(row["mask"]["counts"], 100, 200) == pixels).all()


@pytest.mark.parametrize("mode", ["L", "RGBA"])
def test_a_bitmask_is_a_mask(tmp_path, mode):
    pixels = np.zeros((100, 200, 4) if mode == "RGBA" else (100, 200), np.uint8)
    pixels[10:20, 30:60] = 255
    image = base64_of(png_of(pixels, mode=mode))
    value = {"imageDataURL": f"data:image/png;base64,{image}", "bitmasklabels": ["car"]}

    (row,) = drawn(tmp_path, result("bitmasklabels", value))["annotations"]

    assert (row["geometry"], box_of(row), row["area"]) == ("mask", (30, 10, 60, 20), 300)


def test_a_keypoint_is_a_point(tmp_path):
    value = {"x": 25, "y": 50, "width": 0.5, "keypointlabels": ["nose"]}

    (row,) = drawn(tmp_path, result("keypointlabels", value))["annotations"]

    assert (row["geometry"], row["keypoints"]) == ("point", [{"x": 50, "y": 50, "visibility": 2}])
    assert json.loads(row["attributes"])["point_width_percent"] == 0.5


def test_results_of_one_region_are_counted_once(tmp_path):
    place = {"x": 10, "y": 20, "width": 20, "height": 30}
    parts = [
        result("rectangle", place, from_name="box"),
        result("labels", place | {"labels": ["car"]}, from_name="label"),
        result("choices", place | {"choices": ["red", "old"]}, from_name="look"),
        result("textarea", place | {"text": ["a dent"]}, from_name="remark"),
        result("taxonomy", place | {"taxonomy": [["land", "road"]]}, from_name="kind"),
    ]

    found = drawn(tmp_path, *parts)

    (row,) = found["annotations"]
    assert (row["class_name"], box_of(row)) == ("car", (20, 20, 60, 50))
    told = json.loads(row["attributes"])
    assert told["look"] == ["red", "old"]
    assert (told["remark"], told["kind"]) == ("a dent", ["land", "road"])
    assert not found["image_labels"]


def test_the_first_of_several_labels_is_the_class_and_all_are_kept(tmp_path):
    found = drawn(tmp_path, rectangle("car", "taxi"))

    (row,) = found["annotations"]
    assert (row["class_name"], json.loads(row["attributes"])["labels"]) == ("car", ["car", "taxi"])
    assert problems(found)[0][0] == "warning"


def test_what_was_chosen_for_a_region_without_label_is_its_class(tmp_path):
    parts = [result("rectangle", rectangle()["value"] | {"rectanglelabels": None}), rectangle(type="choices")]
    parts[1]["value"] = {"choices": ["lorry"]}

    (row,) = drawn(tmp_path, *parts)["annotations"]

    assert row["class_name"] == "lorry"


def test_a_region_without_label_is_kept_and_noted(tmp_path):
    bare = {key: value for key, value in rectangle()["value"].items() if key != "rectanglelabels"}

    found = drawn(tmp_path, result("rectangle", bare))

    assert "class_name" not in found["annotations"][0]
    assert problems(found) == [("warning", "tasks[0].annotations[0].result[0]", "a region has no label")]


def test_moving_rectangles_are_read_at_their_keyframes(tmp_path):
    key = {"x": 0, "y": 0, "width": 10, "height": 10, "rotation": 0, "enabled": True}
    sequence = [key | {"frame": 1}, key | {"frame": 5, "x": 50, "enabled": False}]
    moving = result("videorectangle", {"sequence": sequence, "labels": ["car"]})

    found = rows(tmp_path, task(annotation(moving), data={"video": "/data/upload/1/drive.mp4"}))

    told = [(row["image_id"], box_of(row), row["track_id"]) for row in found["annotations"]]
    assert told == [("drive/0", (0, 0, 20, 10), "drive/r1"), ("drive/4", (100, 0, 120, 10), "drive/r1")]
    assert json.loads(found["annotations"][1]["attributes"])["enabled"] is False
    frames = [(row["image_id"], row["video"], row["frame"]) for row in found["images"] if "frame" in row]
    assert frames == [("drive/0", "drive", 0), ("drive/4", "drive", 4)]
    assert [row["severity"] for row in found["import_problems"]] == ["warning"]


def test_keypoints_of_a_rectangle_are_its_pose_where_the_interface_says_their_order(tmp_path):
    config = """<View><KeyPointLabels name="pose"><Label value="nose" model_index="2"/><Label value="eye" model_index="0"/>
        </KeyPointLabels></View>"""
    points = [
        result("keypointlabels", {"x": 10, "y": 20, "keypointlabels": [name]}, id=name, parentID="r1")
        for name in ("nose", "eye", "tail")
    ]

    found = rows(tmp_path, task(annotation(rectangle(), *points)), config=config)

    pose, tail = found["annotations"]
    seen = {"x": 20, "y": 20, "visibility": 2}
    assert pose["keypoints"] == [seen, {"x": 0, "y": 0, "visibility": 0}, seen]
    assert (pose["geometry"], box_of(pose)) == ("keypoints", (20, 20, 60, 50))
    assert (tail["geometry"], tail["class_name"]) == ("point", "tail")
    assert [row.get("keypoint_names") for row in found["classes"] if row["class_name"] == "car"] == [
        ["eye", "", "nose"]
    ]


def test_outlines_numbered_from_0_are_one_object(tmp_path):
    rings = [[[0, 0], [10, 0], [10, 10]], [[50, 0], [60, 0], [60, 10]]]
    pieces = [
        result("polygonlabels", {"points": ring, "polygonlabels": ["car"]}, id=f"7.{n}")
        for n, ring in enumerate(rings)
    ]

    whole, alone = (rows(tmp_path, task(annotation(*some)))["annotations"] for some in (pieces, pieces[1:]))

    assert [(row["annotation_id"], row["polygons"]) for row in whole] == [
        ("22/7", [[0, 0, 20, 0, 20, 10], [100, 0, 120, 0, 120, 10]])
    ]
    assert [row["annotation_id"] for row in alone] == ["22/7.1"]
