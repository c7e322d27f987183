"""One annotation: what one annotator said of one task, as rows.

Its time is the whole annotation's. It is divided evenly over the objects drawn, or over the classes chosen where nothing was drawn,
so that sums are right; the whole stands in the attributes of the image.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from labelduck.importers.label_studio import answers, objects
from labelduck.importers.label_studio.poses import posed
from labelduck.importers.label_studio.reading import id_text, is_set
from labelduck.importers.label_studio.regions import regions_of
from labelduck.importers.label_studio.reviews import last_review, read_reviews
from labelduck.importers.label_studio.videos import read_video

if TYPE_CHECKING:
    from labelduck.importers.label_studio.reading import Reading, Record
    from labelduck.importers.label_studio.regions import Region
    from labelduck.importers.label_studio.task import Task

_SAID = (
    *("lead_time", "was_cancelled", "skipped", "ground_truth", "created_at", "updated_at", "updated_by"),
    *("last_action", "import_id", "parent_prediction", "parent_annotation", "unique_id", "draft_created_at"),
    *("result_count", "bulk_created", "last_created_by"),
)


@dataclass(slots=True)
class Annotation:
    """One annotation while its regions are read.

    Attributes:
        name: Its id; made of the task's where it has none.
        place: Where it stands.
        task: Its task.
        columns: What all of its rows share.
        is_from_prediction: Whether it began as a copy of a prediction.
        lead_time: Seconds that it took.
    """

    name: str
    place: str
    task: Task
    columns: Record
    is_from_prediction: bool
    lead_time: float | None


def read_annotation(reading: Reading, task: Task, annotation: Record, number: int, place: str) -> None:
    """Add the rows of one annotation.

    Args:
        reading: The import.
        task: Its task, which learns who looked at it.
        annotation: The annotation.
        number: Its position in the task.
        place: Where it stands.
    """
    own_id = id_text(annotation.get("id"))
    if own_id is not None:
        first = reading.annotations.setdefault((task.task_id, own_id), reading.source_file)
        if first != reading.source_file:
            text = f"annotation {own_id} of task {task.task_id} came before, in {first}; not read twice"
            reading.note("an annotation lies in several files", place, text, severity="warning")
            return
    results = annotation.get("result")
    if not isinstance(results, list):
        if results is not None:
            reading.note("an annotation's result is no list", f"{place}.result", record=results)
        results = []
    annotator = reading.people.name(annotation.get("completed_by"))
    if annotator is None and annotation.get("completed_by") is not None:
        reading.note(
            "completed_by names nobody", f"{place}.completed_by", severity="warning", record=annotation
        )
    is_skipped = is_set(annotation.get("was_cancelled")) or is_set(annotation.get("skipped"))
    _note_work(task, annotation, annotator, len(results), is_skipped=is_skipped)
    if not is_skipped:
        whole = Annotation(
            name=own_id or f"{task.task_id}.{number}",
            place=place,
            task=task,
            columns=_columns(reading, annotation, annotator, place),
            is_from_prediction=annotation.get("parent_prediction") is not None,
            lead_time=_lead_time(reading, annotation, place),
        )
        _read_results(reading, whole, results)
    elif results:
        text = f"its annotator skipped the task: its {len(results)} results are left out"
        reading.note("a skipped annotation has results", f"{place}.result", text, severity="warning")
    read_reviews(reading, task, annotation, annotator, place)


def seconds(value: object) -> float | None:
    """Return a duration in seconds; None where it is none."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e12:
        return None
    return float(value)


def _note_work(
    task: Task, annotation: Record, annotator: str | None, n_results: int, *, is_skipped: bool
) -> None:
    """Tell the task who looked at it, and keep what the annotation says as a whole."""
    said = {key: value for key in _SAID if (value := annotation.get(key)) not in (None, False)}
    task.annotations.append(
        {"id": annotation.get("id"), "annotator": annotator, "n_results": n_results} | said
    )
    for shown in task.shown:
        if annotator is not None or is_skipped:
            task.came_to(shown.image_id, annotator, "skipped" if is_skipped else "completed")
        if not is_skipped:
            task.annotated.add(shown.image_id)


def _lead_time(reading: Reading, annotation: Record, place: str) -> float | None:
    told = annotation.get("lead_time")
    found = seconds(told)
    if found is None and told is not None:
        text = f"{told!r:.40} is no duration in seconds; it is left empty"
        reading.note("lead_time is no duration", f"{place}.lead_time", text, severity="repaired")
    return found


