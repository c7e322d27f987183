"""Masks and keypoints of some rows of a table, ready to be compared."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from labelduck import native
from labelduck.geometry import areas_of, read_masks, rle_from_polygons
from labelduck.geometry.runs import canonical, write_runs
from labelduck.matching.columns import numbers, taken

if TYPE_CHECKING:
    from labelduck.geometry import Mask
    from labelduck.kernel.arrays import Array

NOTHING: Mask = {"size": [1, 1], "counts": "1"}
"""One pixel of background: overlaps nothing."""

MASKS_AT_ONCE = 8_000


def has_any(table: pa.Table, *names: str) -> Array:
    """Return which rows have a value in at least one of some columns, as far as the table has these."""
    found = np.zeros(table.num_rows, bool)
    for name in set(names) & set(table.column_names):
        found |= np.asarray(table.column(name).is_valid().to_numpy(), bool)
    return found


def masks(table: pa.Table, rows: Array, sizes: Array) -> list[Mask]:
    """Return the masks of some rows: as stored, else drawn from polygons, else from the box.

    Args:
        table: Columns `mask`, `polygons` and `box`, as far as it has them.
        rows: Rows wanted, [n].
        sizes: Height and width of their images in pixels, [n, 2].

    Returns:
        Masks that are safe to compare; one that is broken or missing is empty.
    """
    columns = [_values(table, name, rows) for name in ("mask", "polygons", "box")]
    drawn = [
        _mask(mask, polygons, box, (int(height), int(width)))
        for mask, polygons, box, (height, width) in zip(*columns, sizes.tolist(), strict=True)
    ]
    _mend(drawn)
    return drawn


def sizes_of_masks(table: pa.Table, rows: Array) -> Array:
    """Return the least height and width in pixels of an image that holds the masks and boxes of some rows, [n, 2]."""
    sizes = np.zeros((len(rows), 2), np.int64)
    columns = [_values(table, name, rows) for name in ("mask", "box")]
    for n, (mask, box) in enumerate(zip(*columns, strict=True)):
        if _is_whole(mask):
            sizes[n] = mask["size"]
        elif box is not None and None not in box.values():
            sizes[n] = max(math.ceil(box["y_max"]), 1), max(math.ceil(box["x_max"]), 1)
    return sizes


def fill_mask_areas(table: pa.Table, areas: Array) -> None:
    """Put the areas of masks, in square pixels, where `areas` has none (NaN), in place."""
    if "mask" not in table.column_names:
        return
    lacking = np.flatnonzero(np.isnan(areas) & has_any(table, "mask"))
    for start in range(0, len(lacking), MASKS_AT_ONCE):
        rows = lacking[start : start + MASKS_AT_ONCE]
        areas[rows] = areas_of(read_masks(_values(table, "mask", rows)))


def keypoints(table: pa.Table, rows: Array) -> list[Array]:
    """Return x, y and visibility of the keypoints of some rows, [keypoints, 3] each; none where a row has none."""
    column = taken(table.column("keypoints"), rows)
    points = column.flatten()
    flat = np.stack([numbers(pa.chunked_array([points.field(axis)])) for axis in range(3)], axis=1)
    counts = column.value_lengths().fill_null(0).to_numpy(zero_copy_only=False)
    return np.split(flat, np.cumsum(counts)[:-1]) if len(counts) else []


def n_visible(table: pa.Table) -> Array:
    """Return how many keypoints of each row are visible (visibility above 0)."""
    return np.array(
        [np.count_nonzero(points[:, 2] > 0) for points in keypoints(table, np.arange(table.num_rows))], int
    )


def _is_whole(mask: Mask | None) -> bool:
    """Tell whether a stored mask has all its parts."""
    if mask is None or mask["counts"] is None or mask["size"] is None:
        return False
    return len(mask["size"]) == 2 and None not in mask["size"]


def _mend(drawn: list[Mask]) -> None:
    """Make masks safe for code that trusts them, in place: broken ones empty, runs of no pixels merged."""
    odd = _odd(drawn)
    for first in range(0, len(odd), MASKS_AT_ONCE):
        some = odd[first : first + MASKS_AT_ONCE]
        for number, mask in zip(some, _mended([drawn[n] for n in some]), strict=True):
            drawn[number] = mask


def _mended(masks: list[Mask]) -> list[Mask]:
    runs = read_masks(masks)
    is_broken, has_empty_runs = runs.faults > 0, runs.has_empty_runs
    for n in np.flatnonzero(has_empty_runs & ~is_broken).tolist():
        lengths = runs.lengths[runs.starts[n] : runs.starts[n + 1]]
        masks[n] = {"size": masks[n]["size"], "counts": write_runs(canonical(lengths))}
    return [NOTHING if broken else mask for broken, mask in zip(is_broken, masks, strict=True)]


def _odd(masks: list[Mask]) -> list[int]:
    """Return which masks need a closer look; all of them without the compiled kernel."""
    library = native.load()
    check = getattr(library, "ld_plain_masks", None)
    texts = [mask["counts"].encode() for mask in masks]
    sizes = np.array([mask["size"] for mask in masks], np.int64)
    if check is None or not masks:
        return list(range(len(masks)))
    import ctypes

    ends, plain = np.cumsum([len(text) for text in texts], dtype=np.int64), np.zeros(len(masks), np.uint8)
    check.restype = None
    check(
        ctypes.c_int64(len(masks)),
        b"".join(texts),
        *(ctypes.c_void_p(array.ctypes.data) for array in (ends, sizes, plain)),
    )
    return np.flatnonzero(plain == 0).tolist()


def _values(table: pa.Table, name: str, rows: Array) -> list[Any]:
    if name not in table.column_names:
        return [None] * len(rows)
    values: list[Any] = taken(table.column(name), rows).to_pylist()
    return values


def _mask(
    mask: Mask | None,
    polygons: list[list[float]] | None,
    box: dict[str, float] | None,
    size: tuple[int, int],
) -> Mask:
    if mask is not None and _is_whole(mask):
        return mask
    rings = [ring for ring in polygons or [] if len(ring) >= 6]  # a line encloses nothing
    if not rings and box is not None and None not in box.values():
        x_min, y_min, x_max, y_max = (box[side] for side in ("x_min", "y_min", "x_max", "y_max"))
        rings = [[x_min, y_min, x_min, y_max, x_max, y_max, x_max, y_min]]
    try:
        return {"size": list(size), "counts": rle_from_polygons(rings, *size)}
    except ValueError:
        return NOTHING
