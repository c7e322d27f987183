"""Boxes, rings and rotated boxes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pycocotools import mask as coco

from labelduck import geometry

whole_boxes = st.lists(
    st.tuples(*[st.integers(-20, 20)] * 2, *[st.integers(0, 20)] * 2), min_size=1, max_size=6
)
numbers = st.floats(-1e3, 1e3)


def corners(boxes):
    x, y, width, height = np.array(boxes, float).T
    return np.stack([x, y, x + width, y + height], axis=1)


@given(whole_boxes, whole_boxes, st.lists(st.booleans(), min_size=6, max_size=6))
def test_the_iou_of_boxes_is_that_of_pycocotools(predictions, annotations, crowds):
    is_crowd = crowds[: len(annotations)]

    found = geometry.box_iou_matrix(corners(predictions), corners(annotations), is_crowd)

    expected = coco.iou(
        np.array(predictions, float), np.array(annotations, float), [int(c) for c in is_crowd]
    )
    assert (found == expected).all()


def test_boxes_that_only_touch_do_not_overlap():
    matrix = geometry.box_iou_matrix([[0, 0, 2, 2]], [[2, 0, 4, 2], [1, 0, 3, 2], [1, 1, 1, 1]])

    assert matrix.tolist() == [[0.0, 1 / 3, 0.0]]


def test_no_boxes_give_an_empty_matrix():
    assert geometry.box_iou_matrix([], [[0, 0, 1, 1]]).shape == (0, 1)
    assert geometry.box_iou_matrix([[0, 0, 1, 1]], []).shape == (1, 0)


def test_the_area_of_a_ring_does_not_depend_on_its_direction_or_closing():
    triangle = [0, 0, 4, 0, 4, 3]

    assert geometry.polygon_area(triangle) == 6.0
    assert geometry.polygon_area([4, 3, 4, 0, 0, 0]) == 6.0
    assert geometry.polygon_area([*triangle, 0, 0]) == 6.0
    assert geometry.polygon_area([[0, 0], [4, 0], [4, 3]]) == 6.0


def test_a_ring_of_two_points_has_no_area():
    assert geometry.polygon_area([0, 0, 4, 4]) == 0.0
    assert geometry.polygon_area([]) == 0.0


def test_an_area_far_from_the_origin_keeps_its_digits():
    assert geometry.polygon_area([1e9, 1e9, 1e9 + 2, 1e9, 1e9 + 2, 1e9 + 1, 1e9, 1e9 + 1]) == 2.0


def test_points_are_boxed():
    assert geometry.box_from_points([3, 4, 1, 9, 2, 2]) == (1.0, 2.0, 3.0, 9.0)
    assert geometry.box_from_points([[3, 4]]) == (3.0, 4.0, 3.0, 4.0)
    with pytest.raises(ValueError, match="no points"):
        geometry.box_from_points([])


def test_a_box_turns_clockwise_on_the_screen():
    flat = geometry.rotated_box_corners(10, 10, 4, 2, 0)
    quarter = geometry.rotated_box_corners(10, 10, 4, 2, 90)

    assert flat.tolist() == [8, 9, 12, 9, 12, 11, 8, 11]
    # The corner that was top left is now top right.
    assert quarter.tolist() == [11, 8, 11, 12, 9, 12, 9, 8]


@given(numbers, numbers, st.floats(0, 100), st.floats(0, 100), st.floats(-720, 720))
def test_a_turn_keeps_centre_and_area(x, y, width, height, degrees):
    points = geometry.rotated_box_corners(x, y, width, height, degrees)

    assert points.reshape(4, 2).mean(axis=0) == pytest.approx([x, y], abs=1e-9)
    assert geometry.polygon_area(points) == pytest.approx(width * height, abs=1e-7)


def test_many_boxes_turn_at_once():
    many = geometry.rotated_box_corners([0.0, 5.0], 0.0, 2.0, 2.0, [0.0, 45.0])

    assert many.shape == (2, 8)
    assert many[1, 1] == pytest.approx(-(2**0.5))
