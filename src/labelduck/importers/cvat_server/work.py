"""Rows that do not come from drawing: images, classes, jobs, assignments, issues."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from labelduck.importers.cvat_server.fields import frame_number, items, record, text, whole
from labelduck.importers.cvat_server.frames import MAX_FRAMES
from labelduck.importers.cvat_server.server import GOLD

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from labelduck.importers.base import Batch
    from labelduck.importers.cvat_server.annotations import Annotations
    from labelduck.importers.cvat_server.fields import Record
    from labelduck.importers.cvat_server.frames import Frames
    from labelduck.importers.cvat_server.server import Job, Label, Server
    from labelduck.importers.rows import Rows

_NODE = re.compile(r"<circle\b[^>]*>")
_EDGE = re.compile(r"<line\b[^>]*>")
_FIELD = re.compile(r'\bdata-([a-z-]+)="([^"]*)"')
_MAX_SVG = 1 << 20


def add_classes(server: Server, rows: Rows) -> None:
    """Add the labels of all projects and tasks; those of one name are one class."""
    for label in server.labels.values():
        if label.source.get("parent_id") is not None:
            continue
        row: dict[str, Any] = {"class_name": label.name, "class_index": label.number}
        if label.inner:
            row["keypoint_names"] = [point.name for point in label.inner.values()]
            row["skeleton"] = _edges(label)
        told = {key: value for key, value in label.source.items() if key in ("color", "type")}
        told |= {"attributes": list(label.attributes.values())} if label.attributes else {}
        rows.add_once("classes", label.name, row | {"attributes": told})


def _edges(label: Label) -> list[list[int]]:
    """Return the lines of a skeleton's drawing as pairs of keypoint numbers from 1."""
    svg = label.source.get("svg")
    if not isinstance(svg, str) or len(svg) > _MAX_SVG:
        return []
    order = {number: n for n, number in enumerate(label.inner, start=1)}
    nodes = {}
    for node in _NODE.findall(svg):
        told = dict(_FIELD.findall(node))
        number = whole(told.get("label-id"))
        if number in order and "node-id" in told:
            nodes[told["node-id"]] = order[number]
    pairs = [dict(_FIELD.findall(edge)) for edge in _EDGE.findall(svg)]
    ends = [[nodes.get(told.get(f"node-{end}", "")) for end in ("from", "to")] for told in pairs]
    return [[first, second] for first, second in ends if first is not None and second is not None]


def add_jobs(server: Server, rows: Rows, reviewers: Mapping[int, str]) -> None:
    """Add the jobs; reviewers are who judged them last, by the events."""
    for job in server.jobs.values():
        row = {
            "job": str(job.job),
            "task": None if job.task is None else str(job.task),
            "project": server.project(job.task),
            "batch": server.batch(job.task),
            "type": job.type,
            "stage": job.stage,
            "state": job.state,
            "assignee": job.assignee,
            "reviewer": reviewers.get(job.job) or job.reviewer,
            "created_at": job.created_at,
            "updated_at": job.updated_at,
        }
        rows.add("jobs", row)


def add_assignments(server: Server, frames: Frames, marks: Annotations, rows: Rows) -> Iterator[Batch]:
    """Yield who looked at which image: the assignees of jobs that were begun.

    Gold jobs are left out, as their annotator is measured with nobody, and so are jobs into which replicas are merged.
    """
    for job in server.jobs.values():
        is_begun = not job.is_untouched or job.job in marks.begun
        if job.type == GOLD or job.is_parent or job.assignee is None or not is_begun:
            continue
        status = "completed" if job.is_done else "in_progress"
        common = {
            "annotator": job.assignee,
            "batch": server.batch(job.task),
            "job": str(job.job),
            "status": status,
        }
        # A honeypot and the frame that it shows are one image.
        for image_id in dict.fromkeys(frames.image_id(job.task, frame) for frame in frames.of_job(job)):
            rows.add("assignments", common | {"image_id": image_id})
            yield from rows.batches()


def add_images(server: Server, frames: Frames, marks: Annotations, rows: Rows) -> Iterator[Batch]:
    """Yield the frames of all tasks but deleted ones and honeypots, which show frames that are there already."""
    looked_at = _looked_at(server, frames)
    for task in (*frames.tasks, None):
        known, drawn_on = frames.of(task), marks.drawn_on.get(task, set())
        numbers = {*known.pictures, *drawn_on, *looked_at.get(task, {})}
        if known.size is not None and known.size <= MAX_FRAMES:
            numbers.update(range(known.size))
        told = server.tasks.get(task) if task is not None else None
        for frame in sorted(numbers - known.deleted - known.real.keys()):
            name, width, height = known.picture(frame)
            row = {
                "image_id": frames.image_id(task, frame),
                "file_name": name,
                "width": width,
                "height": height,
                "split": told and told.split,
                "video": known.video[0] if known.video else None,
                "frame": frame if known.video else None,
                "batch": server.batch(task),
                "is_annotated": True if frame in drawn_on else looked_at.get(task, {}).get(frame),
            }
            rows.add("images", row)
            yield from rows.batches()


def _looked_at(server: Server, frames: Frames) -> dict[int | None, dict[int, bool | None]]:
    """Return by task and frame whether somebody finished looking; None while a job is in progress."""
    found: dict[int | None, dict[int, bool | None]] = {}
    for job in server.jobs.values():
        looked = True if job.is_done else False if job.is_untouched else None
        real, of_task = frames.of(job.task).real, found.setdefault(job.task, {})
        for frame in frames.of_job(job) if job.type != GOLD or looked else ():
            shown = real.get(frame, frame)
            told = {looked, of_task.get(shown, looked)}
            # That somebody looked says more than that somebody is at it, and this more than that nobody is.
            of_task[shown] = True if True in told else None if None in told else False
    return found


class Issues:
    """Comment threads."""

    def __init__(self) -> None:
        self._first: dict[int, tuple[str, str | None]] = {}
        self._issues: list[tuple[Record, str, str]] = []

    def add_comment(self, found: Record) -> None:
        """Note a comment; the first one says what the issue is."""
        issue = whole(found.get("issue"))
        if issue is not None:
            written = text(found.get("created_date")) or "~"
            message = (written, text(found.get("message")))
            self._first[issue] = min(self._first.get(issue, message), message, key=lambda each: each[0])

    def add(self, found: Record, file: str, place: str) -> None:
        """Note an issue, in older dumps with its comments."""
        self._issues.append((found, file, place))
        for comment in map(record, items(found.get("comment_set"))):
            self.add_comment(comment | {"issue": found.get("id")})

    def rows(self, server: Server, frames: Frames, rows: Rows) -> None:
        """Add the rows of `issues`."""
        for found, file, place in self._issues:
            number, job_number = whole(found.get("id")), whole(found.get("job"))
            if number is None:
                rows.repeats.add("the issue has no id", file, place, record=found)
                continue
            job: Job | None = server.jobs.get(-1 if job_number is None else job_number)
            frame = frame_number(found.get("frame"))
            updated = text(found.get("resolved_date")) or text(found.get("updated_date"))
            is_open = found.get("resolved") is not True and not text(found.get("resolved_date"))
            row = {
                "issue_id": str(number),
                "job": None if job_number is None else str(job_number),
                "image_id": None if job is None or frame is None else frames.image_id(job.task, frame),
                "annotator": job.assignee if job is not None else None,
                "reviewer": server.person(found.get("owner")),
                "created_at": text(found.get("created_date")),
                "resolved_at": None if is_open else updated,
                "message": self._first.get(number, (None, None))[1],
            }
            rows.add_once("issues", str(number), row)