def _columns(reading: Reading, annotation: Record, annotator: str | None, place: str) -> Record:
    """Return the columns that all rows of an annotation share."""
    columns: Record = {
        "annotator": annotator,
        "is_gold": is_set(annotation.get("ground_truth")),
        "source_file": reading.source_file,
    }
    for key in ("created_at", "updated_at"):
        value = annotation.get(key)
        if isinstance(value, str | int | float) and not isinstance(value, bool):
            columns[key] = value
        elif value is not None:
            text = f"{key} is no time; it is left empty"
            reading.note(text, f"{place}.{key}", severity="repaired", record=value)
    status, reviewer = last_review(reading, annotation)
    return columns | ({} if status is None else {"review_status": status, "reviewer": reviewer})


def _read_results(reading: Reading, annotation: Annotation, results: list[Any]) -> None:
    regions, relations = regions_of(reading, results, annotation.place)
    made: list[Record] = []
    chosen: list[Record] = []
    for region in posed(regions, reading.config):
        if region.shape is None:
            chosen += _answers(reading, annotation, region)
        else:
            made += _objects(reading, annotation, region, relations.get(region.region_id))
    _spend(annotation.lead_time, made or chosen)
    for row in made:
        wanted, place = row["annotation_id"], row["source_ref"]
        row["annotation_id"] = reading.rows.unique_id(
            "annotations", wanted, source_file=reading.source_file, location=place
        )
        reading.rows.add("annotations", row)
    for row in chosen:
        reading.rows.add("image_labels", row)


def _objects(
    reading: Reading, annotation: Annotation, region: Region, relations: list[Record] | None
) -> list[Record]:
    """Return the rows of a region: one, or one for each keyframe of a video."""
    shown = annotation.task.picture_of(reading.config, region.result)
    if region.shape == "videorectangle":
        rows = read_video(reading, region, shown, annotation.task.batch)
    else:
        columns = objects.shape_columns(reading, region, shown)
        rows = [] if columns is None else [columns]
    own = objects.own_columns(region)
    source = objects.source_of(region, is_from_prediction=annotation.is_from_prediction)
    name = f"{annotation.name}/{region.region_id or region.number}"
    if own is None:
        told = objects.attributes_of(region)
        if relations:
            told["relations"] = relations
    elif region.region_id:
        name = region.region_id
    for row in rows:
        row["annotation_id"] = name + row.pop("_frame", "")
        row["source"] = source
        row["source_ref"] = region.place
        row.update(annotation.columns)
        if own is not None:
            row.update(own)
            continue
        row["attributes"] = told | row["attributes"] if "attributes" in row else told
        if annotation.task.batch is not None:
            row["batch"] = annotation.task.batch
    return rows


def _spend(lead_time: float | None, rows: list[Record]) -> None:
    """Divide the time of an annotation over its rows, unless they say themselves how long each took."""
    if lead_time is not None and not any("lead_time_s" in row for row in rows):
        for row in rows:
            row["lead_time_s"] = lead_time / len(rows)


def _answers(reading: Reading, annotation: Annotation, region: Region) -> list[Record]:
    """Return what was chosen for a whole picture as rows of `image_labels`; add what was typed as `tags`."""
    shown = annotation.task.picture_of(reading.config, region.result)
    columns: Record = {
        key: annotation.columns[key]
        for key in ("annotator", "is_gold", "created_at")
        if key in annotation.columns
    }
    columns["image_id"] = shown.image_id
    columns["source"] = objects.source_of(region, is_from_prediction=annotation.is_from_prediction)
    if annotation.task.batch is not None:
        columns["batch"] = annotation.task.batch
    rows = []
    for field, (kind, told) in region.answers.items():
        if kind in answers.CLASSES:
            names = answers.class_names(kind, told)
            if kind in answers.CHOSEN:
                reading.chosen.update(dict.fromkeys(names))
            rows += [columns | {"field": field, "class_name": name} for name in names]
            continue
        text, number = answers.text_and_number(told)
        tag = {"target": "image", "target_id": shown.image_id, "image_id": shown.image_id, "tag": field}
        reading.rows.add("tags", tag | {"value": text, "score": number, "tool": columns["annotator"]})
    return rows
