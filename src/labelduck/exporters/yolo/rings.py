"""Outlines as the numbers of a YOLO line: one ring per object."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from labelduck.exporters import outlines
from labelduck.exporters.json_text import one_array
from labelduck.exporters.single_ring import LEAST_NUMBERS, SHAPES, ring_around
from labelduck.exporters.tracing import cut_ring

if TYPE_CHECKING:
    from collections import Counter

    from numpy.typing import NDArray

    Reals = NDArray[np.float64]

CUT = "shapes that leave the picture were cut at its edge"
EDGE = 0.0099
"""Share of the picture by which a shape may leave it; readers allow 0.01."""
_NO_OUTLINE = frozenset(("ellipse", "polyline", "rotated_box", "mask"))


def outline_texts(table: pa.Table, kinds: list[str], sizes: Reals, changed: Counter[str]) -> pa.Array:
    """Return the ring of each object as text, null where there is none.

    Args:
        table: Rows with box, polygons, mask and rotated_box.
        kinds: What each is, in the words of `geometry`, [n].
        sizes: Width and height of each row's picture, NaN when unknown, [n, 2].
        changed: Counts shapes that are written as another kind, or cut.
    """
    is_plain, texts = _plain_texts(table, kinds, sizes)
    said = texts.to_pylist()
    others = np.flatnonzero(~is_plain & ~np.isnan(sizes[:, 0]))
    columns = table.select(["box", *SHAPES]).take(pa.array(others)).to_pylist()
    for row, shapes in zip(others.tolist(), columns, strict=True):
        ring = _ring(shapes, kinds[row], changed)
        width, height = sizes[row].tolist()
        fractions = np.array(ring) / np.tile([width, height], len(ring) // 2)
        if is_outside(fractions).any():
            changed[CUT] += 1
            ring = cut_ring(ring, width, height)
            fractions = np.array(ring) / np.tile([width, height], len(ring) // 2)
        said[row] = " ".join(map(repr, fractions.tolist())) if len(ring) >= LEAST_NUMBERS else None
    return pa.array(said, pa.string())


def is_outside(fractions: Reals) -> NDArray[np.bool_]:
    """Tell which fractions no reader takes."""
    return np.asarray((fractions < -EDGE) | (fractions > 1 + EDGE))


def _plain_texts(table: pa.Table, kinds: list[str], sizes: Reals) -> tuple[NDArray[np.bool_], pa.Array]:
    """Return which objects are one ring within the picture, and these as text."""
    rings = one_array(table["polygons"])
    n_rings = np.asarray(pc.fill_null(pc.list_value_length(rings), 0))
    is_plain = (n_rings == 1) & ~np.isnan(sizes[:, 0])
    is_plain &= np.array([kind not in _NO_OUTLINE for kind in kinds], np.bool_)
    rows = np.flatnonzero(is_plain)
    each = rings.take(pa.array(rows)).flatten()
    lengths = np.asarray(pc.fill_null(pc.list_value_length(each), 0))
    is_good = (lengths >= LEAST_NUMBERS) & (lengths % 2 == 0)
    rows, each, lengths = rows[is_good], each.filter(pa.array(is_good)), lengths[is_good]
    is_plain[:] = False
    if not len(rows):
        return is_plain, pa.nulls(len(is_plain), pa.string())
    fractions = np.array(each.flatten(), np.float64)
    width, height = sizes[rows].T
    fractions[0::2] /= np.repeat(width, lengths // 2)
    fractions[1::2] /= np.repeat(height, lengths // 2)
    starts = np.cumsum(lengths) - lengths
    is_inside = ~np.logical_or.reduceat(is_outside(fractions), starts)
    offsets = pa.array(np.append(starts, len(fractions)), pa.int64())
    lines = pc.binary_join(pa.LargeListArray.from_arrays(offsets, pa.array(fractions).cast(pa.string())), " ")
    is_plain[rows[is_inside]] = True
    return is_plain, pc.replace_with_mask(
        pa.nulls(len(is_plain), pa.string()),
        pa.array(is_plain),
        lines.filter(pa.array(is_inside)).cast(pa.string()),
    )


def _ring(shapes: dict[str, Any], kind: str, changed: Counter[str]) -> list[float]:
    """Return one ring around an object, or around its box."""
    ring = ring_around(shapes, kind, changed)
    if ring or shapes["box"] is None:
        return ring
    changed[outlines.became(kind, "polygon")] += 1
    edges = (("x_min", "y_min"), ("x_max", "y_min"), ("x_max", "y_max"), ("x_min", "y_max"))
    return [shapes["box"][side] for corner in edges for side in corner]
