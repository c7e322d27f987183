"""The geometry of many COCO objects as Arrow columns, without copies where numpy already has the values."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from labelduck.schema.columns import BOX, KEYPOINTS, MASK, POLYGONS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from labelduck.importers.coco.columns import Shapes


def box_column(shapes: Shapes) -> pa.StructArray:
    """Return the boxes as corners."""
    x, y, width, height = shapes.box
    corners = [_reals(values) for values in (x, y, x + width, y + height)]
    return _nested(BOX, shapes.has_box, children=corners)


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
    rings = _nested(POLYGONS.value_type, None, ends=shapes.ring_ends, children=[_reals(shapes.numbers)])
    return _nested(POLYGONS, shapes.has_polygons, ends=shapes.polygon_ends, children=[rings])


def mask_column(shapes: Shapes) -> pa.StructArray:
    """Return the masks, null where there are none."""
    n = len(shapes.counts_ends)
    sides = np.ascontiguousarray(shapes.sizes.T[shapes.has_mask], np.int32)
    height_width = pa.Array.from_buffers(pa.int32(), sides.size, [None, pa.py_buffer(sides)])
    # No mask owns no size: pyarrow before 25 writes no list that a null owns.
    ends = np.cumsum(shapes.has_mask) * 2
    size = _nested(MASK.field("size").type, None, ends=ends, children=[height_width])
    texts = [None, _offsets(shapes.counts_ends), pa.py_buffer(shapes.counts)]
    return _nested(MASK, shapes.has_mask, children=[size, pa.Array.from_buffers(pa.string(), n, texts)])


def keypoints_column(shapes: Shapes) -> pa.ListArray:
    """Return the keypoints, null where there are none."""
    axes = [_reals(np.ascontiguousarray(shapes.keypoints[axis::3])) for axis in range(3)]
    points = pa.Array.from_buffers(KEYPOINTS.value_type, len(axes[0]), [None], children=axes)
    return _nested(KEYPOINTS, shapes.has_keypoints, ends=shapes.keypoints_ends // 3, children=[points])


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


def _nested(
    kind: pa.DataType,
    valid: NDArray[np.bool_] | None,
    *,
    children: list[pa.Array],
    ends: NDArray[np.int64] | None = None,
) -> pa.Array:
    # `from_arrays` would load all of pyarrow.compute only to turn the nulls round.
    n = len(children[0]) if ends is None else len(ends)
    buffers = [None if valid is None or valid.all() else _bits(valid)]
    if ends is not None:
        buffers.append(_offsets(ends))
    return pa.Array.from_buffers(kind, n, buffers, children=children)


def _offsets(ends: NDArray[np.int64]) -> pa.Buffer:
    offsets = np.zeros(len(ends) + 1, np.int32)
    offsets[1:] = ends
    return pa.py_buffer(offsets)


def _reals(values: NDArray[np.float64]) -> pa.Array:
    return pa.Array.from_buffers(
        pa.float64(), len(values), [None, pa.py_buffer(np.ascontiguousarray(values))]
    )


def _bits(values: NDArray[np.bool_]) -> pa.Buffer:
    return pa.py_buffer(np.packbits(values, bitorder="little"))
