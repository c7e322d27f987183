"""Shapes as columns: literal answers, and what is refused."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labelduck import geometry
from labelduck.importers import drawn
from labelduck.importers.drawn import DrawnError

SIDE = st.floats(-500, 500, allow_nan=False)


def test_a_box_has_its_corners_and_its_area():
    columns = drawn.box(1, 2, 4, 6)

    assert columns == {"geometry": "box", "box": (1.0, 2.0, 4.0, 6.0), "area": 12.0}


def test_two_corners_make_a_box_in_any_order():
    for corners in ([1, 2, 4, 6], [4, 6, 1, 2], [1, 6, 4, 2], [4, 2, 1, 6]):
        assert drawn.box_between(corners)["box"] == (1.0, 2.0, 4.0, 6.0)


def test_a_box_turned_by_a_quarter_lies_across():
    columns = drawn.rotated_box(0, 0, 10, 4, 90)

    assert columns["geometry"] == "rotated_box"
    assert columns["box"] == (3.0, -3.0, 7.0, 7.0)
    assert columns["rotated_box"] == [7.0, -3.0, 7.0, 7.0, 3.0, 7.0, 3.0, -3.0]
    assert (columns["area"], columns["rotation"]) == (40.0, 90.0)


def test_a_box_that_is_not_turned_is_upright():
    assert drawn.rotated_box(0, 0, 10, 4, 360) == drawn.box(0, 0, 10, 4)


@given(SIDE, SIDE, st.floats(0.5, 300), st.floats(0.5, 300), st.floats(-179, 179))
def test_corners_of_a_turned_box_give_the_same_box_back(x, y, width, height, degrees):
    turned = drawn.rotated_box(x, y, x + width, y + height, degrees or 1.0)

    again = drawn.rotated_corners(turned["rotated_box"])

    assert again["area"] == pytest.approx(turned["area"], rel=1e-9)
    assert again["rotation"] == pytest.approx(turned["rotation"], abs=1e-6)
    assert again["box"] == pytest.approx(turned["box"], abs=1e-9)


@given(
    SIDE,
    SIDE,
    st.floats(0.5, 300),
    st.floats(0.5, 300),
    st.floats(-720, 720) | st.sampled_from((90.0, -270.0)),
)
def test_corners_of_a_turned_box_are_those_of_many(x, y, width, height, degrees):
    corners = drawn.ellipse(x, y, width / 2, height / 2, degrees)["rotated_box"]

    of_many = geometry.rotated_box_corners([x], [y], [width], [height], [degrees])[0]

    assert corners == pytest.approx(of_many.tolist(), abs=1e-9)


def test_the_box_around_an_ellipse_is_exact():
    columns = drawn.ellipse(10, 20, 5, 3, 40)

    angles = np.linspace(0, 2 * math.pi, 100_001)
    turn = math.radians(40)
    x = 10 + 5 * np.cos(angles) * math.cos(turn) - 3 * np.sin(angles) * math.sin(turn)
    y = 20 + 5 * np.cos(angles) * math.sin(turn) + 3 * np.sin(angles) * math.cos(turn)
    assert columns["box"] == pytest.approx((x.min(), y.min(), x.max(), y.max()), abs=1e-6)
    assert columns["area"] == pytest.approx(15 * math.pi)


def test_an_ellipse_that_lies_straight_has_the_box_of_its_radii():
    assert drawn.ellipse(10, 20, 5, 3, 180)["box"] == (5.0, 17.0, 15.0, 23.0)


def test_rings_of_one_object_add_up():
    columns = drawn.polygon([[0, 0, 4, 0, 4, 4], (10, 10, 12, 10, 12, 12, 10, 12)])

    assert columns["box"] == (0.0, 0.0, 12.0, 12.0)
    assert columns["area"] == 8 + 4


@given(st.lists(st.tuples(SIDE, SIDE), min_size=3, max_size=200))
def test_the_area_of_a_ring_is_that_of_the_shoelace_formula(points):
    ring = [number for point in points for number in point]

    area = drawn.polygon([ring])["area"]

    assert area == pytest.approx(geometry.polygon_area(ring), rel=1e-9, abs=1e-6)


def test_a_ring_with_a_hole_is_a_mask_without_the_hole():
    columns = drawn.polygon_with_holes(
        [0, 0, 8, 0, 8, 8, 0, 8], [[2, 2, 4, 2, 4, 4, 2, 4]], height=10, width=10
    )

    pixels = geometry.mask_from_rle(columns["mask"]["counts"], 10, 10)
    assert columns["area"] == 60.0
    assert not pixels[2:4, 2:4].any()
    assert pixels[:8, :8].sum() == 60


def test_a_hole_in_a_vast_picture_costs_no_more_than_its_object():
    columns = drawn.polygon_with_holes(
        [9, 9, 19, 9, 19, 19, 9, 19], [[12, 12, 14, 12, 14, 14, 12, 14]], height=20_000, width=20_000
    )

    assert (columns["area"], columns["box"]) == (96, (9, 9, 19, 19))


def test_a_hole_that_reaches_out_of_picture_and_object_cuts_what_it_covers():
    rng = np.random.default_rng(3)
    for _ in range(50):
        ring, hole = (rng.random(8) * 60 - 10).tolist(), (rng.random(6) * 60 - 10).tolist()

        told = drawn.polygon_with_holes(ring, [hole], height=40, width=50)["mask"]

        whole, cut = (
            geometry.mask_from_rle(geometry.rle_from_polygons([flat], 40, 50), 40, 50)
            for flat in (ring, hole)
        )
        assert told["counts"] == geometry.rle_from_mask(whole & ~cut)


@given(st.integers(0, 1 << 30), st.integers(-6, 12), st.integers(-6, 12))
def test_a_mask_given_as_a_piece_has_the_area_and_box_of_its_text(seed, left, top):
    crop = np.random.default_rng(seed).random((4, 5)) < 0.4

    columns = drawn.mask_in_frame(crop, left=left, top=top, height=9, width=11)

    assert columns == drawn.mask(columns["mask"]["counts"], height=9, width=11)


def test_a_piece_of_a_mask_lands_in_its_picture_and_is_cut_at_the_edge():
    columns = drawn.mask_in_frame(np.ones((3, 4), bool), left=-1, top=8, height=10, width=10)

    assert columns["box"] == (0.0, 8.0, 3.0, 10.0)
    assert columns["area"] == 6.0


def test_an_empty_mask_has_no_box():
    columns = drawn.mask_of_pixels(np.zeros((3, 4), bool))

    assert "box" not in columns
    assert columns["area"] == 0.0


def test_absent_keypoints_do_not_widen_the_box():
    columns = drawn.keypoints([(5, 6, 2), (0, 0, 0), (7, 9, 1)])

    assert columns["box"] == (5.0, 6.0, 7.0, 9.0)
    assert columns["keypoints"][1] == {"x": 0.0, "y": 0.0, "visibility": 0.0}


def test_one_point_is_a_keypoint_and_a_box_without_sides():
    assert drawn.point(5, 6) == {
        "geometry": "point",
        "keypoints": [{"x": 5.0, "y": 6.0, "visibility": 2.0}],
        "box": (5.0, 6.0, 5.0, 6.0),
    }


@pytest.mark.parametrize("bad", [math.nan, math.inf, 1e13, "x", None, [1], True, "1e400"])
def test_what_is_no_coordinate_is_refused(bad):
    for shape in (
        lambda: drawn.box(bad, 0, 1, 1),
        lambda: drawn.polygon([[0, 0, 1, 0, 1, bad]]),
        lambda: drawn.ellipse(0, 0, 1, bad),
        lambda: drawn.keypoints([(0, bad, 2)]),
    ):
        with pytest.raises(DrawnError, match=r"is no (number|coordinate)"):
            shape()


@pytest.mark.parametrize(
    ("shape", "problem"),
    [
        (lambda: drawn.box(4, 0, 1, 1), "the box is -3 wide and 1 high"),
        (lambda: drawn.box_between([1, 2, 3]), "3 numbers, expected two corners"),
        (lambda: drawn.rotated_corners([1, 2]), "2 numbers, expected four corners"),
        (lambda: drawn.ellipse(0, 0, -1, 1), "the radii are -1 and 1"),
        (lambda: drawn.polygon([]), "the polygon has no points"),
        (lambda: drawn.polygon([[0, 0, 1, 1]]), "the polygon has 2 points, expected 3 or more"),
        (lambda: drawn.polygon([[0, 0, 1, 1, 2]]), "the polygon has 5 numbers, expected pairs"),
        (lambda: drawn.polyline([0, 0]), "the polyline has 1 points, expected 2 or more"),
        (lambda: drawn.keypoints([(1, 2)]), "a keypoint needs x, y and a visibility"),
        (lambda: drawn.mask("abc", height=4, width=4), "."),
        (
            lambda: drawn.mask_in_frame(np.ones((1, 1), bool), left=0, top=0, height=1 << 20, width=1 << 20),
            "holds no mask",
        ),
    ],
)
def test_what_is_no_shape_is_refused_in_words(shape, problem):
    with pytest.raises(DrawnError, match=problem):
        shape()


@pytest.mark.parametrize("bad", [True, None, "x", "nan", math.nan, math.inf, -1e13, 10**400])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_one_bad_number_among_good_ones_is_found(bad, place):
    values = [1, 2.5, "3"]
    values[place] = bad

    with pytest.raises(DrawnError):
        drawn.numbers(values)


def test_numbers_may_come_as_text_and_in_any_kind_of_row():
    assert drawn.numbers(iter(["1.5", 2, -3e12 / 3])) == [1.5, 2.0, -1e12]
