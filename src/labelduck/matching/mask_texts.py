"""Where the texts of masks lie in memory: in Arrow columns, or drawn here."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from labelduck.geometry import MAX_PIXELS, are_drawable, rles_from_rings
from labelduck.matching import shapes
from labelduck.matching.columns import numbers, taken
from labelduck.schema.columns import MASK

if TYPE_CHECKING:
    from labelduck.kernel.arrays import Array


@dataclass(frozen=True)
class MaskTexts:
    """Compressed texts of masks, not copied where that is possible.

    Attributes:
        address: Of each text in memory, uint64.
        length: Bytes of each text, int64.
        size: Height and width of each mask in pixels, int32, [n, 2].
        drawn: Memory of the texts that lie in no column.
    """

    address: Array
    length: Array
    size: Array
    drawn: Array


def are_in_place(table: pa.Table) -> bool:
    """Tell whether a table's masks are laid out in memory as `mask_texts` expects them."""
    return "mask" not in table.column_names or table.schema.field("mask").type == MASK


def mask_texts(table: pa.Table, rows: Array, sizes: Array, *, is_needed: Array) -> MaskTexts:
    """Return the masks of some rows: as stored, else drawn from polygons, else from the box; sound or not.

    Args:
        table: Columns `mask`, `polygons` and `box`, as far as it has them; it must outlive the result.
        rows: Rows wanted, [n].
        sizes: Height and width of their images in pixels, [n, 2].
        is_needed: Which masks are worth drawing, [n]; another one that is not stored has no text.
    """
    rows = rows.astype(np.int64)
    address, length = np.zeros(len(rows), np.uint64), np.zeros(len(rows), np.int64)
    size, is_lacking = np.zeros((len(rows), 2), np.int32), np.ones(len(rows), bool)
    first = 0
    for chunk in table.column("mask").chunks if "mask" in table.column_names else ():
        at = np.flatnonzero((rows >= first) & (rows < first + len(chunk)))
        at = at[_are_whole(chunk, rows[at] - first)]
        if len(at):
            address[at], length[at], size[at] = _stored(chunk, rows[at] - first)
            is_lacking[at] = False
        first += len(chunk)
    lacking = np.flatnonzero(is_lacking & is_needed)
    texts, size[lacking] = _draw(table, rows[lacking], sizes[lacking])
    drawn = np.frombuffer(b"".join([*texts, b"\0"]), np.uint8)
    length[lacking] = lengths = np.array([len(text) for text in texts], np.int64)
    address[lacking] = drawn.ctypes.data + np.cumsum(lengths) - lengths
    return MaskTexts(address, length, size, drawn)


def _are_whole(chunk: pa.StructArray, rows: Array) -> Array:
    """Return which stored masks have all their parts, as in `shapes`."""
    if not len(rows):
        return np.zeros(0, bool)
    size, counts = chunk.field("size"), chunk.field("counts")
    starts = _starts(size)
    are_whole: Array = (starts[rows + 1] - starts[rows] == 2) & _are_valid(chunk, rows)
    are_whole &= _are_valid(size, rows) & _are_valid(counts, rows)
    sides = starts[rows[are_whole]]
    are_whole[are_whole] = _are_valid(size.values, sides) & _are_valid(size.values, sides + 1)
    return are_whole


def _stored(chunk: pa.StructArray, rows: Array) -> tuple[Array, Array, Array]:
    """Return addresses, lengths and sizes of whole masks."""
    size, counts = chunk.field("size"), chunk.field("counts")
    texts, starts = counts.buffers()[2], _starts(counts)
    first = starts[rows].astype(np.int64)
    base = texts.address if texts is not None and texts.address else 1  # all are empty: never read
    values = np.frombuffer(size.values.buffers()[1], np.int32)[size.values.offset :]
    sides = _starts(size)[rows]
    return base + first, starts[rows + 1] - first, np.stack([values[sides], values[sides + 1]], axis=1)


def _starts(column: pa.Array) -> Array:
    """Return where each text or list starts in its values, and the end."""
    return np.frombuffer(column.buffers()[1], np.int32, count=len(column) + 1, offset=4 * column.offset)


def _are_valid(column: pa.Array, rows: Array) -> Array:
    if not column.null_count:
        return np.ones(len(rows), bool)
    return np.asarray(column.is_valid().to_numpy(zero_copy_only=False), bool)[rows]


def _draw(table: pa.Table, rows: Array, sizes: Array) -> tuple[list[bytes], Array]:
    """Return texts and sizes of masks that are not stored."""
    texts, drawn_sizes = [b""] * len(rows), sizes.copy()
    if not len(rows):
        return texts, drawn_sizes
    is_fit: Array = np.asarray(((sizes > 0) & (sizes <= MAX_PIXELS)).all(axis=1))
    is_fit[is_fit] = sizes[is_fit].prod(axis=1) <= MAX_PIXELS
    is_plain = _draw_plain(table, rows, sizes, is_fit, texts)
    others = np.flatnonzero(~is_plain)
    masks = shapes.masks(table, rows[others], sizes[others])
    for n, mask in zip(others.tolist(), masks, strict=True):
        texts[n], drawn_sizes[n] = mask["counts"].encode(), mask["size"]
    return texts, drawn_sizes


def _draw_plain(table: pa.Table, rows: Array, sizes: Array, is_fit: Array, texts: list[bytes]) -> Array:
    """Draw the polygons that need no closer look into `texts`, those of an image at once; return which these are."""
    if "polygons" not in table.column_names:
        return np.zeros(len(rows), bool)
    column = taken(table.column("polygons"), rows)
    rings = column.flatten()
    starts, owners = _ends(rings), np.repeat(np.arange(len(rows)), np.diff(_ends(column)))
    has_area = np.diff(starts) >= 6  # a line encloses nothing
    values = numbers(pa.chunked_array([rings.flatten()]))
    is_odd = has_area & ~(are_drawable(values, starts) & is_fit[owners])
    is_plain = np.bincount(owners[has_area], minlength=len(rows)) > 0
    is_plain[owners[is_odd]] = False
    kept = np.flatnonzero(has_area & is_plain[owners])
    owner_of = owners[kept]
    views = [values[a:b] for a, b in zip(starts[kept].tolist(), starts[kept + 1].tolist(), strict=True)]
    is_new_size = (np.diff(sizes[owner_of], axis=0) != 0).any(axis=1)
    bounds = [0, *(np.flatnonzero(is_new_size) + 1).tolist(), len(kept)] if len(kept) else []
    for first, last in pairwise(bounds):
        here, at = np.unique(owner_of[first:last], return_index=True)
        drawn = rles_from_rings(views[first:last], [*at.tolist(), last - first], *sizes[here[0]].tolist())
        for n, text in zip(here.tolist(), drawn, strict=True):
            texts[n] = text
    return is_plain


def _ends(lists: pa.Array) -> Array:
    """Return where each list would start if they followed one another, and the end; null is empty."""
    lengths = lists.value_lengths().fill_null(0).to_numpy(zero_copy_only=False)
    return np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
