"""Overlaps of masks through the compiled kernel, straight from the memory of Arrow columns."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from labelduck import native
from labelduck.matching import shapes
from labelduck.matching.mask_texts import are_in_place, mask_texts

if TYPE_CHECKING:
    import pyarrow as pa

    from labelduck.geometry import Mask
    from labelduck.kernel.arrays import Array
    from labelduck.matching.mask_texts import MaskTexts


@dataclass(frozen=True)
class Side:
    """Predictions or annotations of a chunk of images.

    Attributes:
        table: Columns `mask`, `polygons` and `box`, as far as it has them.
        rows: Rows in it, by image, [n].
        sizes: Height and width of their images in pixels, [n, 2].
        start: First of each image, and the end, int64.
    """

    table: pa.Table
    rows: Array
    sizes: Array
    start: Array

    def texts(self, *, has_pairs: Array) -> MaskTexts:
        """Return the masks of the images that have anything to compare."""
        is_needed = np.repeat(has_pairs, np.diff(self.start))
        return mask_texts(self.table, self.rows, self.sizes, is_needed=is_needed)

    def masks(self, images: Array) -> dict[int, Mask]:
        """Return the masks of some images, as they are safe to compare, by their number in the chunk."""
        wanted = np.concatenate([np.arange(0), *(np.arange(*self.start[i : i + 2]) for i in images)])
        masks = shapes.masks(self.table, self.rows[wanted], self.sizes[wanted])
        return dict(zip(wanted.tolist(), masks, strict=True))


def fill_ious(found: Side, drawn: Side, is_crowd: Array, start: Array, ious: Array) -> Array:
    """Fill the IoUs of a chunk of images in place, with the values of `geometry.mask_iou_matrix`.

    Args:
        found: Predictions.
        drawn: Annotations.
        is_crowd: Annotations that stand for many objects.
        start: First IoU of each image, and the end, int64.
        ious: Zeros; image by image, a row of annotations per prediction.

    Returns:
        Numbers of the images left to do: those with an odd mask; all where there is no compiled kernel.
    """
    compare: Any = getattr(native.load(), "ld_mask_ious", None)
    if compare is None or not (are_in_place(found.table) and are_in_place(drawn.table)):
        return np.flatnonzero(np.diff(start))
    is_left = np.zeros(len(start) - 1, np.uint8)
    # Kept until the kernel is done: it gets addresses only.
    texts = [side.texts(has_pairs=np.diff(start) > 0) for side in (found, drawn)]
    sides = [
        _addresses(text.address, text.length, text.size, side.start)
        for text, side in zip(texts, (found, drawn), strict=True)
    ]
    compare.restype = ctypes.c_int64
    rest = _addresses(is_crowd := is_crowd.astype(np.uint8), start, ious, is_left)
    if not compare(ctypes.c_int64(len(is_left)), *sides, *map(ctypes.c_void_p, rest)):
        raise MemoryError
    return np.flatnonzero(is_left)


def _addresses(*arrays: Array) -> ctypes.Array[ctypes.c_void_p]:
    return (ctypes.c_void_p * len(arrays))(*(array.ctypes.data for array in arrays))
