"""Results of a chunk of images -> rows of `pairs` and `matches`."""

from __future__ import annotations

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


def pairs(scene: Scene, state: State, chunk: Chunk, *, model: str) -> pa.Table:
    """Return the overlapping pairs of a chunk as rows of `pairs`."""
    place, annotation = chunk.pair_place, chunk.pair_annotation
    prediction_ids = _prediction_ids(scene, state, chunk)
    image = _image_at_place(state, chunk)
    return pa.table(
        {
            "model": constant(model, len(place)),
            "image_id": words(image[place - chunk.first_place], _image_ids(scene, chunk)),
            "annotation_id": words(annotation - chunk.first_annotation, _annotation_ids(scene, chunk)),
            "prediction_id": words(place - chunk.first_place, prediction_ids),
            "annotation_class": _classes(scene, scene.annotation_class[annotation]),
            "prediction_class": _classes(scene, scene.prediction_class[state.row_at[place]]),
            "iou": real(chunk.pair_iou),
        }
    )


def matches(scene: Scene, state: State, chunk: Chunk, *, model: str) -> pa.Table:
    """Return the predictions of a chunk, and the annotations that no true positive names, as rows of `matches`."""
    of_predictions = _prediction_rows(scene, state, chunk)
    of_annotations = _annotation_rows(scene, state, chunk)
    table = pa.concat_tables([of_predictions, of_annotations], promote_options="default")
    return table.add_column(0, "model", [constant(model, table.num_rows)])


def _prediction_rows(scene: Scene, state: State, chunk: Chunk) -> pa.Table:
    places = slice(chunk.first_place, chunk.last_place)
    rows = state.row_at[places]
    annotation_ids = _annotation_ids(scene, chunk)

    def of_annotation(values: Array, at: Array) -> Array:
        return values[np.maximum(at, 0)] if len(values) else np.zeros(len(at), values.dtype)

    def ids(at: Array) -> pa.Array:
        return words(np.maximum(at - chunk.first_annotation, 0), annotation_ids, valid=at >= 0)

    named = chunk.named >= 0
    return pa.table(
        {
            "image_id": words(_image_at_place(state, chunk), _image_ids(scene, chunk)),
            "prediction_id": _prediction_ids(scene, state, chunk),
            "annotation_id": ids(chunk.named),
            "prediction_class": _classes(scene, scene.prediction_class[rows]),
            "annotation_class": _classes(
                scene, of_annotation(scene.annotation_class, chunk.named), valid=named
            ),
            "confidence": real(state.predictions.confidence[rows]),
            "iou": real(chunk.named_iou, valid=named),
            "outcome": words(chunk.outcome, pa.array(OUTCOMES)),
            "error_kind": words(chunk.error_kind, pa.array(ERROR_KINDS), valid=chunk.error_kind > 0),
            "rank": real(chunk.full_rank + 1, valid=state.predictions.class_index[rows] >= 0),
            "tp_mask": real(state.tp[places, 0]),
            "ignore_mask": real(state.ignore[places, 0]),
            "found_mask": real(of_annotation(chunk.found, chunk.named - chunk.first_annotation), valid=named),
            "best_same_iou": real(chunk.same_iou),
            "best_same_id": ids(chunk.same),
            "best_other_iou": real(chunk.other_iou),
            "best_other_id": ids(chunk.other),
        }
    )


def _annotation_rows(scene: Scene, state: State, chunk: Chunk) -> pa.Table:
    at = np.flatnonzero(chunk.state != FOUND)
    ignored = chunk.state[at] == ANNOTATION_IGNORED
    starts = state.annotations.start[chunk.first : chunk.last + 1] - chunk.first_annotation
    missed = np.full(len(at), ERROR_KINDS.index("missed"))
    return pa.table(
        {
            "image_id": words(np.searchsorted(starts, at, side="right") - 1, _image_ids(scene, chunk)),
            "annotation_id": words(at, _annotation_ids(scene, chunk)),
            "annotation_class": _classes(scene, scene.annotation_class[at + chunk.first_annotation]),
            "outcome": words(np.where(ignored, 2, 3), pa.array(OUTCOMES)),
            "error_kind": words(missed, pa.array(ERROR_KINDS), valid=chunk.state[at] == MISSED),
            "found_mask": real(chunk.found[at]),
        }
    )


def _classes(scene: Scene, numbers: Array, *, valid: Array | None = None) -> pa.DictionaryArray:
    named = numbers < len(scene.all_class_names)
    return words(numbers, scene.all_class_names, valid=named if valid is None else named & valid)


def _image_at_place(state: State, chunk: Chunk) -> Array:
    counts = np.diff(state.image_start[chunk.first : chunk.last + 1])
    return np.repeat(np.arange(len(counts), dtype=np.int32), counts)


def _image_ids(scene: Scene, chunk: Chunk) -> pa.Array:
    return scene.image_ids.slice(chunk.first, chunk.last - chunk.first)


def _annotation_ids(scene: Scene, chunk: Chunk) -> pa.Array:
    return scene.annotation_ids.slice(chunk.first_annotation, chunk.last_annotation - chunk.first_annotation)


def _prediction_ids(scene: Scene, state: State, chunk: Chunk) -> pa.Array:
    taken = scene.prediction_ids.take(real(state.row_at[chunk.first_place : chunk.last_place]))
    return taken.cast(pa.string()).combine_chunks()
