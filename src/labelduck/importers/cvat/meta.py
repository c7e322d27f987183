"""What stands at the head of a CVAT XML: the task, job or project, its jobs, people, times and labels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from labelduck.importers.base import LARGEST_WHOLE
from labelduck.importers.cvat.labels import label_records
from labelduck.importers.cvat.tasks import (
    NO_SUBSET,
    Segment,
    Task,
    instant,
    job_in,
    place_in_project,
    step_in,
)
from labelduck.importers.single_values import whole

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from labelduck.importers.cvat.labels import Record

LEVELS = ("job", "task", "project")


class Meta:
    """The head of a CVAT XML.

    Attributes:
        tasks: Tasks by their number; of a project several.
        labels: Labels as records.
        is_project: Whether it is the dump of a project.
    """

    def __init__(self, element: Element | None = None) -> None:
        self.tasks: dict[str | None, Task] = {}
        self.labels: list[Record] = []
        self.is_project = False
        level = None
        for name in LEVELS:
            level = level if level is not None or element is None else element.find(name)
        if level is None or element is None:
            self.tasks[None] = Task()
        else:
            self.is_project = level.tag == "project"
            self.labels = label_records(level.find("labels"))
            for task in self._tasks(level, element):
                self.tasks[task.task_id] = task
        self._told = list(self.tasks.values())

    def task(self, task_id: str | None, subset: str | None = None) -> Task:
        """Return the task of this number, else the only one of this subset; one that the head does not tell of is made."""
        if task_id is None:
            fitting = [task for task in self._told if task.subset == subset]
            if len(fitting) == 1 or len(self._told) == 1:
                return (fitting or self._told)[0]
        found = self.tasks.get(task_id)
        if found is None:
            found = self.tasks[task_id] = Task(task=task_id, task_id=task_id)
        return found

    def _tasks(self, level: Element, meta: Element) -> list[Task]:
        if level.tag != "project":
            return [_task(level, meta)]
        tasks = [_task(element, element) for element in level.findall("tasks/task")]
        project = _said(level, "name") or _said(level, "id")
        for task in tasks:
            task.project = project
        place_in_project(tasks)
        return tasks


def _task(level: Element, meta: Element) -> Task:
    """Return what a `task` or `job` element says; older writers keep the video's facts beside it."""
    is_job = level.tag == "job"
    subset = _said(level, "subset")
    size = level.find("original_size")
    size = meta.find("original_size") if size is None else size
    task = Task(
        task=_said(level, "name") or (None if is_job else _said(level, "id")),
        task_id=None if is_job else _said(level, "id"),
        subset=None if subset == NO_SUBSET else subset,
        is_video=_said(level, "mode") == "interpolation" or size is not None,
        video=_said(level, "source") or _said(meta, "source"),
        width=whole(size.findtext("width")) if size is not None else None,
        height=whole(size.findtext("height")) if size is not None else None,
        size=whole(level.findtext("size")) or 0,
        start=whole(level.findtext("start_frame")) or 0,
        step=step_in(_said(level, "frame_filter")),
        segments=_segments(level),
        is_job=is_job,
        assignee=_person(level.find("assignee")),
        owner=_person(level.find("owner")),
        created=instant(_said(level, "created")),
        updated=instant(_said(level, "updated")),
    )
    stop = whole(level.findtext("stop_frame"))
    task.stop = stop if stop is not None else task.start + task.step * task.size - 1
    own = _said(level, "id")
    if is_job and own and len(task.segments) <= 1:
        # The job's own number counts more than the address of its segment.
        task.segments = [Segment(own, 0, LARGEST_WHOLE)]
    return task


def _segments(level: Element) -> list[Segment]:
    found = []
    for segment in level.findall("segments/segment"):
        job = job_in(_said(segment, "url")) or _said(segment, "id")
        start, stop = whole(segment.findtext("start")), whole(segment.findtext("stop"))
        if job is not None and start is not None and stop is not None:
            found.append(Segment(job, start, stop))
    return found


def _person(element: Element | None) -> str | None:
    """Return somebody's e-mail address or name."""
    if element is None:
        return None
    return _said(element, "email") or _said(element, "username") or (element.text or "").strip() or None


def _said(element: Element, name: str) -> str | None:
    return (element.findtext(name) or "").strip() or None
