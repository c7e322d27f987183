"""Shapes of Datumaro's annotations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from labelduck import geometry
from labelduck.importers import drawn
from labelduck.importers.drawn import DrawnError

if TYPE_CHECKING:
    from collections.abc import Callable

    from labelduck.importers.drawn import Columns

_KNOWN = ("occluded", "is_crowd", "track_id")


def columns_of(told: dict[str, Any], image_id: str) -> Columns:
    """Return the columns of an annotation with a shape.

    Raises:
        DrawnError: Its type is none of these, or its numbers are no such shape.
    """
    kind = told.get("type")
    if not isinstance(kind, str) or kind not in _SHAPES:
        raise DrawnError(f"annotations of type {kind!r:.30} have no place in a picture")
    columns = _SHAPES[kind](told)
    said = told.get("attributes")
    attributes: dict[str, Any] = said if isinstance(said, dict) else {}
    more = {name: value for name, value in attributes.items() if name not in _KNOWN}
    if more:
        columns["attributes"] = more
    occluded = attributes.get("occluded")
    if isinstance(occluded, bool):
        columns["occluded"] = float(occluded)
    if isinstance(attributes.get("is_crowd"), bool):
        columns["is_crowd"] = attributes["is_crowd"]
    if attributes.get("track_id") is not None:
        columns["track_id"] = str(attributes["track_id"])
    if type(told.get("group")) is int and told["group"]:
        columns["group_id"] = f"{image_id}/{told['group']}"
    if type(told.get("z_order")) is int and abs(told["z_order"]) < 1 << 31:
        columns["z_order"] = told["z_order"]
    return columns


def _box(told: dict[str, Any]) -> Columns:
    left, top, width, height = _numbers(told, "bbox", 4)
    return drawn.box(left, top, left + width, top + height)


def _rotated_box(told: dict[str, Any]) -> Columns:
    x, y, width, height, degrees = _numbers(told, "bbox" if "bbox" in told else "points", 5)
    return drawn.rotated_box(x - width / 2, y - height / 2, x + width / 2, y + height / 2, degrees)


def _ellipse(told: dict[str, Any]) -> Columns:
    left, top, right, bottom = _numbers(told, "points", 4)
    return drawn.ellipse((left + right) / 2, (top + bottom) / 2, (right - left) / 2, (bottom - top) / 2)


def _points(told: dict[str, Any]) -> Columns:
    flat, seen = _numbers(told, "points"), told.get("visibility")
    if len(flat) % 2:
        raise DrawnError(f"{len(flat)} numbers, expected pairs")
    shown = seen if isinstance(seen, list) else [2] * (len(flat) // 2)
    if 2 * len(shown) != len(flat) or any(each not in (0, 1, 2) for each in shown):
        raise DrawnError("the visibility of the points is not 0, 1 or 2 for each")
    return drawn.keypoints(zip(flat[0::2], flat[1::2], shown, strict=True))


def _skeleton(told: dict[str, Any]) -> Columns:
    parts = told.get("elements")
    if not isinstance(parts, list) or not all(isinstance(part, dict) for part in parts):
        raise DrawnError("the skeleton has no elements")
    flat = [part for each in parts for part in (_points(each)["keypoints"])]
    return drawn.keypoints((each["x"], each["y"], each["visibility"]) for each in flat)


def _mask(told: dict[str, Any]) -> Columns:
    packed = told.get("rle")
    size = packed.get("size") if isinstance(packed, dict) else None
    if not isinstance(packed, dict) or not isinstance(size, list) or len(size) != 2:
        raise DrawnError("the mask has no rle with counts and size")
    if any(type(side) is not int or side < 1 for side in size) or size[0] * size[1] > geometry.MAX_PIXELS:
        raise DrawnError(f"a mask of {size!r:.40} holds nothing")
    if not isinstance(packed.get("counts"), str):
        raise DrawnError("the mask's counts are no text")
    return drawn.mask(packed["counts"], height=size[0], width=size[1])


def _numbers(told: dict[str, Any], key: str, count: int | None = None) -> list[float]:
    values = told.get(key)
    if not isinstance(values, list) or (count is not None and len(values) != count):
        raise DrawnError(f"{key} is no list of {count or 'some'} numbers")
    return drawn.numbers(values)


_SHAPES: dict[str, Callable[[dict[str, Any]], Columns]] = {
    "bbox": _box,
    "rotated_bbox": _rotated_box,
    "polygon": lambda told: drawn.polygon([_numbers(told, "points")]),
    "polyline": lambda told: drawn.polyline(_numbers(told, "points")),
    "points": _points,
    "skeleton": _skeleton,
    "ellipse": _ellipse,
    "mask": _mask,
}
"""Columns by type."""
