"""`session`: a connection that has every macro, over tables that a test fills itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb
import pytest

from labelduck import catalog, schema

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def session() -> Iterator[duckdb.DuckDBPyConnection]:
    connection = duckdb.connect(config={"threads": 2})
    for table, columns in schema.TABLES.items():
        empty = columns.remove_metadata().empty_table()
        connection.register("empty_rows", empty)
        connection.execute(f"create table {table} as from empty_rows")
        connection.unregister("empty_rows")
    for macro in catalog.macros():
        connection.execute(macro.sql)
    yield connection
    connection.close()
