"""The records of an export as rows: whole tasks, single annotations with their task, and records of JSON_MIN."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from labelduck.importers.json_records import UnreadableJsonError
from labelduck.importers.label_studio.annotation import read_annotation
from labelduck.importers.label_studio.minimal import is_minimal, task_from
from labelduck.importers.label_studio.predictions import read_predictions
from labelduck.importers.label_studio.reading import id_text
from labelduck.importers.label_studio.reviews import read_comments
from labelduck.importers.label_studio.sources import TABLES, decoded
from labelduck.importers.label_studio.task import image_row, pictures_in, task_of

if TYPE_CHECKING:
    from labelduck.importers.label_studio.config import LabelConfig
    from labelduck.importers.label_studio.reading import Reading, Record
    from labelduck.importers.label_studio.task import Task

_UNKNOWN = "is no task of Label Studio: it has neither data nor annotations nor the columns of JSON_MIN"
_DOUBT = (
    "texts of a table may be single choices or the task's own data: they are kept as data; put the labelling interface, "
    "label_config.xml, beside it to have choices read as such"
)
_COCO = "is a COCO file; import it as coco"


def read_record(reading: Reading, record: object, task_id: str, place: str) -> None:
    """Add the rows of a record; a problem where it is none of an export.

    Args:
        reading: The import.
        record: One of `sources.records`.
        task_id: Id of the task where it has none.
        place: Where it stands.
    """
    try:
        whole = decoded(record)
    except UnreadableJsonError as error:
        reading.note("a record is no JSON", place, str(error), record=_text(record))
        return
    if not isinstance(whole, dict):
        reading.note("a record is no object", place, record=whole)
        return
    task_record, is_part = as_task(whole, reading.config)
    if task_record is None:
        is_coco = isinstance(whole.get("images"), list) and isinstance(whole.get("categories"), list)
        reading.note(_COCO if is_coco else _UNKNOWN, place, record=whole)
        return
    _note_doubt(reading, whole, task_record, place)
    if not isinstance(task_record.get("data"), dict | None):
        reading.note("a task's data is no object", f"{place}.data", record=task_record["data"])
    task = task_of(reading, task_record, id_text(task_record.get("id")) or task_id)
    _read_task(reading, task, task_record, place)
    _finish(reading, task, task_record, place, is_part=is_part or reading.is_many)


def as_task(record: Record, config: LabelConfig) -> tuple[Record | None, bool]:
    """Return a record as a task, and whether other records may hold the rest of it; None where it is none."""
    if is_minimal(record):
        return task_from(record, config), True
    if "result" in record and "task" in record:
        task = record["task"]
        whole = task if isinstance(task, dict) else {"id": task}
        own = {key: value for key, value in record.items() if key != "task"}
        return whole | {"annotations": [own]}, True
    is_task = isinstance(record.get("data"), dict) or "annotations" in record or "completions" in record
    is_task = "data" in record or (is_task and not isinstance(record.get("images"), list))
    return (record if is_task else None), False


def finish(reading: Reading) -> None:
    """Add the rows that had to wait for the last record, and the classes."""
    for image_id, row in reading.images.items():
        reading.rows.add_once("images", image_id, row)
    for (image_id, annotator), status in reading.statuses.items():
        _assign(reading, image_id, annotator, status, row_batch=reading.images[image_id].get("batch"))
    known = {name: number for number, name in enumerate(reading.config.classes)}
    names = dict.fromkeys([*known, *reading.class_names, *reading.config.choices, *reading.chosen])
    points = reading.config.keypoints
    by_place = {place: word for word, place in points.items()}
    pose = [by_place.get(place, "") for place in range(max(by_place, default=-1) + 1)]
    for name in names:
        named: Record = {"class_name": name, "class_index": known.get(name)}
        reading.rows.add("classes", named | ({"keypoint_names": pose} if name in reading.posed else {}))


def _read_task(reading: Reading, task: Task, record: Record, place: str) -> None:
    many = record.get("annotations", record.get("completions"))
    if many is not None and not isinstance(many, list):
        reading.note("annotations are no list", f"{place}.annotations", record=many)
    for n, annotation in enumerate(annotations_of(record)):
        where = f"{place}.annotations[{n}]"
        if isinstance(annotation, dict):
            read_annotation(reading, task, annotation, n, where)
        else:
            reading.note("an annotation is no object", where, record=annotation)
    read_predictions(reading, task, record, place)
    read_comments(reading, task, record, None, place)
    drafts = record.get("drafts")
    for draft in drafts if isinstance(drafts, list) else []:
        author = reading.people.name(draft.get("user")) if isinstance(draft, dict) else None
        for shown in task.shown if author is not None else []:
            task.came_to(shown.image_id, author, "in_progress")


def _note_doubt(reading: Reading, record: Record, task: Record, place: str) -> None:
    """Say once a file that its single choices cannot be told from the task's own data."""
    is_known = reading.config.kinds or reading.source_file in reading.doubted
    if is_known or not reading.source_file.lower().endswith(TABLES) or not is_minimal(record):
        return
    pictures = {key for key, _, _ in pictures_in(task["data"], reading.config)}
    if any(isinstance(value, str) for key, value in task["data"].items() if key not in pictures):
        reading.doubted.add(reading.source_file)
        reading.note(_DOUBT, place, severity="warning")


def _finish(reading: Reading, task: Task, record: Record, place: str, *, is_part: bool) -> None:
    """Add the rows of a task's images and of those who looked at them."""
    for shown in task.shown:
        row = image_row(reading, task, record, shown)
        if is_part or shown.image_id in reading.repeated:
            _merge(reading, shown.image_id, row, place)
        elif not reading.rows.add_once("images", shown.image_id, row):
            _note_twice(reading, shown.image_id, place)
    for (image_id, annotator), status in task.statuses.items():
        if is_part or image_id in reading.repeated:
            reading.came_to(image_id, annotator, status)
        else:
            _assign(reading, image_id, annotator, status, row_batch=task.batch)


def _merge(reading: Reading, image_id: str, row: Record, place: str) -> None:
    """Remember the row of an image of which other records may say more."""
    before = reading.images.setdefault(image_id, row)
    if before is row:
        return
    if before["attributes"]["task"] != row["attributes"]["task"]:
        _note_twice(reading, image_id, place)
    before["is_annotated"] = before["is_annotated"] or row["is_annotated"]
    if "width" not in before and "width" in row:
        before |= {"width": row["width"], "height": row["height"]}
    before["attributes"].setdefault("annotations", []).extend(row["attributes"].get("annotations", []))


def _note_twice(reading: Reading, image_id: str, place: str) -> None:
    text = f"another task shows image {image_id}; its annotations are added to it"
    reading.note("several tasks show one image", place, text, severity="warning")


def _assign(
    reading: Reading, image_id: str, annotator: str | None, status: str, *, row_batch: str | None
) -> None:
    row = {"image_id": image_id, "annotator": annotator, "batch": row_batch, "status": status}
    reading.rows.add_once("assignments", f"{image_id}\n{annotator}", row)


def annotations_of(task: Record) -> list[Any]:
    """Return the annotations of a task, whatever they are; none where they are no list."""
    many = task.get("annotations", task.get("completions"))
    return many if isinstance(many, list) else []


def _text(record: object) -> str:
    return (
        bytes(memoryview(record)[:2_000]).decode("utf-8", "replace")
        if isinstance(record, msgspec.Raw)
        else str(record)
    )
