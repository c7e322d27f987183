"""What one person did on one image, as an annotation of a Label Studio task.

Label Studio keeps person, times and gold for the annotation and not for its regions, so that the objects of one person on an
image become one annotation, and gold apart from others.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from labelduck.exporters.label_studio.regions import iso

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from labelduck.exporters.one_shape import Row

Key = tuple[str | None, bool]
"""Annotator, and whether the work is gold."""


@dataclass
class Work:
    """One annotation.

    Attributes:
        objects: Rows of annotations.
        labels: Rows of image_labels.
        is_skipped: Whether the annotator skipped the image.
        was_skipped: Whether that is said of somebody who drew something nevertheless, which Label Studio cannot say.
    """

    objects: list[Row] = field(default_factory=list)
    labels: list[Row] = field(default_factory=list)
    is_skipped: bool = False
    was_skipped: bool = False

    def facts(self) -> dict[str, Any]:
        """Return when the last object was made and changed, and how long all took; what is not known of all is not told."""
        rows = [*self.objects, *self.labels]
        created, updated, seconds = (_all(rows, name) for name in ("created_at", "updated_at", "lead_time_s"))
        told = {"created_at": created and iso(max(created)), "updated_at": updated and iso(max(updated))}
        return {name: at for name, at in told.items() if at} | (
            {"lead_time": sum(seconds)} if seconds else {}
        )


def works(
    objects: Iterable[Row], labels: Iterable[Row], assignments: Iterable[Row], *, is_annotated: bool | None
) -> dict[Key, Work]:
    """Return the work on one image by annotator.

    Args:
        objects: Its rows of annotations.
        labels: Its rows of image_labels.
        assignments: Its rows of assignments.
        is_annotated: Whether somebody has looked at it; who is not known then.
    """
    found: dict[Key, Work] = {}
    for row in objects:
        found.setdefault(_key(row), Work()).objects.append(row)
    for row in labels:
        found.setdefault(_key(row), Work()).labels.append(row)
    for row in assignments:
        _assign(found, row)
    if not found and is_annotated:
        found[None, False] = Work()
    return found


def _assign(found: dict[Key, Work], row: Mapping[str, Any]) -> None:
    """Note that somebody looked at the image, also where nothing was drawn; work in progress has no annotation yet."""
    is_skipped = row["status"] == "skipped"
    own = [work for (annotator, _), work in found.items() if annotator == row["annotator"]]
    for work in own:
        work.was_skipped |= is_skipped
    if not own and row["status"] != "in_progress":
        found[row["annotator"], False] = Work(is_skipped=is_skipped)


def _all(rows: Iterable[Row], column: str) -> list[Any]:
    """Return the values of a column; none where some row has none."""
    values = [row.get(column) for row in rows]
    return [] if None in values else values


def _key(row: Row) -> Key:
    return row["annotator"], bool(row["is_gold"])
