"""Arrow columns <-> numpy arrays, without copies where that is possible."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from labelduck.kernel.arrays import Array, Boxes


def numbers(column: pa.ChunkedArray) -> Array:
    """Return a column as float64; null becomes NaN."""
    return _joined([_numbers(chunk) for chunk in column.chunks], np.float64)


def flags(table: pa.Table, name: str) -> Array:
    """Return a column of truth values; null, or a column that is not there, is false."""
    if name not in table.column_names:
        return np.zeros(table.num_rows, bool)
    values = pc.fill_null(table.column(name), False)
    return _joined([np.asarray(chunk.to_numpy(zero_copy_only=False), bool) for chunk in values.chunks], bool)


def corners(table: pa.Table) -> tuple[Boxes, Array]:
    """Return the column `box` as four arrays in pixels, and which rows have one; the others get an empty box."""
    if "box" not in table.column_names:
        nothing = np.zeros(table.num_rows)
        return (nothing, nothing, nothing, nothing), np.zeros(table.num_rows, bool)
    chunks = table.column("box").chunks
    has_box = _joined([~_nulls(chunk) for chunk in chunks], bool)
    sides = [_joined([_numbers(chunk.field(side)) for chunk in chunks], np.float64) for side in range(4)]
    total = sides[0] + sides[1] + sides[2] + sides[3]
    if not (has_box.all() and np.isfinite(total).all()):
        has_box &= np.isfinite(total)  # a box that lacks a corner is none
        sides = [np.where(has_box, values, 0.0) for values in sides]
    return (sides[0], sides[1], sides[2], sides[3]), has_box


def positions(column: pa.ChunkedArray, known: pa.Array) -> Array:
    """Return the position of each text of a column among known, distinct ones, int32; their number where it is not."""
    parts = []
    for encoded in _encoded(column):
        found = pc.fill_null(pc.index_in(_dictionary(encoded), value_set=known), len(known))
        # A null index is -1, which is the last one.
        parts.append(np.append(_integers(found), len(known)).astype(np.int32)[_integers(encoded.indices)])
    return _joined(parts, np.int32)


def unknown(column: pa.ChunkedArray, known: pa.Array) -> pa.Array:
    """Return the distinct texts of a column that are not among the known ones, as they come."""
    lacking = pa.array([], pa.string())
    for encoded in _encoded(column):
        used = _dictionary(encoded).take(encoded.indices.unique().drop_null())
        is_new = pc.invert(pc.is_in(used, value_set=pa.concat_arrays([known, lacking])))
        lacking = pa.concat_arrays([lacking, used.filter(is_new).drop_null()])
    return lacking


def taken(column: pa.ChunkedArray, rows: Array) -> pa.Array:
    """Return some rows of a nested column; what lies before and behind them is not touched."""
    if not len(rows):
        return pa.array([], column.type)
    first, last = int(rows.min()), int(rows.max())
    within = real(rows.astype(np.int64) - first)
    return column.slice(first, last - first + 1).take(within).combine_chunks()


def real(values: Array, *, valid: Array | None = None) -> pa.Array:
    """Return an Arrow array over a numpy array's memory; rows that are not `valid` are null."""
    values = np.ascontiguousarray(values)
    kind = pa.from_numpy_dtype(values.dtype)
    return pa.Array.from_buffers(kind, len(values), [_bitmap(valid), pa.py_buffer(values)])


def words(indices: Array, dictionary: pa.Array, *, valid: Array | None = None) -> pa.DictionaryArray:
    """Return dictionary-encoded text; rows that are not `valid` are null."""
    return pa.DictionaryArray.from_arrays(real(indices.astype(np.int32, copy=False), valid=valid), dictionary)


def constant(value: str, n: int) -> pa.DictionaryArray:
    """Return the same text n times."""
    return words(np.zeros(n, np.int32), pa.array([value], pa.string()))


def _encoded(column: pa.ChunkedArray) -> list[pa.DictionaryArray]:
    return [c if pa.types.is_dictionary(c.type) else c.dictionary_encode() for c in column.chunks]


def _dictionary(encoded: pa.DictionaryArray) -> pa.Array:
    return encoded.dictionary.cast(pa.string())


def _joined(parts: list[Array], kind: type) -> Array:
    if len(parts) == 1:
        return parts[0]
    return np.concatenate(parts) if parts else np.empty(0, kind)


def _nulls(chunk: pa.Array) -> Array:
    if not chunk.null_count:
        return np.zeros(len(chunk), bool)
    return np.asarray(chunk.is_null().to_numpy(zero_copy_only=False), bool)


def _numbers(chunk: pa.Array) -> Array:
    if chunk.type != pa.float64():
        chunk = chunk.cast(pa.float64())
    if chunk.null_count:
        chunk = pc.fill_null(chunk, float("nan"))
    return np.frombuffer(chunk.buffers()[1], np.float64, count=len(chunk), offset=8 * chunk.offset)


def _integers(chunk: pa.Array) -> Array:
    """Return integers; null becomes -1."""
    if chunk.null_count:
        chunk = pc.fill_null(chunk.cast(pa.int32()), -1)
    return np.asarray(chunk.to_numpy(zero_copy_only=False))


def _bitmap(valid: Array | None) -> pa.Buffer | None:
    if valid is None or valid.all():
        return None
    return pa.py_buffer(np.packbits(valid, bitorder="little"))
