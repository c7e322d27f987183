"""The shape of an object in CVAT's words: the tag, its attributes, and what stands inside."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from labelduck.exporters.cvat.text import attributes, points
from labelduck.exporters.one_shape import attributes_of, cuboid_corners, pixels_of, turn

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from labelduck.exporters.cvat.labels import Label
    from labelduck.exporters.one_shape import Row

Pairs = list[tuple[str, str | int | float]]
"""Attributes of a tag."""

_CORNERS = [f"{axis}{side}{face}" for face in "12" for side in ("tl", "bl", "tr", "br") for axis in "xy"]
_EDGES = ("xtl", "ytl", "xbr", "ybr")


class Shape(NamedTuple):
    """A shape in CVAT's words.

    Attributes:
        tag: Its element.
        pairs: The element's attributes that say where it lies.
        inside: What stands inside the element.
        change: What became of it, in words, where CVAT has no such shape.
    """

    tag: str
    pairs: Pairs
    inside: str = ""
    change: str | None = None


def shape_of(row: Row, kind: str, image: Row, label: Label) -> Shape:
    """Return the shape of an object.

    Args:
        row: The object, with its `upright` where it has a rotated box.
        kind: Its geometry.
        image: Its image.
        label: Its class.

    Raises:
        ValueError: CVAT has nothing for it; the message says why.
    """
    return _WRITERS[kind](row, image, label)


def _box(row: Row, _image: Row, _label: Label) -> Shape:
    return Shape("box", list(zip(_EDGES, row["box"].values(), strict=True)))


def _cuboid(row: Row, image: Row, label: Label) -> Shape:
    corners = cuboid_corners(row, attributes_of(row))
    if corners is not None:
        return Shape("cuboid", list(zip(_CORNERS, corners, strict=True)))
    return _box(row, image, label)._replace(change="cuboids became the boxes around them")


def _rotated_box(row: Row, _image: Row, _label: Label) -> Shape:
    if row["upright"] is None:
        change = "turned boxes that are no rectangles became polygons"
        return Shape("polygon", [("points", points(row["rotated_box"]))], change=change)
    *edges, degrees = row["upright"]
    return Shape("box", [*zip(_EDGES, edges, strict=True), ("rotation", turn(degrees))])


def _ellipse(row: Row, _image: Row, _label: Label) -> Shape:
    if row["upright"] is None:
        raise ValueError("the box that holds its ellipse is no rectangle")
    left, top, right, bottom, degrees = row["upright"]
    pairs: Pairs = [("cx", (left + right) / 2), ("cy", (top + bottom) / 2)]
    pairs += [("rx", (right - left) / 2), ("ry", (bottom - top) / 2)]
    return Shape("ellipse", [*pairs, ("rotation", angle)] if (angle := turn(degrees)) else pairs)


def _polygon(row: Row, image: Row, label: Label) -> Shape:
    if len(row["polygons"]) == 1:
        return Shape("polygon", [("points", points(row["polygons"][0]))])
    # One object stays one object: CVAT has no polygon of several rings, but masks of any form.
    return _mask(row, image, label)._replace(change="objects of several rings became masks")


def _polyline(row: Row, _image: Row, _label: Label) -> Shape:
    change = None if len(row["polygons"]) == 1 else "lines of several pieces became their first piece"
    return Shape("polyline", [("points", points(row["polygons"][0]))], change=change)


def _points(row: Row, _image: Row, _label: Label) -> Shape:
    flat = [value for each in row["keypoints"] for value in (each["x"], each["y"])]
    return Shape("points", [("points", points(flat))])


def _keypoints(row: Row, image: Row, label: Label) -> Shape:
    if not label.is_skeleton:
        return _points(row, image, label)
    joints = (_joint(label.point_name(place), each) for place, each in enumerate(row["keypoints"]))
    return Shape("skeleton", [], "".join(joints))


def _mask(row: Row, image: Row, _label: Label) -> Shape:
    # Runs are told within their box, so that rings can be drawn where the picture's size is not known.
    width, height = (image[side] or _reach(row, axis) for axis, side in enumerate(("width", "height")))
    pixels = pixels_of(row, height=height, width=width)
    rows, columns = np.flatnonzero(pixels.any(axis=1)), np.flatnonzero(pixels.any(axis=0))
    if not len(rows):
        raise ValueError("its mask is empty")
    inside = pixels[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    place = (int(columns[0]), int(rows[0]), *inside.shape[::-1])
    frame: Pairs = list(zip(("left", "top", "width", "height"), place, strict=True))
    return Shape("mask", [("rle", _runs(inside)), *frame])


_WRITERS: dict[str, Callable[[Row, Row, Label], Shape]] = {
    "box": _box,
    "cuboid": _cuboid,
    "rotated_box": _rotated_box,
    "ellipse": _ellipse,
    "polygon": _polygon,
    "polyline": _polyline,
    "point": _points,
    "keypoints": _keypoints,
    "mask": _mask,
}


def _joint(name: str, point: Row) -> str:
    """Return one point of a skeleton: visibility 0 is outside the picture, 1 occluded."""
    seen = point["visibility"]
    pairs: Pairs = [("label", name), ("outside", int(not seen)), ("occluded", int(seen == 1))]
    return f"<points{attributes([*pairs, ('points', points((point['x'], point['y'])))])}></points>"


def _reach(row: Row, axis: int) -> int:
    """Return how far the rings go to the right (axis 0) or down (axis 1), in whole pixels."""
    return max(1, *(math.ceil(number) for ring in row["polygons"] or ((0, 0),) for number in ring[axis::2]))


def _runs(pixels: NDArray[np.bool_]) -> str:
    """Return run lengths row by row, zeros first."""
    flat = np.concatenate([[False], pixels.ravel()])
    edges = np.flatnonzero(flat[1:] != flat[:-1])
    return ", ".join(map(str, np.diff(edges, prepend=0, append=pixels.size).tolist()))
