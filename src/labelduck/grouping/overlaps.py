"""Which annotations overlap, and how much: by outline where both have one, else by box."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow.compute as pc

from labelduck.geometry import mask_iou_pairs, read_masks
from labelduck.matching import shapes
from labelduck.matching.columns import corners, numbers, positions

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

    from labelduck.kernel.arrays import Array

PAIRS_AT_ONCE = 1 << 21
"""Pairs looked at together: their numbers take some 100 MB."""

MASK_PAIRS_AT_ONCE = 20_000
_FINE = 1e-6
"""Relative precision that the coarse sweep needs; where numbers are too large for it, all pairs are looked at."""


class Shapes:
    """Shapes of a table of annotations.

    Args:
        annotations: Columns `image_id`, `box` and, where known, `mask` and `polygons`.
        images: Columns `image_id`, `width`, `height`.
    """

    def __init__(self, annotations: pa.Table, images: pa.Table) -> None:
        self._table, self._images = annotations, images
        boxes, self.has_box = corners(annotations)
        self.x_min, self.y_min, self.x_max, self.y_max = boxes
        self.has_outline = shapes.has_any(annotations, "mask", "polygons")

    def ious(self, first: Array, second: Array) -> Array:
        """Return the IoU of pairs of rows, [n]; 0 where either has no extent."""
        shared = self._shared(first, second)
        whole = self._area(first) + self._area(second) - shared
        ious: Array = np.divide(shared, whole, out=np.zeros(len(first)), where=whole > 0)
        outlined = np.flatnonzero(self.has_outline[first] & self.has_outline[second])
        for start in range(0, len(outlined), MASK_PAIRS_AT_ONCE):
            some = outlined[start : start + MASK_PAIRS_AT_ONCE]
            ious[some] = self._outline_ious(first[some], second[some])
        return ious

    def shares(self, first: Array, second: Array) -> Array:
        """Return the share of each first row's box that lies in the second's, [n]."""
        area = self._area(first)
        shares: Array = np.divide(self._shared(first, second), area, out=np.zeros(len(first)), where=area > 0)
        return shares

    def _area(self, rows: Array) -> Array:
        areas: Array = (self.x_max - self.x_min)[rows] * (self.y_max - self.y_min)[rows]
        return areas

    def _shared(self, first: Array, second: Array) -> Array:
        width = np.minimum(self.x_max[first], self.x_max[second]) - np.maximum(
            self.x_min[first], self.x_min[second]
        )
        height = np.minimum(self.y_max[first], self.y_max[second]) - np.maximum(
            self.y_min[first], self.y_min[second]
        )
        shared: Array = np.maximum(width, 0.0) * np.maximum(height, 0.0)
        return shared

    def _outline_ious(self, first: Array, second: Array) -> Array:
        rows, places = np.unique(np.concatenate([first, second]), return_inverse=True)
        drawn = shapes.masks(self._table, rows, self._sizes(rows))
        ious = mask_iou_pairs(read_masks(drawn), places[: len(first)], places[len(first) :])
        return np.nan_to_num(ious, nan=0.0)

    def _sizes(self, rows: Array) -> Array:
        """Return height and width of the images of some rows; where not known, of what holds all that is drawn."""
        ids = pc.unique(self._images["image_id"].cast("string"))
        known = np.zeros((len(ids) + 1, 2), np.int64)
        place = positions(self._images["image_id"], ids)
        sides = [np.nan_to_num(numbers(self._images[side])) for side in ("height", "width")]
        known[place] = np.stack(sides, axis=1).astype(np.int64)
        image = positions(self._table["image_id"].take(rows), ids)
        sizes = known[image]
        lacking = np.flatnonzero(sizes.min(axis=1, initial=1) <= 0)
        if len(lacking):
            largest = np.zeros_like(known)
            np.maximum.at(largest, image[lacking], shapes.sizes_of_masks(self._table, rows[lacking]))
            sizes[lacking] = np.maximum(largest[image[lacking]], 1)
        return sizes


def overlapping(table: Shapes, nodes: Array, *, scene: Array, party: Array) -> tuple[Array, Array]:
    """Return the pairs of nodes of one scene and two parties whose boxes share more than a line.

    Args:
        table: Shapes of the annotations.
        nodes: Row of each node, [n].
        scene: What only nodes of one meet in, [n].
        party: Who drew it, [n].

    Returns:
        Numbers of nodes, first < second.
    """
    found = [np.empty((2, 0), np.int64)]
    for first, second in _near(table, nodes, scene):
        one, other = nodes[first], nodes[second]
        meets = (party[first] != party[second]) & (scene[first] == scene[second])
        meets &= (table.x_min[one] < table.x_max[other]) & (table.x_min[other] < table.x_max[one])
        meets &= (table.y_min[one] < table.y_max[other]) & (table.y_min[other] < table.y_max[one])
        pair = np.stack([first[meets], second[meets]])
        found.append(np.stack([pair.min(axis=0), pair.max(axis=0)]))
    first, second = np.concatenate(found, axis=1)
    return first, second


def _near(table: Shapes, nodes: Array, scene: Array) -> Iterator[tuple[Array, Array]]:
    """Yield pairs of nodes whose boxes may meet along x, a part at a time."""
    held = np.flatnonzero(table.has_box[nodes])
    if not len(held):
        return
    order = held[np.lexsort((table.x_min[nodes[held]], scene[held]))]
    number = np.unique(scene[order], return_inverse=True)[1]
    low, high = table.x_min[nodes[order]], table.x_max[nodes[order]]
    ends = np.searchsorted(number, number, side="right")
    span = float(high.max() - low.min()) + 1.0
    if span * (number[-1] + 1) < _FINE / np.finfo(np.float64).eps:
        # One line of numbers for all scenes, each with room of its own: nodes up to the far edge of a box may meet it.
        start = low - low.min() + number * (2 * span)
        reach = np.minimum(high - low.min() + number * (2 * span) + 1e-3, (number * 2 + 1.5) * span)
        ends = np.minimum(ends, np.searchsorted(start, reach, side="right"))
    counts = np.maximum(ends - np.arange(len(order)) - 1, 0)
    total = np.concatenate([[0], np.cumsum(counts)])
    begin = 0
    while begin < len(order):
        end = max(int(np.searchsorted(total, total[begin] + PAIRS_AT_ONCE, side="right")) - 1, begin + 1)
        end = min(end, len(order))
        some = counts[begin:end]
        first = np.repeat(np.arange(begin, end), some)
        offset = np.arange(len(first)) - np.repeat(total[begin:end] - total[begin], some)
        yield order[first], order[first + 1 + offset]
        begin = end
