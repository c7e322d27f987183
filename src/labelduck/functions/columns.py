"""Arrow columns as numpy arrays and back.

DuckDB hands a function its columns as Arrow and wants Arrow back. These helpers never give `pyarrow.array` a numpy
array: that call imports pandas where it is installed, which takes seconds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from labelduck.geometry import Rings, read_runs
from labelduck.schema.columns import BOX, MASK

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from labelduck.geometry import Runs


def complete_rows(*columns: pa.ChunkedArray) -> tuple[list[pa.Array], NDArray[np.bool_]]:
    """Return columns without the rows in which anything is null at any depth, and which rows are kept [n]."""
    arrays = [
        column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column for column in columns
    ]
    arrays = [array.chunk(0) if isinstance(array, pa.ChunkedArray) else array for array in arrays]
    kept = np.logical_and.reduce([_is_complete(array) for array in arrays])
    if kept.all():
        return arrays, kept
    return [array.take(reals_or_counts(np.flatnonzero(kept))) for array in arrays], kept


def masks_of(column: pa.StructArray) -> Runs:
    """Return the checked masks of a column without nulls.

    Raises:
        ValueError: A mask is broken.
    """
    texts = column.field("counts").cast(pa.string())
    _, offsets_buffer, data = texts.buffers()
    ends = np.frombuffer(offsets_buffer, np.int32)[texts.offset : texts.offset + len(texts) + 1].astype(
        np.int64
    )
    characters = np.frombuffer(data or b"", np.uint8)[ends[0] : ends[-1]]
    heights, widths = _sizes_of(column)
    runs = read_runs(characters, ends[1:] - ends[0], heights, widths)
    if runs.faults.any():
        raise ValueError(
            f"{runs.fault_text(int(runs.faults.argmax()))}; mask_problem(mask) tells for every row"
        )
    return runs


def distinct_masks_of(column: pa.StructArray) -> tuple[Runs, NDArray[np.int64]]:
    """Return the different checked masks of a column without nulls, and the number of each row's mask in them, [n].

    A join repeats each mask of an image for every mask that it meets: read it once.

    Raises:
        ValueError: A mask is broken.
    """
    texts = column.field("counts").dictionary_encode().indices.to_numpy(zero_copy_only=False)
    heights, widths = _sizes_of(column)
    sizes = np.unique((heights << 32) + widths, return_inverse=True)[1]
    _, rows, numbers = np.unique(
        texts * np.int64(len(texts) + 1) + sizes, return_index=True, return_inverse=True
    )
    return masks_of(column.take(reals_or_counts(rows.astype(np.int64)))), numbers


def rings_of(column: pa.ListArray) -> Rings:
    """Return the polygons of a column without nulls."""
    row_starts = offsets_of(column)
    ring_starts, values = numbers_of(column.values[int(row_starts[0]) : int(row_starts[-1])])
    return Rings(values.astype(np.float64), ring_starts, row_starts - row_starts[0])


def keypoints_of(column: pa.ListArray) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return where the keypoints of each row start [n + 1], and x, y, visibility of all [k, 3]."""
    starts = offsets_of(column)
    points = column.values[int(starts[0]) : int(starts[-1])]
    fields = [points.field(name).to_numpy(zero_copy_only=False) for name in ("x", "y", "visibility")]
    return starts - starts[0], np.stack(fields, axis=1)


def numbers_of(column: pa.ListArray) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return where the numbers of each row start [n + 1], and all numbers, of a column of lists."""
    starts = offsets_of(column)
    return starts - starts[0], column.values[int(starts[0]) : int(starts[-1])].to_numpy(zero_copy_only=False)


def offsets_of(column: pa.ListArray) -> NDArray[np.int64]:
    """Return where each row's items start in `column.values`, [n + 1]."""
    return np.asarray(column.offsets.to_numpy(zero_copy_only=False), np.int64)


def reals_or_counts(
    values: NDArray[np.float64] | NDArray[np.int64], kept: NDArray[np.bool_] | None = None
) -> pa.Array:
    """Return a column of DOUBLE or BIGINT: the values in the kept rows, null in the others; NaN is null too."""
    kind = pa.float64() if values.dtype == np.float64 else pa.int64()
    rows = np.ones(len(values), bool) if kept is None else kept.copy()
    spread = np.zeros(len(rows), values.dtype)
    spread[rows] = values
    if kind == pa.float64():
        rows &= ~np.isnan(spread)
    return pa.Array.from_buffers(kind, len(rows), [_bits(rows), pa.py_buffer(spread.tobytes())])


def boxes_column(boxes: NDArray[np.float64], kept: NDArray[np.bool_]) -> pa.StructArray:
    """Return a column of boxes: corners [n, 4] in the kept rows, null in the others."""
    corners = [reals_or_counts(np.ascontiguousarray(boxes[:, side]), kept) for side in range(4)]
    return pa.Array.from_buffers(BOX, len(kept), [_bits(kept)], children=corners)


def masks_column(masks: Sequence[tuple[str, int, int] | None]) -> pa.StructArray:
    """Return a column of masks from counts, height and width; null for None."""
    rows = [mask and {"size": [mask[1], mask[2]], "counts": mask[0]} for mask in masks]
    return pa.array(rows, MASK)


def lists_column(starts: NDArray[np.int64], values: pa.Array, kept: NDArray[np.bool_]) -> pa.ListArray:
    """Return a column of lists; `starts` [n + 1] has an empty span for the rows that are not kept."""
    buffers = [_bits(kept), pa.py_buffer(starts.astype(np.int32).tobytes())]
    return pa.Array.from_buffers(pa.list_(values.type), len(kept), buffers, children=[values])


def _sizes_of(column: pa.StructArray) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return heights and widths of masks, [n]; a size that is no pair becomes 0 x 0, which is refused as impossible."""
    starts, sides = numbers_of(column.field("size"))
    is_pair = np.diff(starts) == 2
    at = np.where(is_pair, starts[:-1], 0)
    padded = np.append(sides.astype(np.int64), [0, 0])
    return np.where(is_pair, padded[at], 0), np.where(is_pair, padded[at + 1], 0)


def _is_complete(column: pa.Array) -> NDArray[np.bool_]:
    """Return which rows hold no null at any depth, [n]."""
    kept = np.array(column.is_valid().to_numpy(zero_copy_only=False), bool)
    if pa.types.is_struct(column.type):
        for number in range(column.type.num_fields):
            kept &= _is_complete(column.field(number))
    elif pa.types.is_list(column.type):
        starts = offsets_of(column)
        n_nulls = np.concatenate([[0], np.cumsum(~_is_complete(column.values))])
        kept &= n_nulls[starts[1:]] == n_nulls[starts[:-1]]
    return kept


def _bits(rows: NDArray[np.bool_]) -> pa.Buffer:
    return pa.py_buffer(np.packbits(rows, bitorder="little").tobytes())
