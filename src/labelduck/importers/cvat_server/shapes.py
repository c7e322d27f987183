"""What was drawn in CVAT, as columns of `annotations`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from labelduck.geometry import MAX_PIXELS
from labelduck.importers import drawn
from labelduck.importers.cvat_server.fields import items, record, whole
from labelduck.importers.drawn import DrawnError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from labelduck.importers.cvat_server.fields import Record
    from labelduck.importers.cvat_server.frames import Picture
    from labelduck.importers.drawn import Columns

ABSENT = (0.0, 0.0, 0)


def columns(shape: Record, picture: Picture) -> Columns:
    """Return the geometry of a shape that is no skeleton.

    Args:
        shape: It, as the server gives it.
        picture: Name, width and height of its frame; a mask needs them.

    Raises:
        DrawnError: It is no shape.
    """
    kind, points = shape.get("type"), shape.get("points")
    if not isinstance(points, list):
        raise DrawnError("it has no points")
    if kind == "mask":
        return _mask(points, picture)
    if kind in ("rectangle", "ellipse"):
        turned = _rectangle if kind == "rectangle" else _ellipse
        return turned(points, shape.get("rotation") or 0.0)
    draw = _DRAWN.get(kind) if isinstance(kind, str) else None
    if draw is None:
        raise DrawnError(f"{kind!r:.40} is no type of shape known here")
    return draw(points)


def skeleton(elements: Mapping[int, Record], order: Sequence[int]) -> Columns:
    """Return a skeleton's geometry: its points in the order of the class.

    Args:
        elements: The points by id of their sublabel.
        order: Ids of the sublabels.

    Raises:
        DrawnError: One has no place.
    """
    return drawn.keypoints([_element(elements[label]) if label in elements else ABSENT for label in order])


def _element(element: Record) -> tuple[float, float, float]:
    if element.get("outside") is True:
        return ABSENT
    points = element.get("points")
    if not isinstance(points, list) or len(points) != 2:
        raise DrawnError("a point of the skeleton is not given by two numbers")
    x, y = drawn.numbers(points)
    return x, y, 1 if element.get("occluded") is True else 2


def _rectangle(points: list[Any], degrees: float) -> Columns:
    if len(points) != 4:
        raise DrawnError(f"{len(points)} numbers, expected two corners of a rectangle")
    upright = drawn.box_between(points)
    if not degrees:
        return upright
    x_min, y_min, x_max, y_max = upright["box"]
    return drawn.rotated_box(x_min, y_min, x_max, y_max, degrees)


def _points(points: list[Any]) -> Columns:
    if len(points) % 2 or not points:
        raise DrawnError(f"{len(points)} numbers, expected pairs")
    if len(points) == 2:
        return drawn.point(*points)
    return drawn.keypoints([(x, y, 2) for x, y in zip(points[::2], points[1::2], strict=True)])


def _ellipse(points: list[Any], degrees: float) -> Columns:
    """CVAT gives the centre, and the right end and top end of the axes."""
    if len(points) != 4:
        raise DrawnError(f"{len(points)} numbers, expected the centre, right and top of an ellipse")
    x, y, right, top = drawn.numbers(points)
    return drawn.ellipse(x, y, right - x, y - top, degrees)


def _mask(points: list[Any], picture: Picture) -> Columns:
    """CVAT gives run lengths within a box, row by row, starting with the background, then the box with its far pixels."""
    _, width, height = picture
    if width is None or height is None:
        raise DrawnError("the size of its frame is not known; dump the data/meta of its job or task")
    counts = [whole(each) for each in points[:-4]]
    corners = [whole(each) for each in points[-4:]]
    if len(corners) != 4 or None in counts or None in corners:
        raise DrawnError("the mask is not given by whole numbers and its box")
    left, top, right, bottom = (each or 0 for each in corners)
    columns_, rows = right - left + 1, bottom - top + 1
    if columns_ < 1 or rows < 1 or columns_ * rows > MAX_PIXELS:
        raise DrawnError(f"the box of the mask is {columns_} wide and {rows} high")
    lengths = [each or 0 for each in counts]
    if sum(lengths) != columns_ * rows:
        raise DrawnError(f"the runs of the mask have {sum(lengths)} pixels, its box has {columns_ * rows}")
    pixels = np.repeat(np.arange(len(lengths)) % 2 == 1, lengths).reshape(rows, columns_)
    return drawn.mask_in_frame(pixels, left=left, top=top, height=height, width=width)


_DRAWN: dict[str, Callable[[list[Any]], Columns]] = {
    "polygon": lambda points: drawn.polygon([points]),
    "polyline": drawn.polyline,
    "points": _points,
    "cuboid": drawn.cuboid,
}


def by_label(elements: object) -> dict[int, Record]:
    """Return the points of a skeleton by id of their sublabel."""
    found = ((whole(each.get("label_id")), each) for each in map(record, items(elements)))
    return {label: each for label, each in found if label is not None}
