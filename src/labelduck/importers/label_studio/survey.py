"""What has to be known of all records before one is read: which pictures there are, and whose numbers are whose."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from labelduck.importers.json_records import UnreadableJsonError
from labelduck.importers.label_studio.exported import annotations_of, as_task
from labelduck.importers.label_studio.pictures import picture
from labelduck.importers.label_studio.reading import id_text
from labelduck.importers.label_studio.sources import decoded
from labelduck.importers.label_studio.task import pictures_in

if TYPE_CHECKING:
    from labelduck.importers.label_studio.reading import Reading


class _Deed(msgspec.Struct):
    created_by: Any = None


class _Author(msgspec.Struct):
    completed_by: Any = None
    created_username: Any = None
    reviews: list[_Deed] | None = None
    history: list[_Deed] | None = None
    comments: list[_Deed] | None = None


class _Head(msgspec.Struct):
    id: Any = None
    data: dict[str, Any] | None = None
    annotations: list[_Author] = []


_decode_head = msgspec.json.Decoder(_Head).decode


def survey(reading: Reading, record: object, task_id: str, _place: str) -> None:
    """Note the pictures and people of a record.

    Args:
        reading: The import.
        record: One of `sources.records`.
        task_id: Id of the task where it has none.
    """
    if isinstance(record, msgspec.Raw) and _survey_head(reading, record, task_id):
        return
    try:
        whole = decoded(record)
    except UnreadableJsonError:
        return
    task = as_task(whole, reading.config)[0] if isinstance(whole, dict) else None
    if task is None:
        return
    for annotation in annotations_of(task):
        if isinstance(annotation, dict):
            reading.people.meet_all(annotation)
    if isinstance(task.get("data"), dict):
        _note_pictures(reading, task["data"], id_text(task.get("id")) or task_id)


def _survey_head(reading: Reading, record: msgspec.Raw, task_id: str) -> bool:
    """Read no more of a task than is needed; false where it is no plain one."""
    try:
        head = _decode_head(record)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return False
    if head.data is None or not head.annotations:
        return False
    for author in head.annotations:
        reading.people.meet(author.completed_by)
        reading.people.meet_author(author.created_username)
        for deed in (*(author.reviews or ()), *(author.history or ()), *(author.comments or ())):
            reading.people.meet(deed.created_by)
    _note_pictures(reading, head.data, id_text(head.id) or task_id)
    return True


def _note_pictures(reading: Reading, data: dict[str, Any], task_id: str) -> None:
    own = id_text(data.get("image_id"))
    if own is not None:
        (reading.repeated if own in reading.named else reading.named).add(own)
    else:
        for _, _, uri in pictures_in(data, reading.config):
            reading.pictures.note(picture(uri), task_id)
