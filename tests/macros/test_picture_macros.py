"""Bits of perceptual hashes, and how far boxes leave a picture."""

from __future__ import annotations

import duckdb
import pytest

from labelduck import catalog

NEEDED = (
    "picture_bits",
    "picture_bands",
    "picture_distance",
    "split_order",
    "box_exceeds",
    "max_picture_distance",
    "box_problem",
)


@pytest.fixture(scope="module")
def session():
    connection = duckdb.connect()
    for macro in catalog.macros():
        if macro.name in (*NEEDED, "track_problem"):
            connection.execute(macro.sql)
    yield connection
    connection.close()


def ask(session, expression):
    return session.execute(f"select {expression}").fetchall()[0][0]


@pytest.mark.parametrize(
    ("text", "bits"),
    [("ffffffffffffffff", 2**64 - 1), ("000000000000000A", 10), ("abc", None), ("zzzzzzzzzzzzzzzz", None)],
)
def test_a_hash_is_64_bits_or_none(session, text, bits):
    assert ask(session, f"picture_bits('{text}')") == bits


def test_the_bands_hold_all_bits_once(session):
    bits = 0xFEDCBA9876543210

    bands = ask(session, f"picture_bands({bits}::ubigint)")

    assert sum((band % 8192) << (13 * n) for n, band in enumerate(bands)) == bits
    assert [band // 8192 for band in bands] == [0, 1, 2, 3, 4]
    assert ask(session, "picture_distance(picture_bits('000000000000000f'), 1::ubigint)") == 3


def test_the_training_split_comes_first_whatever_it_is_called(session):

    assert ask(session, "split_order('train') < split_order('dev')")
    assert ask(session, "split_order('Training') < split_order('dev')")
    assert ask(session, "split_order(null)") is None


def test_near_is_at_most_four_bits(session):
    session.execute("set variable max_picture_distance = 5")
    with pytest.raises(duckdb.InvalidInputException, match="up to 4 bits"):
        ask(session, "max_picture_distance()")
    session.execute("reset variable max_picture_distance")
    assert ask(session, "max_picture_distance()") == 4


@pytest.mark.parametrize(
    ("corners", "beyond"), [((0, 0, 10, 10), 0), ((-3, 0, 9, 9), 3), ((0, 0, 12, 15), 5), ((0, -1, 11, 9), 1)]
)
def test_a_box_leaves_the_picture_on_its_worst_side(session, corners, beyond):
    shape = "{{'x_min': {}, 'y_min': {}, 'x_max': {}, 'y_max': {}}}".format(*corners)

    assert ask(session, f"box_exceeds({shape}, 10, 10)") == beyond


def test_a_problem_of_a_shape_or_track_is_its_name_severity_and_value(session):
    assert ask(session, "box_problem('thin', 'warning', 0.5, 1)") == {
        "problem": "thin",
        "severity": "warning",
        "value": 0.5,
        "limit_value": 1.0,
    }
    assert ask(session, "track_problem('gap', 'note', 2, 'two')")["detail"] == "two"
