"""Ids come out the same with the compiled code and without."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from labelduck.native import json_ids

numbers = st.one_of(st.integers(-200, 200), st.integers(-(1 << 63), (1 << 63) - 1))


@pytest.fixture(params=["1", "0"], ids=["compiled", "python"])
def native(request, monkeypatch):
    monkeypatch.setenv("LABELDUCK_NATIVE", request.param)


@pytest.mark.usefixtures("native")
def test_numbers_become_the_text_that_python_writes():
    @given(st.lists(numbers))
    @example([0, 9, 10, 99, 100, -1, -10, (1 << 63) - 1, -(1 << 63)])
    def check(values):
        column = json_ids.text_column(np.array(values, np.int64))

        column.validate(full=True)
        assert column.to_pylist() == [str(value) for value in values]

    check()


@pytest.mark.usefixtures("native")
def test_numbers_outside_a_table_are_unknown():
    table = np.array([5, -1, 7], np.int32)

    found = json_ids.look_up(np.array([-(1 << 63), -3, -2, -1, 0, 1, (1 << 63) - 1]), -2, table)

    assert found.tolist() == [-1, -1, 5, -1, 7, -1, -1]


@pytest.mark.usefixtures("native")
def test_every_second_number_can_be_looked_up():
    numbers = np.arange(20)[::2]

    found = json_ids.look_up(numbers, 0, np.arange(20, dtype=np.int32) * 3)

    assert found.tolist() == (numbers * 3).tolist()
