"""Box macros against pycocotools and by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pycocotools import mask

quarters = st.integers(0, 400).map(lambda n: n / 4)
boxes = st.lists(st.tuples(quarters, quarters, quarters, quarters), min_size=1, max_size=6)
quiet = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def ask(session, question, *values):
    return session.execute(f"select {question}", list(values)).fetchall()[0]


def corners(x, y, width, height):
    return {"x_min": x, "y_min": y, "x_max": x + width, "y_max": y + height}


@quiet
@given(boxes, boxes, st.booleans())
def test_iou_and_overlap_are_those_of_pycocotools(session, some, others, is_crowd):
    macro = "box_overlap_of" if is_crowd else "box_iou"
    expected = mask.iou(np.array(some), np.array(others), [is_crowd] * len(others))

    got = session.execute(
        f"select coalesce({macro}(a, b), 0) from (select unnest(?::struct(x_min double, y_min double, x_max double, "
        "y_max double)[]) as a, generate_subscripts(?, 1) as i) cross join (select unnest(?::struct(x_min double, y_min "
        "double, x_max double, y_max double)[]) as b, generate_subscripts(?, 1) as j) order by i, j",
        [[corners(*s) for s in some]] * 2 + [[corners(*o) for o in others]] * 2,
    ).fetchall()

    assert np.array(got).reshape(len(some), len(others)).tolist() == expected.tolist()


def test_boxes_that_do_not_touch_have_iou_zero_and_unknown_ones_null(session):
    a, b = corners(0, 0, 1, 1), corners(5, 5, 1, 1)

    assert ask(
        session,
        "box_iou(?, ?), box_iou(null, ?), box_iou(?, ?)",
        a,
        b,
        a,
        corners(0, 0, 0, 0),
        corners(0, 0, 0, 0),
    ) == (
        0.0,
        None,
        0.0,
    )


def test_width_height_and_area_are_of_the_corners(session):
    a = corners(1, 2, 3, 4)

    assert ask(session, "box_width(?), box_height(?), box_area(?)", a, a, a) == (3.0, 4.0, 12.0)


def test_integer_corners_do_not_overflow(session):
    a = {"x_min": 0, "y_min": 0, "x_max": 100_000, "y_max": 100_000}

    assert ask(session, "box_area(?::struct(x_min int, y_min int, x_max int, y_max int))", a) == (1e10,)


def test_xywh_becomes_corners(session):
    assert ask(session, "box_from_xywh(1, 2, 3, 4)") == (corners(1.0, 2.0, 3.0, 4.0),)


@quiet
@given(st.integers(0, 10**7), st.integers(0, 10**7))
def test_an_extent_of_few_decimals_survives_the_way_through_corners(session, low, extent):
    low, extent = low / 100, extent / 1000

    assert ask(session, "box_extent(?::double, ?::double)", low, low + extent) == (extent,)


def test_a_stated_area_counts_where_rounding_lost_the_width(session):
    a = corners(123456.7, 0, 0.1 + 1e-13, 10)
    by_corners = (a["x_max"] - a["x_min"]) * 10

    got = ask(session, "box_source_area(?, 1.000000000001, true), box_source_area(?, 7, true)", a, a)

    assert got == (1.000000000001, pytest.approx(by_corners))
