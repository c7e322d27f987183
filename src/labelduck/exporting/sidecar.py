"""The provenance sidecar of an export: what its format has no place for, in the columns that `labelduck.provenance` reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from labelduck import provenance

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from labelduck.exporters.base import Carried, Selection

NAME = "provenance.csv"
FACTS = provenance.FACTS
IMAGE_FACTS = provenance.IMAGE_FACTS
_KEYS = ("annotation_id", "image_id", "object_index")


def write(selection: Selection, carried: Carried, folder: Path) -> bool:
    """Write provenance.csv where the format leaves out something that it can hold; tell whether it was written.

    Annotations go by their id where the format keeps it, else by their image and their number in it, as an importer
    of the format will count them.
    """
    wanted = [name for name in FACTS if name not in carried.annotations]
    telling = _telling(selection, wanted)
    images = _image_rows(selection, carried)
    if not telling and images is None:
        return False
    names = list(dict.fromkeys((*_KEYS, *(images.column_names if images else ()), *telling)))
    kinds = pa.schema([(name, pa.string()) for name in names])
    with csv.CSVWriter(str(folder / NAME), kinds) as writer:
        if images is not None:
            writer.write_table(_as_text(images, kinds))
        for rows in keyed_rows(selection, carried, telling) if telling else ():
            writer.write_table(_as_text(_with_values(rows, telling), kinds))
    return True


def _telling(selection: Selection, columns: list[str]) -> list[str]:
    """Return the columns in which any annotation has a value; a flag that is never true says nothing."""
    found: set[str] = set()
    if columns:
        for piece in selection.annotations.tables(columns):
            for name in columns:
                column = piece[name]
                is_flag = pa.types.is_boolean(column.type)
                if pc.any(column).as_py() if is_flag else column.null_count < len(column):
                    found.add(name)
    return [name for name in columns if name in found]


def _image_rows(selection: Selection, carried: Carried) -> pa.Table | None:
    wanted = [name for name in IMAGE_FACTS if name not in carried.images]
    rows = selection.images.select(wanted)
    if not wanted or all(column.null_count == rows.num_rows for column in rows.columns):
        return None
    ids = (
        selection.images["image_id"]
        if carried.image_ids is None
        else pa.array(carried.image_ids, pa.string())
    )
    return _with_values(rows.append_column("image_id", ids), wanted)


def keyed_rows(selection: Selection, carried: Carried, columns: list[str]) -> Iterator[pa.Table]:
    """Yield columns of the annotations that were written, with what an importer will know them by.

    That is annotation_id where the format keeps ids, else image_id, as the image will be called, and object_index.
    """
    left_out = pa.array(list(carried.left_out), pa.string())
    numbering = _Numbering(selection, carried)
    wanted = list(dict.fromkeys(("annotation_id", "image_id", *columns)))
    for table in selection.annotations.tables(wanted, by_image=not carried.keeps_ids):
        rows = table.filter(pc.invert(pc.is_in(table["annotation_id"], value_set=left_out)))
        if carried.keeps_ids:
            yield rows.drop_columns(["image_id"])
        elif rows.num_rows:
            keyed = numbering.keyed(rows)
            yield keyed if "annotation_id" in columns else keyed.drop_columns(["annotation_id"])


class _Numbering:
    """Numbers the objects of each image, over the pieces of a table that lies image by image."""

    def __init__(self, selection: Selection, carried: Carried) -> None:
        self._ids = selection.images["image_id"].combine_chunks()
        self._new_ids = self._ids if carried.image_ids is None else pa.array(carried.image_ids, pa.string())
        self._last, self._n_of_last = -1, 0

    def keyed(self, rows: pa.Table) -> pa.Table:
        """Return rows with the id that the image will have, and with the number of the object."""
        places = np.asarray(pc.index_in(rows["image_id"], value_set=self._ids))
        is_first = np.diff(places, prepend=self._last) != 0
        row = np.arange(len(places))
        # Rows of the image that the piece before ended with go on counting.
        starts = np.maximum.accumulate(np.where(is_first, row, -1))
        numbers = np.where(starts >= 0, row - starts, row + self._n_of_last)
        self._last, self._n_of_last = int(places[-1]), int(numbers[-1]) + 1
        keyed = rows.drop_columns(["image_id"])
        return keyed.append_column("image_id", self._new_ids.take(pa.array(places))).append_column(
            "object_index", pa.array(numbers)
        )


def _with_values(rows: pa.Table, columns: list[str]) -> pa.Table:
    """Return the rows in which any of the columns has a value."""
    has_value = np.zeros(rows.num_rows, np.bool_)
    for name in columns:
        has_value |= rows[name].is_valid().to_numpy()
    return rows.filter(pa.array(has_value))


def _as_text(rows: pa.Table, kinds: pa.Schema) -> pa.Table:
    columns = [
        rows[name].cast(pa.string()) if name in rows.column_names else pa.nulls(rows.num_rows, pa.string())
        for name in kinds.names
    ]
    return pa.table(columns, schema=kinds)
