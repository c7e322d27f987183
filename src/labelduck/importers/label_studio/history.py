"""The history of an annotation: who did what to it, and which regions came, went and changed their class."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from labelduck.importers.base import storable
from labelduck.importers.label_studio.fields import objects_in, own_id, text_of, time_of, when
from labelduck.importers.label_studio.reading import id_text
from labelduck.importers.label_studio.shapes import shape_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from labelduck.importers.label_studio.reading import Reading, Record
    from labelduck.importers.label_studio.task import Task

ACTIONS = {
    "prediction": "create",
    "propagated_annotation": "create",
    "imported": "create",
    "submitted": "submit",
    "updated": "update",
    "skipped": "submit",
    "accepted": "accept",
    "rejected": "reject",
    "fixed_and_accepted": "fix",
    "deleted_review": "update",
}
"""Label Studio's actions as those of `events`; an action that is not quite ours is named in `reason`."""

_PLAIN = ("submitted", "updated", "accepted", "rejected")


def read_history(reading: Reading, task: Task, annotation: Record, place: str) -> None:
    """Add a row of `events` for each step, and one for each region that a step brought, took away or gave another class."""
    name = id_text(annotation.get("id"))
    steps = sorted(objects_in(reading, annotation, "history", place), key=when)
    before: dict[str, str | None] = {}
    for where, step in steps:
        said = step.get("action")
        action = ACTIONS.get(said, "update") if isinstance(said, str) else "update"
        common = {
            "image_id": task.shown[0].image_id,
            "happened_at": time_of(step.get("created_at")),
            "actor": reading.people.name(step.get("created_by")),
        }
        event_id = own_id(reading, "events", step, where)
        reason = text_of(step.get("comment")) or (None if said in _PLAIN else text_of(said))
        reading.rows.add("events", common | {"event_id": event_id, "action": action, "reason": reason})
        results = step.get("result")
        if isinstance(results, list) and name is not None:
            after = _classes(results, name)
            for n, change in enumerate(_changes(before, after)):
                reading.rows.add("events", common | change | {"event_id": f"{event_id}/{n}"})
            before = after


def _changes(before: dict[str, str | None], after: dict[str, str | None]) -> Iterator[Record]:
    for region, class_name in after.items():
        if region not in before:
            yield {"action": "create", "annotation_id": region, "to_class": class_name}
        elif before[region] != class_name:
            names = {"from_class": before[region], "to_class": class_name}
            yield {"action": "update", "annotation_id": region, **names}
    for region, class_name in before.items():
        if region not in after:
            yield {"action": "delete", "annotation_id": region, "from_class": class_name}


def _classes(results: list[Any], name: str) -> dict[str, str | None]:
    """Return the class of each region by the id that its annotation has."""
    found: dict[str, str | None] = {}
    for result in results:
        kind = result.get("type") if isinstance(result, dict) else None
        region, value = (result.get("id"), result.get("value")) if isinstance(kind, str) else (None, None)
        if not isinstance(kind, str) or not isinstance(region, str) or not isinstance(value, dict):
            continue
        if shape_of(kind) is None and not kind.endswith("labels"):
            continue
        meta = result.get("meta")
        is_ours = isinstance(meta, dict) and isinstance(meta.get("labelduck"), dict)
        labels = value.get(kind)
        label = labels[0] if isinstance(labels, list) and labels and isinstance(labels[0], str) else None
        region = storable(region) if is_ours else f"{name}/{storable(region)}"
        found[region] = found.get(region) if label is None else storable(label)
    return found
