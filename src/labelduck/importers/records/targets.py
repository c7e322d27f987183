"""What a tag or a vector is about, and the vector itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from labelduck.importers.records.nested import rows_to_null
from labelduck.importers.records.reading import one_array, plain_text
from labelduck.importers.values import to_number

if TYPE_CHECKING:
    from labelduck.importers.records.piece import Piece
    from labelduck.importers.records.reading import Columns, Reading

_KINDS = (("annotation", "annotation_id"), ("prediction", "prediction_id"), ("image", "image_id"))


def with_target(columns: Columns) -> Columns:
    """Return columns with target and target_id: as the file says, else the most particular id that a row has."""
    columns = dict(columns)
    n = len(next(iter(columns.values())))
    kinds = plain_text(columns.get("target", pa.nulls(n, pa.string())))
    ids = plain_text(columns.get("target_id", pa.nulls(n, pa.string())))
    # An id that the file calls nothing is an image's, unless a word beside it says what it is.
    said = pc.if_else(pc.and_(ids.is_valid(), kinds.is_null()), "image", kinds)
    for kind, own in _KINDS:
        if own in columns:
            given = plain_text(columns[own])
            fits = pc.and_(ids.is_null(), pc.fill_null(pc.equal(kinds, kind), True))
            takes = pc.and_(fits, given.is_valid())
            ids, said = pc.if_else(takes, given, ids), pc.if_else(takes, kind, said)
    columns |= {"target": said.dictionary_encode(), "target_id": ids}
    if "image_id" not in columns:
        columns["image_id"] = pc.if_else(pc.equal(said, "image"), ids, None).dictionary_encode()
    return columns


def numbers(values: pa.Array) -> pa.Array:
    """Return the values that are numbers."""
    return to_number(plain_text(values))[0]


def with_vector(reading: Reading, piece: Piece, columns: Columns) -> Columns:
    """Return columns with the vector, put together where each number has a column of its own; one without a number is left empty."""
    if not reading.vector:
        return columns
    parts = [to_number(one_array(piece.rows[name]))[0] for name in reading.vector]
    with np.errstate(over="ignore"):
        matrix = np.stack([part.to_numpy(zero_copy_only=False) for part in parts], axis=1).astype(np.float32)
    sound = np.isfinite(matrix).all(axis=1)
    flat = pa.array(np.where(np.isfinite(matrix), matrix, 0).reshape(-1))
    offsets = pa.array(np.arange(0, flat.nbytes // 4 + 1, matrix.shape[1], dtype=np.int32))
    vectors = pa.ListArray.from_arrays(offsets, flat)
    bad = [int(row) for row in np.flatnonzero(~sound)]
    if bad:
        reading.note(piece, bad, "vector", "a number is missing, infinite or no number; it was left empty")
    return columns | {"vector": rows_to_null(vectors, bad)}
