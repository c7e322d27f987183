"""Parquet: the lake's tables as they are, a file each, of the selection alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow.parquet as pq

from labelduck.exporters.tables import write_tables

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import pyarrow as pa

    from labelduck.exporters.base import Carried, Selection, WriteOptions

FILE = "annotations.parquet"
PREDICTIONS = True


def write(selection: Selection, folder: Path, options: WriteOptions) -> Carried:  # noqa: ARG001 - there is one layout
    """Write annotations.parquet, images.parquet, classes.parquet and further tables that have rows.

    Args:
        selection: What is to be written.
        folder: Empty folder.
        options: None matters here.
    """
    return write_tables(selection, folder, _write)


def _write(path: Path, _: str, pieces: Iterable[pa.Table]) -> None:
    waiting = iter(pieces)
    first = next(waiting)
    with pq.ParquetWriter(f"{path}.parquet", first.schema, compression="zstd") as writer:
        writer.write_table(first)
        for piece in waiting:
            writer.write_table(piece)
