"""Labels of FiftyOne as shapes in pixels."""

from __future__ import annotations

import base64
import binascii
import io
import math
import zlib
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from labelduck import geometry
from labelduck.importers import drawn
from labelduck.importers.drawn import DrawnError
from labelduck.importers.files import UnreadableFileError
from labelduck.importers.npy import array_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from labelduck.importers.files import Files

Size = tuple[int, int]
_MOST_BYTES = 1 << 28


def shape_of(label: dict[str, Any], size: Size, files: Files) -> drawn.Columns:
    """Return the columns of a Detection, Polyline or Keypoint.

    Args:
        label: The label, its values plain.
        size: Width and height of the picture in pixels.
        files: Where mask files lie.

    Raises:
        DrawnError: It is no shape.
    """
    kind = label.get("_cls")
    if kind == "Polyline":
        return _polyline(label, size)
    return _keypoint(label, size) if kind == "Keypoint" else _detection(label, size, files)


def _detection(label: dict[str, Any], size: Size, files: Files) -> drawn.Columns:
    box = label.get("bounding_box")
    if not isinstance(box, list) or len(box) != 4:
        raise DrawnError("bounding_box is no list of four numbers")
    x, y, width, height = drawn.numbers(box)
    columns = drawn.box(x * size[0], y * size[1], (x + width) * size[0], (y + height) * size[1])
    mask = _pixels(label, files)
    if mask is None:
        return columns
    left, top = round(x * size[0]), round(y * size[1])
    shape = max(1, round(height * size[1])), max(1, round(width * size[0]))
    if shape[0] * shape[1] > geometry.MAX_PIXELS:
        raise DrawnError("the mask is larger than any picture")
    in_frame = drawn.mask_in_frame(_fitted(mask, shape), left=left, top=top, width=size[0], height=size[1])
    return in_frame | {"box": columns["box"]}


def _polyline(label: dict[str, Any], size: Size) -> drawn.Columns:
    shapes = label.get("points")
    if not isinstance(shapes, list) or not all(isinstance(points, list) for points in shapes):
        raise DrawnError("points is no list of lists of points")
    rings = [[number for point in points for number in _scaled(point, size)] for points in shapes]
    if label.get("closed") or label.get("filled"):
        return drawn.polygon(rings)
    if not rings:
        raise DrawnError("the polyline has no points")
    lines = [drawn.polyline(ring) for ring in rings]
    boxes = [line["box"] for line in lines]
    around = (
        *(min(box[i] for box in boxes) for i in (0, 1)),
        *(max(box[i] for box in boxes) for i in (2, 3)),
    )
    return lines[0] | {"polygons": [line["polygons"][0] for line in lines], "box": around}


def _keypoint(label: dict[str, Any], size: Size) -> drawn.Columns:
    points = label.get("points")
    if not isinstance(points, list) or not points:
        raise DrawnError("points is no list of points")
    told = []
    for point in points:
        is_pair = isinstance(point, list) and len(point) == 2
        absent = is_pair and any(v is None or (isinstance(v, float) and math.isnan(v)) for v in point)
        told.append((0.0, 0.0, 0.0) if absent else (*_scaled(point, size), 2.0))
    return drawn.keypoints(told)


def _scaled(point: object, size: Size) -> tuple[float, float]:
    if not isinstance(point, list) or len(point) < 2:
        raise DrawnError(f"{point!r:.40} is no point")
    x, y = drawn.numbers(point[:2])
    return x * size[0], y * size[1]


def _pixels(label: dict[str, Any], files: Files) -> NDArray[np.bool_] | None:
    """Return the mask of a detection within its box, None when it has none."""
    if isinstance(label.get("mask"), str):
        return _unpacked(label["mask"])
    path = label.get("mask_path")
    if not isinstance(path, str) or not path:
        return None
    name = path.replace("\\", "/").removeprefix("./")
    if name not in files.names:
        raise DrawnError(f"the mask file {path} is not below the folder")
    try:
        with Image.open(io.BytesIO(files.read(name))) as picture:
            if picture.width * picture.height > geometry.MAX_PIXELS:
                raise DrawnError("the mask is larger than any picture")
            pixels: NDArray[np.bool_] = np.asarray(picture.convert("L")) > 0
            return pixels
    except (OSError, ValueError, SyntaxError, UnreadableFileError, Image.DecompressionBombError) as error:
        raise DrawnError(f"the mask file {path} cannot be read: {error}") from error


def _unpacked(text: str) -> NDArray[np.bool_]:
    """Return an array that was written by `np.save`, packed by zlib and written as base64."""
    try:
        unpacking = zlib.decompressobj()
        data = unpacking.decompress(base64.b64decode(text, validate=True), _MOST_BYTES)
        if unpacking.unconsumed_tail:
            raise DrawnError("the mask is larger than any picture")
        array = array_of(data)
    except (binascii.Error, zlib.error, ValueError, MemoryError) as error:
        raise DrawnError(f"the mask cannot be read: {error}") from error
    if array.ndim != 2 or not array.size or array.dtype.kind not in "biuf":
        raise DrawnError("the mask is no array of rows and columns")
    pixels: NDArray[np.bool_] = array != 0
    return pixels


def _fitted(mask: NDArray[np.bool_], shape: tuple[int, int]) -> NDArray[np.bool_]:
    """Return a mask in as many rows and columns as its box has pixels; each takes the nearest of the mask."""
    if mask.shape == shape:
        return mask
    rows = ((np.arange(shape[0]) + 0.5) * mask.shape[0] / shape[0]).astype(int)
    columns = ((np.arange(shape[1]) + 0.5) * mask.shape[1] / shape[1]).astype(int)
    return mask[np.ix_(rows, columns)]
