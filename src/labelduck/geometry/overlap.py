"""The exact IoU of polygons.

Cut the plane into horizontal slabs at every corner and every crossing of two edges. Within a slab no edges cross, so
the width of any overlap changes linearly and its area is the width at half height times the height. All pairs of a
batch are computed together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from labelduck.geometry.drawing import rle_from_polygons
from labelduck.geometry.masks import mask_iou_pairs
from labelduck.geometry.runs import read_masks

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import ArrayLike, NDArray

MAX_EDGES = 512
"""Most edges of a pair for an exact result; above, both are drawn on a grid of 2048 cells (error below 0.001)."""

_GRID = 2048
_MAX_CELLS = 1 << 21
_MAX_CELLS_OF_A_PAIR = 1 << 23


@dataclass(frozen=True)
class Rings:
    """Polygons of many rows, flat as Arrow keeps them.

    Attributes:
        values: x, y by turns, of all rings.
        ring_starts: Where each ring starts in `values`, [rings + 1].
        row_starts: Where the rings of each row start in `ring_starts`, [rows + 1].
    """

    values: NDArray[np.float64]
    ring_starts: NDArray[np.int64]
    row_starts: NDArray[np.int64]

    @classmethod
    def from_lists(cls, rows: Sequence[Sequence[ArrayLike]]) -> Rings:
        """Return the rings of rows, each a list of rings x1, y1, x2, y2, ..."""
        rings = [np.asarray(ring, np.float64).ravel() for row in rows for ring in row]
        ring_starts = np.cumsum([0, *map(len, rings)])
        return cls(np.concatenate([np.zeros(0), *rings]), ring_starts, np.cumsum([0, *map(len, rows)]))

    def row(self, number: int) -> list[NDArray[np.float64]]:
        """Return the rings of one row that have an area."""
        numbers = range(self.row_starts[number], self.row_starts[number + 1])
        rings = [self.values[self.ring_starts[i] : self.ring_starts[i + 1]] for i in numbers]
        return [ring for ring in rings if len(ring) >= 6]


@dataclass(frozen=True)
class _Edges:
    """Edges of some pairs, padded to the same number.

    Attributes:
        ends: x0, y0, x1, y1, [pairs, edges, 4]; zeros where padded.
        ring: Number of the ring within its polygon, [pairs, edges].
        is_second: True for an edge of the second polygon, [pairs, edges].
    """

    ends: NDArray[np.float64]
    ring: NDArray[np.int64]
    is_second: NDArray[np.bool_]


def polygon_iou_pairs(first: Rings, second: Rings) -> NDArray[np.float64]:
    """Return the IoU of the i-th with the i-th polygons, [rows]; exact up to `MAX_EDGES` edges of a pair.

    The rings of a row are united, as in COCO; a ring that crosses itself encloses its odd parts. A ring of fewer than
    three points has no area; 0 where nothing has.

    Raises:
        ValueError: A ring has an odd number of numbers, or one that is not finite.
    """
    for rings in (first, second):
        if (np.diff(rings.ring_starts) % 2).any():
            raise ValueError("a ring must be x1, y1, x2, y2, ...: one has an odd number of numbers")
        if not np.isfinite(rings.values).all():
            raise ValueError("a ring holds a number that is not finite")
    iou = np.full(len(first.row_starts) - 1, np.nan)
    for rows, edges in _batches(first, second):
        iou[rows] = _exact(edges)
    for row in np.flatnonzero(np.isnan(iou)).tolist():
        iou[row] = _drawn(first.row(row), second.row(row))
    return iou


def _batches(first: Rings, second: Rings) -> Iterator[tuple[NDArray[np.int64], _Edges]]:
    """Yield rows of about as many edges together with these; rows above the limit are left out."""
    n_rows = len(first.row_starts) - 1
    parts = [_edges(rings) for rings in (first, second)]
    owner = np.concatenate([part[0] for part in parts])
    order = np.argsort(owner, kind="stable")
    ends = np.concatenate([part[1] for part in parts])[order]
    ring = np.concatenate([part[2] for part in parts])[order]
    is_second = np.repeat([False, True], [len(part[0]) for part in parts])[order]
    counts = np.bincount(owner, minlength=n_rows)
    starts = np.concatenate([[0], np.cumsum(counts)])
    padded = 1 << np.ceil(np.log2(np.maximum(counts, 4))).astype(np.int64)
    for size in np.unique(padded[counts <= MAX_EDGES]):
        rows = np.flatnonzero(padded == size)
        step = max(1, _MAX_CELLS // int(size) ** 2)
        for begin in range(0, len(rows), step):
            chosen = rows[begin : begin + step]
            place = np.arange(size)
            is_real = place < counts[chosen, None]
            at = np.where(is_real, starts[chosen, None] + place, 0)
            if not len(owner):
                yield (
                    chosen,
                    _Edges(np.zeros((*at.shape, 4)), np.full(at.shape, -1), np.zeros(at.shape, bool)),
                )
                continue
            kept = np.where(is_real[..., None], ends[at], 0.0)
            yield chosen, _Edges(kept, np.where(is_real, ring[at], -1), is_second[at])


def _edges(rings: Rings) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.int64]]:
    """Return the row of each edge, its ends [n, 4], and the number of its ring within the row."""
    n_points = np.diff(rings.ring_starts) // 2
    ring_of_point = np.repeat(np.arange(len(n_points)), n_points)
    points = rings.values[rings.ring_starts[0] : rings.ring_starts[-1]].reshape(-1, 2)
    first_point = (rings.ring_starts[:-1] - rings.ring_starts[0]) // 2
    following = np.arange(1, len(points) + 1)
    is_last = following == (first_point + n_points)[ring_of_point]
    following[is_last] = first_point[ring_of_point[is_last]]
    row_of_ring = np.repeat(np.arange(len(rings.row_starts) - 1), np.diff(rings.row_starts))
    ring_in_row = np.arange(len(n_points)) - rings.row_starts[:-1][row_of_ring]
    ends = np.concatenate([points, points[following]], axis=1)
    return row_of_ring[ring_of_point], ends, ring_in_row[ring_of_point]


def _exact(edges: _Edges) -> NDArray[np.float64]:
    """Return the IoU of each pair; NaN where the edges cross too often to be worth it."""
    # Near the origin the cross products keep their digits.
    origin = edges.ends[:, :1, :2].repeat(2, axis=1).reshape(-1, 1, 4)
    ends = np.where(edges.ring[..., None] >= 0, edges.ends - origin, 0.0)
    n_pairs, n_edges = edges.ring.shape
    heights = _slab_edges(ends)
    is_too_many = np.isfinite(heights).sum(axis=1) * n_edges > _MAX_CELLS_OF_A_PAIR
    heights[is_too_many] = np.inf
    heights = heights[:, : max(2, int(np.isfinite(heights).sum(axis=1).max()))]
    heights = np.where(np.isfinite(heights), heights, ends[..., 1].max(axis=1)[:, None])
    areas = np.zeros((3, n_pairs))
    step = max(1, _MAX_CELLS // (n_pairs * n_edges))
    for begin in range(0, heights.shape[1] - 1, step):
        part = heights[:, begin : begin + step + 1]
        widths = _widths(ends, edges, (part[:, 1:] + part[:, :-1]) / 2)
        areas += (widths * np.diff(part, axis=1)).sum(axis=-1)
    shared, whole = areas[2], areas[0] + areas[1] - areas[2]
    iou = np.divide(shared, whole, out=np.zeros(n_pairs), where=whole > 0)
    return np.where(is_too_many, np.nan, np.clip(iou, 0.0, 1.0))


def _slab_edges(ends: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the y of every corner and crossing, sorted, infinite where padded, [pairs, corners + crossings]."""
    start, along = ends[..., :2], ends[..., 2:] - ends[..., :2]
    gap = start[:, None, :, :] - start[:, :, None, :]
    turn = _cross(along[:, :, None, :], along[:, None, :, :])
    with np.errstate(divide="ignore", invalid="ignore"):
        on_first = _cross(gap, along[:, None, :, :]) / turn
        on_second = _cross(gap, along[:, :, None, :]) / turn
    do_cross = (on_first > 0) & (on_first < 1) & (on_second > 0) & (on_second < 1)
    do_cross &= np.triu(np.ones(do_cross.shape[1:], bool), 1)
    pair, edge, _ = crossing = np.nonzero(do_cross)
    counts = np.bincount(pair, minlength=len(ends))
    place = np.arange(len(pair)) - np.repeat(np.cumsum(counts) - counts, counts)
    heights = np.full((len(ends), ends.shape[1] + int(counts.max(initial=0))), np.inf)
    heights[:, : ends.shape[1]] = ends[..., 1]
    heights[pair, ends.shape[1] + place] = start[pair, edge, 1] + on_first[crossing] * along[pair, edge, 1]
    heights.sort(axis=1)
    return heights


