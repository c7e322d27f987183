"""Tasks of CVAT and their jobs: which job a frame belongs to, and what is known of who worked on it.

A task's frames are numbered from its start frame on in steps; its segments, one a job, count frames from 0. In the dump
of a project the numbers of a subset's later tasks go on where those of the earlier ones end.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from labelduck.importers.base import LARGEST_WHOLE
from labelduck.importers.single_values import whole
from labelduck.importers.split_folders import split_of as folder_split

if TYPE_CHECKING:
    from labelduck.importers.rows import Rows

NO_SUBSET = "default"
_JOB = re.compile(r"(?:/jobs/|[?&]id=)(\d+)")
_STEP = re.compile(r"step\s*=\s*(\d{1,9})\s*$")
_MOST_NESTED = 1_000
_TASKS_ASSIGNEE = (
    "the task is assigned to {}, which CVAT does not say of its jobs: annotations have no annotator; "
    "export the jobs one by one, or name the annotator"
)


@dataclass(frozen=True, slots=True)
class Segment:
    """Frames `start` to `stop`, counted in the task, that are one job."""

    job: str
    start: int
    stop: int


@dataclass(slots=True)
class Task:
    """One task, or the job of one.

    Attributes:
        task: Its name, or its number where it has none.
        task_id: Its number.
        project: Name of the project.
        subset: As CVAT names it; None where it is CVAT's word for none.
        is_video: Whether it shows a video.
        video: Name of the video.
        width: Of the video in pixels.
        height: Of the video in pixels.
        size: Number of frames.
        start: Number of the first frame.
        stop: Number of the last frame.
        step: From one frame to the next.
        offset: What a project's dump adds to the frames of this task.
        segments: The jobs.
        is_job: Whether it is one job of a task.
        assignee: Of the job or of the task.
        owner: Who made the task.
        created: When.
        updated: When.
        scope: What stands before the ids of its images where other tasks have the same.
    """

    task: str | None = None
    task_id: str | None = None
    project: str | None = None
    subset: str | None = None
    is_video: bool = False
    video: str | None = None
    width: int | None = None
    height: int | None = None
    size: int = 0
    start: int = 0
    stop: int = -1
    step: int = 1
    offset: int = 0
    segments: list[Segment] = field(default_factory=list)
    is_job: bool = False
    assignee: str | None = None
    owner: str | None = None
    created: str | None = None
    updated: str | None = None
    scope: str = ""
    _starts: list[int] = field(default_factory=list)
    _stops: list[int] = field(default_factory=list)

    @property
    def identity(self) -> str | None:
        """What the jobs of one task have in common, each in a file of its own: when the task was made, to the microsecond."""
        return self.created if self.is_job else None

    @property
    def annotator(self) -> str | None:
        """Who drew its annotations; known of a job only."""
        return self.assignee if self.is_job else None

    def job_of(self, frame: int | None) -> str | None:
        """Return the job that shows a frame; None where none does or several do, as CVAT merges what these drew."""
        if len(self.segments) <= 1:
            return self.segments[0].job if self.segments else None
        if frame is None:
            return None
        place, rest = divmod(frame - self.start - self.offset, self.step)
        return None if rest else self._job_at(place)

    def _job_at(self, place: int) -> str | None:
        if len(self._starts) != len(self.segments):
            self.segments.sort(key=lambda segment: segment.start)
            self._starts = [segment.start for segment in self.segments]
            self._stops = sorted(segment.stop for segment in self.segments)
        last = bisect_right(self._starts, place)
        if last - bisect_left(self._stops, place) != 1:
            return None
        shown = (
            segment.job
            for segment in reversed(self.segments[max(0, last - _MOST_NESTED) : last])
            if segment.stop >= place
        )
        return next(shown, None)

    def frames(self) -> range:
        """Return the numbers of all its frames; none where it does not say, or says what cannot be."""
        first = self.start + self.offset
        n = (self.stop - self.start) // self.step + 1
        n = min(n, self.size) if self.size else n
        end = first + max(0, n) * self.step
        return range(first, end, self.step) if end <= LARGEST_WHOLE else range(0)

    def add_rows(self, rows: Rows, source_file: str) -> None:
        """Add a row for each job, and say what of the task has no place in it."""
        for segment in self.segments:
            row = {
                "job": segment.job,
                "task": self.task,
                "project": self.project,
                "type": None if self.is_job else "annotation",
                "assignee": self.annotator,
                "created_at": self.created,
                "updated_at": self.updated,
            }
            rows.add_once("jobs", segment.job, row)
        if self.assignee and not self.is_job:
            place, problem = f"task {self.task_id or ''}".strip(), _TASKS_ASSIGNEE.format(self.assignee)
            rows.repeats.add("tasks are assigned, not jobs", source_file, place, problem, severity="warning")


def place_in_project(tasks: list[Task]) -> None:
    """Give the tasks of a project the numbers that its dump adds to their frames."""
    end, subset = 0, object()
    for task in tasks:
        if task.subset != subset:
            end, subset = 0, task.subset
        task.offset = end
        end += task.start + task.step * task.size


def job_in(url: str | None) -> str | None:
    """Return the job that a segment's address names: `.../api/jobs/7`, formerly `.../?id=7`."""
    found = _JOB.search(url or "")
    return found[1] if found else None


def step_in(frame_filter: str | None) -> int:
    """Return the step of a filter such as `step=3`."""
    found = _STEP.search(frame_filter or "")
    return max(1, whole(found[1]) or 1) if found else 1


def split_of(subset: str | None) -> str | None:
    """Return a subset as the name of a split: train, val and test in small letters, others as they are."""
    return None if subset is None else folder_split(subset) or subset


def instant(text: str | None) -> str | None:
    """Return a time of CVAT's as ISO 8601; some writers put a blank before the zone."""
    return None if text is None else re.sub(r"\s+(?=[+-]\d\d:?\d\d$)", "", text)
