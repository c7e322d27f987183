"""Reviews, history and comments of one annotation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from labelduck.importers.base import storable
from labelduck.importers.label_studio.reading import id_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from labelduck.importers.label_studio.reading import Reading, Record
    from labelduck.importers.label_studio.task import Task

_DECISIONS = {"accepted": "accepted", "rejected": "rejected", "fixed_and_accepted": "fixed"}
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


def read_reviews(reading: Reading, task: Task, annotation: Record, annotator: str | None, place: str) -> None:
    """Add a row for each review, each step of the history and each comment of an annotation."""
    about = {"image_id": task.shown[0].image_id}
    reviews = sorted(_objects(reading, annotation, "reviews", place), key=_when)
    for n, (where, review) in enumerate(reviews, start=1):
        reading.rows.add(
            "reviews",
            about
            | {
                "review_id": _name(reading, "reviews", review, where),
                "annotator": annotator,
                "reviewer": reading.people.name(review.get("created_by")),
                "round": n,
                "decision": _decision(review),
                "reason": _text(review.get("comment")),
                "reviewed_at": _time(review.get("created_at")),
            },
        )
    for where, event in _objects(reading, annotation, "history", place):
        said = event.get("action")
        action = ACTIONS.get(said, "update") if isinstance(said, str) else "update"
        is_ours = said in _PLAIN
        reading.rows.add(
            "events",
            about
            | {
                "event_id": _name(reading, "events", event, where),
                "happened_at": _time(event.get("created_at")),
                "actor": reading.people.name(event.get("created_by")),
                "action": action,
                "reason": _text(event.get("comment")) or (None if is_ours else _text(said)),
            },
        )
    read_comments(reading, task, annotation, annotator, place)


def read_comments(reading: Reading, task: Task, record: Record, annotator: str | None, place: str) -> None:
    """Add a row for each comment of an annotation or of a task."""
    for where, comment in _objects(reading, record, "comments", place):
        is_resolved = comment.get("is_resolved") is True
        resolved_at = _time(comment.get("resolved_at")) or _time(comment.get("updated_at"))
        reading.rows.add(
            "issues",
            {
                "issue_id": _name(reading, "issues", comment, where),
                "image_id": task.shown[0].image_id,
                "annotator": annotator or reading.people.name(comment.get("created_by")),
                "created_at": _time(comment.get("created_at")),
                "resolved_at": resolved_at if is_resolved else None,
                "category": _category(comment.get("classifications")),
                "message": _text(comment.get("text")),
            },
        )


def last_review(reading: Reading, annotation: Record) -> tuple[str | None, str | None]:
    """Return decision and reviewer of the last review of an annotation."""
    reviews = annotation.get("reviews")
    if isinstance(reviews, list) and reviews and isinstance(reviews[-1], dict):
        last = max(
            (review for review in reviews if isinstance(review, dict)),
            key=lambda review: str(review.get("created_at") or ""),
        )
        return _decision(last), reading.people.name(last.get("created_by"))
    said = annotation.get("last_action")
    return (_DECISIONS.get(said) if isinstance(said, str) else None), None


def _when(review: tuple[str, Record]) -> str:
    return str(review[1].get("created_at") or "")


def _decision(review: Record) -> str | None:
    if review.get("fixed_annotation_history") is not None:
        return "fixed"
    accepted = review.get("accepted")
    return {True: "accepted", False: "rejected"}.get(accepted) if isinstance(accepted, bool) else None


def _objects(reading: Reading, record: Record, key: str, place: str) -> Iterator[tuple[str, Record]]:
    many: Any = record.get(key)
    if many is None:
        return
    if not isinstance(many, list):
        reading.note(f"{key} are no list", f"{place}.{key}", record=many)
        return
    for n, each in enumerate(many):
        if isinstance(each, dict):
            yield f"{place}.{key}[{n}]", each
        else:
            text = f"one of the {key} is no object"
            reading.note(text, f"{place}.{key}[{n}]", record=each)


def _name(reading: Reading, table: str, record: Record, where: str) -> str:
    wanted = id_text(record.get("id")) or where
    return reading.rows.unique_id(table, wanted, source_file=reading.source_file, location=where)


def _category(told: object) -> str | None:
    """Return what a comment was filed under: paths of a taxonomy, with `/` between their steps."""
    if isinstance(told, dict):
        told = told.get("default", next(iter(told.values()), None))
    if not isinstance(told, list):
        return _text(told)
    paths = told if all(isinstance(path, list) for path in told) else [told]
    words = ["/".join(step for step in path if isinstance(step, str)) for path in paths]
    return storable(", ".join(filter(None, words))) or None


def _text(value: object) -> str | None:
    return storable(value) if isinstance(value, str) and value else None


def _time(value: object) -> str | float | None:
    return (
        value
        if isinstance(value, str | int | float) and not isinstance(value, bool) and value != ""
        else None
    )
