"""What neither the files of an export nor its sidecar hold: it is counted and said."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from labelduck.exporters.base import GEOMETRY
from labelduck.exporting.sidecar import FACTS, IMAGE_FACTS, keyed_rows
from labelduck.schema import TABLES

if TYPE_CHECKING:
    from labelduck.exporters.base import Carried, Selection

_OF_THE_LAKE = {"dataset", "source_file", "source_ref"}
"""Columns that an import fills anew."""


def count(selection: Selection, carried: Carried) -> dict[str, int]:
    """Return the number of values that are not carried, by column ("images.captured_at") or table."""
    lost: dict[str, int] = {}
    held = carried.annotations | set(FACTS) | GEOMETRY | _OF_THE_LAKE | {"image_id", "annotation_id"}
    columns = [name for name in TABLES["annotations"].names if name not in held]
    if columns:
        for piece in selection.annotations.tables(columns):
            _add(lost, "annotations", piece)
    for table, rows, kept in (
        ("images", selection.images, carried.images | set(IMAGE_FACTS) | {"image_id"}),
        ("classes", selection.classes, carried.classes),
    ):
        _add(
            lost, table, rows.select([name for name in rows.column_names if name not in kept | _OF_THE_LAKE])
        )
    if carried.image_ids is not None:
        ids = selection.images["image_id"].to_pylist()
        changed = sum(new != old for new, old in zip(carried.image_ids, ids, strict=True))
        lost |= {"images.image_id": changed} if changed else {}
    if not carried.keeps_ids and (n_renamed := _n_renamed(selection, carried)):
        lost["annotations.annotation_id"] = n_renamed
    kept_tables = carried.tables | {"models"}
    return lost | {name: rows.num_rows for name, rows in selection.others.items() if name not in kept_tables}


def _n_renamed(selection: Selection, carried: Carried) -> int:
    """Return how many annotations will have another id: their image's, and their number in it."""
    n_renamed = 0
    for rows in keyed_rows(selection, carried, ["annotation_id"]):
        numbers = rows["object_index"].cast(pa.string())
        ids = pc.binary_join_element_wise(rows["image_id"], numbers, "/")
        n_renamed += int(pc.sum(pc.not_equal(ids, rows["annotation_id"])).as_py() or 0)
    return n_renamed


def _add(lost: dict[str, int], table: str, rows: pa.Table) -> None:
    for name in rows.column_names:
        column = rows[name]
        # A flag that is false says what one that is not there says.
        is_flag = pa.types.is_boolean(column.type)
        n = int(pc.sum(column).as_py() or 0) if is_flag else len(column) - column.null_count
        if n:
            lost[f"{table}.{name}"] = lost.get(f"{table}.{name}", 0) + n
