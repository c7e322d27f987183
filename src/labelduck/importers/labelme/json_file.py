"""One JSON file of labelme or of its relatives (AnyLabeling, X-AnyLabeling)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from labelduck.importers import drawn
from labelduck.importers.drawn import DrawnError
from labelduck.importers.json_records import UnreadableJsonError
from labelduck.importers.packed_masks import from_base64, mask_of_png
from labelduck.importers.single_values import flat

if TYPE_CHECKING:
    from collections.abc import Callable

    from labelduck.importers.drawn import Columns
    from labelduck.importers.labelme.scene import Scene

    Size = tuple[int | None, int | None]

_IMAGE = frozenset(("shapes", "imagePath", "imageData", "imageHeight", "imageWidth", "flags"))
_SHAPE = frozenset(
    (
        "label",
        "points",
        "shape_type",
        "mask",
        "group_id",
        "flags",
        "attributes",
        "score",
        "difficult",
        "direction",
    )
)
_PARTS = frozenset(("occluded", "truncated"))
_WIDEST = math.radians(0.1)


def add_json(scene: Scene, content: Any, source_file: str) -> None:  # noqa: ANN401 - whatever the file holds
    """Add the image and the shapes of one file.

    Raises:
        UnreadableJsonError: It is no LabelMe file.
    """
    if not isinstance(content, dict) or not isinstance(content.get("shapes"), list):
        raise UnreadableJsonError("is no LabelMe file: it has no list `shapes`")
    said = content.get("imagePath")
    picture = said if isinstance(said, str) and said else None
    tags, rest = _flags(content.get("flags"))
    rest |= {key: value for key, value in content.items() if key not in _IMAGE}
    columns = {"tags": tags, "attributes": rest}
    image = scene.add_image(
        source_file, picture, (content.get("imageWidth"), content.get("imageHeight")), columns
    )
    for number, shape in enumerate(content["shapes"]):
        place = f"shapes[{number}]"
        try:
            found = _shape(shape, (image["width"], image["height"]))
        except DrawnError as error:
            scene.rows.repeats.add(
                "a shape cannot be used", source_file, place, f"{error}; left out", record=shape
            )
        else:
            scene.add_object(image, str(number), place, found | {"source_file": source_file})


def _flags(flags: object) -> tuple[list[str], dict[str, Any]]:
    """Return the flags that are set, and all of them where some are not."""
    if not isinstance(flags, dict):
        return [], {"flags": flags} if flags else {}
    tags = [name for name, value in flags.items() if value is True]
    return tags, {"flags": flags} if len(tags) < len(flags) else {}


def _shape(shape: object, size: Size) -> Columns:
    if not isinstance(shape, dict):
        raise DrawnError("a shape must be an object")
    label = shape.get("label")
    if label is None or isinstance(label, (dict, list)) or not str(label).strip():
        raise DrawnError("the shape has no label")
    kind = shape.get("shape_type") or "polygon"
    draw = _DRAW.get(kind) if isinstance(kind, str) else None
    if draw is None:
        raise DrawnError(f"{kind!r:.40} is no shape type known here ({', '.join(_DRAW)})")
    columns = draw(flat(shape.get("points")), shape, size)
    columns["class_name"] = str(label)
    group = shape.get("group_id")
    if group is not None:
        columns["group_id"] = str(group)
    _add_facts(columns, shape)
    return columns


def _add_facts(columns: Columns, shape: dict[str, Any]) -> None:
    """Add what else is said of a shape; what has no column is an attribute."""
    rest: dict[str, Any] = columns.pop("attributes", {})
    for name in ("flags", "attributes"):
        more = shape.get(name)
        if isinstance(more, dict):
            rest |= more
        elif more:
            rest[name] = more
    rest |= {
        key: value for key, value in shape.items() if key not in _SHAPE and value not in (None, "", [], {})
    }
    for name in _PARTS.intersection(rest):
        if isinstance(rest[name], bool):
            columns[name] = float(rest.pop(name))
    if isinstance(shape.get("difficult"), bool):
        columns["difficult"] = shape["difficult"]
    if shape.get("score") is not None:
        rest["score"] = shape["score"]
        columns["source"] = "model_assisted"
    if rest:
        columns["attributes"] = rest


def _rectangle(points: list[float], _: dict[str, Any], __: Size) -> Columns:
    if len(points) != 8:
        return drawn.box_between(points)
    points = drawn.numbers(points)
    x, y = set(points[0::2]), set(points[1::2])
    is_upright = len(x) <= 2 and len(y) <= 2 and (points[0] == points[2]) != (points[1] == points[3])
    return drawn.box(min(x), min(y), max(x), max(y)) if is_upright else drawn.rotated_corners(points)


def _oriented(points: list[float], shape: dict[str, Any], _: Size) -> Columns:
    columns = drawn.rotated_corners(points)
    said = shape.get("direction")
    if said is not None:
        (turn,) = drawn.numbers((said,))
        off = math.remainder(turn - math.radians(columns["rotation"]), math.tau)
        if abs(off) > _WIDEST:  # the object's front is not its first edge
            columns["attributes"] = {"direction": said}
    return columns


def _circle(points: list[float], _: dict[str, Any], __: Size) -> Columns:
    if len(points) != 4:
        raise DrawnError(f"a circle of {len(points) // 2} points, expected its centre and one on its rim")
    x, y, rim_x, rim_y = drawn.numbers(points)
    radius = math.hypot(rim_x - x, rim_y - y)
    return drawn.ellipse(x, y, radius, radius)


def _polygon(points: list[float], _: dict[str, Any], __: Size) -> Columns:
    return drawn.polygon([points])


def _line(points: list[float], _: dict[str, Any], __: Size) -> Columns:
    return drawn.polyline(points)


def _points(points: list[float], _: dict[str, Any], __: Size) -> Columns:
    if len(points) == 2:
        return drawn.point(points[0], points[1])
    return drawn.keypoints((x, y, 2) for x, y in zip(points[0::2], points[1::2], strict=True))


def _cuboid(points: list[float], _: dict[str, Any], __: Size) -> Columns:
    return drawn.cuboid(points) | {"attributes": {"points": points}}


def _mask(points: list[float], shape: dict[str, Any], size: Size) -> Columns:
    width, height = size
    if width is None or height is None:
        raise DrawnError(
            "the picture's size is not known, so the mask has no place; give --images or --sizes"
        )
    left, top = drawn.numbers(points[:2])
    crop = mask_of_png(from_base64(shape.get("mask")))
    return drawn.mask_in_frame(crop, left=int(left), top=int(top), height=height, width=width)


_DRAW: dict[str, Callable[[list[float], dict[str, Any], Size], Columns]] = {
    "polygon": _polygon,
    "rectangle": _rectangle,
    "circle": _circle,
    "line": _line,
    "linestrip": _line,
    "point": _points,
    "points": _points,
    "mask": _mask,
    "rotation": _oriented,
    "oriented_rectangle": _oriented,
    "quadrilateral": _polygon,
    "cuboid": _cuboid,
}
"""How each type of shape is drawn, from its points, the shape itself, and the picture's width and height."""
