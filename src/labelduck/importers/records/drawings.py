"""The shapes of annotations: their box and area where the file does not say, and the names of classes given as numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from labelduck import geometry
from labelduck.importers import drawn
from labelduck.importers.base import LARGEST_COORDINATE, box_array
from labelduck.importers.records.boxes import boxes_of
from labelduck.importers.records.reading import plain_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from labelduck.importers.records.piece import Piece
    from labelduck.importers.records.reading import Columns, Reading

_LEAST_RING = 6


def _outline(rings: list[list[float]]) -> drawn.Columns:
    """Measure rings; one of two points among them makes all a polyline, which has a box and no area."""
    if all(len(ring) >= _LEAST_RING for ring in rings):
        return drawn.polygon(rings)
    return drawn.polyline([number for ring in rings for number in ring])


_SHAPES: dict[str, tuple[str, Callable[[Any], drawn.Columns]]] = {
    "rotated_box": ("rotated_box", drawn.rotated_corners),
    "mask": ("mask", lambda mask: drawn.mask(mask["counts"], height=mask["size"][0], width=mask["size"][1])),
    "polygons": ("polygon", _outline),
    "keypoints": (
        "keypoints",
        lambda points: drawn.keypoints((p["x"], p["y"], p["visibility"]) for p in points),
    ),
}
"""Column of a shape other than the box, what was drawn where no column says, and how it is measured."""

_LISTS = ("rotated_box", "polygons", "keypoints")
"""Those that are lists of numbers or of points."""


def with_shapes(reading: Reading, piece: Piece, columns: Columns) -> tuple[Piece, Columns]:
    """Return the rows that have a shape, with its box and area.

    A row with neither shape nor class says that an image has no object; one that has only one of the two is refused.
    """
    boxes = boxes_of(reading, piece, columns)
    columns = columns | {"box": boxes.column} | {n: _filled(columns[n]) for n in _LISTS if n in columns}
    has_shape = _valid(boxes.column)
    for name in _SHAPES:
        if name in columns:
            has_shape |= _valid(columns[name])
    is_named, is_faulty = _valid(columns["class_name"]), _valid(boxes.fault)
    faults = pc.coalesce(
        boxes.fault,
        pc.if_else(pa.array(is_named & ~has_shape), "has no shape", None),
        pc.if_else(pa.array(~is_named & has_shape), "has no class_name", None),
        _unsound(columns, len(is_named)),
    )
    says_something = has_shape | is_named | is_faulty
    piece, columns = reading.select(piece, columns | {"fault": faults}, says_something)
    piece, columns = reading.refuse(piece, columns, columns["fault"])
    return piece, _measured(columns)


def _unsound(columns: Columns, n: int) -> pa.Array:
    """Return why a row's polygon or mask cannot be one; null where it can, or where there is none."""
    faults: list[str | None] = [None] * n
    if "mask" in columns:
        rows = np.flatnonzero(_valid(columns["mask"]))
        masks = columns["mask"].take(pa.array(rows)).to_pylist()
        for i, fault in geometry.rle_problems(masks).items():
            faults[rows[i]] = fault
    if "polygons" in columns:
        rings = columns["polygons"]
        sizes = pc.list_value_length(rings.flatten()).to_numpy(zero_copy_only=False)
        rows = pc.list_parent_indices(rings).to_numpy(zero_copy_only=False)
        for row in rows[(sizes % 2 != 0) | (sizes < 4)].tolist():
            faults[row] = "a ring has too few numbers, or not pairs of them"
    if "rotated_box" in columns:
        sizes = pc.list_value_length(columns["rotated_box"])
        for row in np.flatnonzero(pc.fill_null(pc.not_equal(sizes, 8), False)).tolist():
            faults[row] = f"rotated_box has {sizes[row]} numbers, expected the eight of four corners"
    for name in _LISTS:
        for row in _too_far(columns[name]) if name in columns else ():
            faults[row] = f"a coordinate of {name} is beyond {LARGEST_COORDINATE:g} pixels"
    return pa.array(faults, pa.string())


def _filled(column: pa.Array) -> pa.Array:
    """Return lists with nulls for empty ones, as tools write them where nothing was drawn."""
    return pc.if_else(pc.equal(pc.list_value_length(column), 0), pa.scalar(None, column.type), column)


def _too_far(column: pa.Array) -> list[int]:
    """Return the rows of lists of numbers, or of lists of points, in which a number is larger than any coordinate."""
    rows = np.arange(len(column))
    while pa.types.is_list(column.type):
        rows = rows[pc.list_parent_indices(column).to_numpy(zero_copy_only=False)]
        column = column.flatten()
    parts = column.flatten() if pa.types.is_struct(column.type) else [column]
    far = [np.abs(part.to_numpy(zero_copy_only=False)) > LARGEST_COORDINATE for part in parts]
    return [int(row) for row in np.unique(rows[np.logical_or.reduce(far)])]


def _measured(columns: Columns) -> Columns:
    """Return columns with geometry, box and area, measured where the file does not give them."""
    n = len(columns["box"])
    boxes = np.stack(
        [np.asarray(part.to_numpy(zero_copy_only=False), float) for part in columns["box"].flatten()]
    )
    areas = (boxes[2] - boxes[0]) * (boxes[3] - boxes[1])
    kinds = np.full(n, "box", object)
    lacks_area = ~_valid(columns["area"]) if "area" in columns else np.ones(n, bool)
    for name, (kind, measure) in _SHAPES.items():
        if name not in columns:
            continue
        rows = np.flatnonzero(_valid(columns[name]) & (kinds == "box"))
        kinds[rows] = kind
        wanted = rows[np.isnan(boxes[0, rows]) | (lacks_area[rows] & (name != "keypoints"))]
        for row, value in zip(wanted.tolist(), columns[name].take(pa.array(wanted)).to_pylist(), strict=True):
            told = measure(value)
            if np.isnan(boxes[0, row]) and "box" in told:
                boxes[:, row] = told["box"]
            areas[row] = told.get("area", np.nan)
    given = columns.get("area", pa.nulls(n, pa.float64()))
    found = pa.array(areas, mask=np.isnan(areas))
    drawn_as = columns.get("geometry", pa.nulls(n, pa.string()))
    return columns | {
        "geometry": pc.coalesce(
            plain_text(drawn_as), pa.array(kinds.tolist(), pa.string())
        ).dictionary_encode(),
        "box": box_array(*np.nan_to_num(boxes), valid=~np.isnan(boxes).any(axis=0)),
        "area": pc.coalesce(given, found),
    }


def _valid(column: pa.Array) -> NDArray[np.bool_]:
    return np.array(column.is_valid().to_numpy(zero_copy_only=False))
