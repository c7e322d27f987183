"""Shapes as CVAT's XML writes them, as columns of annotations."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from labelduck import geometry
from labelduck.importers import drawn
from labelduck.importers.drawn import DrawnError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from xml.etree.ElementTree import Element

    from labelduck.importers.cvat.labels import Label
    from labelduck.importers.drawn import Columns

OF_BOX = ("xtl", "ytl", "xbr", "ybr")
OF_CUBOID = tuple(
    f"{edge}{side}{face}" for face in "12" for side in ("tl", "bl", "tr", "br") for edge in "xy"
)
OF_MASK = ("rle", "left", "top", "width", "height")
OWN = frozenset(
    [
        *OF_BOX,
        *OF_CUBOID,
        *OF_MASK,
        "points",
        "cx",
        "cy",
        "rx",
        "ry",
        "rotation",
        "label",
        "source",
        "occluded",
    ]
) | {"outside", "z_order", "group_id", "frame", "keyframe"}
"""Names of XML attributes that have a column of their own, or make up the shape."""
ABSENT, HIDDEN, VISIBLE = 0, 1, 2


class Frame(NamedTuple):
    """The picture that a shape lies in: its size in pixels, as far as it is known."""

    width: int | None
    height: int | None


def shape_of(element: Element, frame: Frame, label: Label) -> Columns:
    """Return the columns of one shape.

    Args:
        element: `box`, `polygon`, ... with its children.
        frame: The picture, which a mask needs.
        label: Class of the shape; a skeleton's keypoints come in its order, and names that are new to it are added.

    Raises:
        DrawnError: It is no shape; the message says why.
    """
    try:
        if element.tag == "skeleton":
            return _skeleton(element, label)
        if element.tag == "mask":
            return _mask(element.attrib, frame)
        return _SHAPES[element.tag](element.attrib)
    except KeyError as error:
        raise DrawnError(f"{error.args[0]} is missing") from None


def is_shape(tag: str) -> bool:
    """Tell whether an element's name is that of a shape."""
    return tag in _SHAPES or tag in {"skeleton", "mask"}


def mask_of_runs(runs: Sequence[int], crop: tuple[int, int, int, int], frame: Frame) -> Columns:
    """Return the columns of a mask.

    Args:
        runs: Run lengths over the rows of the crop, background first.
        crop: Left, top, width and height of it in pixels.
        frame: The picture; where its size is unknown, the crop's far corner counts as the picture's.

    Raises:
        DrawnError: The runs are not as long as the crop, or one is below 0, or the picture is too large.
    """
    left, top, width, height = crop
    if width < 1 or height < 1 or width * height > geometry.MAX_PIXELS:
        raise DrawnError(f"a mask of {width} x {height} pixels")
    if min(runs, default=0) < 0 or sum(runs) != width * height:
        raise DrawnError(f"the runs cover {sum(runs)} pixels, expected the {width} x {height} of the mask")
    lengths = np.array(runs, np.int64)
    pixels = np.repeat(np.arange(len(lengths)) % 2 == 1, lengths).reshape(height, width)
    frame_width = max(1, left + width) if frame.width is None else frame.width
    frame_height = max(1, top + height) if frame.height is None else frame.height
    return drawn.mask_in_frame(pixels, left=left, top=top, height=frame_height, width=frame_width)


def points_of(flat: Sequence[float]) -> Columns:
    """Return the columns of what CVAT calls points: of one a point, of several keypoints."""
    pairs = drawn.numbers(flat)
    if not pairs or len(pairs) % 2:
        raise DrawnError(f"{len(pairs)} numbers, expected pairs")
    if len(pairs) == 2:
        return drawn.point(pairs[0], pairs[1])
    return drawn.keypoints([(x, y, VISIBLE) for x, y in zip(pairs[::2], pairs[1::2], strict=True)])


def keypoints_of(found: Mapping[str, tuple[float, float, int]], label: Label) -> Columns:
    """Return the columns of a skeleton from its keypoints by name, in the class's order; those that lack are absent."""
    for name in found:
        if name not in label.keypoints:
            label.keypoints.append(name)
    points = [found.get(name, (0.0, 0.0, ABSENT)) for name in label.keypoints]
    if not points:
        raise DrawnError("the skeleton has no keypoints")
    return drawn.keypoints(points)


