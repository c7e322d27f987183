"""Masks as rings along the edges of their pixels, and several rings as one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from labelduck import geometry

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

Ring = list[float]
"""x1, y1, x2, y2, ... in pixels."""

_STEPS = ((1, 0), (0, 1), (-1, 0), (0, -1))
"""Right, down, left, up: a quarter turn clockwise on the screen from one to the next."""


def mask_rings(mask: Mapping[str, Any]) -> list[Ring]:
    """Return the outlines of a run-length mask: exact, outer ones clockwise on the screen, holes the other way round."""
    height, width = mask["size"]
    counts = mask["counts"]
    if not geometry.rle_area(counts, height, width):
        return []
    x_min, y_min, x_max, y_max = (int(side) for side in geometry.rle_box(counts, height, width))
    pixels = geometry.mask_from_rle(counts, height, width)[y_min:y_max, x_min:x_max]
    return outlines_of(pixels.astype(np.bool_), left=x_min, top=y_min)


def outlines_of(pixels: NDArray[np.bool_], *, left: int = 0, top: int = 0) -> list[Ring]:
    """Return the outlines of pixels, [rows, columns], whose first one lies at `left` and `top`."""
    ways = _ways(pixels)
    rings = []
    while ways:
        start = next(iter(ways))
        at, direction, corners = start, ways[start][0], Ring()
        while at in ways:
            here = ways[at]
            # Where two pixels touch at a corner, turning right keeps them apart.
            way = next(
                d for d in ((direction + 1) % 4, direction, (direction + 3) % 4, direction) if d in here
            )
            here.remove(way)
            if not here:
                del ways[at]
            if way != direction or not corners:
                corners += (left + at[0], top + at[1])
            direction = way
            at = at[0] + _STEPS[way][0], at[1] + _STEPS[way][1]
        rings.append(corners)
    return rings


def one_ring(rings: Sequence[Sequence[float]]) -> Ring:
    """Return several rings as one, joined by cuts without width between the points that lie closest."""
    joined = np.asarray(rings[0], np.float64).reshape(-1, 2)
    for other in rings[1:]:
        points = np.asarray(other, np.float64).reshape(-1, 2)
        far = ((joined[:, None] - points[None]) ** 2).sum(axis=2)
        here, there = np.unravel_index(int(far.argmin()), far.shape)
        around = np.roll(points, -int(there), axis=0)
        joined = np.concatenate([joined[: here + 1], around, around[:1], joined[here:]])
    flat: Ring = joined.ravel().tolist()
    return flat


def cut_ring(ring: Sequence[float], width: float, height: float) -> Ring:
    """Return the part of a ring that lies in a picture (Sutherland and Hodgman, 1974); empty when none does."""
    points = [(ring[i], ring[i + 1]) for i in range(0, len(ring) - 1, 2)]
    for axis, limit, sign in ((0, 0.0, 1), (0, width, -1), (1, 0.0, 1), (1, height, -1)):
        kept: list[tuple[float, float]] = []
        for number, point in enumerate(points):
            before = points[number - 1]
            depth, depth_before = sign * (point[axis] - limit), sign * (before[axis] - limit)
            if (depth < 0) != (depth_before < 0):
                share = depth_before / (depth_before - depth)
                crossing = [before[i] + share * (point[i] - before[i]) for i in (0, 1)]
                crossing[axis] = limit
                kept.append((crossing[0], crossing[1]))
            if depth >= 0:
                kept.append(point)
        points = kept
    return [number for point in points for number in point]


def _ways(pixels: NDArray[np.bool_]) -> dict[tuple[int, int], list[int]]:
    """Return the directions in which outlines leave each corner of a pixel; pixels lie on the right of their outline."""
    padded = np.pad(pixels, 1)
    inner = padded[1:-1, 1:-1]
    ways: dict[tuple[int, int], list[int]] = {}
    for direction, (neighbour, down, right) in enumerate(
        (
            (padded[:-2, 1:-1], 0, 0),  # nothing above: along the top edge, to the right
            (padded[1:-1, 2:], 0, 1),  # nothing to the right: down
            (padded[2:, 1:-1], 1, 1),  # nothing below: to the left
            (padded[1:-1, :-2], 1, 0),  # nothing to the left: up
        )
    ):
        rows, columns = np.nonzero(inner & ~neighbour)
        for at in zip((columns + right).tolist(), (rows + down).tolist(), strict=True):
            ways.setdefault(at, []).append(direction)
    return ways
