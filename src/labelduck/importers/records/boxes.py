"""Boxes from columns: corners, corner and size, or centre and size; in pixels or in fractions of the image."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from labelduck.importers.base import LARGEST_COORDINATE, box_array
from labelduck.importers.records.reading import one_array
from labelduck.importers.values import to_number, to_text

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from labelduck.importers.records.box_names import Form
    from labelduck.importers.records.piece import Piece
    from labelduck.importers.records.reading import Columns, Reading

    Numbers = NDArray[np.float64]
    Flags = NDArray[np.bool_]

SLACK = 1e-3
"""Fractions may overstep 1 by this much, as rounding does."""
UNSIZED = (
    "the box is in fractions of an image whose size is unknown; give width and height, --images or --sizes"
)
_WORDS = {"corners": "its corners are the wrong way round", "size": "its width or height is negative"}


class Boxes:
    """Boxes of the rows of a piece.

    Attributes:
        column: Corners in pixels, null where there is no box.
        fault: Why a row's box cannot be one, as text; null where all is well.
    """

    def __init__(self, corners: Numbers, is_there: Flags, faults: list[tuple[Flags, str]]) -> None:
        self.fault = pa.nulls(len(is_there), pa.string())
        is_sound = is_there.copy()
        for rows, text in faults:
            self.fault = pc.coalesce(self.fault, pc.if_else(pa.array(rows), text, None))
            is_sound &= ~rows
        self.column = box_array(*np.where(is_sound, corners, 0.0), valid=is_sound)


def boxes_of(reading: Reading, piece: Piece, columns: Columns) -> Boxes:
    """Return the boxes of a piece's rows."""
    numbers, unread, form = _numbers(reading, piece, columns)
    is_missing = np.isnan(numbers)
    is_there = ~is_missing.all(axis=0) | unread
    faults = [
        (unread, "a number of the box is none, or infinite"),
        (is_there & ~unread & is_missing.any(axis=0), "a number of the box is missing"),
    ]
    with np.errstate(invalid="ignore", over="ignore"):
        if reading.has_fractions is None and (is_there & ~unread).any():
            # Tables that say what was drawn are of our own making, and in pixels.
            reading.has_fractions = "geometry" not in columns and _are_fractions(numbers, form)
        if reading.has_fractions:
            widths, heights = _sizes(reading, columns, len(is_there))
            numbers = numbers * np.stack([widths, heights, widths, heights])
            faults.append((is_there & np.isnan(widths + heights), UNSIZED))
        corners = _as_corners(numbers, form)
        is_far = (np.abs(corners) > LARGEST_COORDINATE).any(axis=0)
        is_reversed = (corners[2] < corners[0]) | (corners[3] < corners[1])
    faults.append((is_there & is_far, "a number of the box is beyond all pictures"))
    faults.append((is_there & is_reversed, _WORDS["corners" if form == "corners" else "size"]))
    return Boxes(corners, is_there, faults)


def _numbers(reading: Reading, piece: Piece, columns: Columns) -> tuple[Numbers, Flags, Form]:
    """Return the four numbers of each row, NaN for none, and the rows in which one is no number."""
    n = piece.rows.num_rows
    unread = np.zeros(n, bool)
    if reading.box is not None:
        parts = []
        for name in reading.box.columns:
            values, bad = (
                to_number(one_array(piece.rows[name])) if name in piece.rows.column_names else (None, [])
            )
            unread[bad] = True
            parts.append(np.full(n, np.nan) if values is None else _floats(values))
        return np.stack(parts), unread, reading.box.form
    if "box" in columns:
        fields = columns["box"].flatten()
        return np.stack([_floats(field) for field in fields]), unread, "corners"
    if "bbox" in columns:
        return _of_lists(columns["bbox"], unread), unread, "size"
    return np.full((4, n), np.nan), unread, "corners"


def _of_lists(column: pa.Array, unread: Flags) -> Numbers:
    lengths = pc.list_value_length(column).fill_null(0).to_numpy(zero_copy_only=False)
    unread |= (lengths != 4) & (lengths > 0)
    numbers = np.full((4, len(column)), np.nan)
    whole = lengths == 4
    numbers[:, whole] = _floats(column.filter(pa.array(whole)).flatten()).reshape(-1, 4).T
    return numbers


def _as_corners(numbers: Numbers, form: Form) -> Numbers:
    if form == "corners":
        return numbers
    x, y, width, height = numbers
    if form == "centre":
        x, y = x - width / 2, y - height / 2
    return np.stack([x, y, x + width, y + height])


def _are_fractions(numbers: Numbers, form: Form) -> bool:
    """Tell whether numbers are fractions of the image: none is above 1, and not all are whole."""
    found = numbers[np.isfinite(numbers)]
    beyond = _as_corners(numbers, form)
    least, most = np.nanmin(beyond), np.nanmax(beyond)
    return bool(most <= 1 + SLACK and least >= -SLACK and (found != np.floor(found)).any())


def _sizes(reading: Reading, columns: Columns, n: int) -> tuple[Numbers, Numbers]:
    """Return width and height of each row's image, NaN where unknown: as the file says, else as the pictures do."""
    widths, heights = (
        _floats(columns[name].cast(pa.float64())) if name in columns else np.full(n, np.nan)
        for name in ("width", "height")
    )
    lacking = np.isnan(widths + heights)
    sizes = reading.notes.sizes
    if sizes is not None and lacking.any():
        names = to_text(columns.get("file_name", columns["image_id"]))[0].dictionary_encode()
        known = np.array(
            [_size(sizes, str(name)) for name in names.dictionary.to_pylist()], np.float64
        ).reshape(-1, 2)
        codes = names.indices.fill_null(0).to_numpy(zero_copy_only=False)
        widths, heights = (
            np.where(lacking, known[codes, i], side) for i, side in enumerate((widths, heights))
        )
    return widths, heights


def _size(sizes: Any, name: str) -> tuple[float, float]:  # noqa: ANN401 - ImageSizes, imported where it is needed
    try:
        width, height = sizes.size(name)
    except (ValueError, OSError):
        return np.nan, np.nan
    return float(width), float(height)


def _floats(values: pa.Array) -> Numbers:
    return np.asarray(values.cast(pa.float64()).to_numpy(zero_copy_only=False), np.float64)
