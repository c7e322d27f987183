"""Results of a chunk of images -> rows of `pairs` and `matches`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from labelduck.kernel.arrays import ANNOTATION_IGNORED, FOUND, MISSED
from labelduck.matching.columns import constant, real, words

if TYPE_CHECKING:
    from labelduck.kernel.arrays import Array, Chunk, State
    from labelduck.matching.inputs import Scene

OUTCOMES = ("false_positive", "true_positive", "ignored", "false_negative")
ERROR_KINDS = ("", "wrong_class", "bad_box", "both", "duplicate", "background", "missed")


@dataclass(frozen=True)
class Rows:
    """Rows of one chunk.

    Attributes:
        scene: What is compared.
        state: Masks of all places.
        chunk: Results of the chunk.
        model: Name of the model.
    """

    scene: Scene
    state: State
    chunk: Chunk
    model: str

    def pairs(self) -> pa.Table:
        """Return the overlapping pairs as rows of `pairs`."""
        scene, chunk = self.scene, self.chunk
        place, annotation = chunk.pair_place - chunk.first_place, chunk.pair_annotation
        prediction_class = scene.prediction_class[self._prediction_rows]
        return pa.table(
            {
                "model": constant(self.model, len(place)),
                "image_id": words(self._image_at_place[place], self._image_ids),
                "annotation_id": words(annotation - chunk.first_annotation, self._annotation_ids),
                "prediction_id": words(place, self._prediction_ids),
                "annotation_class": self._classes(scene.annotation_class[annotation]),
                "prediction_class": self._classes(prediction_class[place]),
                "iou": real(chunk.pair_iou),
            }
        )

    def matches(self) -> pa.Table:
        """Return the predictions, and the annotations that no true positive names, as rows of `matches`."""
        parts = [self._of_predictions(), self._of_annotations()]
        table = pa.concat_tables(parts, promote_options="default")
        return table.add_column(0, "model", [constant(self.model, table.num_rows)])

    def _of_predictions(self) -> pa.Table:
        scene, state, chunk = self.scene, self.state, self.chunk
        places, rows = slice(chunk.first_place, chunk.last_place), self._prediction_rows
        named = chunk.named >= 0
        annotation_class = _at(scene.annotation_class, chunk.named)
        return pa.table(
            {
                "image_id": words(self._image_at_place, self._image_ids),
                "prediction_id": self._prediction_ids,
                "annotation_id": self._ids_of(chunk.named),
                "prediction_class": self._classes(scene.prediction_class[rows]),
                "annotation_class": self._classes(annotation_class, valid=named),
                "confidence": real(state.predictions.confidence[rows]),
                "iou": real(chunk.named_iou, valid=named),
                "outcome": words(chunk.outcome, pa.array(OUTCOMES)),
                "error_kind": words(chunk.error_kind, pa.array(ERROR_KINDS), valid=chunk.error_kind > 0),
                "rank": real(chunk.full_rank + 1, valid=state.predictions.class_index[rows] >= 0),
                "tp_mask": real(state.tp[places, 0]),
                "ignore_mask": real(state.ignore[places, 0]),
                "found_mask": real(_at(chunk.found, chunk.named - chunk.first_annotation), valid=named),
                "best_same_iou": real(chunk.same_iou),
                "best_same_id": self._ids_of(chunk.same),
                "best_other_iou": real(chunk.other_iou),
                "best_other_id": self._ids_of(chunk.other),
            }
        )

    def _of_annotations(self) -> pa.Table:
        chunk = self.chunk
        at = np.flatnonzero(chunk.state != FOUND)
        ignored = chunk.state[at] == ANNOTATION_IGNORED
        starts = self.state.annotations.start[chunk.first : chunk.last + 1] - chunk.first_annotation
        missed = np.full(len(at), ERROR_KINDS.index("missed"))
        return pa.table(
            {
                "image_id": words(np.searchsorted(starts, at, side="right") - 1, self._image_ids),
                "annotation_id": words(at, self._annotation_ids),
                "annotation_class": self._classes(self.scene.annotation_class[at + chunk.first_annotation]),
                "outcome": words(np.where(ignored, 2, 3), pa.array(OUTCOMES)),
                "error_kind": words(missed, pa.array(ERROR_KINDS), valid=chunk.state[at] == MISSED),
                "found_mask": real(chunk.found[at]),
            }
        )

    def _ids_of(self, annotation: Array) -> pa.DictionaryArray:
        """Return the ids of annotations counted over all images, null for -1."""
        within = np.maximum(annotation - self.chunk.first_annotation, 0)
        return words(within, self._annotation_ids, valid=annotation >= 0)

    def _classes(self, numbers: Array, *, valid: Array | None = None) -> pa.DictionaryArray:
        names = self.scene.all_class_names
        has_name = numbers < len(names)
        return words(numbers, names, valid=has_name if valid is None else has_name & valid)

    @cached_property
    def _prediction_rows(self) -> Array:
        return self.state.row_at[self.chunk.first_place : self.chunk.last_place]

    @cached_property
    def _prediction_ids(self) -> pa.Array:
        return self.scene.prediction_ids.take(real(self._prediction_rows)).cast(pa.string()).combine_chunks()

    @cached_property
    def _annotation_ids(self) -> pa.Array:
        first = self.chunk.first_annotation
        return self.scene.annotation_ids.slice(first, self.chunk.last_annotation - first)

    @cached_property
    def _image_ids(self) -> pa.Array:
        return self.scene.image_ids.slice(self.chunk.first, self.chunk.last - self.chunk.first)

    @cached_property
    def _image_at_place(self) -> Array:
        """Return the image, counted within the chunk, of each place."""
        counts = np.diff(self.state.image_start[self.chunk.first : self.chunk.last + 1])
        return np.repeat(np.arange(len(counts), dtype=np.int32), counts)


def _at(values: Array, positions: Array) -> Array:
    """Return values at positions; anything where a position is negative."""
    return values[np.maximum(positions, 0)] if len(values) else np.zeros(len(positions), values.dtype)
