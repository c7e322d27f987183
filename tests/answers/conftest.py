"""`scene`: literal rows of any tables -> a connection to a lake that holds them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from catalog_lake import open_lake, write_lake

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import duckdb


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Callable[..., duckdb.DuckDBPyConnection]]:
    """Return a function: scene(annotations=[...], matches=[...], manifests=[...], variables={...}) -> connection."""
    opened: list[duckdb.DuckDBPyConnection] = []

    def make(
        *, manifests: Any = (), variables: Any = None, settings: Any = None, **tables: Any
    ) -> duckdb.DuckDBPyConnection:
        folder = write_lake(tmp_path / f"lake{len(opened)}", tables, manifests=manifests, settings=settings)
        opened.append(open_lake(folder, **(variables or {})))
        return opened[-1]

    yield make
    for connection in opened:
        connection.close()
