"""The kernel in numpy, for machines without a compiled one: the same results to the last bit, about 30 times slower."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from labelduck.kernel import curves
from labelduck.kernel.arrays import (
    ANNOTATION_IGNORED,
    BACKGROUND,
    BAD_BOX,
    BOTH,
    DIFFICULT,
    DUPLICATE,
    EXPLAINED,
    FALSE_POSITIVE,
    FOUND,
    IGNORED,
    MISSED,
    NEVER_TP,
    NO_ERROR,
    PREDICTION_IGNORED,
    REUSABLE,
    TRUE_POSITIVE,
    WRONG_CLASS,
    VocCurves,
)
from labelduck.kernel.survey import survey

if TYPE_CHECKING:
    from labelduck.kernel.arrays import Array, Chunk, CurveBlock, State
    from labelduck.kernel.survey import Best, Survey


class NumpyKernel:
    """Order, match and draw curves; see `bindings.NativeKernel`, whose methods these are."""

    def __init__(self, state: State) -> None:
        self.state = state
        image = state.predictions.image
        rows = np.flatnonzero(image >= 0)
        rows = rows[np.argsort(image[rows], kind="stable")]
        state.row_at[: len(rows)] = rows
        state.image_start[:] = np.searchsorted(image[rows], np.arange(state.n_images + 1))
        state.make_room()

    def order(self, chunk: Chunk) -> None:
        """Put the predictions of a chunk's images in order and rank them."""
        state, predictions = self.state, self.state.predictions
        places = slice(chunk.first_place, chunk.last_place)
        rows = state.row_at[places]
        keys = (-predictions.confidence[rows], predictions.class_index[rows], predictions.image[rows])
        rows = rows[np.lexsort(keys)]
        image, class_index = predictions.image[rows], predictions.class_index[rows]
        begins = np.ones(len(rows), bool)
        begins[1:] = (image[1:] != image[:-1]) | (class_index[1:] != class_index[:-1])
        first = np.maximum.accumulate(np.where(begins, np.arange(len(rows)), 0))
        state.row_at[places] = rows
        chunk.full_rank[:] = np.arange(len(rows)) - first
        state.rank[places] = np.minimum(chunk.full_rank, 255)

    def match(self, chunk: Chunk, *, ious: Array | None, iou_start: Array | None, capacity: int) -> int:
        """Match all of a chunk's images; there is always room for their pairs."""
        del capacity, iou_start  # the IoUs of a chunk follow one another
        found = survey(self.state, chunk, ious)
        chunk.pair_place, chunk.pair_annotation, chunk.pair_iou = found.pairs
        self._keep_best(chunk, found)
        self._match_voc(chunk, found.voc)
        self._match_coco(chunk, found)
        _conclude(self.state, chunk)
        return chunk.last - chunk.first

    def start_curves(self) -> None:
        """Group the places by class, once all images are matched."""
        self.voc = VocCurves(self.state.n_classes)
        self._places = curves.places_by_class(self.state)
        self._positives, self._voc_positives = self.state.count_positives()

    def curves(self, block: CurveBlock) -> None:
        """Fill the curves of a block of classes, and Pascal VOC's of these classes."""
        for k in range(block.first, block.last):
            curves.fill(self.state, block, k, self._places[k], self._positives[k])
            curves.fill_voc(self.state, self.voc, k, self._places[k], int(self._voc_positives[k]))

    def _keep_best(self, chunk: Chunk, found: Survey) -> None:
        for best, iou, annotation in (
            (found.same, chunk.same_iou, chunk.same),
            (found.other, chunk.other_iou, chunk.other),
        ):
            iou[:], annotation[:] = 0.0, -1
            iou[best.place], annotation[best.place] = best.iou, best.annotation

    def _match_voc(self, chunk: Chunk, best: Best) -> None:
        """Let the first prediction whose best annotation it is find an annotation; it must not take the second best."""
        voc = self.state.voc[chunk.first_place : chunk.last_place]
        voc[:] = FALSE_POSITIVE
        enough = best.iou >= self.state.rules.thresholds[0]
        place, annotation = best.place[enough], best.annotation[enough]
        difficult = self.state.annotations.flags[annotation] & DIFFICULT > 0
        voc[place[difficult]] = PREDICTION_IGNORED
        place, annotation = place[~difficult], annotation[~difficult]
        voc[place[np.unique(annotation, return_index=True)[1]]] = TRUE_POSITIVE

    def _match_coco(self, chunk: Chunk, found: Survey) -> None:
        state, rules = self.state, self.state.rules
        places = slice(chunk.first_place, chunk.last_place)
        class_index = state.predictions.class_index[state.row_at[places]]
        evaluated = (class_index >= 0) & (chunk.full_rank < rules.limits[-1])
        tp, ignore = state.tp[places], state.ignore[places]
        tp[:] = 0
        ignore[:] = np.where(evaluated, 0, rules.all_bits)[:, None]
        chunk.named[:], chunk.named_iou[:], chunk.found[:] = -1, 0.0, 0
        for area in range(len(rules.area_ranges)):
            _match_area(state, chunk, found, area)
        out_of = found.prediction_out_of >> np.arange(len(rules.area_ranges))[:, None] & 1
        ignore |= np.where((out_of.T == 1) & evaluated[:, None], rules.all_bits & ~tp, 0).astype(np.uint16)


