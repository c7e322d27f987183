"""Curves of the kernel -> rows of `average_precision`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from labelduck.matching.columns import constant, real, words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from labelduck.kernel import Comparison
    from labelduck.kernel.arrays import Array, CurveBlock, State

VOC_PROTOCOLS = ("voc_2007", "voc_2010")


def average_precision(
    comparison: Comparison, class_names: pa.Array, *, geometry: str, model: str
) -> Iterator[pa.Table]:
    """Yield rows of `average_precision`, a block of classes at a time, and those of the VOC protocols at the end.

    Args:
        comparison: All its chunks must have been taken.
        class_names: Of the taxonomy, in its order.
        geometry: What was matched.
        model: Name of the model.
    """
    positives, voc_positives = comparison.state.count_positives()
    for block in comparison.curves():
        yield _with_names(
            _coco(comparison.state, block, class_names, positives), geometry=geometry, model=model
        )
    if geometry != "keypoints":
        yield _with_names(_voc(comparison, class_names, voc_positives), geometry=geometry, model=model)


def _coco(state: State, block: CurveBlock, names: pa.Array, positives: Array) -> pa.Table:
    rules = state.rules
    shape = block.average.shape
    class_at, threshold_at, area_at, limit_at = (axis.ravel() for axis in np.indices(shape, np.int32))
    n_annotations = positives[block.first + class_at, area_at]
    has_annotations = n_annotations > 0
    is_kept = limit_at >= block.first_kept
    return pa.table(
        {
            "class_name": words(block.first + class_at, names),
            "protocol": constant("coco", len(class_at)),
            # 0.9, not the 0.8999999999999999 that the comparison itself needs
            "min_iou": real(np.round(rules.thresholds, 12)[threshold_at]),
            "area_range": words(area_at, pa.array(rules.area_ranges)),
            "max_detections": real(np.array(rules.limits, np.int32)[limit_at]),
            "average_precision": real(block.average.ravel(), valid=has_annotations),
            "recall": real(block.recall.ravel(), valid=has_annotations),
            "n_annotations": real(n_annotations),
            "n_predictions": real(block.n_counted.ravel()),
            "precision": _lists(block.precision, at=is_kept, valid=is_kept & has_annotations),
            "confidence": _lists(block.scores, at=is_kept, valid=is_kept & has_annotations),
        }
    )


def _voc(comparison: Comparison, names: pa.Array, positives: Array) -> pa.Table:
    voc, n = comparison.voc, len(names)
    class_at = np.tile(np.arange(n, dtype=np.int32), 2)
    protocol_at = np.repeat(np.arange(2, dtype=np.int32), n)
    n_annotations = positives[class_at]
    has_annotations, has_points = n_annotations > 0, protocol_at == 0
    return pa.table(
        {
            "class_name": words(class_at, names),
            "protocol": words(protocol_at, pa.array(VOC_PROTOCOLS)),
            "min_iou": real(np.full(2 * n, comparison.state.rules.thresholds[0])),
            "area_range": constant("all", 2 * n),
            "average_precision": real(voc.average[class_at, protocol_at], valid=has_annotations),
            "recall": real(voc.recall[class_at], valid=has_annotations),
            "n_annotations": real(n_annotations),
            "n_predictions": real(voc.n_counted[class_at]),
            "precision": _lists(voc.precision, at=has_points, valid=has_points & has_annotations),
            "confidence": _lists(voc.scores, at=has_points, valid=has_points & has_annotations),
        }
    )


def _lists(points: Array, *, at: Array, valid: Array) -> pa.ListArray:
    """Return a list of points in the rows marked by `at`; all rows that are not `valid` are null."""
    rows = points.reshape(-1, points.shape[-1])
    is_valid = valid[at]
    if not is_valid.all():  # a null must own no points: pyarrow before 25 does not write such a list
        rows = rows[is_valid]
    ends = np.concatenate([[0], np.cumsum(valid, dtype=np.int32) * rows.shape[-1]]).astype(np.int32)
    mask = pa.array(~valid) if not valid.all() else None
    return pa.ListArray.from_arrays(real(ends), real(rows.ravel()), mask=mask)


def _with_names(table: pa.Table, *, geometry: str, model: str) -> pa.Table:
    table = table.add_column(0, "model", [constant(model, table.num_rows)])
    return table.append_column("geometry", [constant(geometry, table.num_rows)])
