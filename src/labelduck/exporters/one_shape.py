"""One object's shape, for formats that write an element for each object and have no word for some shapes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from labelduck import geometry
from labelduck.exporters.outlines import upright_forms
from labelduck.importers import drawn

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

Row = dict[str, Any]
"""One annotation or prediction; columns that it lacks count as null."""

CLOSE = 1e-6
"""Pixels or share by which a box or an area may differ from that of the outline without being one of its own."""

CORNERS = "corners"
"""Attribute of cuboids."""

_ORDER = (
    ("mask", "mask"),
    ("polygons", "polygon"),
    ("keypoints", "keypoints"),
    ("rotated_box", "rotated_box"),
    ("box", "box"),
)
_NEEDS = {"point": "keypoints", "polyline": "polygons", "ellipse": "rotated_box", "cuboid": "box"} | {
    kind: column for column, kind in _ORDER
}


def kind_of(row: Row) -> str | None:
    """Return the geometry of a row, by what it holds where the column says nothing or more than it holds; None for no shape."""
    told = row.get("geometry")
    if told in _NEEDS and row.get(_NEEDS[told]):
        return str(told)
    return next((kind for column, kind in _ORDER if row.get(column)), None)


def set_upright(rows: Iterable[Row]) -> None:
    """Give each row with a rotated box its `upright`: x_min, y_min, x_max, y_max and degrees; None where it is no rectangle."""
    turned = [row for row in rows if row.get("rotated_box")]
    if not turned:
        return
    corners = np.array([row["rotated_box"] for row in turned], np.float64)
    told = np.array([math.nan if row.get("rotation") is None else row["rotation"] for row in turned])
    forms, angles, is_rectangle = upright_forms(corners, told)
    for row, form, angle, fits in zip(
        turned, forms.tolist(), angles.tolist(), is_rectangle.tolist(), strict=True
    ):
        row["upright"] = (*form, angle) if fits else None


def pixels_of(row: Row, *, height: int = 0, width: int = 0) -> NDArray[np.bool_]:
    """Return the pixels of a mask or, drawn, of rings in a picture, [height, width].

    Raises:
        ValueError: The mask is broken, or rings cannot be drawn in a picture of that size.
    """
    if mask := row.get("mask"):
        return geometry.mask_from_rle(mask["counts"], *mask["size"])
    return geometry.mask_from_rle(geometry.rle_from_polygons(row["polygons"], height, width), height, width)


def note_own_box(row: Row, again: Mapping[str, Any], changed: Counter[str]) -> None:
    """Count a box that is not the one around the shape, where a format only keeps the shape.

    Args:
        row: The object.
        again: What an importer makes of the shape: `shape_again`.
        changed: Counts by what became of it.
    """
    box, around = row.get("box"), again.get("box")
    if box and around and max(map(_distance, box.values(), around)) > CLOSE:
        changed["boxes that differed from the outline became those around it"] += 1


def note_own_area(row: Row, again: Mapping[str, Any], changed: Counter[str]) -> None:
    """Count an area that is not that of the shape, likewise."""
    area, told = row.get("area"), again.get("area")
    if area is not None and told is not None and abs(area - told) > CLOSE * max(area, told):
        changed["areas that differed from the shape's became those of the shape"] += 1


def shape_again(row: Row, kind: str) -> drawn.Columns:
    """Return what an importer makes of a shape that is written as it is; nothing for masks, whose numbers are their own."""
    if kind == "box":
        return drawn.box(*row["box"].values())
    if kind == "polygon":
        return drawn.polygon(row["polygons"])
    if kind in ("keypoints", "point"):
        return drawn.keypoints([(each["x"], each["y"], each["visibility"]) for each in row["keypoints"]])
    if kind == "polyline":
        return drawn.polyline(row["polygons"][0])
    return {}


def attributes_of(row: Row) -> dict[str, Any]:
    """Return the attributes of an object that have a value; text that is no JSON object is the attribute `text`."""
    text = row.get("attributes")
    if not text:
        return {}
    try:
        told = msgspec.json.decode(text)
    except msgspec.DecodeError:
        told = text
    whole = told if isinstance(told, dict) else {"text": text}
    return {name: value for name, value in whole.items() if value is not None}


def cuboid_corners(row: Row, attributes: Mapping[str, Any]) -> list[float] | None:
    """Return the corners of a cuboid, which stand in its attribute `corners`; None where there are not 8."""
    corners = attributes.get(CORNERS) if row.get("geometry") == "cuboid" else None
    if not isinstance(corners, list) or len(corners) != 16:
        return None
    return corners if all(type(number) in (int, float) for number in corners) else None


def turn(degrees: float) -> float:
    """Return an angle from 0 to below 360, as labelling tools have them."""
    turned = degrees % 360
    return turned if turned < 360 else 0.0


def _distance(first: float, second: float) -> float:
    return abs(first - second)
