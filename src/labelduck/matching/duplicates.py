"""Annotations that share an id in their source, as pycocotools reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from labelduck.kernel.arrays import Array


def rows_by_image(
    annotations: pa.Table, image: Array, is_known: Array, *, collapse: bool
) -> tuple[Array, Array]:
    """Return the rows of the annotations table in the order of their images.

    Args:
        annotations: Rows with `annotation_id` and, where known, `source_ref`.
        image: Number of the image by row, -1 for none.
        is_known: By row: its class is in the taxonomy.
        collapse: Let rows that share an id behave as the last of them.

    Returns:
        Rows, and the row that each of them behaves as. pycocotools looks objects up by id after it has listed them by
        image and class, so that a repeated id puts the last object, with its image and class, in each one's place.
    """
    rows = np.flatnonzero(image >= 0)
    rows = rows[np.argsort(image[rows], kind="stable")]
    if not collapse:
        return rows, rows
    last = _last_of_id(annotations)
    if last is None:
        return rows, rows
    moved = last[rows] != rows
    kept = ~moved | (is_known[rows] & (image[last[rows]] >= 0))
    # A row of an unknown class is not listed, so it stays itself; so does one whose last object lies in no image.
    behaves_as = np.where(moved & kept, last[rows], rows)
    order = np.argsort(image[behaves_as], kind="stable")
    return rows[order], behaves_as[order]


def _last_of_id(annotations: pa.Table) -> Array | None:
    """Return the row of the last object with each row's source id, or None when no id repeats.

    An importer makes ids unique: the second annotation 7 becomes `7#2`, and `source_ref` keeps the 7.
    """
    ids = annotations.column("annotation_id").cast(pa.string())
    repeated = np.flatnonzero(
        pc.match_substring_regex(ids, r"#\d+$").to_numpy(zero_copy_only=False).astype(bool)
    )
    if not len(repeated) or "source_ref" not in annotations.column_names:
        return None
    names = ids.take(pa.array(repeated)).to_pylist()
    sources = annotations.column("source_ref").take(pa.array(repeated)).to_pylist()
    last_by_source: dict[str, tuple[int, int]] = {}
    for row, name, source in zip(repeated.tolist(), names, sources, strict=True):
        base, _, count = name.rpartition("#")
        if base == source and last_by_source.get(base, (0, 0)) < (int(count), row):
            last_by_source[base] = (int(count), row)
    last = np.arange(len(ids))
    for row, name in zip(repeated.tolist(), names, strict=True):
        base = name.rpartition("#")[0]
        if base in last_by_source:
            last[row] = last_by_source[base][1]
    bases = list(last_by_source)
    first_rows = pc.index_in(pa.array(bases, pa.string()), value_set=ids.combine_chunks()).to_pylist()
    for base, row in zip(bases, first_rows, strict=True):
        if row is not None:
            last[row] = last_by_source[base][1]
    return last
