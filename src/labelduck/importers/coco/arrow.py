"""The geometry of many COCO objects as Arrow columns, without copies where numpy already has the values."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from labelduck.schema import BOX, KEYPOINTS, MASK, POLYGONS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from labelduck.importers.coco.columns import Shapes


def box_column(shapes: Shapes) -> pa.StructArray:
    """Return the boxes as corners."""
    x, y, width, height = shapes.box
    corners = [_reals(values) for values in (x, y, x + width, y + height)]
    return pa.StructArray.from_arrays(corners, fields=list(BOX), mask=_nulls(shapes.has_box))


def real_column(values: NDArray[np.float64], valid: NDArray[np.bool_] | None = None) -> pa.Array:
    """Return numbers as a column, null where not valid."""
    if valid is None or valid.all():
        return _reals(values)
    return pa.Array.from_buffers(
        pa.float64(), len(values), [_bits(valid), pa.py_buffer(np.ascontiguousarray(values))]
    )


def flag_column(values: NDArray[np.bool_]) -> pa.Array:
    """Return booleans as a column."""
    return pa.Array.from_buffers(pa.bool_(), len(values), [None, _bits(values)])


def polygons_column(shapes: Shapes) -> pa.ListArray:
    """Return the rings, null where there are none."""
    rings = pa.ListArray.from_arrays(
        _offsets(shapes.ring_ends), _reals(shapes.numbers), type=POLYGONS.value_type
    )
    return pa.ListArray.from_arrays(
        _offsets(shapes.polygon_ends), rings, type=POLYGONS, mask=_nulls(shapes.has_polygons)
    )


def mask_column(shapes: Shapes) -> pa.StructArray:
    """Return the masks, null where there are none."""
    n = len(shapes.counts_ends)
    height_width = pa.Array.from_buffers(
        pa.int32(), 2 * n, [None, pa.py_buffer(np.ascontiguousarray(shapes.sizes.T, np.int32))]
    )
    size = pa.ListArray.from_arrays(
        _offsets(np.arange(2, 2 * n + 2, 2)), height_width, type=MASK.field("size").type
    )
    counts = pa.Array.from_buffers(
        pa.string(), n, [None, _offsets(shapes.counts_ends).buffers()[1], pa.py_buffer(shapes.counts)]
    )
    return pa.StructArray.from_arrays([size, counts], fields=list(MASK), mask=_nulls(shapes.has_mask))


def keypoints_column(shapes: Shapes) -> pa.ListArray:
    """Return the keypoints, null where there are none."""
    x, y, visibility = (_reals(np.ascontiguousarray(shapes.keypoints[axis::3])) for axis in range(3))
    points = pa.StructArray.from_arrays([x, y, visibility], fields=list(KEYPOINTS.value_type))
    return pa.ListArray.from_arrays(
        _offsets(shapes.keypoints_ends // 3), points, type=KEYPOINTS, mask=_nulls(shapes.has_keypoints)
    )


def list_columns(shapes: Shapes) -> dict[str, pa.Array]:
    """Return the columns `polygons`, `mask` and `keypoints`, as far as any object has them."""
    columns = {}
    for name, has, column in (
        ("polygons", shapes.has_polygons, polygons_column),
        ("mask", shapes.has_mask, mask_column),
        ("keypoints", shapes.has_keypoints, keypoints_column),
    ):
        if has.any():
            columns[name] = column(shapes)
    return columns


def _offsets(ends: NDArray[np.int64]) -> pa.Array:
    offsets = np.zeros(len(ends) + 1, np.int32)
    offsets[1:] = ends
    return pa.Array.from_buffers(pa.int32(), len(offsets), [None, pa.py_buffer(offsets)])


def _reals(values: NDArray[np.float64]) -> pa.Array:
    return pa.Array.from_buffers(
        pa.float64(), len(values), [None, pa.py_buffer(np.ascontiguousarray(values))]
    )


def _nulls(valid: NDArray[np.bool_]) -> pa.Array | None:
    return None if valid.all() else flag_column(~valid)


def _bits(values: NDArray[np.bool_]) -> pa.Buffer:
    return pa.py_buffer(np.packbits(values, bitorder="little"))
