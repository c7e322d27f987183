"""The only place with a connection: read-only, locked, and opened anew when the lake's catalogue has been swapped.

Answers are kept in memory under the names of what they were made from (the catalogue, and the decisions where a view reads
them), so that a page drawn again asks nothing, and nothing stale is ever shown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from context import context
from labelduck import catalog, guarded
from labelduck.catalog import CATALOG_NAME
from labelduck.errors import UsageError

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

SECONDS = 60.0
"""Longest time that a page's own query may take."""

MAX_ROWS = 1_000_000
"""Rows that a page may hold; tables are read page by page long before."""

_TRAILS = ("decisions", "runs")


def snapshot() -> str:
    """Return a name for what the lake shows now; it changes when the catalogue is swapped. Empty where there is no lake."""
    try:
        told = (context().lake.path / CATALOG_NAME).stat()
    except OSError:
        return ""
    return f"{told.st_ino}-{told.st_mtime_ns}"


def trail() -> str:
    """Return a name for the decisions and runs so far; it changes with each of them."""
    paths = sorted(p for name in _TRAILS for p in (context().lake.path / name).glob("*.jsonl"))
    return " ".join(f"{path.name}:{path.stat().st_size}" for path in paths)


def rows(query: str, *, reads_trail: bool = True) -> pa.Table:
    """Return the answer to a query of ours, kept until what it was made from changes.

    Args:
        query: One query, its values as literals.
        reads_trail: Whether it reads decisions or runs.

    Raises:
        UsageError: DuckDB refuses it, or it took too long.
    """
    return _rows(query, snapshot(), trail() if reads_trail else "")


def records(query: str, *, reads_trail: bool = True) -> list[dict[str, Any]]:
    """Return the rows of `rows` as dictionaries."""
    found: list[dict[str, Any]] = rows(query, reads_trail=reads_trail).to_pylist()
    return found


def ask(text: str, *, max_rows: int, seconds: float) -> guarded.Answer:
    """Return the rows of a query that somebody typed; nothing is kept."""
    return guarded.ask(connection(), text, max_rows=max_rows, seconds=seconds)


def connection() -> duckdb.DuckDBPyConnection:
    """Return the locked connection to what the lake shows now.

    Raises:
        UsageError: There is no lake.
    """
    return _connection(snapshot())


@st.cache_resource(max_entries=2, show_spinner=False)
def _connection(name: str) -> duckdb.DuckDBPyConnection:
    if not name:
        raise UsageError(f"{context().lake.path}: no lake here")
    return guarded.connect(context().lake.folder)


@st.cache_resource(max_entries=400, show_spinner=False)
def _rows(query: str, name: str, decided: str) -> pa.Table:  # noqa: ARG001 - names under which it is kept
    return guarded.ask(connection(), query, max_rows=MAX_ROWS, seconds=SECONDS).rows


@st.cache_resource(show_spinner=False)
def views() -> dict[str, catalog.View]:
    """Return the views of the catalogue by name, as their headers describe them."""
    return {view.name: view for view in catalog.views()}


@st.cache_resource(show_spinner=False)
def trail_readers() -> frozenset[str]:
    """Return the views whose rows change with a decision or a run."""
    readers: set[str] = {"decisions", *(name for name in views() if name.endswith("_runs"))}
    for view in views().values():  # each stands after those that it reads
        if view.uses & readers:
            readers.add(view.name)
    return frozenset(readers)
