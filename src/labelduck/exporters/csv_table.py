"""CSV: the lake's tables by column name, a file each; boxes as four columns, lists and structures as JSON text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from labelduck.exporters import json_text
from labelduck.exporters.tables import write_tables
from labelduck.schema.columns import BOX

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from labelduck.exporters.base import Carried, Selection, WriteOptions

FILE = "annotations.csv"
PREDICTIONS = True


def write(selection: Selection, folder: Path, options: WriteOptions) -> Carried:  # noqa: ARG001 - there is one layout
    """Write annotations.csv, images.csv, classes.csv and further tables that have rows.

    Args:
        selection: What is to be written.
        folder: Empty folder.
        options: None matters here.
    """
    return write_tables(selection, folder, _write)


def _write(path: Path, _: str, pieces: Iterable[pa.Table]) -> None:
    writer: csv.CSVWriter | None = None
    try:
        for piece in pieces:
            flat = _flat(piece)
            writer = writer or csv.CSVWriter(f"{path}.csv", flat.schema)
            writer.write_table(flat)
    finally:
        if writer is not None:
            writer.close()


def _flat(piece: pa.Table) -> pa.Table:
    """Return rows with columns that CSV can hold."""
    columns: dict[str, pa.Array] = {}
    for name in piece.column_names:
        column = json_text.one_array(piece[name])
        if column.type == BOX:
            columns |= {field.name: pc.struct_field(column, field.name) for field in BOX}
        elif pa.types.is_nested(column.type):
            columns[name] = json_text.values(column)
        else:
            columns[name] = column
    return pa.table(columns)
