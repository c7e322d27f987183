"""SQL-queryable analytics for computer-vision label quality.

`open` gives a lake to import into and query; `connect` gives a DuckDB connection to one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from labelduck.version import __version__

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb

    from labelduck.lake import Lake

__all__ = ["__version__", "connect", "open"]


def open(path: Path | str = "lake") -> Lake:  # noqa: A001 - `labelduck.open` reads as it is meant
    """Return the lake in a folder; the first import makes it.

    Raises:
        UsageError: The path is a file.
    """
    from labelduck.lake import Lake

    return Lake(path)


def connect(path: Path | str = "lake") -> duckdb.DuckDBPyConnection:
    """Return a read-only DuckDB connection to a lake, with all views, macros and Python functions.

    Raises:
        UsageError: There is no lake here.
    """
    return open(path).connect()
