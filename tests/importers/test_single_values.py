"""Single values of JSON: what is a number, a side, a list of points, and what only looks like one."""

from __future__ import annotations

import math

import pytest

from labelduck.importers.drawn import DrawnError
from labelduck.importers.single_values import finite, flat, side, whole


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


@pytest.mark.parametrize(("text", "number"), [("0", 0), (" 007\n", 7), ("2147483647", 2**31 - 1)])
def test_digits_are_a_whole_number(text, number):
    assert whole(text) == number


@pytest.mark.parametrize("text", ["", "-1", "1.0", "2147483648", "9" * 5000, "\u0661", "x", None, 7])
def test_what_digits_do_not_spell_is_no_whole_number(text):
    assert whole(text) is None


def test_points_are_laid_out_flat():
    assert flat([[1, 2], [3.5, 4]]) == [1, 2, 3.5, 4]


@pytest.mark.parametrize("points", [None, [], {}, [1, 2], [[1]], [[1, 2, 3]], ["12"]])
def test_what_is_no_list_of_pairs_is_refused(points):
    with pytest.raises(DrawnError, match=r"no points?"):
        flat(points)
