"""Columns of boxes, polygons, oriented boxes and keypoints from fractions of the picture.

Everything becomes absolute pixels. The box of a polygon or an oriented box is the upright box around it; the rotation of an
oriented box is the direction of its first edge, in degrees clockwise from the x axis.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from labelduck.importers.base import box_array
from labelduck.schema.columns import KEYPOINTS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from labelduck.importers.yolo.lines import Lines
    from labelduck.importers.yolo.task import Task

GEOMETRIES = ("box", "polygon", "rotated_box", "keypoints")
IS_BOX, IS_POLYGON, IS_ROTATED, IS_POSE = range(4)


@dataclass(frozen=True)
class Chosen:
    """Lines that become rows, N of them.

    Attributes:
        lines: The lines of a batch of files.
        which: Which of them, [N].
        kinds: Place in `GEOMETRIES`, [N].
        numbers: Numbers that make the shape, after the class, [N].
        widths: Pixels of the picture, [N].
        heights: Pixels of the picture, [N].
    """

    lines: Lines
    which: NDArray[np.int64]
    kinds: NDArray[np.int8]
    numbers: NDArray[np.int64]
    widths: NDArray[np.float64]
    heights: NDArray[np.float64]


@dataclass(frozen=True)
class Rings:
    """Closed rings in pixels, R of them.

    Attributes:
        flat: x1, y1, x2, y2, ... of all rings.
        ends: Where each ring ends in `flat`, after a leading 0, [R + 1].
        boxes: Left, top, right and bottom, [4, R].
        areas: Square pixels, [R].
    """

    flat: NDArray[np.float64]
    ends: NDArray[np.int64]
    boxes: NDArray[np.float64]
    areas: NDArray[np.float64]


def shape_columns(chosen: Chosen, task: Task) -> tuple[dict[str, pa.Array], NDArray[np.float64]]:
    """Return the columns of the shapes, those that the task can fill, and the areas in square pixels, [N]."""
    kinds = chosen.kinds
    corners, areas = np.empty((4, len(kinds))), np.empty(len(kinds))
    upright = np.flatnonzero((kinds == IS_BOX) | (kinds == IS_POSE))
    corners[:, upright], areas[upright] = _upright(chosen, upright)
    columns: dict[str, pa.Array] = {}
    for kind, column in ((IS_POLYGON, _polygons), (IS_ROTATED, _rotated)):
        where = np.flatnonzero(kinds == kind)
        if len(where):
            rings = _rings(chosen, where)
            corners[:, where], areas[where] = rings.boxes, rings.areas
            columns |= column(rings, kinds == kind)
    if task.name == "pose":
        columns["keypoints"] = _keypoints(chosen, task)
    names = pa.array(GEOMETRIES)
    columns["geometry"] = pa.DictionaryArray.from_arrays(pa.array(kinds), names)
    columns["box"] = box_array(*corners)
    columns["area"] = pa.array(areas)
    return columns, areas


def _upright(chosen: Chosen, where: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    x, y, width, height = chosen.lines.gather(chosen.which[where], 1, 4).T
    across, down = chosen.widths[where], chosen.heights[where]
    left, right = (x - width / 2) * across, (x + width / 2) * across
    top, bottom = (y - height / 2) * down, (y + height / 2) * down
    return np.stack([left, top, right, bottom]), width * across * (height * down)


def _rings(chosen: Chosen, where: NDArray[np.int64]) -> Rings:
    numbers = chosen.numbers[where]
    ends = np.concatenate([[0], np.cumsum(numbers)])
    begins = chosen.lines.starts[chosen.which[where]] + 1
    places = np.arange(ends[-1]) + np.repeat(begins - ends[:-1], numbers)
    flat = chosen.lines.values[places]
    points = numbers // 2
    flat[0::2] *= np.repeat(chosen.widths[where], points)
    flat[1::2] *= np.repeat(chosen.heights[where], points)
    x, y, first = flat[0::2], flat[1::2], ends[:-1] // 2
    lows = [np.minimum.reduceat(side, first) for side in (x, y)]
    highs = [np.maximum.reduceat(side, first) for side in (x, y)]
    # Shoelace from each ring's own corner, so that far-off coordinates do not eat the digits.
    across, down = x - np.repeat(lows[0], points), y - np.repeat(lows[1], points)
    following = np.arange(1, len(x) + 1)
    following[ends[1:] // 2 - 1] = first
    twice = np.add.reduceat(across * down[following] - across[following] * down, first)
    return Rings(flat, ends, np.stack([*lows, *highs]), np.abs(twice) / 2)


def _polygons(rings: Rings, is_one: NDArray[np.bool_]) -> dict[str, pa.Array]:
    inner = pa.ListArray.from_arrays(pa.array(rings.ends, pa.int32()), pa.array(rings.flat))
    return {"polygons": _sparse(inner, is_one, 1)}


def _rotated(rings: Rings, is_one: NDArray[np.bool_]) -> dict[str, pa.Array]:
    corners = rings.flat.reshape(-1, 8)
    degrees = np.zeros(len(is_one))
    degrees[is_one] = np.degrees(np.arctan2(corners[:, 3] - corners[:, 1], corners[:, 2] - corners[:, 0]))
    rotation = pa.array(degrees, mask=~is_one)
    return {"rotated_box": _sparse(pa.array(rings.flat), is_one, 8), "rotation": rotation}


def _keypoints(chosen: Chosen, task: Task) -> pa.Array:
    is_pose = chosen.kinds == IS_POSE
    where = np.flatnonzero(is_pose)
    values = chosen.lines.gather(chosen.which[where], 5, task.keypoints * task.values)
    x, y, *visibility = (values[:, place :: task.values] for place in range(task.values))
    # Without a visibility a keypoint at the origin is one that nobody placed; Ultralytics writes it so.
    seen = visibility[0] if visibility else np.where((x <= 0) & (y <= 0), 0.0, 2.0)
    x, y = x * chosen.widths[where, None], y * chosen.heights[where, None]
    fields = [pa.array(np.ascontiguousarray(side).ravel()) for side in (x, y, seen)]
    points = pa.StructArray.from_arrays(fields, fields=list(KEYPOINTS.value_type))
    return _sparse(points, is_pose, task.keypoints)


def _sparse(values: pa.Array, is_one: NDArray[np.bool_], each: int) -> pa.Array:
    """Return a column of lists of `each` values where `is_one`, and of nulls elsewhere."""
    ends = np.concatenate([[0], np.cumsum(is_one) * each])
    return pa.ListArray.from_arrays(pa.array(ends, pa.int32()), values, mask=pa.array(~is_one))
