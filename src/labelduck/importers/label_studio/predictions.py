"""The predictions that a task was shown with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from labelduck.importers.base import storable
from labelduck.importers.label_studio import answers
from labelduck.importers.label_studio.objects import shape_columns
from labelduck.importers.label_studio.poses import posed
from labelduck.importers.label_studio.reading import id_text
from labelduck.importers.label_studio.regions import regions_of
from labelduck.importers.single_values import finite

if TYPE_CHECKING:
    from collections.abc import Iterator

    from labelduck.importers.label_studio.reading import Reading, Record
    from labelduck.importers.label_studio.regions import Region
    from labelduck.importers.label_studio.task import Task

UNNAMED = "unnamed model"
"""Model of predictions that name no version."""


class Prediction(NamedTuple):
    """What a model said of one task.

    Attributes:
        name: Its id; made of the task's where it has none.
        model: Model and version.
        task: The task.
        score: Confidence of those regions that have none of their own.
    """

    name: str
    model: str
    task: Task
    score: float | None


def read_predictions(reading: Reading, task: Task, record: Record, place: str) -> None:
    """Add the predictions of a task as rows of `predictions`, `predicted_labels` and `models`.

    An export may give only their ids. Those that an annotator was shown stand whole in the annotation then, and are read there.
    """
    shown = _shown(record.get("annotations", record.get("completions")), place)
    listed = record.get("predictions")
    for n, each in enumerate(listed if isinstance(listed, list) else []):
        where = f"{place}.predictions[{n}]"
        prediction = each
        if not isinstance(each, dict):
            prediction, where = shown.get(id_text(each) or "", (None, where))
        if isinstance(prediction, dict):
            _read(reading, task, prediction, n, where)
        else:
            text = "a prediction is given by its id only; export a snapshot with whole predictions to have it"
            reading.note(text, where, severity="warning", record=each)
    for prediction, where in shown.values():
        _read(reading, task, prediction, 0, where)


def _shown(annotations: object, place: str) -> dict[str, tuple[Record, str]]:
    """Return the predictions that stand in annotations, by id."""
    found: dict[str, tuple[Record, str]] = {}
    for n, annotation in enumerate(annotations if isinstance(annotations, list) else []):
        prediction = annotation.get("prediction") if isinstance(annotation, dict) else None
        name = id_text(prediction.get("id")) if isinstance(prediction, dict) else None
        if name is not None and isinstance(prediction, dict) and isinstance(prediction.get("result"), list):
            found.setdefault(name, (prediction, f"{place}.annotations[{n}].prediction"))
    return found


def _read(reading: Reading, task: Task, prediction: Record, number: int, place: str) -> None:
    own_id = id_text(prediction.get("id"))
    name = own_id or f"{task.task_id}.{number}"
    if own_id is not None:
        if (task.task_id, own_id) in reading.predictions:
            return
        reading.predictions.add((task.task_id, own_id))
    results = prediction.get("result")
    if not isinstance(results, list):
        reading.note("a prediction has no list of results", f"{place}.result", record=prediction)
        return
    model = _model(prediction)
    reading.rows.add_once("models", model, {"model": model})
    whole = Prediction(name, model, task, finite(prediction.get("score")))
    regions, _ = regions_of(reading, results, place)
    for region in posed(regions, reading.config):
        _read_region(reading, whole, region)


def _read_region(reading: Reading, prediction: Prediction, region: Region) -> None:
    shown = prediction.task.picture_of(reading.config, region.result)
    confidence = finite(region.result.get("score"))
    if confidence is None and not _is_ours(region):
        confidence = prediction.score
    if confidence is None:
        reading.note("a prediction has no score", region.place, severity="warning")
    if region.shape is None:
        for row in _labels(region):
            row |= {"image_id": shown.image_id, "model": prediction.model, "confidence": confidence}
            reading.rows.add("predicted_labels", row)
        return
    if region.shape == "videorectangle":
        text = "predictions of moving rectangles are not read"
        reading.note(text, region.place, record=region.result)
        return
    columns = shape_columns(reading, region, shown)
    if columns is None:
        return
    wanted = f"{prediction.name}/{region.region_id or region.number}"
    if _is_ours(region):
        wanted = region.region_id
    columns["prediction_id"] = reading.rows.unique_id(
        f"predictions of {prediction.model}", wanted, source_file=reading.source_file, location=region.place
    )
    columns["model"] = prediction.model
    columns["confidence"] = confidence
    reading.rows.add("predictions", columns)


def _is_ours(region: Region) -> bool:
    meta = region.result.get("meta")
    return bool(region.region_id) and isinstance(meta, dict) and isinstance(meta.get("labelduck"), dict)


def _labels(region: Region) -> Iterator[Record]:
    for kind, told in region.answers.values():
        if kind in answers.CLASSES:
            yield from ({"class_name": name} for name in answers.class_names(kind, told))


def _model(prediction: Record) -> str:
    told: Any = prediction.get("model_version") or prediction.get("model")
    if isinstance(told, dict):
        told = told.get("title") or told.get("name") or told.get("id")
    text = storable(str(told)).strip() if isinstance(told, str | int) and not isinstance(told, bool) else ""
    return text or UNNAMED
