"""Areas and overlaps of boxes in numpy, with the same operations in the same order as the compiled kernel."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from labelduck.kernel.arrays import Array, Boxes

ROUNDING = 2.0**-51
WIDEST = 200_000.0


def extents(low: Array, high: Array) -> tuple[Array, Array]:
    """Return widths in pixels as the source gave them, and where the corners have lost their digits.

    Corners keep x + width, rounded; where that rounding lost digits, the width with at most ten decimals that gives the
    same corner is the one that was written.
    """
    difference = high - low
    is_narrow = np.abs(difference) < WIDEST
    written = np.rint(np.where(is_narrow, difference, 0.0) * 1e10) / 1e10
    is_kept = is_narrow & (low + written == high)
    return np.where(is_kept, written, difference), ~is_kept


def box_areas(box: Boxes, stated: Array | None, *, of_predictions: bool) -> Array:
    """Return areas of boxes in square pixels, to the last bit.

    A stated area that differs by no more than the corners' rounding is the product that the source's own width and
    height gave: sure for a prediction, for an annotation where its width was lost.

    Args:
        box: Corners.
        stated: Areas as the source gives them, of boxes or of something smaller; NaN for none.
        of_predictions: Whether they are predictions.
    """
    x_min, y_min, x_max, y_max = box
    width, lost_width = extents(x_min, x_max)
    height, lost_height = extents(y_min, y_max)
    area = width * height
    if stated is None:
        return area
    largest_x, largest_y = (np.maximum(np.abs(a), np.abs(b)) for a, b in ((x_min, x_max), (y_min, y_max)))
    slack = ROUNDING * (largest_x * np.abs(height) + largest_y * np.abs(width))
    takes_stated = (stated - area <= slack) & (area - stated <= slack)
    if not of_predictions:
        takes_stated &= lost_width | lost_height
    return np.where(takes_stated, stated, area)


def intersections(box: Boxes, other: Boxes) -> Array:
    """Return the areas in square pixels that pairs of boxes share."""
    width = np.minimum(box[2], other[2]) - np.maximum(box[0], other[0])
    height = np.minimum(box[3], other[3]) - np.maximum(box[1], other[1])
    return np.where((width > 0) & (height > 0), width * height, 0.0)


def at(box: Boxes, rows: Array) -> Boxes:
    """Return the corners of some rows."""
    x_min, y_min, x_max, y_max = (corner[rows] for corner in box)
    return x_min, y_min, x_max, y_max
