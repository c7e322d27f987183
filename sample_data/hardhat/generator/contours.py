"""Boxes, polygons and run lengths of masks, and boxes bent into other boxes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from generator.canvas import SCALE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

Box = tuple[float, float, float, float]
Ring = list[float]

GRID = 0.25
"""Coordinates are multiples of this: exact in binary, and in percent or shares of a 640 x 400 picture exact in decimals."""


def mask_box(mask: NDArray[np.bool_]) -> Box:
    """Return the box (x_min, y_min, x_max, y_max) in pixels around a mask at `SCALE` times the picture's size."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    x_min, y_min, x_max, y_max = int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1
    return x_min / SCALE, y_min / SCALE, x_max / SCALE, y_max / SCALE


def mask_polygons(mask: NDArray[np.bool_]) -> list[Ring]:
    """Return the outlines of a mask's pieces as rings x1, y1, x2, y2, ... in pixels; holes and crumbs are left out."""
    x, y, _, _ = mask_box(mask)
    column, row = int(x * SCALE), int(y * SCALE)
    whole = int(np.count_nonzero(mask))
    rings = []
    for loop in _outlines(np.pad(mask[row:, column:], 1)):
        points = (np.array(loop, float) - 1 + (column, row)) / SCALE
        if ring_area(points.ravel().tolist()) * SCALE**2 > 0.06 * whole:
            slack = min(1.1, max(0.45, 0.012 * float(np.ptp(points, axis=0).max())))
            rings.append(_simplified(points, slack).ravel().tolist())
    return fitted(rings, rings_box(rings), mask_box(mask))


def ring_area(ring: Ring) -> float:
    """Return the signed area of a ring; outlines of pieces are positive, of holes negative."""
    x, y = np.array(ring[::2]), np.array(ring[1::2])
    return float(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y) / 2)


def rings_box(rings: Iterable[Ring]) -> Box:
    """Return the box around some rings."""
    rings = list(rings)
    xs, ys = [v for ring in rings for v in ring[::2]], [v for ring in rings for v in ring[1::2]]
    return min(xs), min(ys), max(xs), max(ys)


def fitted(rings: Iterable[Ring], old: Box, new: Box) -> list[Ring]:
    """Return rings moved and stretched as if their box `old` became `new`, rounded to `GRID`."""
    scale = [(new[i + 2] - new[i]) / max(1e-9, old[i + 2] - old[i]) for i in (0, 1)]
    return [
        [on_grid(new[i % 2] + (v - old[i % 2]) * scale[i % 2]) for i, v in enumerate(ring)] for ring in rings
    ]


def on_grid(value: float) -> float:
    """Round to a multiple of `GRID`."""
    return round(value / GRID) * GRID


def box_iou(a: Box, b: Box) -> float:
    """Return intersection over union of two boxes."""
    width, height = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    if width <= 0 or height <= 0:
        return 0.0
    shared = width * height
    return shared / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - shared)


def shrunk(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return a mask at the picture's size: a pixel belongs when at least half of it does."""
    height, width = mask.shape
    blocks = mask.reshape(height // SCALE, SCALE, width // SCALE, SCALE).sum(axis=(1, 3))
    return np.asarray(blocks * 2 >= SCALE**2)


def run_lengths(mask: NDArray[np.bool_]) -> list[int]:
    """Return COCO's run lengths: column by column, first the number of zeros, then of ones, and so on."""
    flat = np.concatenate([[False], mask.ravel(order="F"), [False]])
    edges = np.flatnonzero(flat[1:] != flat[:-1])
    counts: list[int] = np.diff(np.concatenate([[0], edges, [mask.size]])).tolist()
    return counts[:-1] if counts[-1] == 0 else counts


def compressed(counts: list[int]) -> str:
    """Return run lengths as COCO's text: differences to the run before last, five bits a character.

    After: the COCO API's description of compressed run-length encoding (rleToString).
    """
    text = []
    for place, count in enumerate(counts):
        rest = count - counts[place - 2] if place > 2 else count
        more = True
        while more:
            bits = rest & 0x1F
            rest >>= 5
            more = rest != (-1 if bits & 0x10 else 0)
            text.append(chr(48 + (bits | 0x20 if more else bits)))
    return "".join(text)


def _outlines(mask: NDArray[np.bool_]) -> list[list[tuple[int, int]]]:
    """Return the loops of pixel edges around a mask as (x, y) corners, the inside to the right when y points down."""
    follow: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for row_step, column_step, start, end in (
        (-1, 0, (0, 0), (1, 0)),  # nothing above: the edge runs right along the pixel's top
        (1, 0, (1, 1), (0, 1)),
        (0, 1, (1, 0), (1, 1)),
        (0, -1, (0, 1), (0, 0)),
    ):
        open_side = mask & ~np.roll(mask, (-row_step, -column_step), axis=(0, 1))
        for row, column in zip(*(axis.tolist() for axis in np.nonzero(open_side)), strict=True):
            begin = (column + start[0], row + start[1])
            follow.setdefault(begin, []).append((column + end[0], row + end[1]))
    loops = []
    while follow:
        first = here = min(follow)
        loop = []
        while True:
            loop.append(here)
            choices = follow[here]
            step = choices.pop()
            if not choices:
                del follow[here]
            here = step
            if here == first:
                break
        loops.append(loop)
    return loops


def _simplified(points: NDArray[np.float64], slack: float) -> NDArray[np.float64]:
    """Drop points that lie within `slack` pixels of the line between those kept (Douglas and Peucker, 1973)."""
    far = int(np.argmax(((points - points[0]) ** 2).sum(axis=1)))
    closed = np.vstack([points, points[:1]])
    keep = {0, far, len(points)}
    open_spans = [(0, far), (far, len(points))]
    while open_spans:
        begin, end = open_spans.pop()
        if end - begin < 2:
            continue
        along = closed[end] - closed[begin]
        offset = closed[begin + 1 : end] - closed[begin]
        length = float(np.hypot(*along))
        across = (
            np.abs(along[0] * offset[:, 1] - along[1] * offset[:, 0]) / length
            if length
            else np.hypot(*offset.T)
        )
        worst = int(np.argmax(across))
        if across[worst] > slack:
            keep.add(begin + 1 + worst)
            open_spans += [(begin, begin + 1 + worst), (begin + 1 + worst, end)]
    return closed[sorted(keep)[:-1]]