def _match_area(state: State, chunk: Chunk, found: Survey, area: int) -> None:
    """Match all candidates of a chunk in one area range; they come by place, then by preference."""
    every = state.rules.all_bits
    places, annotations, bits, ious = (column.tolist() for column in found.candidates)
    flags = state.annotations.flags[found.candidates[1]].tolist()
    is_out = (found.annotation_out_of[found.candidates[1] - chunk.first_annotation] >> area & 1).tolist()
    tp, ignore = (
        state.tp[chunk.first_place : chunk.last_place],
        state.ignore[chunk.first_place : chunk.last_place],
    )
    taken: dict[int, int] = {}
    start, n = 0, len(places)
    while start < n:
        end, place, open_bits = start, places[start], every
        while end < n and places[end] == place:
            end += 1
        for ignored in (0, 1):  # annotations that count come before those that do not
            for c in range(start, end):
                if is_out[c] != ignored:
                    continue
                annotation = annotations[c]
                won = bits[c] & open_bits & (every if flags[c] & REUSABLE else ~taken.get(annotation, 0))
                if not won:
                    continue
                open_bits &= ~won
                taken[annotation] = taken.get(annotation, 0) | won
                if ignored:
                    ignore[place, area] |= won
                elif not flags[c] & NEVER_TP:
                    tp[place, area] |= won
                if area == 0:
                    _note(chunk, place, annotation, won, ious[c], never_tp=bool(flags[c] & NEVER_TP))
        start = end


def _note(chunk: Chunk, place: int, annotation: int, won: int, iou: float, *, never_tp: bool) -> None:
    if not never_tp:
        chunk.found[annotation - chunk.first_annotation] |= won
    if won & 1:
        chunk.named[place], chunk.named_iou[place] = annotation, iou
    if chunk.matched is not None:
        for t in range(chunk.matched.shape[1]):
            if won >> t & 1:
                chunk.matched[place, t] = annotation


def _conclude(state: State, chunk: Chunk) -> None:
    """Set outcomes, and why each false positive is false, by the definitions of TIDE (Bolya et al., 2020)."""
    ours = slice(chunk.first_annotation, chunk.last_annotation)
    annotations, rules = state.annotations, state.rules
    area = annotations.area[ours]
    ignored = (annotations.flags[ours] & IGNORED > 0) | (annotations.class_index[ours] < 0)
    ignored |= (area < rules.area_low[0]) | (area > rules.area_high[0])
    chunk.state[:] = np.where(ignored, ANNOTATION_IGNORED, np.where(chunk.found & 1, FOUND, MISSED))
    places = slice(chunk.first_place, chunk.last_place)
    is_tp, is_ignored = state.tp[places, 0] & 1 > 0, state.ignore[places, 0] & 1 > 0
    chunk.outcome[:] = np.where(
        is_tp, TRUE_POSITIVE, np.where(is_ignored, PREDICTION_IGNORED, FALSE_POSITIVE)
    )
    false = chunk.outcome == FALSE_POSITIVE
    kind = np.where(false, _kinds(chunk, state), NO_ERROR)
    chunk.error_kind[:] = kind
    by_same = (kind == BAD_BOX) | (kind == DUPLICATE) | ((kind == BOTH) & (chunk.same_iou >= chunk.other_iou))
    explained = false & (kind != BACKGROUND)
    named = np.where(explained, np.where(by_same, chunk.same, chunk.other), -1)
    named_iou = np.where(explained, np.where(by_same, chunk.same_iou, chunk.other_iou), 0.0)
    chunk.named[:] = np.where(false, named, chunk.named)
    chunk.named_iou[:] = np.where(false, named_iou, chunk.named_iou)
    almost = np.unique(named[(kind == BAD_BOX) | (kind == WRONG_CLASS)]) - chunk.first_annotation
    chunk.state[almost[chunk.state[almost] == MISSED]] = EXPLAINED


def _kinds(chunk: Chunk, state: State) -> Array:
    same, other, enough, floor = (
        chunk.same_iou,
        chunk.other_iou,
        state.rules.thresholds[0],
        state.rules.pair_floor,
    )
    return np.select(
        [
            (same >= floor) & (same <= enough),
            other >= enough,
            same >= enough,
            (same <= floor) & (other <= floor),
        ],
        [BAD_BOX, WRONG_CLASS, DUPLICATE, BACKGROUND],
        BOTH,
    )
