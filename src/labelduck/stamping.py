"""What the caller says of a whole import, written into its rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from labelduck.importers.base import Batch

_FILLED = {
    "images": ("split", "batch"),
    "annotations": ("annotator", "batch"),
    "image_labels": ("annotator", "batch"),
    "assignments": ("annotator", "batch"),
    "jobs": ("batch",),
    "reviews": ("annotator",),
    "events": (),
}
"""Columns that are filled where the source says nothing, by table."""

_GOLD = ("annotations", "image_labels")


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is true of all rows that do not say otherwise.

    Attributes:
        annotator: Who made what has no annotator.
        batch: Batch of what has none.
        split: Split of images that have none.
        is_gold: Marks all annotations and labels as gold.
        id_prefix: Put before each annotation id, also where reviews and events refer to it.
    """

    annotator: str | None = None
    batch: str | None = None
    split: str | None = None
    is_gold: bool = False
    id_prefix: str = ""


def stamp(batch: Batch, facts: Facts) -> Batch:
    """Return a batch with the facts written into its rows."""
    return batch | {table: _stamped(table, batch[table], facts) for table in _FILLED if table in batch}


def _stamped(table: str, rows: pa.Table, facts: Facts) -> pa.Table:
    for column in _FILLED[table]:
        rows = _filled(rows, column, getattr(facts, column))
    if facts.is_gold and table in _GOLD:
        rows = _set(rows, "is_gold", pa.repeat(pa.scalar(True), rows.num_rows))
    if facts.id_prefix and "annotation_id" in rows.column_names:
        ids = pc.binary_join_element_wise(facts.id_prefix, rows["annotation_id"].cast(pa.string()), "")
        rows = _set(rows, "annotation_id", ids)
    return rows


def _filled(rows: pa.Table, column: str, value: str | None) -> pa.Table:
    if value is None:
        return rows
    if column not in rows.column_names:
        return rows.append_column(column, pa.repeat(pa.scalar(value), rows.num_rows))
    return _set(rows, column, pc.fill_null(rows[column].cast(pa.string()), value))


def _set(rows: pa.Table, column: str, values: pa.Array) -> pa.Table:
    if column not in rows.column_names:
        return rows.append_column(column, values)
    return rows.set_column(rows.column_names.index(column), column, values)
