"""The only place with a connection: read-only, locked, and opened anew when the lake's catalogue has been swapped.

Answers are kept in memory under the names of what they were made from (the catalogue, and the decisions where a view reads
them), so that a page drawn again asks nothing, and nothing stale is ever shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import streamlit as st

from context import context
from labelduck import catalog, guarded, reports
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


def records_as_of(query: str, age: str) -> list[dict[str, Any]]:
    """Return rows as they were when first asked for at an age of the decisions; what changed since is the caller's to tell."""
    found: list[dict[str, Any]] = _rows(query, snapshot(), f"age {age}").to_pylist()
    return found


def ask(text: str, *, max_rows: int, seconds: float) -> guarded.Answer:
    """Return the rows of a query that somebody typed; nothing is kept."""
    return guarded.ask(connection(), text, max_rows=max_rows, seconds=seconds)


def plan(text: str, *, seconds: float) -> str:
    """Return how a query runs, by running it."""
    return guarded.plan(connection(), text, seconds=seconds)


def keep_as_report(text: str, *, name: str, title: str) -> str:
    """Keep a query as a report of the lake; return where it lies.

    Raises:
        UsageError: It is no query of this lake alone, does not run, or the name is taken.
        BadInputError: The name cannot be one.
        LabelduckEnvironmentError: It cannot be written.
    """
    if context().desk.is_read_only:
        raise UsageError("this dashboard was started with --read-only: it keeps no reports")
    ask(text, max_rows=1, seconds=SECONDS)
    own = guarded.cursor(connection())
    try:
        query = guarded.checked(own, text)
        reports.check_reads_the_lake_alone(own, query)
    finally:
        own.close()
    return str(reports.keep(context().lake.path, name, title=title, query=query))


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


def over(rows: pa.Table, name: str, query: str) -> dict[str, Any]:
    """Return the one row of a query over rows that are here already, under the name of their view."""
    own = guarded.cursor(connection())
    try:
        own.register("rows_here", rows)
        return dict(own.sql(f"with {name} as (from rows_here) {query}").to_arrow_table().to_pylist()[0])
    finally:
        own.close()


def compared(dataset: str, old: str, new: str | None) -> tuple[pa.Table, pa.Table]:
    """Return what changed between two versions: as `version_changes` counts it, and row by row as `annotation_changes`.

    Raises:
        UsageError: There is no such version.
        BadInputError: A file of a version is gone.
    """
    return _compared(snapshot(), dataset, old, new)


@st.cache_resource(max_entries=8, show_spinner=False)
def _compared(name: str, dataset: str, old: str, new: str | None) -> tuple[pa.Table, pa.Table]:
    import duckdb

    del name
    found = context().lake.diff_versions(old, new, dataset=dataset)
    (view,) = (view for view in catalog.views() if view.name == "version_changes")
    with duckdb.connect() as own:
        own.register("annotation_changes", found.rows)
        return own.sql(view.sql).to_arrow_table(), found.rows


@dataclass(frozen=True)
class Described:
    """What the catalogue says of a view or table: its question, grain, columns with comments, and where it comes from."""

    name: str
    question: str
    note: str
    grain: tuple[str, ...]
    columns: dict[str, str]
    after: str
    uses: frozenset[str]


def count(query: str, *, reads_trail: bool = True) -> int:
    """Return how many rows a query has."""
    return int(records(f"select count(*) as n from (\n{query}\n)", reads_trail=reads_trail)[0]["n"])


def distinct(query: str, column: str, *, reads_trail: bool = True) -> list[Any]:
    """Return the values of a column, in order, null last."""
    found = records(f"select distinct {column} from (\n{query}\n) order by all", reads_trail=reads_trail)
    return [row[column] for row in found]


def describe(name: str) -> Described | None:
    """Return what the catalogue of this lake says of a view or table; None where it has none of this name."""
    return _described(snapshot()).get(name)


def described() -> dict[str, Described]:
    """Return what the catalogue of this lake says of each view and table, by name."""
    return _described(snapshot())


@st.cache_resource(max_entries=2, show_spinner=False)
def _described(name: str) -> dict[str, Described]:
    """Read comments from the catalogue, for what is there and what it says; grain and sources from the headers."""
    del name
    headers = {view.name: view for view in catalog.views()}
    found: dict[str, Described] = {}
    for row in guarded.ask(connection(), _COMMENTS).rows.to_pylist():
        header = headers.get(row["name"])
        found[row["name"]] = Described(
            name=row["name"],
            question=row["question"] or row["name"],
            note=header.note if header else "",
            grain=header.grain if header else (),
            columns=dict(zip(row["columns"], (text or "" for text in row["comments"]), strict=True)),
            after=header.after if header else "",
            uses=header.uses if header else frozenset(),
        )
    return found


@st.cache_resource(show_spinner=False)
def trail_readers() -> frozenset[str]:
    """Return the views whose rows change with a decision or a run."""
    readers = {"decisions", "gate_results", "report_runs"}
    for view in catalog.views():  # each stands after those that it reads
        if view.uses & readers:
            readers.add(view.name)
    return frozenset(readers)


_COMMENTS = """
select views.view_name as name, any_value(views.comment) as question,
    list(columns.column_name order by columns.column_index) as columns,
    list(columns.comment order by columns.column_index) as comments
from duckdb_views() as views
inner join duckdb_columns() as columns
    on views.view_name = columns.table_name and views.database_name = columns.database_name
where views.database_name = 'lake' and not views.internal
group by all
"""
