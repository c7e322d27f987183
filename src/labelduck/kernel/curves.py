"""Precision over recall in numpy: the definitions, straight; the compiled kernel takes a shorter way to the same."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from labelduck.kernel.arrays import FALSE_POSITIVE, TRUE_POSITIVE, VOC_POINTS

if TYPE_CHECKING:
    from labelduck.kernel.arrays import Array, CurveBlock, State, VocCurves

EPSILON = np.spacing(1)


def places_by_class(state: State) -> list[Array]:
    """Return the places of each class by falling confidence; ties keep the order of images and of the source."""
    class_index = state.predictions.class_index[state.row_at]
    order = np.argsort(class_index, kind="stable")
    starts = np.searchsorted(class_index[order], np.arange(state.n_classes + 1))
    confidence = state.predictions.confidence[state.row_at]
    groups = [order[start:end] for start, end in pairwise(starts)]
    return [places[np.argsort(-confidence[places], kind="stable")] for places in groups]


def fill(state: State, block: CurveBlock, k: int, places: Array, positives: Array) -> None:
    """Fill the curves of one class.

    Args:
        state: Masks of all places.
        block: Block that holds class k.
        k: Class.
        places: Its places by falling confidence.
        positives: Annotations that count, by area range.
    """
    rules, here = state.rules, k - block.first
    confidence = state.predictions.confidence[state.row_at[places]]
    for limit_at, limit in enumerate(rules.limits):
        allowed = state.rank[places] < limit
        scores = confidence[allowed]
        for area, n in enumerate(positives):
            tp, ignore = (masks[places[allowed], area] for masks in (state.tp, state.ignore))
            for t in range(len(rules.thresholds)):
                ignored = ignore >> t & 1 > 0
                is_true = (tp >> t & 1 > 0) & ~ignored
                true, false = np.cumsum(is_true), np.cumsum(~is_true & ~ignored)
                at = (here, t, area, limit_at)
                n_true, n_false = (int(counts[-1]) if len(counts) else 0 for counts in (true, false))
                block.n_counted[at] = n_true + n_false
                precision, score = _points(
                    (true, false), scores, rules.recalls, n=int(n) or 1, epsilon=EPSILON
                )
                block.average[at] = _mean(precision) if n else -1
                block.recall[at] = n_true / n if n else -1
                if limit_at >= block.first_kept:
                    kept = (here, t, area, limit_at - block.first_kept)
                    block.precision[kept] = precision if n else -1
                    block.scores[kept] = score if n else -1


def fill_voc(state: State, voc: VocCurves, k: int, places: Array, n: int) -> None:
    """Fill Pascal VOC's metrics of one class with n annotations that count."""
    outcome = state.voc[places]
    scores = state.predictions.confidence[state.row_at[places]]
    is_true, is_false = outcome == TRUE_POSITIVE, outcome == FALSE_POSITIVE
    true, false = np.cumsum(is_true), np.cumsum(is_false)
    recalls = np.arange(VOC_POINTS) * 0.1  # 0.30000000000000004, as the development kit's loop has it
    voc.precision[k], voc.scores[k] = _points((true, false), scores, recalls, n=n or 1, epsilon=0.0)
    voc.n_counted[k] = is_true.sum() + is_false.sum()
    if not n:
        return
    voc.recall[k] = is_true.sum() / n
    precision = true[is_true] / (true + false)[is_true]
    envelope = np.maximum.accumulate(precision[::-1])
    voc.average[k] = _mean(voc.precision[k]), (np.cumsum(envelope)[-1] / n if len(envelope) else 0.0)


def _points(
    counts: tuple[Array, Array], scores: Array, recalls: Array, *, n: int, epsilon: float
) -> tuple[Array, Array]:
    """Return the best precision from each recall point on, and the confidence at which the point is reached."""
    (true, false), (precision, score) = counts, np.zeros((2, len(recalls)))
    counted = np.maximum(true + false + epsilon, epsilon or 1)
    envelope = np.maximum.accumulate((true / counted)[::-1])[::-1]
    at = np.searchsorted(true / n, recalls, side="left")
    reached = at < len(true)
    precision[reached], score[reached] = envelope[at[reached]], scores[at[reached]]
    return precision, score


def _mean(points: Array) -> float:
    """Return the mean, added up one by one as the compiled kernel does."""
    return float(np.cumsum(points)[-1] / len(points))
