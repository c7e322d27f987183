"""Objects as XML elements, a piece of some thousand at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from labelduck.exporters import outlines
from labelduck.exporters.single_ring import LEAST_NUMBERS, SHAPES, ring_around
from labelduck.exporters.voc.fields import element, field_elements, numbers, texts

if TYPE_CHECKING:
    from collections import Counter

    from numpy.typing import NDArray

COLUMNS = (
    *(
        "annotation_id",
        "image_id",
        "class_name",
        "geometry",
        "box",
        "polygons",
        "mask",
        "rotated_box",
        "rotation",
    ),
    *("difficult", "truncated", "occluded", "track_id", "annotator", "attributes"),
)
NO_CLASS = "it has no class"
NO_BOX = "it has no box"
NO_AREA = "its box has no area"
_EDGES = ("xmin", "ymin", "xmax", "ymax")
_ALMOST_0 = 1e-7


class ObjectTexts:
    """Turns rows into `<object>` elements.

    Args:
        changed: Counts shapes that are written as another kind.
        left_out: Takes annotations that cannot be written, with the reason.
    """

    def __init__(self, *, changed: Counter[str], left_out: dict[str, str]) -> None:
        self._changed, self._left_out = changed, left_out

    def of(self, table: pa.Table) -> tuple[pa.Table, pa.Array]:
        """Return the rows that can be written, and their elements."""
        rows, corners = self._usable(table)
        shares = {name: element(name, numbers(rows[name])) for name in ("truncated", "occluded")}
        difficult = pc.if_else(rows["difficult"].combine_chunks(), "1", "0")
        said = pc.binary_join_element_wise(
            "<object>",
            element("name", texts(rows["class_name"])),
            field_elements(rows["attributes"]),
            shares["truncated"],
            element("difficult", difficult),
            shares["occluded"],
            element("track_id", texts(rows["track_id"])),
            element("annotator", texts(rows["annotator"])),
            _boxes(corners),
            self._outlines(rows),
            "</object>",
            "",
        )
        return rows, said

    def _usable(self, table: pa.Table) -> tuple[pa.Table, NDArray[np.float64]]:
        corners = outlines.corners(table)
        has_box = np.isfinite(corners).all(axis=1)
        with np.errstate(invalid="ignore"):
            # Adding 1 and taking it away again may swallow a side as thin as the last digit.
            has_area = (corners[:, 2:] > _written(corners)[:, :2] - 1).all(axis=1)
        has_class = np.asarray(
            pc.fill_null(pc.not_equal(pc.utf8_trim(table["class_name"], " \t\r\n"), ""), False)
        )
        for is_good, why in ((has_area, NO_AREA), (has_box, NO_BOX), (has_class, NO_CLASS)):
            ids = table["annotation_id"].filter(pa.array(~is_good)).to_pylist()
            self._left_out.update(dict.fromkeys(ids, why))
        keep = has_area & has_box & has_class
        return table.filter(pa.array(keep)), corners[keep]

    def _outlines(self, rows: pa.Table) -> pa.Array:
        """Return the outline of each object, nothing where a box is all there is."""
        kinds = [str(kind or "box") for kind in rows["geometry"].to_pylist()]
        has_shape = np.zeros(len(kinds), np.bool_)
        for name in SHAPES:
            has_shape |= rows[name].is_valid().to_numpy()
        said = [""] * len(kinds)
        places = np.flatnonzero(has_shape)
        for place, shapes in zip(
            places.tolist(), rows.select(SHAPES).take(pa.array(places)).to_pylist(), strict=True
        ):
            ring = ring_around(shapes, kinds[place], self._changed)
            if len(ring) >= LEAST_NUMBERS:
                said[place] = f"<polygon>{_points(ring)}</polygon>"
        for kind, text in zip(kinds, said, strict=True):
            if kind != "box" and not text:
                self._changed[outlines.became(kind, "box")] += 1
        return pa.array(said, pa.string())


def _boxes(corners: NDArray[np.float64]) -> pa.Array:
    """Return corners as `<bndbox>`; the low ones count pixels from 1."""
    written: NDArray[np.float64] = corners + np.array([1.0, 1.0, 0.0, 0.0])
    # A low edge that is written as 0 would tell readers that all edges are 0-based.
    written[:, :2] = np.where(written[:, :2] == 0, _ALMOST_0, written[:, :2])
    edges = [
        element(name, pa.array(side).cast(pa.string())) for name, side in zip(_EDGES, written.T, strict=True)
    ]
    return pc.binary_join_element_wise("<bndbox>", *edges, "</bndbox>", "")


def _written(corners: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return corners whose low edges count pixels from 1."""
    written: NDArray[np.float64] = corners + np.array([1.0, 1.0, 0.0, 0.0])
    # A low edge that is written as 0 would tell readers that all edges are 0-based.
    written[:, :2] = np.where(written[:, :2] == 0, _ALMOST_0, written[:, :2])
    return written


def _points(ring: list[float]) -> str:
    pairs = zip(ring[0::2], ring[1::2], strict=True)
    return "".join(f"<x{n}>{x!r}</x{n}><y{n}>{y!r}</y{n}>" for n, (x, y) in enumerate(pairs, 1))
