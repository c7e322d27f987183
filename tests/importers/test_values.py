"""Values of any type that a Parquet file may hold, read as any type that a column of ours may have."""

from __future__ import annotations

import datetime

import pyarrow as pa
import pytest

from hostile_columns import CELLS
from labelduck.importers import values
from labelduck.importers.records.parsers import parser_of
from labelduck.importers.records.tables import TABLES

PARSERS = {
    *(getattr(values, name) for name in dir(values) if name.startswith("to_")),
    *(parser_of(table.table, name).parse for table in TABLES.values() for name in table.columns),
}


@pytest.mark.parametrize("cell", CELLS, ids=range(len(CELLS)))
def test_a_cell_of_any_type_is_understood_or_named(cell):
    for cells in ([cell, None, cell], []):
        column = pa.array(cells, pa.array([cell]).type)

        for parse in PARSERS:
            found, bad = parse(column)

            assert len(found) == len(cells)
            assert all(cells[row] is not None and found[row].as_py() is None for row in bad)


@pytest.mark.parametrize("cell", [datetime.date(2026, 3, 1), datetime.time(9, 30)], ids=type)
def test_no_time_is_a_number(cell):
    column = pa.array([cell, None])

    found, bad = values.to_number(column)

    assert (found.to_pylist(), bad) == ([None, None], [0])


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_a_duration_is_its_seconds(unit):
    column = pa.array(
        [datetime.timedelta(seconds=90), None, datetime.timedelta(seconds=-1)], pa.duration(unit)
    )

    found, bad = values.to_seconds(column)

    assert (found.to_pylist(), bad) == ([90.0, None, None], [2])
