"""Single values of JSON: what is a number, a side, a list of points, and what only looks like one."""

from __future__ import annotations

import math

import pytest

from labelduck.importers.drawn import DrawnError
from labelduck.importers.json_values import finite, flat, side


@pytest.mark.parametrize(("value", "number"), [(7, 7.0), (-0.5, -0.5), (0, 0.0), (10**30, 1e30)])
def test_a_finite_number_is_a_float(value, number):
    assert finite(value) == number


@pytest.mark.parametrize("value", [None, True, "7", math.nan, -math.inf, 10**400, [1], {}])
def test_what_is_no_finite_number_is_none(value):
    assert finite(value) is None


@pytest.mark.parametrize(("value", "pixels"), [(640, 640), ("400", 400), (1.5, 1), (2**31 - 1, 2**31 - 1)])
def test_a_side_is_whole_pixels(value, pixels):
    assert side(value) == pixels


@pytest.mark.parametrize("value", [0, -1, 2**31, 10**400, "1" * 400, math.nan, True, None, "wide", []])
def test_what_no_picture_measures_is_no_side(value):
    assert side(value) is None


def test_points_are_laid_out_flat():
    assert flat([[1, 2], [3.5, 4]]) == [1, 2, 3.5, 4]


@pytest.mark.parametrize("points", [None, [], {}, [1, 2], [[1]], [[1, 2, 3]], ["12"]])
def test_what_is_no_list_of_pairs_is_refused(points):
    with pytest.raises(DrawnError, match=r"no points?"):
        flat(points)
