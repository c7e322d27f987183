"""The lake's own tables as files, one each, by column name: what the formats CSV and Parquet share.

Files and columns are named as readers of records by column name expect them (`labels` for image_labels).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import pyarrow as pa

from labelduck.exporters.base import Carried
from labelduck.schema import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from labelduck.exporters.base import Selection

WriteTable = Callable[["Path", str, Iterable[pa.Table]], None]
"""Writes the pieces of a table to a file, given its path without extension and its name; there is one piece at least."""

_FILES = {"image_labels": "labels"}


def write_tables(selection: Selection, folder: Path, write: WriteTable) -> Carried:
    """Write images, classes, annotations, predictions, and the other tables that have rows.

    Args:
        selection: What is to be written.
        folder: Empty folder.
        write: Writes one table.
    """
    write(folder / "images", "images", [_own(selection.images)])
    write(folder / "classes", "classes", [_own(selection.classes)])
    write(
        folder / "annotations",
        "annotations",
        _pieces("annotations", selection.annotations.tables(_columns("annotations"))),
    )
    if selection.predictions:
        columns = _columns("predictions")
        pieces = (piece for rows in selection.predictions.values() for piece in rows.tables(columns))
        write(folder / "predictions", "predictions", _pieces("predictions", pieces))
    others = {
        name: rows for name, rows in selection.others.items() if name != "models" or selection.predictions
    }
    for name, rows in others.items():
        write(folder / _FILES.get(name, name), name, [_own(rows)])
    return Carried(
        annotations=frozenset(TABLES["annotations"].names),
        images=frozenset(TABLES["images"].names),
        classes=frozenset(TABLES["classes"].names),
        tables=frozenset(selection.others),
        read_as="records",
    )


def _columns(table: str) -> list[str]:
    """Return the columns that a file gets; those that an import fills anew are left out."""
    return [name for name in TABLES[table].names if name not in {"dataset", "source_file", "source_ref"}]


def _own(rows: pa.Table) -> pa.Table:
    return rows.drop_columns(["dataset"]) if "dataset" in rows.column_names else rows


def _pieces(table: str, pieces: Iterable[pa.Table]) -> Iterator[pa.Table]:
    """Yield the pieces, an empty one where there are none, so that the file has its columns."""
    is_empty = True
    for piece in pieces:
        is_empty = False
        yield piece
    if is_empty:
        fields = [TABLES[table].field(name).remove_metadata() for name in _columns(table)]
        yield pa.schema(fields).empty_table()
