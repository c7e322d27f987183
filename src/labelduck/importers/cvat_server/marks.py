"""What is known of one drawn thing beside its geometry: class, people, times, attributes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from labelduck.importers.cvat_server.fields import items, record, text, whole
from labelduck.importers.cvat_server.server import GOLD

if TYPE_CHECKING:
    from labelduck.importers.cvat_log import Fate, History
    from labelduck.importers.cvat_server.fields import Record
    from labelduck.importers.cvat_server.frames import TaskFrames
    from labelduck.importers.cvat_server.server import Job, Label

SOURCES = {
    "manual": "manual",
    "auto": "model",
    "semi-auto": "model_assisted",
    "file": "imported",
    "consensus": "consensus",
}
_BY_HAND = ("manual", "file")
"""Of these the server gives a score of 1 that nobody gave."""
_LARGEST_ORDER = (1 << 31) - 1


@dataclass(slots=True, kw_only=True)
class Mark:
    """One drawn thing on one frame.

    Attributes:
        kind: tag, shape or track.
        number: Its id on the server; None when it has none there.
        value: It, as the server gives it; of a track the whole.
        shape: What is on the frame.
        label: Its label.
        frame: Number of the frame in the task.
        task: Id of the task.
        job: Job that it was drawn in; None when not known.
    """

    kind: str
    number: int | None
    value: Record
    shape: Record
    label: Label
    frame: int
    task: int | None
    job: Job | None

    @property
    def annotation_id(self) -> str | None:
        """Its id in the lake, by which events find it; None when it has none on the server."""
        if self.number is None:
            return None
        return f"{self.kind}:{self.number}" + (f"/{self.frame}" if self.kind == "track" else "")


def columns_of(mark: Mark, frames: TaskFrames, history: History) -> dict[str, Any]:
    """Return the columns of `annotations` that every mark has; `is_told` says that the annotator is from the events."""
    fate = history.of(mark.kind, mark.number, mark.frame)
    job, source = mark.job, SOURCES.get(text(mark.value.get("source")) or "")
    is_gold = job is not None and job.type == GOLD
    drawn_by = fate.creator if fate else None
    # What was merged from several annotators is nobody's.
    assignee = job.assignee if job is not None and source != "consensus" else None
    real = frames.real.get(mark.frame, mark.frame)
    occluded, order = mark.shape.get("occluded"), mark.shape.get("z_order")
    return {
        "class_name": mark.label.name,
        "annotator": drawn_by or assignee,
        "is_told": drawn_by is not None or assignee is None,
        "source": source,
        "is_gold": is_gold or None,
        "is_ignored": True if is_gold and real in frames.disabled else None,
        "created_at": fate.created_at if fate else None,
        "updated_at": fate.updated_at if fate else None,
        "job": None if job is None else str(job.job),
        "occluded": float(occluded) if isinstance(occluded, bool) else None,
        "track_id": f"track:{mark.number}" if mark.kind == "track" and mark.number is not None else None,
        "group_id": _group(mark),
        "z_order": order if _is_order(order) else None,
        "attributes": _attributes(mark, fate, None if real == mark.frame else mark.frame),
    }


def _is_order(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) <= _LARGEST_ORDER


def _group(mark: Mark) -> str | None:
    """CVAT counts groups in each job from 1; 0 is none."""
    group = whole(mark.value.get("group"))
    if not group:
        return None
    return f"job {mark.job.job}/{group}" if mark.job is not None else f"task {mark.task}/{group}"


def _attributes(mark: Mark, fate: Fate | None, honeypot: int | None) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if fate is not None and fate.n_edits:
        found |= {"n_edits": fate.n_edits, "last_editor": fate.editor}
    if honeypot is not None:
        found["honeypot_frame"] = honeypot
    source, score = text(mark.value.get("source")), mark.value.get("score")
    if score is not None and not (score == 1 and source in _BY_HAND):
        found["score"] = score
    if source not in SOURCES and mark.value.get("source") is not None:
        found["source"] = mark.value["source"]
    if mark.shape.get("type") == "cuboid":
        found["points"] = mark.shape.get("points")
    if parts := _parts(mark):
        found["elements"] = parts
    found |= _named(mark.value.get("attributes"), mark.label.attributes)
    return found | (
        _named(mark.shape.get("attributes"), mark.label.attributes) if mark.kind == "track" else {}
    )


def _named(values: object, names: dict[int, str]) -> dict[str, Any]:
    """Return attributes by name; one whose name is not known by its number."""
    found = {}
    for each in map(record, items(values)):
        number = whole(each.get("spec_id"))
        name = text(each.get("name")) or names.get(-1 if number is None else number) or f"spec_id {number}"
        found[name] = each.get("value")
    return found


def _parts(mark: Mark) -> dict[str, Any]:
    """Return the attributes of a skeleton's points by the points' names."""
    found = {}
    for each in map(record, items(mark.shape.get("elements"))):
        if each.get("attributes"):
            label = whole(each.get("label_id"))
            point = mark.label.inner.get(-1 if label is None else label)
            if values := _named(each.get("attributes"), point.attributes if point else {}):
                found[point.name if point else str(label)] = values
    return found
