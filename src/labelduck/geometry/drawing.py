"""Polygons drawn as COCO run-length masks; the pixels are pycocotools' own."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from labelduck.geometry.runs import MAX_PIXELS, check_size

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

MAX_OUTLINE = 4_000_000
"""Longest outline, in pixels, that is drawn: drawing takes memory in proportion, whatever the size of the image."""

_LEAST_NUMBERS = 6


def rle_from_polygons(polygons: Sequence[ArrayLike], height: int, width: int) -> str:
    """Return the mask that rings enclose together, as compressed counts; the same pixels as pycocotools.

    Args:
        polygons: Rings x1, y1, x2, y2, ... in pixels, of at least 3 points each; what leaves the image is cut off.
        height: Pixels.
        width: Pixels.

    Raises:
        ValueError: No ring, a ring of fewer than 3 points or with odd, infinite or too many numbers, a bad size.
    """
    from pycocotools import mask as coco

    check_size(height, width)
    rings = [_checked_ring(ring, number) for number, ring in enumerate(polygons)]
    if not rings:
        raise ValueError("no polygon, expected at least one ring")
    # frPyObjects takes rings of two points for boxes, so such rings are refused above.
    drawn = coco.frPyObjects(rings, height, width)
    counts = (drawn[0] if len(drawn) == 1 else coco.merge(drawn))["counts"]
    return str(counts, "ascii")


def rles_from_rings(
    rings: Sequence[NDArray[np.float64]], row_starts: Sequence[int], height: int, width: int
) -> list[bytes]:
    """Return the compressed counts of many polygons of one size, each as `rle_from_polygons` draws it.

    Args:
        rings: Rings that `are_drawable`.
        row_starts: Where the rings of each polygon start, and the end; each has at least one.
        height: Pixels.
        width: Pixels; a size that `check_size` passes.
    """
    from pycocotools import mask as coco

    if not rings:
        return []
    drawn = coco.frPyObjects(list(rings), height, width)
    rows = (drawn[first:last] for first, last in pairwise(row_starts))
    return [(row[0] if len(row) == 1 else coco.merge(row))["counts"] for row in rows]


def are_drawable(values: NDArray[np.float64], ring_starts: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which rings `rle_from_polygons` surely takes, without a closer look at long outlines.

    Args:
        values: x, y by turns, of all rings.
        ring_starts: Where each ring starts in them, and the end, [rings + 1].
    """
    lengths = np.diff(ring_starts)
    is_drawable: NDArray[np.bool_] = (lengths >= _LEAST_NUMBERS) & (lengths % 2 == 0)
    held = np.flatnonzero(is_drawable)
    if len(held):
        # Rings of no interest lie between those held, and only make their bounds wider.
        low, high = (of.reduceat(values, ring_starts[held]) for of in (np.minimum, np.maximum))
        with np.errstate(invalid="ignore"):
            is_drawable[held] = (np.maximum(high, -low) <= MAX_PIXELS / 2) & (
                lengths[held] * (high - low) <= MAX_OUTLINE
            )
    return is_drawable


def _checked_ring(ring: ArrayLike, number: int) -> list[float]:
    try:
        points = np.asarray(ring, np.float64)
    except (TypeError, ValueError):
        raise ValueError(f"ring {number} must be a flat list of numbers") from None
    if points.ndim != 1 or len(points) < _LEAST_NUMBERS or len(points) % 2:
        raise ValueError(f"ring {number} must be x1, y1, x2, y2, ... of at least 3 points")
    low, high = float(points.min()), float(points.max())
    if not math.isfinite(high - low):
        raise ValueError(f"ring {number} holds a number that is not finite")
    if max(high, -low) > MAX_PIXELS / 2 or _is_too_long(points, high - low):
        raise ValueError(f"ring {number} reaches too far beyond any image to be drawn")
    values: list[float] = points.tolist()
    return values


def _is_too_long(points: NDArray[np.float64], span: float) -> bool:
    if len(points) * span <= MAX_OUTLINE:  # quick, and true of nearly all
        return False
    corners = points.reshape(-1, 2)
    steps = np.abs(corners - np.roll(corners, -1, axis=0)).max(axis=1)
    return bool(steps.sum() > MAX_OUTLINE)