def _widths(ends: NDArray[np.float64], edges: _Edges, middle: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how much of each line y = middle lies in the first, the second and both polygons, [3, pairs, lines]."""
    x_start, y_start, x_end, y_end = np.moveaxis(ends[:, None, :, :], -1, 0)
    y = middle[..., None]
    is_met = (np.minimum(y_start, y_end) <= y) & (y < np.maximum(y_start, y_end))
    slope = np.divide(x_end - x_start, y_end - y_start, out=np.zeros_like(y_end), where=y_end != y_start)
    x = np.where(
        is_met,
        x_start + (y - y_start) * slope,
        ends[:, None, :, ::2].max(axis=(2, 3), keepdims=False)[..., None],
    )
    order = np.argsort(x, axis=-1)
    gaps = np.diff(np.take_along_axis(x, order, axis=-1), axis=-1)
    ring = np.take_along_axis(np.where(is_met, edges.ring[:, None, :], -1), order, axis=-1)[..., :-1]
    is_second = np.take_along_axis(np.broadcast_to(edges.is_second[:, None, :], x.shape), order, axis=-1)[
        ..., :-1
    ]
    inside = np.zeros((2, *ring.shape), bool)
    for number in range(int(edges.ring.max(initial=-1)) + 1):
        for polygon in (0, 1):
            is_wall = (ring == number) & (is_second == bool(polygon))
            inside[polygon] |= np.logical_xor.accumulate(is_wall, axis=-1)
    return np.stack([np.where(held, gaps, 0.0).sum(axis=-1) for held in (*inside, inside[0] & inside[1])])


def _cross(first: NDArray[np.float64], second: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(first[..., 0] * second[..., 1] - first[..., 1] * second[..., 0])


def _drawn(first: list[NDArray[np.float64]], second: list[NDArray[np.float64]]) -> float:
    """Return the IoU on a grid laid over both."""
    if not (first and second):
        return 0.0
    points = np.concatenate([*first, *second]).reshape(-1, 2)
    low, scale = points.min(axis=0), _GRID / max(float(np.ptp(points, axis=0).max()), 1e-12)
    drawn = [
        rle_from_polygons([((ring.reshape(-1, 2) - low) * scale).ravel() for ring in rings], _GRID, _GRID)
        for rings in (first, second)
    ]
    masks = read_masks([{"size": [_GRID, _GRID], "counts": counts} for counts in drawn])
    return float(mask_iou_pairs(masks, np.array([0]), np.array([1]))[0])
