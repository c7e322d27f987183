"""Records that the compiled scanner read into columns, as Arrow tables; the rest of a chunk is read one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from labelduck.importers.coco.columns import MaskFacts, Shapes
from labelduck.native import json_scan as scan

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from labelduck.importers.coco.document import Chunk

_GEOMETRY = scan.BOX | scan.POLYGONS | scan.MASK | scan.KEYPOINTS


def plain_records(
    columns: scan.Columns, images: NDArray[np.int32], *, needed: int, unwanted: int
) -> NDArray[np.bool_]:
    """Tell which records are of a known image, have a geometry and all fields needed, and no unwanted one.

    Args:
        columns: The records, n of them.
        images: Position of the image of each, -1 for an unknown one, [n].
        needed: Bits of the fields that each must have.
        unwanted: Bits of the fields that only the reader of single records knows what to do with.
    """
    seen = columns.seen
    is_plain = ((seen & needed) == needed) & ((seen & (unwanted | scan.ODD)) == 0) & ((seen & _GEOMETRY) != 0)
    return np.asarray(is_plain & (images >= 0))


def shapes_of(columns: scan.Columns) -> tuple[Shapes, MaskFacts]:
    """Return the geometry of records, and what their masks cover."""
    seen = columns.seen
    shapes = Shapes(
        box=columns.box,
        has_box=(seen & scan.BOX) > 0,
        area=columns.area,
        has_area=(seen & scan.AREA) > 0,
        numbers=columns.numbers,
        ring_ends=columns.ring_ends,
        polygon_ends=columns.polygon_ends,
        counts=columns.counts,
        counts_ends=columns.counts_ends,
        sizes=columns.mask_size,
        keypoints=columns.keypoints,
        keypoints_ends=columns.keypoints_ends,
    )
    return shapes, MaskFacts(columns.mask_area, columns.mask_box, {})


def positions_of(chunk: Chunk) -> NDArray[np.int64]:
    """Return the position of each record of a chunk in the file."""
    return np.arange(chunk.first, chunk.first + len(chunk))


def merged(
    plain: pa.Table, is_plain: NDArray[np.bool_], first: int, others: pa.Table, positions: list[int]
) -> pa.Table:
    """Return the plain records of a chunk and the others as one table in the order of the file.

    Args:
        plain: A row per record of the chunk, n of them; only the plain ones count.
        is_plain: Which count, [n].
        first: Position of the chunk's first record.
        others: Rows of the other records.
        positions: Position of the record of each of these rows.
    """
    if is_plain.all() and not others.num_rows:
        return plain
    if not is_plain.any():
        return others
    rows = np.flatnonzero(is_plain)
    both = pa.concat_tables([plain, others], promote_options="default").unify_dictionaries()
    order = np.argsort(np.concatenate([rows + first, np.array(positions, np.int64)]), kind="stable")
    taken = np.concatenate([rows, np.arange(plain.num_rows, plain.num_rows + others.num_rows)])[order]
    buffer = pa.py_buffer(np.ascontiguousarray(taken, np.int64))
    return both.take(pa.Array.from_buffers(pa.int64(), len(taken), [None, buffer]))
