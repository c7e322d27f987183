"""SQL of people whom one trusts with the data, but not with the machine: one query, read-only, within limits.

Two gates, neither of which is enough by itself: the connection reads nothing but the lake's own tables and cannot be set
otherwise; and a text is run only when it is exactly one query, since a locked connection still copies into a folder that it
may read. DuckDB itself calls SQL of strangers code: hand such a console to colleagues, not to the open internet.
"""

from __future__ import annotations

import tempfile
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from labelduck.catalog.tables import literal
from labelduck.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import duckdb
    import pyarrow as pa

    from labelduck.folder import LakeFolder

READABLE = ("tables", "versions", "decisions", "runs")
"""Folders of a lake that views read."""

MEMORY, SPILL = "4GB", "8GB"
"""Memory and room on the disk that all queries of a connection share."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """Rows of a query, and whether there were more than asked for."""

    rows: pa.Table
    is_cut: bool


def connect(folder: LakeFolder) -> duckdb.DuckDBPyConnection:
    """Return a connection that reads the lake, and nothing else on this machine; use `cursor` for each query.

    Raises:
        UsageError: There is no lake here.
    """
    return lock(folder.connect(), folder.path)


def lock(connection: duckdb.DuckDBPyConnection, lake: Path) -> duckdb.DuckDBPyConnection:
    """Take from a connection to a lake all but reading it, for good, and return it."""
    # Views name their files relative to the lake, so both spellings have to be allowed.
    allowed = [spelt for name in READABLE for spelt in (f"{name}/", f"{lake}/{name}/")]
    connection.execute(
        f"set global file_search_path = {literal(str(lake))}; "
        f"set allowed_directories = [{', '.join(map(literal, allowed))}]; "
        f"set temp_directory = {literal(f'{tempfile.gettempdir()}/labelduck-spill')}; "
        f"set max_temp_directory_size = '{SPILL}'; set memory_limit = '{MEMORY}'; "
        "set autoinstall_known_extensions = false; set autoload_known_extensions = false; "
        "set python_enable_replacements = false; "
        "set enable_external_access = false; set lock_configuration = true"
    )
    return connection


def cursor(connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """Return a connection of its own to the same lake: queries of several threads do not wait for each other."""
    own = connection.cursor()
    own.execute("use lake")
    return own


def ask(
    connection: duckdb.DuckDBPyConnection, text: str, *, max_rows: int = 10_000, seconds: float = 30.0
) -> Answer:
    """Return the rows of one query.

    Args:
        connection: As `connect` gives it.
        text: One query; a second statement, or one that is no query, is refused before anything runs.
        max_rows: Rows to return at most.
        seconds: Time after which the query is stopped.

    Raises:
        UsageError: It is no single query, DuckDB refuses it, or it took too long; the message says which.
    """
    with _limited(connection, seconds) as own:
        rows = own.sql(checked(own, text)).limit(max_rows + 1).to_arrow_table()
    return Answer(rows=rows.slice(0, max_rows), is_cut=rows.num_rows > max_rows)


def plan(connection: duckdb.DuckDBPyConnection, text: str, *, seconds: float = 30.0) -> str:
    """Return how DuckDB runs a query and how long each step takes, by running it; errors as in `ask`."""
    with _limited(connection, seconds) as own:
        told: list[tuple[str, str]] = own.execute(f"explain analyze {checked(own, text)}").fetchall()
    return "\n".join(text for _, text in told)


def checked(connection: duckdb.DuckDBPyConnection, text: str) -> str:
    """Return the one query that a text holds.

    Raises:
        UsageError: It holds none, several, or a statement that is no query.
    """
    import duckdb

    try:
        statements = connection.extract_statements(text)
    except duckdb.Error as error:
        raise UsageError(str(error)) from error
    if len(statements) != 1:
        raise UsageError(f"{len(statements)} statements; type one query" if statements else "type a query")
    (statement,) = statements
    if statement.type != duckdb.StatementType.SELECT:  # an EXPLAIN too: EXPLAIN ANALYZE runs what it explains
        kind = statement.type.name.replace("_", " ").lower()
        raise UsageError(f"a statement of kind {kind} is no query; this console only reads")
    return _unended(statement.query)


def _unended(query: str) -> str:
    """Return a query without the semicolon that ends it and what follows, so that it can stand inside another one."""
    import duckdb

    data = query.encode()
    ends = (
        at
        for at, kind in duckdb.tokenize(query)
        if kind == duckdb.token_type.operator and data[at : at + 1] == b";"
    )
    return data[: next(ends, len(data))].decode()


@contextmanager
def _limited(connection: duckdb.DuckDBPyConnection, seconds: float) -> Iterator[duckdb.DuckDBPyConnection]:
    """Give a connection of its own whose query is stopped in time and whose errors are ours."""
    import duckdb

    own = cursor(connection)
    timer = threading.Timer(seconds, own.interrupt)
    timer.start()
    try:
        yield own
    except duckdb.InterruptException as error:
        raise UsageError(
            f"the query was stopped after {seconds:g} s; ask for less, or add a limit"
        ) from error
    except duckdb.Error as error:
        raise UsageError(str(error)) from error
    finally:
        timer.cancel()
        own.close()
