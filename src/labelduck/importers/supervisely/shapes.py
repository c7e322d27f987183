"""The shape of one object of a Supervisely file, as columns."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from labelduck.importers import drawn
from labelduck.importers.drawn import DrawnError
from labelduck.importers.packed_masks import from_base64, inflated, mask_of_png
from labelduck.importers.single_values import flat

if TYPE_CHECKING:
    from collections.abc import Callable

    from labelduck.importers.drawn import Columns

_BOXES = ("rectangle", "oriented_bbox")


@dataclass(frozen=True)
class Frame:
    """What a shape has to know of its file.

    Attributes:
        width: Of the picture in pixels, None when unknown.
        height: Likewise.
        last_counts: 1 where rectangles count pixels, so that the last one lies inside; 0 for plain coordinates.
        nodes: Ids of the class's keypoints in order; empty when unknown.
    """

    width: int | None
    height: int | None
    last_counts: int = 0
    nodes: tuple[str, ...] = ()

    def size(self) -> tuple[int, int]:
        """Return height and width; DrawnError where they are unknown."""
        if self.width is None or self.height is None:
            raise DrawnError("the picture's size is not known, so there is no mask; give --images or --sizes")
        return self.height, self.width


def shape_of(figure: dict[str, Any], kind: str | None, frame: Frame) -> Columns:
    """Return the columns of an object.

    Raises:
        DrawnError: Its geometry is of no known type, or is none.
    """
    if kind is None:
        kind = "bitmap" if isinstance(figure.get("bitmap"), dict) else None
    draw = _DRAW.get(kind or "")
    if draw is None:
        raise DrawnError(f"{kind!r:.40} is no geometry known here ({', '.join(_DRAW)})")
    return draw(figure, frame)


def counts_pixels(figures: list[Any]) -> bool:
    """Tell whether all boxes of a file are of whole numbers."""
    for figure in figures:
        kind = figure.get("geometryType") if isinstance(figure, dict) else None
        if isinstance(kind, str) and kind in _BOXES:
            points = figure.get("points")
            corners = points.get("exterior") if isinstance(points, dict) else points
            for corner in corners if isinstance(corners, list) else ():
                for number in corner if isinstance(corner, list) else ():
                    if isinstance(number, float) and not number.is_integer():
                        return False
    return True


def _points(figure: dict[str, Any]) -> tuple[list[float], list[list[float]]]:
    """Return the outer points and those of the holes, each as x1, y1, x2, y2, ..."""
    points = figure.get("points")
    if not isinstance(points, dict):
        raise DrawnError("the object has no points")
    holes = points.get("interior") or []
    if not isinstance(holes, list):
        raise DrawnError("its `interior` is no list of holes")
    return flat(points.get("exterior")), [flat(hole) for hole in holes]


def _rectangle(figure: dict[str, Any], frame: Frame) -> Columns:
    return _box(_points(figure)[0], frame)


def _oriented(figure: dict[str, Any], frame: Frame) -> Columns:
    (angle,) = drawn.numbers((figure.get("angle", 0),))
    x_min, y_min, x_max, y_max = _box(flat(figure.get("points")), frame)["box"]
    return drawn.rotated_box(x_min, y_min, x_max, y_max, math.degrees(angle))


def _box(flat: list[float], frame: Frame) -> Columns:
    columns = drawn.box_between(flat)
    if not frame.last_counts:
        return columns
    x_min, y_min, x_max, y_max = columns["box"]
    return drawn.box(x_min, y_min, x_max + frame.last_counts, y_max + frame.last_counts)


def _polygon(figure: dict[str, Any], frame: Frame) -> Columns:
    outer, holes = _points(figure)
    if not holes:
        return drawn.polygon([outer])
    height, width = frame.size()
    return drawn.polygon_with_holes(outer, holes, height=height, width=width)


def _line(figure: dict[str, Any], _: Frame) -> Columns:
    return drawn.polyline(_points(figure)[0])


def _point(figure: dict[str, Any], _: Frame) -> Columns:
    flat, _holes = _points(figure)
    if len(flat) != 2:
        raise DrawnError(f"a point of {len(flat)} numbers, expected x and y")
    return drawn.point(flat[0], flat[1])


def _bitmap(figure: dict[str, Any], frame: Frame) -> Columns:
    bitmap = figure.get("bitmap")
    origin = bitmap.get("origin") if isinstance(bitmap, dict) else None
    if not isinstance(bitmap, dict) or not isinstance(origin, list) or len(origin) != 2:
        raise DrawnError("the object has no bitmap with an origin")
    left, top = drawn.numbers(origin)
    height, width = frame.size()
    crop = mask_of_png(inflated(from_base64(bitmap.get("data"))))
    return drawn.mask_in_frame(crop, left=int(left), top=int(top), height=height, width=width)


def _graph(figure: dict[str, Any], frame: Frame) -> Columns:
    nodes = figure.get("nodes", figure.get("vertices"))
    if not isinstance(nodes, dict) or not nodes:
        raise DrawnError("the object has no nodes")
    unknown = [node for node in nodes if node not in frame.nodes]
    order = [*frame.nodes, *unknown]
    columns = drawn.keypoints(_keypoint(nodes.get(node)) for node in order)
    return columns | {"attributes": {"nodes": order}} if unknown else columns


def _keypoint(node: object) -> tuple[float, float, float]:
    if node is None:
        return 0, 0, 0
    place = node.get("loc") if isinstance(node, dict) else None
    if not isinstance(node, dict) or not isinstance(place, list) or len(place) != 2:
        raise DrawnError(f"{node!r:.40} is no node, expected `loc` with x and y")
    return place[0], place[1], 1 if node.get("disabled") else 2


def _cuboid(figure: dict[str, Any], _: Frame) -> Columns:
    said = figure.get("points", figure.get("vertices"))
    if isinstance(said, dict):  # one side is said by names, as in a graph
        said = [vertex.get("loc") if isinstance(vertex, dict) else None for vertex in said.values()]
    numbers = flat(said)
    rest = {"points": said} | ({"faces": figure["faces"]} if figure.get("faces") else {})
    return drawn.cuboid(numbers) | {"attributes": rest}


_DRAW: dict[str, Callable[[dict[str, Any], Frame], Columns]] = {
    "rectangle": _rectangle,
    "polygon": _polygon,
    "bitmap": _bitmap,
    "alpha_mask": _bitmap,
    "point": _point,
    "line": _line,
    "polyline": _line,
    "graph": _graph,
    "cuboid": _cuboid,
    "cuboid_2d": _cuboid,
    "oriented_bbox": _oriented,
}
"""How each type of geometry is drawn."""
