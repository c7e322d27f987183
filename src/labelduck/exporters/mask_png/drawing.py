"""The objects of one image as pixels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from labelduck import geometry
from labelduck.exporters import outlines

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Mapping

    from numpy.typing import NDArray

SHAPES = ("geometry", "box", "polygons", "mask", "rotated_box")
VOID = 255
"""Value that readers take for no object."""

NO_SIZE = "the size of its picture is not known, or too large for a mask"
NO_PIXELS = "no pixel of the picture is in it"
OTHER_SIZE = "its mask is of another size than the picture"


class Drawing:
    """The masks of one image, drawn object by object.

    Args:
        width: Pixels; None or 0 when unknown.
        height: Pixels likewise.
        changed: Counts shapes that become masks.

    Attributes:
        is_possible: Whether the size is known and not too large.
        n_objects: Objects drawn, hidden ones too.
    """

    def __init__(self, width: int | None, height: int | None, changed: Counter[str]) -> None:
        self._width, self._height, self._changed = width or 0, height or 0, changed
        self.is_possible = 0 < self._width * self._height <= geometry.MAX_PIXELS
        self._drawn: list[tuple[str, int, int, NDArray[np.bool_]]] = []
        self._labels: NDArray[np.int64] | None = None

    @property
    def n_objects(self) -> int:
        """How many objects were drawn."""
        return len(self._drawn)

    def add(self, row: Mapping[str, Any], value: int) -> str:
        """Draw one object of a class value; return why it cannot be drawn, else nothing."""
        if not self.is_possible:
            return NO_SIZE
        if row["mask"] is not None and list(row["mask"]["size"]) != [self._height, self._width]:
            return OTHER_SIZE
        pixels = self._pixels(row)
        if not pixels.any():
            return NO_PIXELS
        kind = str(row["geometry"] or "box")
        if row["mask"] is None or kind != "mask":
            self._changed[outlines.became(kind, "mask")] += 1
        self._drawn.append((row["annotation_id"], value, row["z_order"] or 0, pixels))
        return ""

    def hidden(self) -> tuple[list[str], int]:
        """Return the objects of which nothing is to be seen, and how many are seen in part."""
        seen = np.bincount(self._order().ravel(), minlength=self.n_objects + 1)[1:]
        whole = np.array([int(drawn[3].sum()) for drawn in self._drawn], np.int64)
        gone = [drawn[0] for drawn, n in zip(self._drawn, seen.tolist(), strict=True) if not n]
        return gone, int(((seen < whole) & (seen > 0)).sum())

    def classes(self) -> NDArray[np.int64]:
        """Return the class of each pixel, 0 for none, [height, width]."""
        return np.array([0, *(drawn[1] for drawn in self._drawn)], np.int64)[self._order()]

    def objects(self) -> NDArray[np.int64]:
        """Return the object of each pixel, numbered from 1 in the order in which they came, [height, width]."""
        order = self._order()
        numbers = np.arange(self.n_objects + 1)
        numbers[VOID:] += 1
        return numbers[order]

    def _order(self) -> NDArray[np.int64]:
        """Return for each pixel the place of the object on top, from 1, [height, width]."""
        if self._labels is None:
            self._labels = np.zeros((self._height, self._width), np.int64)
            places = sorted(range(self.n_objects), key=lambda place: (self._drawn[place][2], place))
            for place in places:
                self._labels[self._drawn[place][3]] = place + 1
        return self._labels

    def _pixels(self, row: Mapping[str, Any]) -> NDArray[np.bool_]:
        """Return an object's pixels, [height, width]; none where it has no extent."""
        kind = row["geometry"]
        if row["mask"] is not None and (kind == "mask" or not row["polygons"]):
            return geometry.mask_from_rle(row["mask"]["counts"], self._height, self._width)
        rings = (
            []
            if kind == "polyline"
            else [ring for ring in row["polygons"] or () if len(ring) >= 6 and len(ring) % 2 == 0]
        )
        if kind in {"ellipse", "rotated_box"} and len(row["rotated_box"] or ()) == 8:
            corners = np.array(row["rotated_box"])
            rings = [(outlines.ellipse_rings(corners[None])[0] if kind == "ellipse" else corners).tolist()]
        if rings:
            try:
                counts = geometry.rle_from_polygons(rings, self._height, self._width)
            except ValueError:  # it reaches beyond all pictures
                return np.zeros((self._height, self._width), np.bool_)
            return geometry.mask_from_rle(counts, self._height, self._width)
        return self._box_pixels(row["box"])

    def _box_pixels(self, box: Mapping[str, float] | None) -> NDArray[np.bool_]:
        pixels = np.zeros((self._height, self._width), np.bool_)
        if box is not None:
            left, right = (round(min(max(box[side], 0), self._width)) for side in ("x_min", "x_max"))
            top, bottom = (round(min(max(box[side], 0), self._height)) for side in ("y_min", "y_max"))
            pixels[top:bottom, left:right] = True
        return pixels
