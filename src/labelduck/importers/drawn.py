"""What a person drew, as columns of `annotations` or `predictions`; each function takes pixels and refuses what is no shape.

Every format says boxes, outlines and points in its own words; from here on they are the same. A shape that cannot be one
(a coordinate missing, infinite, no number or beyond all pictures) raises a `DrawnError`, which a reader turns into a
problem.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from labelduck import geometry
from labelduck.importers.base import LARGEST_COORDINATE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

Columns = dict[str, Any]
"""Values by column name."""

_MANY_POINTS = 64


class DrawnError(ValueError):
    """What the source gives is no shape; the message says why."""


def box(x_min: float, y_min: float, x_max: float, y_max: float) -> Columns:
    """Return the columns of an upright box from its corners in pixels; sides may be 0, not below."""
    x_min, y_min, x_max, y_max = numbers((x_min, y_min, x_max, y_max))
    width, height = x_max - x_min, y_max - y_min
    if width < 0 or height < 0:
        raise DrawnError(
            f"the box is {width:g} wide and {height:g} high: its corners are the wrong way round"
        )
    return {"geometry": "box", "box": (x_min, y_min, x_max, y_max), "area": width * height}


def box_between(points: Sequence[float]) -> Columns:
    """Return the columns of an upright box from two opposite corners x1, y1, x2, y2, in any order."""
    if len(points) != 4:
        raise DrawnError(f"{len(points)} numbers, expected two corners of a box")
    x_1, y_1, x_2, y_2 = numbers(points)
    return box(min(x_1, x_2), min(y_1, y_2), max(x_1, x_2), max(y_1, y_2))


def rotated_box(x_min: float, y_min: float, x_max: float, y_max: float, degrees: float) -> Columns:
    """Return the columns of a box turned around its centre.

    Args:
        x_min: Left edge before the turn, in pixels.
        y_min: Top edge.
        x_max: Right edge.
        y_max: Bottom edge.
        degrees: Angle, clockwise on the screen; a box that is not turned is an upright one.
    """
    upright = box(x_min, y_min, x_max, y_max)
    (degrees,) = numbers((degrees,))
    if degrees % 360 == 0:
        return upright
    left, top, right, bottom = upright["box"]
    centre = (left + right) / 2, (top + bottom) / 2
    corners = _turned(*centre, right - left, bottom - top, degrees)
    return {
        "geometry": "rotated_box",
        "box": _around(corners),
        "area": upright["area"],
        "rotated_box": corners,
        "rotation": degrees,
    }


def rotated_corners(corners: Sequence[float]) -> Columns:
    """Return the columns of an oriented box from its corners x1, y1, ... x4, y4 in pixels; the first edge says its direction."""
    if len(corners) != 8:
        raise DrawnError(f"{len(corners)} numbers, expected four corners")
    points = numbers(corners)
    degrees = math.degrees(math.atan2(points[3] - points[1], points[2] - points[0]))
    return {
        "geometry": "rotated_box",
        "box": _around(points),
        "area": _ring_area(points),
        "rotated_box": points,
        "rotation": degrees,
    }


def ellipse(
    center_x: float, center_y: float, radius_x: float, radius_y: float, degrees: float = 0.0
) -> Columns:
    """Return the columns of an ellipse turned clockwise around its centre; its box is the exact one around it."""
    x, y, across, down, degrees = numbers((center_x, center_y, radius_x, radius_y, degrees))
    if across < 0 or down < 0:
        raise DrawnError(f"the radii are {across:g} and {down:g}, expected none below 0")
    cosine, sine = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    wide, high = math.hypot(across * cosine, down * sine), math.hypot(across * sine, down * cosine)
    if degrees % 180 == 0:
        wide, high = across, down
    return {
        "geometry": "ellipse",
        "box": (x - wide, y - high, x + wide, y + high),
        "area": math.pi * across * down,
        "rotated_box": _turned(x, y, 2 * across, 2 * down, degrees),
        "rotation": degrees,
    }


def polygon(rings: Iterable[Sequence[float]]) -> Columns:
    """Return the columns of an object of one or several rings x1, y1, x2, y2, ... in pixels; each has three points or more."""
    sound = [_points(ring, least=3, what="polygon") for ring in rings]
    if not sound:
        raise DrawnError("the polygon has no points")
    return {
        "geometry": "polygon",
        "box": _around([number for ring in sound for number in ring]),
        "area": sum(_ring_area(ring) for ring in sound),
        "polygons": sound,
    }


def polyline(points: Sequence[float]) -> Columns:
    """Return the columns of a line through two or more points x1, y1, x2, y2, ... in pixels."""
    sound = _points(points, least=2, what="polyline")
    return {"geometry": "polyline", "box": _around(sound), "polygons": [sound]}


def point(x: float, y: float) -> Columns:
    """Return the columns of one point in pixels."""
    return keypoints([(x, y, 2)]) | {"geometry": "point"}


def keypoints(points: Iterable[tuple[float, float, float]]) -> Columns:
    """Return the columns of keypoints.

    Args:
        points: x and y in pixels and visibility (0 absent, 1 hidden, 2 visible) of each, in the class's order.

    Returns:
        The keypoints and, where one is not absent, the box around those that are there.
    """
    told = [numbers(each) for each in points]
    if any(len(each) != 3 for each in told):
        raise DrawnError("a keypoint needs x, y and a visibility")
    seen = [number for x, y, visibility in told if visibility > 0 for number in (x, y)]
    around = {"box": _around(seen)} if seen else {}
    named = [{"x": x, "y": y, "visibility": visibility} for x, y, visibility in told]
    return {"geometry": "keypoints", "keypoints": named} | around


def cuboid(corners: Sequence[float]) -> Columns:
    """Return the columns of a cuboid seen in the picture, from its corners x1, y1, x2, y2, ... in pixels; keep them in `attributes`."""
    return {"geometry": "cuboid", "box": _around(_points(corners, least=4, what="cuboid"))}


def mask(counts: str, *, height: int, width: int) -> Columns:
    """Return the columns of a COCO run-length mask of a whole picture; an empty one has no box."""
    told: geometry.Mask = {"size": [height, width], "counts": counts}
    if fault := geometry.rle_problems([told]):
        raise DrawnError(fault[0])
    area = geometry.rle_area(counts, height, width)
    around = {"box": geometry.rle_box(counts, height, width)} if area else {}
    return {"geometry": "mask", "mask": told, "area": float(area)} | around


def mask_of_pixels(pixels: NDArray[np.bool_]) -> Columns:
    """Return the columns of a mask from booleans of the whole picture, [height, width]."""
    height, width = pixels.shape
    return mask(geometry.rle_from_mask(pixels), height=height, width=width)


def mask_in_frame(crop: NDArray[np.bool_], *, left: int, top: int, height: int, width: int) -> Columns:
    """Return the columns of a mask that is given as a piece of its picture; what lies outside the picture is cut off.

    Args:
        crop: The piece, [rows, columns].
        left: Where the piece's first column lies in the picture, in pixels.
        top: Where its first row lies.
        height: Of the picture.
        width: Of the picture.
    """
    if min(height, width) < 1 or height * width > geometry.MAX_PIXELS:
        raise DrawnError(f"a picture of {width} x {height} pixels holds no mask")
    rows, columns = crop.shape
    y_1, y_2 = max(0, top), min(height, top + rows)
    x_1, x_2 = max(0, left), min(width, left + columns)
    inside = crop[y_1 - top : y_2 - top, x_1 - left : x_2 - left] if x_1 < x_2 and y_1 < y_2 else crop[:0, :0]
    at = (x_1, y_1) if inside.size else (0, 0)
    counts = geometry.rle_from_crop(inside, left=at[0], top=at[1], height=height, width=width)
    told: Columns = {"geometry": "mask", "mask": {"size": [height, width], "counts": counts}}
    # Area and box come from the pixels: to read them out of the text again would take three times as long.
    seen_rows, seen_columns = (np.flatnonzero(inside.any(axis=axis)) for axis in (1, 0))
    if not len(seen_rows):
        return told | {"area": 0.0}
    low = float(x_1 + seen_columns[0]), float(y_1 + seen_rows[0])
    high = float(x_1 + seen_columns[-1] + 1), float(y_1 + seen_rows[-1] + 1)
    return told | {"area": float(np.count_nonzero(inside)), "box": (*low, *high)}


def polygon_with_holes(
    outer: Sequence[float], holes: Iterable[Sequence[float]], *, height: int, width: int
) -> Columns:
    """Return the columns of a ring with holes: a mask, as rings of one object add up and cannot cut; without holes a polygon."""
    whole = polygon([outer])
    cut = [_points(hole, least=3, what="hole") for hole in holes]
    if not cut:
        return whole
    if not 0 < height * width <= geometry.MAX_PIXELS or min(height, width) < 1:
        raise DrawnError(f"a picture of {width} x {height} pixels holds no mask")
    rings = [*whole["polygons"], *cut]
    # Drawn in a frame of its own: the object is small, the picture may be vast.
    x_min, y_min, x_max, y_max = _around([number for ring in rings for number in ring])
    left, top = (
        min(max(0, math.floor(low) - 1), side - 1) for low, side in ((x_min, width), (y_min, height))
    )
    right, bottom = (
        min(max(low + 1, math.ceil(high) + 1), side)
        for low, high, side in ((left, x_max, width), (top, y_max, height))
    )
    pixels = [_drawn(ring, left=left, top=top, rows=bottom - top, columns=right - left) for ring in rings]
    crop = pixels[0] & ~np.logical_or.reduce(pixels[1:])
    return mask_in_frame(crop, left=left, top=top, height=height, width=width)


def numbers(values: Iterable[object]) -> list[float]:
    """Return coordinates as finite floats.

    Raises:
        DrawnError: One is no number, not finite, or larger than any picture.
    """
    found = []
    for value in values:
        number = value if type(value) is float else _number(value)
        if not -LARGEST_COORDINATE <= number <= LARGEST_COORDINATE:
            raise DrawnError(f"{value!r:.40} is no coordinate")
        found.append(number)
    return found


def _number(value: object) -> float:
    if isinstance(value, bool):
        raise DrawnError(f"{value!r:.40} is no coordinate")
    try:
        return float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        raise DrawnError(f"{value!r:.40} is no number") from None


def _drawn(ring: Sequence[float], *, left: int, top: int, rows: int, columns: int) -> NDArray[np.bool_]:
    moved = [number - (top if i % 2 else left) for i, number in enumerate(ring)]
    try:
        counts = geometry.rle_from_polygons([moved], rows, columns)
    except ValueError as error:
        raise DrawnError(str(error)) from None
    return geometry.mask_from_rle(counts, rows, columns)


def _points(flat: Sequence[float], *, least: int, what: str) -> list[float]:
    if len(flat) % 2:
        raise DrawnError(f"the {what} has {len(flat)} numbers, expected pairs")
    if len(flat) < 2 * least:
        raise DrawnError(f"the {what} has {len(flat) // 2} points, expected {least} or more")
    return numbers(flat)


def _turned(x: float, y: float, width: float, height: float, degrees: float) -> list[float]:
    """Return what `geometry.rotated_box_corners` gives for one box, in a tenth of the time that numpy takes to start."""
    cosine, sine = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    if degrees % 90 == 0:
        cosine, sine = float(round(cosine)), float(round(sine))
    corners: list[float] = []
    for right, down in ((-width, -height), (width, -height), (width, height), (-width, height)):
        corners += (x + (right * cosine - down * sine) / 2, y + (right * sine + down * cosine) / 2)
    return corners


def _around(flat: Sequence[float]) -> tuple[float, float, float, float]:
    x, y = flat[0::2], flat[1::2]
    return min(x), min(y), max(x), max(y)


def _ring_area(ring: Sequence[float]) -> float:
    if len(ring) > _MANY_POINTS:
        return geometry.polygon_area(ring)
    # numpy's start costs more than a short ring; the first corner is the origin, as far from it digits are lost.
    x_0, y_0 = ring[0], ring[1]
    x = [number - x_0 for number in ring[0::2]]
    y = [number - y_0 for number in ring[1::2]]
    twice = sum(x[i - 1] * y[i] - x[i] * y[i - 1] for i in range(len(x)))
    return abs(twice) / 2
