"""The shapes of Label Studio's regions in pixels.

All numbers of a region are percent of the picture's width or height. A rectangle turns clockwise around its top left corner,
an ellipse around its centre, and both turn in pixels: in percent, a turned rectangle of a picture that is not square would
be no rectangle. How far the picture itself was turned on the screen (`image_rotation`) changes none of them.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from labelduck.geometry.brush import decode_brush
from labelduck.importers import drawn
from labelduck.importers.drawn import DrawnError
from labelduck.importers.packed_masks import from_base64, mask_of_png

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from labelduck.importers.drawn import Columns

    Value = Mapping[str, Any]


_NUMBERS = frozenset((int, float))


def rectangle(value: Value, width: int, height: int) -> Columns:
    """Return the columns of a rectangle, turned or not."""
    x, y, across, down = drawn.numbers((value["x"], value["y"], value["width"], value["height"]))
    x, y, across, down = x * width / 100, y * height / 100, across * width / 100, down * height / 100
    turned = value.get("rotation")
    if not turned:
        return drawn.box(x, y, x + across, y + down)
    (degrees,) = drawn.numbers((turned,))
    cosine, sine = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    if degrees % 90 == 0:
        cosine, sine = round(cosine), round(sine)
    center_x = x + (across * cosine - down * sine) / 2
    center_y = y + (across * sine + down * cosine) / 2
    return drawn.rotated_box(
        center_x - across / 2, center_y - down / 2, center_x + across / 2, center_y + down / 2, degrees
    )


def ellipse(value: Value, width: int, height: int) -> Columns:
    """Return the columns of an ellipse."""
    told = (value["x"], value["y"], value["radiusX"], value["radiusY"], value.get("rotation") or 0)
    x, y, across, down, degrees = drawn.numbers(told)
    across, down = across * width / 100, down * height / 100
    return drawn.ellipse(x * width / 100, y * height / 100, across, down, degrees)


def ring(points: Iterable[Sequence[float]], width: int, height: int) -> list[float]:
    """Return corners in percent as x1, y1, x2, y2, ... in pixels."""
    flat: list[float] = []
    for x, y in points:
        if type(x) not in _NUMBERS or type(y) not in _NUMBERS:
            raise DrawnError(f"a corner is {[x, y]!r:.60}, expected two numbers")
        flat += (x * width / 100, y * height / 100)
    return flat


def polygon(value: Value, width: int, height: int) -> Columns:
    """Return the columns of a polygon of one ring or, joined from pieces, of several `rings`; of a line where it is not closed."""
    if "rings" in value:
        return drawn.polygon([ring(points, width, height) for points in value["rings"]])
    points = ring(value["points"], width, height)
    return drawn.polyline(points) if value.get("closed") is False else drawn.polygon([points])


def vector(value: Value, width: int, height: int) -> Columns:
    """Return the columns of a path through vertices: a line, or a polygon where it is closed."""
    points = ring([(vertex["x"], vertex["y"]) for vertex in value["vertices"]], width, height)
    return drawn.polygon([points]) if value.get("closed") is True else drawn.polyline(points)


def keypoint(value: Value, width: int, height: int) -> Columns:
    """Return the columns of a point."""
    x, y = drawn.numbers((value["x"], value["y"]))
    return drawn.point(x * width / 100, y * height / 100)


def pose(values: Mapping[int, Value], n_places: int, width: int, height: int) -> Columns:
    """Return the keypoints of an object by their places, absent ones included; DrawnError as `draw`.

    Label Studio cannot say that a keypoint is hidden; our exporter says it beside, and the value is marked `is_hidden`.
    """
    points = [{"x": 0.0, "y": 0.0, "visibility": 0.0}] * n_places
    for place, value in values.items():
        point = draw("keypoint", value, width, height)["keypoints"][0]
        points[place] = point | {"visibility": 1.0} if value.get("is_hidden") else point
    return {"geometry": "keypoints", "keypoints": points}


def brush(value: Value, width: int, height: int) -> Columns:
    """Return the columns of a brush stroke: the mask of the whole picture."""
    if value.get("format", "rle") != "rle":
        raise DrawnError(f"the stroke's format is {value['format']!r:.40}, expected rle")
    stroke = value["rle"]
    if not isinstance(stroke, list):
        raise DrawnError("rle is no list of bytes")
    return drawn.mask_of_pixels(decode_brush(stroke, width, height))


def bitmask(value: Value, width: int, height: int) -> Columns:
    """Return the columns of a mask that is a PNG of the picture's size."""
    pixels = mask_of_png(from_base64(value["imageDataURL"]))
    if pixels.shape != (height, width):
        raise DrawnError(
            f"the mask has {pixels.shape[1]} x {pixels.shape[0]} pixels, its picture has {width} x {height}"
        )
    return drawn.mask_of_pixels(pixels)


SHAPES: dict[str, Callable[[Value, int, int], Columns]] = {
    "rectangle": rectangle,
    "ellipse": ellipse,
    "polygon": polygon,
    "brush": brush,
    "bitmask": bitmask,
    "keypoint": keypoint,
    "vector": vector,
}
"""By type of result, without the `labels` that it may end in."""

_TOLD_BY = (
    ("rle", "brush"),
    ("imageDataURL", "bitmask"),
    ("radiusX", "ellipse"),
    ("points", "polygon"),
    ("vertices", "vector"),
)


def shape_of(kind: str) -> str | None:
    """Return which shape a type of result draws; None where it draws none."""
    name = kind.removesuffix("labels")
    return name if name in SHAPES or name == "videorectangle" else None


def likely_shape(value: Value) -> str | None:
    """Return which shape a value is likely to be, from what it has; None where it is none."""
    for key, shape in _TOLD_BY:
        if key in value:
            return shape
    if "x" in value and "y" in value and "width" in value:
        return "rectangle" if "height" in value else "keypoint"
    return "videorectangle" if "sequence" in value else None


def draw(shape: str, value: Value, width: int, height: int) -> Columns:
    """Return the columns of a shape in a picture of this size.

    Raises:
        DrawnError: The value lacks something, or is no shape.
    """
    try:
        return SHAPES[shape](value, width, height)
    except DrawnError:
        raise
    except KeyError as error:
        raise DrawnError(f"the value has no {error.args[0]}") from error
    except (TypeError, ValueError, AttributeError, IndexError, OverflowError) as error:
        raise DrawnError(f"the value is no {shape}: {error!s:.200}") from error


def keyframes(value: Value) -> Sequence[Any]:
    """Return the keyframes of a rectangle that moves through a video."""
    sequence = value.get("sequence")
    if not isinstance(sequence, list):
        raise DrawnError("the value has no sequence of keyframes")
    return sequence
