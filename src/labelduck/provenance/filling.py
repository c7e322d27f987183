"""What the sidecar says, put into the columns of a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from labelduck.schema import TABLES

if TYPE_CHECKING:
    from labelduck.provenance.books import Rows


def fill(
    table: pa.Table, name: str, *, kind: str, said: pa.Array | None, in_path: pa.Array | None
) -> tuple[pa.Table, Rows, pa.Array | None]:
    """Return a table with one column filled: by the sidecar, else as it was, else from the path.

    Args:
        table: Rows of the table `kind`.
        name: The column.
        kind: Name of the table, for the column's type.
        said: What the sidecar says.
        in_path: What the path says.

    Returns:
        The table; the rows in which the sidecar replaced something else; and the column as it was.
    """
    type_ = TABLES[kind].field(name).type
    before = plain(table[name]).cast(type_) if name in table.column_names else None
    replaced = np.empty(0, np.int64)
    if said is not None and before is not None:
        differs = pc.fill_null(pc.not_equal(said, before), False)
        replaced = np.flatnonzero(differs.to_numpy(zero_copy_only=False))
    known = [values for values in (said, before, in_path) if values is not None]
    if known:
        table = put(table, name, pc.coalesce(*known))
    return table, replaced, before


def add_extra(table: pa.Table, extra: pa.Array | None) -> pa.Table:
    """Return annotations with the sidecar's unknown columns in their attributes, under `provenance`."""
    if extra is None or extra.null_count == len(extra):
        return table
    before = (
        plain(table["attributes"])
        if "attributes" in table.column_names
        else pa.nulls(len(extra), pa.string())
    )
    empty = pc.fill_null(pc.equal(before, "{}"), True)
    opened = pc.if_else(
        empty, "{", pc.binary_join_element_wise(pc.utf8_slice_codeunits(before, 0, -1), ",", "")
    )
    joined = pc.binary_join_element_wise(opened, '"provenance":', extra, "}", "")
    return put(table, "attributes", pc.if_else(pc.is_valid(extra), joined, before))


def put(table: pa.Table, name: str, values: Any) -> pa.Table:  # noqa: ANN401 - Arrow has no common type of columns
    """Return a table with a column set, in its place if it is there."""
    if name in table.column_names:
        return table.set_column(table.column_names.index(name), name, values)
    return table.append_column(name, values)


def plain(column: pa.ChunkedArray) -> pa.Array:
    """Return a column as one array that is no dictionary."""
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    array = column.combine_chunks()
    return pa.concat_arrays(array.chunks) if isinstance(array, pa.ChunkedArray) else array
