"""What the readers of one CVAT file share: where rows go, and what ids mean."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from labelduck.importers.cvat.objects import Objects, Scope
from labelduck.importers.cvat.shapes import Frame

if TYPE_CHECKING:
    from collections.abc import Collection

    from labelduck.importers.cvat.labels import Labels
    from labelduck.importers.cvat.pictures import Pictures
    from labelduck.importers.cvat.tasks import Task
    from labelduck.importers.rows import Rows


@dataclass
class Source:
    """One file that is read.

    Attributes:
        rows: Takes all rows.
        labels: Classes of all files.
        pictures: Images of all files.
        file: The file, as it is named to the user.
        scope: What stands before ids of images that other files may have too; empty for a file that is alone.
        tracks: What stands before ids of tracks and groups, likewise.
        own: Fields of its objects that are no attributes of them.
        objects: Takes what was drawn.
        n_tasks: Tasks that it tells of.
    """

    rows: Rows
    labels: Labels
    pictures: Pictures
    file: str
    scope: str
    tracks: str
    own: Collection[str]
    n_tasks: int = 1
    objects: Objects = field(init=False)
    _scopes: dict[str | None, Scope] = field(default_factory=dict)
    _frames: dict[tuple[str | None, int], tuple[str, Frame]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Make ready to take objects."""
        self.objects = Objects(self.rows, self.labels, self.file, self.own)

    @property
    def has_frames(self) -> bool:
        """Whether frames of a video were met."""
        return bool(self._frames)

    def scope_of(self, task: Task) -> Scope:
        """Return what the ids of a task's tracks and groups mean."""
        found = self._scopes.get(task.task_id)
        if found is None:
            front = f"{self.tracks}/" if self.tracks else ""
            of_task = f"{task.task_id}/" if self.n_tasks > 1 and task.task_id else ""
            found = self._scopes[task.task_id] = Scope(front, front + of_task)
        return found

    def assign(self, image_id: str, task: Task, number: int | None) -> None:
        """Note that a task's annotator, where one is known, was given an image."""
        if task.annotator is not None:
            row = {"image_id": image_id, "annotator": task.annotator, "job": task.job_of(number)}
            self.rows.add("assignments", row)

    def frame(
        self, task: Task, subset: str | None, number: int, *, is_annotated: bool | None
    ) -> tuple[str, Frame]:
        """Return id and size of a video's frame, whose row is added the first time."""
        key = subset or task.task_id, number
        if key not in self._frames:
            place = self.file, f"frame {number}"
            name = frame_name(number)
            shared = self.pictures.shared(name, task, self.file)
            image_id = shared or self.frame_id(task, subset, number)
            frame = self.pictures.frame(Frame(task.width, task.height), name, subset, place)
            if shared is None:
                self.pictures.share(image_id, name, task, self.file)
                self.pictures.add(
                    image_id, name, task, frame=frame, number=number, subset=subset, is_annotated=is_annotated
                )
            self.assign(image_id, task, number)
            self._frames[key] = image_id, frame
        return self._frames[key]

    def front(self, task: Task, subset: str | None) -> str:
        """Return what tells apart images that share a name: the file where each task has one, else the subset, else the task."""
        return self.scope if self.scope and self.n_tasks == 1 else subset or task.scope or task.task_id or ""

    def frame_id(self, task: Task, subset: str | None, number: int) -> str:
        """Return a new id for a video's frame: its name, the subset or task in front where there are several."""
        is_alone = self.n_tasks == 1 and not self.scope
        front = "" if is_alone else f"{self.front(task, subset)}/"
        return self.rows.unique_id(
            "images", front + frame_name(number), source_file=self.file, location=f"frame {number}"
        )


def frame_name(number: int) -> str:
    """Return what CVAT calls the frame of a video."""
    return f"frame_{number:06d}"
