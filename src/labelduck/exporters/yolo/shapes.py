"""Shapes as the numbers of a YOLO line, whole columns at a time where they are plain."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from labelduck.exporters import outlines
from labelduck.exporters.json_text import one_array
from labelduck.exporters.yolo.rings import CUT, is_outside, outline_texts

if TYPE_CHECKING:
    from collections import Counter

    from numpy.typing import NDArray

    from labelduck.exporters.yolo.task import Task

    Reals = NDArray[np.float64]

COLUMNS = ("geometry", "box", "polygons", "mask", "keypoints", "rotated_box", "rotation")
TURNED_ROUND = "boxes with their corners the wrong way round were turned"
PADDED = "objects with fewer keypoints got some that are absent"


def shape_texts(table: pa.Table, sizes: Reals, task: Task, changed: Counter[str]) -> pa.Array:
    """Return the numbers of each line as text, null where there is nothing to write.

    Args:
        table: Rows with `COLUMNS`.
        sizes: Width and height of each row's picture, NaN when unknown, [n, 2].
        task: Layout of the lines.
        changed: Counts shapes that are written as another kind, or cut.
    """
    kinds = _kinds(table)
    writers = {"detect": _boxes, "pose": _poses, "obb": _turned_boxes}
    with np.errstate(invalid="ignore"):
        if task.name == "segment":
            return outline_texts(table, kinds, sizes, changed)
        _count(kinds, {"detect": "box", "pose": "keypoints", "obb": "rotated_box"}[task.name], changed)
        return writers[task.name](table, sizes, task, changed)


def box_corners(table: pa.Table, changed: Counter[str]) -> Reals:
    """Return boxes as corners the right way round, NaN for none, [n, 4]."""
    given = outlines.corners(table)
    corners = np.concatenate(
        [np.fmin(given[:, :2], given[:, 2:]), np.fmax(given[:, :2], given[:, 2:])], axis=1
    )
    n_turned = int((corners != given).any(axis=1, where=~np.isnan(given)).sum())
    if n_turned:
        changed[TURNED_ROUND] += n_turned
    return corners


def joined(values: Reals) -> pa.Array:
    """Return rows of numbers, [n, k], as text with blanks between; null where one is NaN."""
    n, k = values.shape
    said = pa.array(np.ascontiguousarray(values).ravel()).cast(pa.string())
    offsets = pa.array(np.arange(n + 1) * k, pa.int64())
    lines = pc.binary_join(pa.LargeListArray.from_arrays(offsets, said), " ").cast(pa.string())
    return pc.if_else(pa.array(np.isfinite(values).all(axis=1)), lines, None)


def _kinds(table: pa.Table) -> list[str]:
    """Return what each row is, in the words of `geometry`; rows without that word are what they hold."""
    kinds = np.full(table.num_rows, "box", object)
    for column, kind in (
        ("polygons", "polygon"),
        ("mask", "mask"),
        ("rotated_box", "rotated_box"),
        ("keypoints", "keypoints"),
    ):
        kinds[table[column].is_valid().to_numpy()] = kind
    said = table["geometry"].to_pylist()
    return [str(word or kind) for word, kind in zip(said, kinds, strict=True)]


def _count(kinds: list[str], kept: str, changed: Counter[str]) -> None:
    for kind in kinds:
        if kind not in {"box", kept}:
            changed[outlines.became(kind, "rotated_box" if kept == "rotated_box" else "box")] += 1
        elif kind != kept:
            changed[outlines.became("box", kept) if kept != "keypoints" else PADDED] += 1


def _boxes(table: pa.Table, sizes: Reals, _: Task, changed: Counter[str]) -> pa.Array:
    fractions = _box_fractions(table, sizes, changed)
    return joined(fractions)


def _box_fractions(table: pa.Table, sizes: Reals, changed: Counter[str]) -> Reals:
    """Return centre and sides as fractions, NaN for boxes that are not in the picture, [n, 4]."""
    corners = box_corners(table, changed)
    fractions = _centred(corners, sizes)
    rows = np.flatnonzero(is_outside(fractions).any(axis=1))
    if len(rows):
        changed[CUT] += len(rows)
        low, high = np.maximum(corners[rows, :2], 0), np.minimum(corners[rows, 2:], sizes[rows])
        cut = np.concatenate([low, high], axis=1)
        cut[(high <= low).any(axis=1)] = np.nan
        fractions[rows] = _centred(cut, sizes[rows])
    return fractions


def _centred(corners: Reals, sizes: Reals) -> Reals:
    low, high = corners[:, :2], corners[:, 2:]
    return np.concatenate([(low + high) / 2 / sizes, (high - low) / sizes], axis=1)


def _poses(table: pa.Table, sizes: Reals, task: Task, changed: Counter[str]) -> pa.Array:
    boxes = _box_fractions(table, sizes, changed)
    points = one_array(table["keypoints"])
    lengths = np.asarray(pc.fill_null(pc.list_value_length(points), 0))
    n_short = int(((lengths < task.n_keypoints) & (lengths > 0)).sum())
    if n_short:
        changed[PADDED] += n_short
    flat = points.flatten()
    row = np.repeat(np.arange(len(lengths)), lengths)
    number = np.arange(len(row)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    each = np.zeros((len(lengths), task.n_keypoints, 3))
    for place, name in enumerate(("x", "y", "visibility")):
        each[row, number, place] = np.asarray(pc.fill_null(pc.struct_field(flat, name), 0.0))
    each[..., :2] /= sizes[:, None, :]
    is_far = is_outside(each[..., :2])
    if (is_far & (each[..., 2:] > 0)).any():
        changed[CUT] += int((is_far & (each[..., 2:] > 0)).any(axis=(1, 2)).sum())
    each[..., :2] = np.where(is_far, np.clip(each[..., :2], 0, 1), each[..., :2])
    values = np.concatenate([boxes, each.reshape(len(each), -1)], axis=1)
    return joined(values)


def _turned_boxes(table: pa.Table, sizes: Reals, _: Task, changed: Counter[str]) -> pa.Array:
    x_min, y_min, x_max, y_max = box_corners(table, changed).T
    corners = np.stack([x_min, y_min, x_max, y_min, x_max, y_max, x_min, y_max], axis=1)
    given = one_array(table["rotated_box"])
    rows = np.flatnonzero(np.asarray(pc.fill_null(pc.equal(pc.list_value_length(given), 8), False)))
    corners[rows] = np.asarray(given.take(pa.array(rows)).flatten()).reshape(-1, 8)
    fractions = corners / np.tile(sizes, 4)
    is_far = is_outside(fractions)
    if is_far.any():
        changed[CUT] += int(is_far.any(axis=1).sum())
        fractions = np.where(is_far, np.clip(fractions, 0, 1), fractions)
    return joined(fractions)
