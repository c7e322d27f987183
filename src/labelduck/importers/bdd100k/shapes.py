"""The shape of one label, as columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from labelduck.importers import drawn
from labelduck.importers.drawn import DrawnError

if TYPE_CHECKING:
    from labelduck.importers.drawn import Columns

LAST_COUNTS = 1
"""What is added to x2 and y2: the pixel there lies inside the box."""
PIECES = 12
"""Straight pieces that a curve is drawn with."""
_VISIBILITY = {"0": 0, "1": 1, "2": 2, "absent": 0, "hidden": 1, "occluded": 1, "visible": 2}
_CORNERS = ("x1", "y1", "x2", "y2")


def shape_of(label: dict[str, Any]) -> Columns:
    """Return the columns of a label: its mask, outline or graph, else its box.

    Where a label has a box beside another shape, the box is the one that was drawn.

    Raises:
        DrawnError: It has no shape in the picture, or one that is none.
    """
    flat_box = None if label.get("box2d") is None else _box(label["box2d"])
    if label.get("rle") is not None:
        columns = _mask(label["rle"])
    elif label.get("poly2d"):
        columns = _outlines(label["poly2d"], is_lane=str(label.get("category")).startswith("lane"))
    elif label.get("graph") is not None:
        columns = _graph(label["graph"])
    elif flat_box is not None:
        return flat_box
    elif label.get("box3d") is not None:
        raise DrawnError("the label has a box in space (box3d) and no shape in the picture")
    else:
        raise DrawnError("the label has no shape (box2d, poly2d, rle or graph)")
    return columns if flat_box is None else columns | {"box": flat_box["box"]}


def _box(told: object) -> Columns:
    if not isinstance(told, dict) or any(name not in told for name in _CORNERS):
        raise DrawnError("box2d lacks one of x1, y1, x2, y2")
    x_1, y_1, x_2, y_2 = drawn.numbers(told[name] for name in _CORNERS)
    return drawn.box(x_1, y_1, x_2 + LAST_COUNTS, y_2 + LAST_COUNTS)


def _mask(told: object) -> Columns:
    counts, size = (told.get("counts"), told.get("size")) if isinstance(told, dict) else (None, None)
    is_size = isinstance(size, list) and len(size) == 2 and all(type(side) is int for side in size)
    if not isinstance(counts, str) or not isinstance(size, list) or not is_size:
        raise DrawnError("rle needs text `counts` and `size` [height, width]")
    return drawn.mask(counts, height=size[0], width=size[1])


def _outlines(told: object, *, is_lane: bool = False) -> Columns:
    """Return the columns of closed rings or of lines; what is drawn with both kinds is refused."""
    if not isinstance(told, list):
        raise DrawnError("poly2d is no list")
    if isinstance(told[0], list):  # the first release writes the points themselves, each as [x, y, type]
        parts = [_part({"vertices": told, "closed": not is_lane})]
    else:
        parts = [_part(part) for part in told]
    n_closed = sum(is_closed for _, is_closed, _ in parts)
    if n_closed not in (0, len(parts)):
        raise DrawnError("poly2d mixes closed outlines and lines")
    rings = [flat for flat, _, _ in parts]
    if n_closed:
        columns = drawn.polygon(rings)
    else:
        lines = [drawn.polyline(ring) for ring in rings]
        corners = list(zip(*(line["box"] for line in lines), strict=True))
        box = min(corners[0]), min(corners[1]), max(corners[2]), max(corners[3])
        columns = {"geometry": "polyline", "box": box, "polygons": [line["polygons"][0] for line in lines]}
    is_curved = any(curved for _, _, curved in parts)
    return columns | {"attributes": {"poly2d": told}} if is_curved else columns


def _part(told: object) -> tuple[list[float], bool, bool]:
    """Return the points of one outline, whether it is closed, and whether it has curves."""
    vertices = told.get("vertices") if isinstance(told, dict) else None
    if not isinstance(told, dict) or not isinstance(vertices, list) or not vertices:
        raise DrawnError("poly2d has no vertices")
    points, types = [], ""
    for vertex in vertices:
        if not isinstance(vertex, list) or len(vertex) not in (2, 3):
            raise DrawnError(f"{vertex!r:.40} is no vertex, expected [x, y]")
        x, y = drawn.numbers(vertex[:2])
        points.append((x, y))
        types += str(vertex[2])[:1] if len(vertex) == 3 else ""
    types = told["types"] if isinstance(told.get("types"), str) else types or "L" * len(points)
    if len(types) != len(points):
        raise DrawnError(f"poly2d has {len(points)} vertices and {len(types)} types")
    is_closed = bool(told.get("closed", True))
    if "C" in types:
        points = _straightened(points, types, is_closed=is_closed)
    return [number for point in points for number in point], is_closed, "C" in types


def _straightened(
    points: list[tuple[float, float]], types: str, *, is_closed: bool
) -> list[tuple[float, float]]:
    """Return an outline without curves.

    Two control points and the next vertex are a cubic Bezier curve from the vertex before. Some writers mark that next
    vertex "C" as well; so three in a row are a curve of their own.
    """
    found = [points[0]]
    at = 1
    while at < len(points):
        is_curve = types[at : at + 2] == "CC" and (at + 2 < len(points) or is_closed)
        if not is_curve:
            found.append(points[at])
            at += 1
            continue
        start, (first, second) = found[-1], points[at : at + 2]
        end = points[at + 2] if at + 2 < len(points) else points[0]
        found += [_on_curve(start, first, second, end, step / PIECES) for step in range(1, PIECES)]
        if at + 2 < len(points):
            found.append(end)
        at += 3
    return found


def _on_curve(
    start: tuple[float, float],
    first: tuple[float, float],
    second: tuple[float, float],
    end: tuple[float, float],
    t: float,
) -> tuple[float, float]:
    """Return the point of a cubic Bezier curve at t, 0 to 1."""
    weights = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3
    x, y = (
        sum(weight * point[axis] for weight, point in zip(weights, (start, first, second, end), strict=True))
        for axis in (0, 1)
    )
    return x, y


def _graph(told: object) -> Columns:
    """Return the columns of a graph of nodes: keypoints, or the outline that it stands for."""
    nodes = told.get("nodes") if isinstance(told, dict) else None
    if not isinstance(told, dict) or not isinstance(nodes, list) or not nodes:
        raise DrawnError("graph has no nodes")
    if not all(isinstance(node, dict) for node in nodes):
        raise DrawnError("a node of the graph is no object")
    places = [_place(node) for node in nodes]
    kind = str(told.get("type") or "").lower()
    if kind.startswith("poly"):
        types = "".join(str(node.get("type") or "L")[:1] for node in nodes)
        part = {"vertices": places, "types": types, "closed": kind.startswith("polygon")}
        return _outlines([part])
    columns = drawn.keypoints((*place, _seen(node)) for place, node in zip(places, nodes, strict=True))
    names = [node.get("category") for node in nodes]
    return columns | {"attributes": {"nodes": names}}


def _place(node: dict[str, Any]) -> list[Any]:
    place = node.get("location")
    if not isinstance(place, list) or len(place) != 2:
        raise DrawnError(f"{place!r:.40} is no location in the picture, expected [x, y]")
    return place


def _seen(node: dict[str, Any]) -> int:
    return _VISIBILITY.get(str(node.get("visibility", "2")).lower(), 2)
