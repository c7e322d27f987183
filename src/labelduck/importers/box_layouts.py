"""Which way four numbers are a box, where nothing says so.

    xyxy              left, top, right, bottom in pixels
    xywh              left, top, width, height in pixels
    relative_cxcywh   centre, width and height as fractions of the picture

Each way but one is as a rule impossible: right edges left of left ones, or boxes that leave their pictures. Where several remain
possible nobody can tell, and the caller has to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from labelduck.errors import BadInputError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

LAYOUTS = ("xyxy", "xywh", "relative_cxcywh")
_DAMAGED = 0.01
"""Share of boxes that may contradict a layout: models and people err."""
_SLACK, _PIXELS = 0.02, 2.0
"""How far boxes may leave their pictures, as a share of the side and in pixels."""


def decide(
    path: Path, numbers: Sequence[Sequence[float]], sizes: Sequence[tuple[Any, Any]], said: str | None
) -> str:
    """Return the layout of some boxes: as the caller says, else the only one that is possible.

    Args:
        path: Where they come from, for the error.
        numbers: Four numbers per box.
        sizes: Width and height of each box's picture, None where unknown.
        said: What the caller says.

    Raises:
        BadInputError: Several layouts are possible, or none.
        UsageError: There is no such layout.
    """
    if said is not None:
        if said not in LAYOUTS:
            raise UsageError(f"unknown box layout {said!r}; known are {', '.join(LAYOUTS)}")
        return said
    found = possible(np.array(numbers, float).reshape(-1, 4), np.array(sizes, float).reshape(-1, 2))
    if len(found) == 1:
        return found[0]
    why = f"as {' or '.join(found)}" if found else "in no known way, so that many boxes must be wrong"
    raise BadInputError(path, "", f"four numbers of a box may be read {why}: say which with --box-layout")


def possible(numbers: NDArray[np.float64], sizes: NDArray[np.float64]) -> tuple[str, ...]:
    """Return the layouts that boxes [n, 4] in pictures [n, (width, height)] do not contradict; sizes may be NaN."""
    if not len(numbers):
        return ("xyxy",)
    if (numbers <= 1).all() and (numbers % 1 != 0).any():
        # In pixels all of them would lie in the corner's one pixel.
        return ("relative_cxcywh",) if _is_sound(_relative(numbers), np.ones_like(sizes)) else ()
    low, more = numbers[:, :2], numbers[:, 2:]
    corners = {"xyxy": numbers, "xywh": np.hstack([low, low + more])}
    return tuple(name for name, found in corners.items() if _is_sound(found, sizes))


def corners(
    layout: str, numbers: Sequence[float], size: tuple[Any, Any]
) -> tuple[float, float, float, float]:
    """Return a box as left, top, right, bottom in pixels.

    Raises:
        ValueError: The layout is relative and the picture's size unknown.
    """
    x, y, across, down = numbers
    if layout == "xyxy":
        return x, y, across, down
    if layout == "xywh":
        return x, y, x + across, y + down
    width, height = size
    if width is None or height is None:
        raise ValueError(
            "the picture's size is unknown, so that fractions are no pixels: give --images or --sizes"
        )
    left, right = (x - across / 2) * width, (x + across / 2) * width
    return left, (y - down / 2) * height, right, (y + down / 2) * height


def _relative(numbers: NDArray[np.float64]) -> NDArray[np.float64]:
    centre, half = numbers[:, :2], numbers[:, 2:] / 2
    return np.hstack([centre - half, centre + half])


def _is_sound(corners: NDArray[np.float64], sizes: NDArray[np.float64]) -> bool:
    low, high = corners[:, :2], corners[:, 2:]
    slack = _SLACK * sizes + np.where(sizes > 1, _PIXELS, 0)
    # A size that is unknown, NaN, contradicts nothing.
    is_wrong = (high < low) | (high > sizes + slack) | (low < -slack)
    return bool(is_wrong.any(axis=1).mean() <= _DAMAGED)
