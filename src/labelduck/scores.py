"""Stored views: what the catalogue can compute, computed once by `labelduck build` and kept as a table.

A file of sql/scores/ whose header says `Stored: NAME` gives the rows of the table NAME. The views of its layer that it reads
become temporary tables, one after the other, so that a step which several others read is computed once. Their SQL is the
catalogue's own: asked in any shell, the views give the same numbers.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import uuid
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

from labelduck import catalog, limits
from labelduck.catalog.tables import literal
from labelduck.errors import LabelduckEnvironmentError
from labelduck.parquet import ROWS_PER_GROUP, TEMPORARY_SUFFIX
from labelduck.resources import folder
from labelduck.schema import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    import duckdb

    from labelduck.catalog import Macro, View

LAYER = "scores"
SPILL_NAME = ".scores"
"""Folder in the lake for what does not fit into memory while a stored table is computed."""


@cache  # reads all of sql/, and a build asks several times
def fingerprint() -> str:
    """Return a text that changes when the SQL that stored tables are computed by changes."""
    digest = hashlib.sha256()
    for part in ("macros", "facts", LAYER):
        for path in sorted((folder("sql") / part).rglob("*.sql")):
            digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


@contextmanager
def workplace(lake: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open what stored tables of a lake are computed in; several may share it one after the other."""
    import duckdb

    spill = lake / SPILL_NAME
    shutil.rmtree(spill, ignore_errors=True)  # of a build that was killed
    try:
        with duckdb.connect(config=config(spill)) as connection:
            connection.execute("set enable_progress_bar = false")  # it would go to stdout, which is for data
            yield connection
    finally:
        shutil.rmtree(spill, ignore_errors=True)


def write(
    table: str,
    target: Path,
    *,
    lake: Path,
    files: Mapping[str, Sequence[str]],
    connection: duckdb.DuckDBPyConnection | None = None,
) -> int:
    """Compute a stored table into one Parquet file, which appears under its name only when it is whole.

    Args:
        table: Name of the stored table.
        target: File to write.
        lake: Folder of the lake.
        files: Parquet files of the tables that go into it, relative to the lake; a table without any has no rows.
        connection: Workplace to use; its own when None.

    Returns:
        Number of rows written.

    Raises:
        LookupError: No file of sql/scores/ is stored as that table.
        LabelduckEnvironmentError: It cannot be computed here, for want of memory or disk.
    """
    import duckdb

    if connection is None:
        with workplace(lake) as own:
            return write(table, target, lake=lake, files=files, connection=own)
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{uuid.uuid4().hex}{TEMPORARY_SUFFIX}")
    steps = recipe(table)
    try:
        n_rows = _compute(connection, steps, _sources(steps, lake, files), temporary)
        with temporary.open("rb+") as file:
            os.fsync(file.fileno())
        temporary.replace(target)
    except duckdb.Error as error:
        why = f"{table} cannot be computed: {str(error).splitlines()[0]}"
        if isinstance(error, duckdb.OutOfMemoryException):
            why += f"; LABELDUCK_MEMORY, now {limits.memory()}, says how much memory it may take"
        raise LabelduckEnvironmentError(why) from error
    finally:
        temporary.unlink(missing_ok=True)
    return n_rows


def _compute(
    connection: duckdb.DuckDBPyConnection,
    steps: Sequence[View],
    sources: Mapping[str, Sequence[str]],
    target: Path,
) -> int:
    """Compute steps in a database of their own, the last into a file; return its number of rows."""
    connection.execute("attach ':memory:' as stored; use stored")
    try:
        for name, paths in sources.items():
            connection.execute(f"create view {name} as from read_parquet([{', '.join(map(literal, paths))}])")
        for macro in _macros(steps):
            connection.execute(macro.sql)
        _take(connection, steps)
        n_rows = connection.execute(
            f"copy ({steps[-1].sql}) to {literal(str(target))} "
            f"(format parquet, compression zstd, row_group_size {ROWS_PER_GROUP})"
        ).fetchall()
    finally:
        connection.execute("use memory; detach stored")
    return int(n_rows[0][0])


def _take(connection: duckdb.DuckDBPyConnection, steps: Sequence[View]) -> None:
    """Compute all steps but the last; a step's rows are let go once no later step reads them."""
    last = {name: number for number, step in enumerate(steps) for name in step.uses}
    tables = [step.name for step in steps[:-1] if step.layer == LAYER]
    for number, step in enumerate(steps[:-1]):
        kind = "table" if step.layer == LAYER else "view"
        connection.execute(f"create {kind} {step.name} as {step.sql}")
        for name in tables:
            if last.get(name) == number:
                connection.execute(f"drop table {name}")


def config(spill: Path) -> dict[str, str | bool | int | float | list[str]]:
    """Return how DuckDB is opened for a computation on all rows, which may need to move some of them to a folder."""
    config: dict[str, str | bool | int | float | list[str]] = {
        "temp_directory": str(spill),
        "memory_limit": limits.memory(),
    }
    threads = limits.threads()
    return config | {"threads": threads} if threads else config


def recipe(table: str) -> list[View]:
    """Return the views that make a stored table, each after those that it reads; the last gives its rows.

    Raises:
        LookupError: No file of sql/scores/ is stored as that table.
    """
    views = _views()
    wanted = {view.name for view in views if view.stored == table}
    if not wanted:
        raise LookupError(f"no file of sql/{LAYER}/ says `Stored: {table}`")
    for view in reversed(views):
        if view.name in wanted:
            wanted |= view.uses
    return [view for view in views if view.name in wanted]


def _sources(steps: Sequence[View], lake: Path, files: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    used = set().union(*(step.uses for step in steps)) & TABLES.keys()
    return {
        table: [str(lake / path) for path in files.get(table) or [f"tables/{table}/{catalog.EMPTY_NAME}"]]
        for table in sorted(used)
    }


@cache
def _views() -> tuple[View, ...]:
    return tuple(catalog.views())


@cache
def _all_macros() -> tuple[Macro, ...]:
    return tuple(catalog.macros())


def _macros(steps: Sequence[View]) -> list[Macro]:
    macros = _all_macros()
    used = set().union(*(step.uses for step in steps))
    for macro in reversed(macros):
        if macro.name in used:
            used |= macro.uses
    return [macro for macro in macros if macro.name in used]
