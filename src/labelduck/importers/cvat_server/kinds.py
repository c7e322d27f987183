"""What an object of a dump is, told from its fields; the names of files differ from one script to the next."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_EVERY = {
    "annotations": ("shapes", "tags"),
    "meta": ("frames", "deleted_frames"),
    "conflict": ("annotation_ids", "type", "report_id"),
    "issue": ("position", "frame", "job"),
    "comment": ("message", "issue"),
    "job": ("stage", "state", "id"),
    "task": ("segment_size", "name", "id"),
    "project": ("name", "labels", "task_subsets", "id"),
    "label": ("name", "attributes", "id", "color"),
    "user": ("username", "id"),
    "report": ("summary", "target", "created_date"),
}
_ONE = {
    "annotations": ("shapes", "tracks"),
    "report_data": ("comparison_summary", "frame_results", "groups"),
    "layout": ("validation_frames", "honeypot_frames", "honeypot_real_frames"),
}
_OLD = {"job": ("start_frame", "stop_frame", "status", "task_id", "id"), "task": ("segments", "name", "id")}

KINDS = (
    "annotations",
    "meta",
    "layout",
    "report_data",
    "report",
    "conflict",
    "issue",
    "comment",
    "job",
    "task",
    "project",
    "label",
    "user",
)
"""In this order: the fields of the first kind that fits decide."""

PAGE = frozenset(("count", "next", "previous", "results"))
"""Fields of one page of a list."""


def kind_of(fields: Iterable[str]) -> str | None:
    """Return what an object with these fields is, one of KINDS; None when it is nothing that is read here."""
    there = set(fields)
    for kind in KINDS:
        if there.issuperset(_EVERY.get(kind, ("\0",))) or there.issuperset(_OLD.get(kind, ("\0",))):
            return kind
        if not there.isdisjoint(_ONE.get(kind, ())) and _is_really(kind, there):
            return kind
    return None


def _is_really(kind: str, there: set[str]) -> bool:
    """Tell what one field alone does not: other software has lists of shapes or groups too."""
    if kind == "annotations":
        return there.issuperset(_ONE[kind])
    if kind == "report_data":
        return "comparison_summary" in there or not there.isdisjoint(
            ("parameters", "summary", "target_last_updated")
        )
    return True
