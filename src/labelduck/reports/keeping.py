"""A query that somebody typed, kept as a report of the lake: `LAKE/reports/NAME.sql`, as one would write it by hand."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

from labelduck.errors import LabelduckEnvironmentError, UsageError
from labelduck.reports.definition import parse
from labelduck.reports.shelf import FOLDER, reports

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import duckdb

HARMLESS = frozenset({"range", "generate_series", "unnest", "repeat"})
"""Functions that give rows and read no file."""


def keep(lake: Path, name: str, *, title: str, query: str) -> Path:
    """Write a query as a report; nothing is overwritten.

    Args:
        lake: Folder of the lake.
        name: How the report is called.
        title: What it is about, in a line.
        query: One query, as `labelduck.guarded.checked` gives it.

    Raises:
        UsageError: The name is taken.
        BadInputError: The name cannot be one.
        LabelduckEnvironmentError: It cannot be written.
    """
    if not title.strip() or not query.strip():
        raise UsageError("a report needs a title and a query")
    if name == "README":
        raise UsageError(
            "README is what the folder of reports calls its own description; choose another name"
        )
    path = lake / FOLDER / f"{name}.sql"
    line = " ".join(title.split())
    # The name first: it becomes a path.
    parse(name, {"title": line, "sections": [{"title": line, "sql": query.strip()}]}, path=path)
    if name in reports(lake):
        raise UsageError(f"there is a report {name!r} already; choose another name")
    try:
        path.parent.mkdir(exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(f"-- {line}\n{query.strip()}\n")
            file.flush()
            os.fsync(file.fileno())
    except FileExistsError as error:
        raise UsageError(f"{path} is there already; choose another name") from error
    except OSError as error:
        raise LabelduckEnvironmentError(f"{path} cannot be written: {error.strerror}") from error
    return path


def check_reads_the_lake_alone(connection: duckdb.DuckDBPyConnection, query: str) -> None:
    """Refuse a query with functions that read files: a report runs later, where nothing holds it to the lake.

    Raises:
        UsageError: It has one; the message names it.
    """
    told = json.loads(connection.execute("select json_serialize_sql(?::varchar)", [query]).fetchall()[0][0])
    if told["error"]:
        raise UsageError("a query of this kind cannot be kept: write it as a select")
    named = {node["function"]["function_name"] for node in _functions(told)}
    rows = connection.execute(
        "select function_name from duckdb_functions() where database_name = 'lake'"
    ).fetchall()
    if foreign := sorted(named - HARMLESS - {name for (name,) in rows}):
        raise UsageError(f"{foreign[0]}: a report that is kept here reads views and tables of the lake alone")


def _functions(node: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - whatever JSON holds
    """Yield the functions in a parsed query that stand where a table may stand."""
    if isinstance(node, dict):
        if node.get("type") == "TABLE_FUNCTION":
            yield node
        node = list(node.values())
    if isinstance(node, list):
        for part in node:
            yield from _functions(part)
