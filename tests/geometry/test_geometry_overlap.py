"""The IoU of polygons is exact."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labelduck import geometry
from labelduck.geometry import overlap

SQUARE = [0, 0, 2, 0, 2, 2, 0, 2]
whole_boxes = st.tuples(*[st.integers(-9, 9)] * 2, *[st.integers(1, 9)] * 2)


def iou(first, second):
    return geometry.polygon_iou_pairs(
        geometry.Rings.from_lists([first]), geometry.Rings.from_lists([second])
    )[0]


def ring_of(box):
    x, y, width, height = box
    return [x, y, x + width, y, x + width, y + height, x, y + height]


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ([SQUARE], [SQUARE], 1.0),
        ([SQUARE], [[1, 0, 3, 0, 3, 2, 1, 2]], 1 / 3),
        ([SQUARE], [[5, 5, 6, 5, 6, 6]], 0.0),
        ([SQUARE], [[2, 0, 4, 0, 4, 2, 2, 2]], 0.0),
        ([SQUARE], [[0, 0, 2, 0, 2, 2]], 0.5),
        ([SQUARE], [[*SQUARE, 0, 0]], 1.0),
        ([SQUARE], [SQUARE[::-1]], 1.0),
        ([SQUARE], [[1, 0, 2, 1, 1, 2, 0, 1]], 0.5),
        ([SQUARE], [[0, 0, 1, 0, 1, 2, 0, 2], [1, 0, 2, 0, 2, 2, 1, 2]], 1.0),
        ([SQUARE, SQUARE], [SQUARE], 1.0),
        # A bow tie: two triangles that meet at (1, 1), a quarter of the square each.
        ([SQUARE], [[0, 0, 2, 2, 2, 0, 0, 2]], 0.5),
        ([SQUARE], [], 0.0),
        ([SQUARE], [[0, 0, 2, 2]], 0.0),
        ([], [], 0.0),
        ([[0, 0, 1, 1, 2, 2]], [[0, 0, 1, 1, 2, 2]], 0.0),
        # Two unit squares turned by 45 degrees share an octagon of 2 sqrt(2) - 2.
        (
            [geometry.rotated_box_corners(0, 0, 1, 1, 0)],
            [geometry.rotated_box_corners(0, 0, 1, 1, 45)],
            1 / np.sqrt(2),
        ),
    ],
)
def test_an_overlap_known_by_hand_is_exact(first, second, expected):
    assert iou(first, second) == pytest.approx(expected, abs=1e-12)
    assert iou(second, first) == pytest.approx(expected, abs=1e-12)


@given(whole_boxes, whole_boxes)
def test_upright_rings_have_the_iou_of_boxes(first, second):
    corners = [geometry.box_from_points(ring_of(box)) for box in (first, second)]

    found = iou([ring_of(first)], [ring_of(second)])

    assert found == pytest.approx(geometry.box_iou_matrix([corners[0]], [corners[1]])[0, 0], abs=1e-12)


@given(st.lists(st.lists(st.integers(0, 8), min_size=12, max_size=12), min_size=2, max_size=2))
def test_random_rings_have_about_the_iou_of_their_drawing(rings):
    exact, drawn = iou([rings[0]], [rings[1]]), overlap._drawn(*[[np.array(ring, float)] for ring in rings])

    if min(geometry.polygon_area(ring) for ring in rings) > 1:
        assert exact == pytest.approx(drawn, abs=0.01)


@given(whole_boxes, whole_boxes, st.integers(-(10**7), 10**7), st.floats(-180, 180))
def test_moving_and_turning_both_changes_nothing(first, second, step, degrees):
    cosine, sine = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))

    def moved(box):
        points = np.array(ring_of(box), float).reshape(-1, 2) @ [[cosine, sine], [-sine, cosine]] + step
        return [points.ravel()]

    assert iou(moved(first), moved(second)) == pytest.approx(
        iou([ring_of(first)], [ring_of(second)]), abs=1e-6
    )


def test_rows_of_all_lengths_are_computed_together():
    random = np.random.default_rng(5)
    rows = [[random.random(2 * n).tolist()] if n else [] for n in random.integers(0, 40, 300)]

    together = geometry.polygon_iou_pairs(
        geometry.Rings.from_lists(rows), geometry.Rings.from_lists(rows[::-1])
    )

    alone = [iou(first, second) for first, second in zip(rows, rows[::-1], strict=True)]
    np.testing.assert_allclose(together, alone, atol=1e-12)


def test_rings_of_very_many_corners_are_drawn():
    angles = np.linspace(0, 2 * np.pi, 3000, endpoint=False)
    circle = np.stack([np.cos(angles), np.sin(angles)], axis=1)

    found = iou([(circle * 100).ravel()], [(circle * 80 + 5).ravel()])

    assert found == pytest.approx(0.64, abs=0.001)


def test_rings_that_cross_everywhere_are_drawn():
    teeth = np.stack([np.arange(500) * 1.0, np.arange(500) % 2 * 500.0], axis=1)

    found = iou([teeth[:250].ravel()], [teeth[:250, ::-1].ravel()])

    assert 0 < found < 1


def test_a_huge_ring_is_compared_without_drawing_it_in_full():
    assert iou(
        [[0, 0, 1e12, 0, 1e12, 1e12, 0, 1e12]], [[0, 0, 1e12, 0, 1e12, 5e11, 0, 5e11]]
    ) == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("ring", "message"), [([0, 0, 1, 0, 1], "odd number"), ([0, 0, 1, 0, 1, np.nan], "not finite")]
)
def test_broken_rings_are_refused(ring, message):
    with pytest.raises(ValueError, match=message):
        iou([ring], [SQUARE])