def cuboid_of(corners: Sequence[float | str]) -> Columns:
    """Return the columns of a cuboid from its 8 corners; they are kept as an attribute."""
    if len(corners) != len(OF_CUBOID):
        raise DrawnError(f"{len(corners)} numbers, expected the 16 of 8 corners")
    numbers = drawn.numbers(corners)
    return drawn.cuboid(numbers) | {"attributes": {"corners": numbers}}


def visibility(*, outside: bool, occluded: bool) -> int:
    """Return a keypoint's visibility."""
    return ABSENT if outside else HIDDEN if occluded else VISIBLE


def flat_points(text: str) -> list[float]:
    """Return the numbers of `x,y;x,y`.

    Raises:
        DrawnError: It is not of that form.
    """
    flat: list[str] = []
    for pair in text.strip("; \t\n").split(";"):
        numbers = pair.split(",")
        if len(numbers) != 2:
            raise DrawnError(f"the points hold {pair[:40]!r}, expected x,y")
        flat += numbers
    try:
        return list(map(float, flat))
    except ValueError as error:
        raise DrawnError(f"the points hold no number: {error}") from None


def _box(told: Mapping[str, str]) -> Columns:
    x_min, y_min, x_max, y_max = drawn.numbers(told[name] for name in OF_BOX)
    if (turn := told.get("rotation")) is None:
        return drawn.box(x_min, y_min, x_max, y_max)
    (degrees,) = drawn.numbers((turn,))
    return drawn.rotated_box(x_min, y_min, x_max, y_max, degrees)


def _ellipse(told: Mapping[str, str]) -> Columns:
    names = ("cx", "cy", "rx", "ry")
    x, y, across, down = drawn.numbers(told[name] for name in names)
    (degrees,) = drawn.numbers((told.get("rotation", "0"),))
    # CVAT takes the radii from two points, in whichever order they were set.
    return drawn.ellipse(x, y, abs(across), abs(down), degrees)


def _polygon(told: Mapping[str, str]) -> Columns:
    return drawn.polygon([flat_points(told["points"])])


def _polyline(told: Mapping[str, str]) -> Columns:
    return drawn.polyline(flat_points(told["points"]))


def _points(told: Mapping[str, str]) -> Columns:
    return points_of(flat_points(told["points"]))


def _cuboid(told: Mapping[str, str]) -> Columns:
    return cuboid_of([told[name] for name in OF_CUBOID])


def _mask(told: Mapping[str, str], frame: Frame) -> Columns:
    left, top, width, height = (_whole(told[name], name) for name in OF_MASK[1:])
    try:
        runs = list(map(int, told["rle"].split(",")))
    except ValueError:
        raise DrawnError(f"rle holds {told['rle'][:40]!r}, expected whole numbers") from None
    return mask_of_runs(runs, (left, top, width, height), frame)


def _skeleton(element: Element, label: Label) -> Columns:
    found: dict[str, tuple[float, float, int]] = {}
    for part in element:
        if part.tag == "attribute":
            continue
        told = part.attrib
        if part.tag != "points":
            raise DrawnError(f"the skeleton holds a {part.tag}, expected points")
        flat = flat_points(told["points"])
        if len(flat) != 2:
            raise DrawnError(f"a keypoint has {len(flat)} numbers, expected 2")
        seen = visibility(outside=told.get("outside") == "1", occluded=told.get("occluded") == "1")
        found[told["label"]] = (flat[0], flat[1], seen)
    return keypoints_of(found, label)


def _whole(text: str, name: str) -> int:
    text = text.strip()
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdecimal() and len(digits) < 11):
        raise DrawnError(f"{name} holds {text[:40]!r}, expected whole numbers")
    return int(text)


_SHAPES: dict[str, Callable[[Mapping[str, str]], Columns]] = {
    "box": _box,
    "ellipse": _ellipse,
    "polygon": _polygon,
    "polyline": _polyline,
    "points": _points,
    "cuboid": _cuboid,
}
