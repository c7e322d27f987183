"""Reviews and comments of one annotation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from labelduck.importers.base import storable
from labelduck.importers.label_studio.fields import objects_in, own_id, text_of, time_of, when
from labelduck.importers.label_studio.history import read_history

if TYPE_CHECKING:
    from labelduck.importers.label_studio.reading import Reading, Record
    from labelduck.importers.label_studio.task import Task

_DECISIONS = {"accepted": "accepted", "rejected": "rejected", "fixed_and_accepted": "fixed"}


def read_reviews(reading: Reading, task: Task, annotation: Record, annotator: str | None, place: str) -> None:
    """Add a row for each review, each step of the history and each comment of an annotation."""
    about = {"image_id": task.shown[0].image_id}
    reviews = sorted(objects_in(reading, annotation, "reviews", place), key=when)
    for n, (where, review) in enumerate(reviews, start=1):
        reading.rows.add(
            "reviews",
            about
            | {
                "review_id": own_id(reading, "reviews", review, where),
                "annotator": annotator,
                "reviewer": reading.people.name(review.get("created_by")),
                "round": n,
                "decision": _decision(review),
                "reason": text_of(review.get("comment")),
                "reviewed_at": time_of(review.get("created_at")),
            },
        )
    read_history(reading, task, annotation, place)
    read_comments(reading, task, annotation, annotator, place)


def read_comments(reading: Reading, task: Task, record: Record, annotator: str | None, place: str) -> None:
    """Add a row for each comment of an annotation or of a task."""
    for where, comment in objects_in(reading, record, "comments", place):
        is_resolved = comment.get("is_resolved") is True
        resolved_at = time_of(comment.get("resolved_at")) or time_of(comment.get("updated_at"))
        reading.rows.add(
            "issues",
            {
                "issue_id": own_id(reading, "issues", comment, where),
                "image_id": task.shown[0].image_id,
                "annotator": annotator or reading.people.name(comment.get("created_by")),
                "created_at": time_of(comment.get("created_at")),
                "resolved_at": resolved_at if is_resolved else None,
                "category": _category(comment.get("classifications")),
                "message": text_of(comment.get("text")),
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


def _decision(review: Record) -> str | None:
    if review.get("fixed_annotation_history") is not None:
        return "fixed"
    accepted = review.get("accepted")
    return {True: "accepted", False: "rejected"}.get(accepted) if isinstance(accepted, bool) else None


def _category(told: object) -> str | None:
    """Return what a comment was filed under: paths of a taxonomy, with `/` between their steps."""
    if isinstance(told, dict):
        told = told.get("default", next(iter(told.values()), None))
    if not isinstance(told, list):
        return text_of(told)
    paths = told if all(isinstance(path, list) for path in told) else [told]
    words = ["/".join(step for step in path if isinstance(step, str)) for path in paths]
    return storable(", ".join(filter(None, words))) or None
