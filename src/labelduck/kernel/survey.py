"""All predictions of a chunk beside all annotations of their images: pairs, best ones, candidates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from labelduck.kernel.arrays import CROWD, IGNORED
from labelduck.kernel.boxes import at, box_areas, intersections

if TYPE_CHECKING:
    from collections.abc import Iterator

    from labelduck.kernel.arrays import Array, Chunk, State

PAIRS_AT_ONCE = 1 << 20


@dataclass(frozen=True)
class Best:
    """The annotation that each place overlaps most, of some kind; places without one are left out.

    Attributes:
        place: Within the chunk, rising.
        annotation: Over all images.
        iou: Overlap.
    """

    place: Array
    annotation: Array
    iou: Array


@dataclass(frozen=True)
class Survey:
    """What one look at all pairs tells.

    Attributes:
        pairs: Place over all images, annotation, overlap.
        same, other: Best annotation of the same and of another class that is neither crowd nor ignored.
        voc: Best annotation of the same class, whatever it is.
        candidates: Place within the chunk, annotation, mask of thresholds, overlap; by place, then by preference.
        prediction_out_of: By place: mask of the area ranges that it lies outside of.
        annotation_out_of: By annotation of the chunk: mask of the area ranges that it does not count in.
    """

    pairs: tuple[Array, Array, Array]
    same: Best
    other: Best
    voc: Best
    candidates: tuple[Array, Array, Array, Array]
    prediction_out_of: Array
    annotation_out_of: Array


def survey(state: State, chunk: Chunk, ious: Array | None) -> Survey:
    """Look at all pairs of a chunk; `ious` gives their overlaps where they are no boxes."""
    area = _prediction_areas(state, chunk)
    parts = [_part(state, chunk, pairs) for pairs in _overlapping(state, chunk, area, ious)]
    columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
    place, annotation, iou, plain, is_same, is_other, is_countable, is_candidate = columns
    listed = iou >= state.rules.pair_floor
    same, other = is_same & is_countable, is_other & is_countable
    return Survey(
        pairs=(
            (place + chunk.first_place)[listed].astype(np.uint32),
            annotation[listed].astype(np.uint32),
            iou[listed],
        ),
        same=_best(place[same], annotation[same], iou[same]),
        other=_best(place[other], annotation[other], iou[other]),
        voc=_best(place[is_same], annotation[is_same], plain[is_same]),
        candidates=_by_preference(state, place[is_candidate], annotation[is_candidate], iou[is_candidate]),
        prediction_out_of=_out_of(state, area),
        annotation_out_of=_annotation_out_of(state, chunk),
    )


def _part(state: State, chunk: Chunk, pairs: _Pairs) -> tuple[Array, ...]:
    annotations = state.annotations
    ours = state.predictions.class_index[state.row_at[pairs.place + chunk.first_place]]
    theirs = annotations.class_index[pairs.annotation]
    is_same, is_known = ours == theirs, theirs >= 0
    has_rank = chunk.full_rank[pairs.place] < state.rules.limits[-1]
    return (
        pairs.place,
        pairs.annotation,
        pairs.iou,
        pairs.plain,
        is_known & is_same,
        is_known & ~is_same,
        annotations.flags[pairs.annotation] & (CROWD | IGNORED) == 0,
        is_known & is_same & has_rank & (pairs.iou >= state.rules.thresholds[0]),
    )


@dataclass(frozen=True)
class _Pairs:
    """Place within the chunk, annotation and overlap; `plain` takes crowds like anything else."""

    place: Array
    annotation: Array
    iou: Array
    plain: Array


def _overlapping(state: State, chunk: Chunk, area: Array, ious: Array | None) -> Iterator[_Pairs]:
    """Yield all pairs of a chunk that overlap, some predictions at a time."""
    annotations = state.annotations
    images = state.predictions.image[state.row_at[chunk.first_place : chunk.last_place]]
    counts = np.diff(annotations.start)[images]
    ends = np.concatenate([[0], np.cumsum(counts)])
    first = 0
    while True:
        last = max(int(np.searchsorted(ends, ends[first] + PAIRS_AT_ONCE, side="right")) - 1, first + 1)
        last = min(last, len(counts))
        place = np.repeat(np.arange(first, last), counts[first:last])
        within = np.arange(ends[first], ends[last]) - ends[place]
        annotation = annotations.start[images[place]] + within
        if ious is None:
            iou, plain = _box_ious(state, chunk, area, place, annotation)
        else:
            iou = plain = ious[ends[first] : ends[last]]
        some = iou > 0
        yield _Pairs(place[some], annotation[some], iou[some], plain[some])
        first = last
        if first >= len(counts):
            return


def _box_ious(
    state: State, chunk: Chunk, area: Array, place: Array, annotation: Array
) -> tuple[Array, Array]:
    predictions, annotations = state.predictions, state.annotations
    if predictions.box is None or annotations.box is None:
        raise ValueError("neither boxes nor overlaps are given")
    others = at(annotations.box, annotation)
    theirs = box_areas(others, annotations.area[annotation], of_predictions=False)
    inside = intersections(at(predictions.box, state.row_at[place + chunk.first_place]), others)
    own = area[place]
    plain = np.divide(inside, own + theirs - inside, out=np.zeros_like(inside), where=inside > 0)
    is_crowd = (annotations.flags[annotation] & CROWD > 0) & (inside > 0)
    return np.where(is_crowd, np.divide(inside, own, out=np.zeros_like(inside), where=is_crowd), plain), plain


def _prediction_areas(state: State, chunk: Chunk) -> Array:
    rows, predictions = state.row_at[chunk.first_place : chunk.last_place], state.predictions
    stated = None if predictions.area is None else predictions.area[rows]
    if predictions.box is None:
        return np.zeros(len(rows)) if stated is None else stated
    return box_areas(at(predictions.box, rows), stated, of_predictions=True)


def _out_of(state: State, area: Array) -> Array:
    rules = state.rules
    bits = np.zeros(len(area), np.int64)
    for a, (low, high) in enumerate(zip(rules.area_low, rules.area_high, strict=True)):
        bits |= ((area < low) | (area > high)).astype(np.int64) << a
    return bits


def _annotation_out_of(state: State, chunk: Chunk) -> Array:
    ours = slice(chunk.first_annotation, chunk.last_annotation)
    out_of = _out_of(state, state.annotations.area[ours])
    return np.where(state.annotations.flags[ours] & IGNORED, 255, out_of)


def _best(place: Array, annotation: Array, iou: Array) -> Best:
    """Return the best annotation of each place, the first of equal ones; rows come by place, then annotation."""
    begins = np.flatnonzero(np.diff(place, prepend=-1))
    if not len(begins):
        return Best(place, annotation, iou)
    best = np.maximum.reduceat(iou, begins)
    is_best = np.flatnonzero(iou == np.repeat(best, np.diff(begins, append=len(iou))))
    first = is_best[np.flatnonzero(np.diff(place[is_best], prepend=-1))]
    return Best(place[first], annotation[first], iou[first])


def _by_preference(
    state: State, place: Array, annotation: Array, iou: Array
) -> tuple[Array, Array, Array, Array]:
    """Return candidates by place, best overlap first, of equal ones the later annotation, as COCO's `>=` has it."""
    order = np.lexsort((-annotation, -iou, place))
    reached = np.searchsorted(state.rules.thresholds, iou[order], side="right")
    return place[order], annotation[order], (1 << reached) - 1, iou[order]
