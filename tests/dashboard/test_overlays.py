"""What is drawn over pictures, shape by shape."""

from __future__ import annotations

import numpy as np
import pytest

from catalog_lake import box, open_lake, write_lake
from labelduck.geometry import rle_from_mask
from labelduck.overlays import overlays

PIXELS = np.zeros((20, 30), bool)
PIXELS[2:5, 10:20] = True
MASK = {"size": [20, 30], "counts": rle_from_mask(PIXELS)}
POINTS = [{"x": 1.0, "y": 2.0, "visibility": 2.0}, {"x": 0.0, "y": 0.0, "visibility": 0.0}]
ANNOTATIONS = [
    {"annotation_id": "box", "class_name": "cat", "box": box(1, 2, 3.25, 4), "area": 9.0, "annotator": "ann"},
    {
        "annotation_id": "turned",
        "geometry": "rotated_box",
        "rotated_box": [0.0, 0, 2, 0, 2, 2, 0, 2],
        "area": 8.0,
    },
    {
        "annotation_id": "ring",
        "geometry": "polygon",
        "polygons": [[0.0, 0, 5, 0, 5, 5], [1.0, 1, 2, 1, 2, 2]],
        "area": 7.0,
    },
    {"annotation_id": "mask", "geometry": "mask", "mask": MASK, "area": 6.0},
    {
        "annotation_id": "points",
        "geometry": "keypoints",
        "keypoints": POINTS,
        "box": box(0, 0, 3, 3),
        "area": 5.0,
    },
    {
        "annotation_id": "line",
        "geometry": "polyline",
        "polygons": [[0.0, 0, 9, 9]],
        "is_gold": True,
        "area": 4.0,
    },
]
PREDICTIONS = [
    {"prediction_id": "sure", "model": "m", "class_name": "cat", "confidence": 0.9, "box": box(0, 0, 9, 9)},
    {"prediction_id": "unsure", "model": "m", "class_name": "cat", "confidence": 0.1, "box": box(0, 0, 9, 9)},
]


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    lake = write_lake(
        tmp_path_factory.mktemp("lake") / "lake",
        {
            "images": [
                {"image_id": "i", "file_name": "i.jpg", "width": 30, "height": 20},
                {"image_id": "sizeless"},
            ],
            "annotations": [{"image_id": "i", "geometry": "box"} | row for row in ANNOTATIONS]
            + [{"annotation_id": "far", "image_id": "sizeless", "box": box(10, 10, 50, 40)}],
            "predictions": [{"image_id": "i"} | row for row in PREDICTIONS],
        },
    )
    with open_lake(lake) as connection:
        return overlays(connection, "d", ["i", "sizeless", "i", "unknown"], confidence=0.25)


def shapes(found):
    return {shape["id"]: shape for shape in found["i"]["shapes"]}


def test_every_kind_of_shape_is_drawn_in_pixels(found):
    drawn = shapes(found)

    assert drawn["box"]["box"] == [1, 2, 2.2, 2]
    assert drawn["turned"]["rings"] == [[0, 0, 2, 0, 2, 2, 0, 2]]
    assert drawn["ring"]["rings"] == [[0, 0, 5, 0, 5, 5], [1, 1, 2, 1, 2, 2]]
    assert drawn["points"]["points"] == [[1, 2, 2]]
    assert drawn["line"]["is_line"]
    assert drawn["line"]["is_gold"]
    assert not drawn["box"]["is_gold"]


def test_a_mask_becomes_the_outline_of_its_pixels(found):
    (ring,) = shapes(found)["mask"]["rings"]

    assert set(zip(ring[::2], ring[1::2], strict=True)) == {(10, 2), (20, 2), (20, 5), (10, 5)}


def test_predictions_tell_their_model_and_unsure_ones_are_left_out(found):
    drawn = shapes(found)

    assert (drawn["sure"]["model"], drawn["sure"]["confidence"]) == ("m", 0.9)
    assert drawn["box"]["model"] is None
    assert "unsure" not in drawn


def test_an_image_without_a_size_is_as_large_as_what_is_drawn_on_it(found):
    assert (found["sizeless"]["width"], found["sizeless"]["height"]) == (50, 40)
    assert (found["unknown"]["width"], found["unknown"]["shapes"]) == (1, [])
    assert (found["i"]["file_name"], found["i"]["width"]) == ("i.jpg", 30)
