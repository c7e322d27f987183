"""The frames of a backed up task: the pictures that its manifest lists, or the frames of its video."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from labelduck.importers.base import LARGEST_WHOLE
from labelduck.importers.cvat.shapes import Frame
from labelduck.importers.cvat.source import frame_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from labelduck.importers.base import Batch
    from labelduck.importers.cvat.backup_jobs import BackupJob
    from labelduck.importers.cvat.manifest import Manifest
    from labelduck.importers.cvat.source import Source
    from labelduck.importers.cvat.tasks import Task

NO_PICTURE = "the manifest lists no picture for this frame; the frame's number is its name"


class BackupFrames:
    """Images of one task, whose frames its annotations count from 0.

    Args:
        source: Takes their rows.
        task: The task.
        manifest: Its pictures.
        deleted: Frames that were taken out of it.

    Attributes:
        length: How many there may be.
    """

    def __init__(self, source: Source, task: Task, manifest: Manifest, deleted: set[int]) -> None:
        self.task = task
        self._source = source
        self._manifest = manifest
        self._deleted = deleted
        self._ids: dict[int, tuple[str, str, Frame]] = {}
        self.length = _length(task, manifest)
        self._counts: Counter[int] = Counter()
        self._tags: dict[int, list[dict[str, Any]]] = {}

    def id_of(self, place: object) -> str | None:
        """Return the id of a frame, None where it is none of the task."""
        found = self.find(place)
        return None if found is None else found[0]

    def find(self, place: object) -> tuple[str, Frame] | None:
        """Return id and size of a frame; None where it is none of the task."""
        if not isinstance(place, int) or isinstance(place, bool) or not 0 <= place < self.length:
            return None
        if place not in self._ids:
            self._ids[place] = self._identified(place)
        image_id, _, frame = self._ids[place]
        return image_id, frame

    def common(self, place: int, job: BackupJob) -> dict[str, Any]:
        """Return the columns that all objects of a job on a frame have in common; the frame must be one of the task."""
        common: dict[str, Any] = {
            "image_id": self._ids[place][0],
            "job": job.name,
            "source_file": self._source.file,
        }
        if job.is_gold:
            common["is_gold"] = True
        if place in self._deleted:
            common["is_ignored"] = True
        return common

    def next_number(self, place: int) -> int:
        """Return the number of the next object on a frame, from 0 on."""
        self._counts[place] += 1
        return self._counts[place] - 1

    def note_tag(self, place: int, more: dict[str, Any]) -> None:
        """Note that a frame has a class of its own, and what else is said of it."""
        self._tags.setdefault(place, []).append(more)

    def last_of(self, job: BackupJob) -> int:
        """Return the last frame of a job; where nothing says how many frames there are none, before the first."""
        is_known = bool(self._manifest.length) or self.task.stop >= 0
        return min(job.stop, self.length - 1) if is_known else -1

    def add_rows(self, jobs: list[BackupJob]) -> Iterator[Batch]:
        """Add the images; one without objects counts as looked at where its job is done. Yield batches when they are full."""
        done = [job for job in jobs if job.is_done]
        is_listed = self._manifest.length and self._source.pictures.may_list(
            self.length, self._source.file, self.task.task or ""
        )
        for place in range(self.length) if is_listed else sorted(self._ids):
            self.find(place)
            image_id, name, frame = self._ids[place]
            is_done = any(job.start <= place <= job.stop for job in done)
            has_any = bool(self._counts[place]) or place in self._tags
            self._source.pictures.add(
                image_id,
                name,
                self.task,
                frame=frame,
                number=self._number(place),
                is_annotated=True if has_any or is_done else None,
                attributes=self._attributes(place),
            )
            yield from self._source.rows.batches()

    def _attributes(self, place: int) -> dict[str, Any]:
        attributes: dict[str, Any] = {} if self.task.is_video else {"id": str(self._number(place))}
        if place in self._deleted:
            attributes["deleted"] = True
        if tags := [tag for tag in self._tags.get(place, ()) if tag]:
            attributes["tags"] = tags
        return attributes

    def _number(self, place: int) -> int:
        return self.task.start + place * self.task.step

    def _identified(self, place: int) -> tuple[str, str, Frame]:
        source, task, number = self._source, self.task, self._number(place)
        where = source.file, f"frame {place}"
        picture = None if task.is_video else self._manifest.picture(number)
        if picture is None:
            if not task.is_video:
                source.rows.repeats.add(NO_PICTURE, *where, severity="warning")
            name, size = frame_name(number), Frame(task.width, task.height)
            image_id = source.frame_id(task, task.subset, number)
        else:
            name, size = picture
            image_id = source.pictures.identify(name, task.subset or task.scope, where)
        return image_id, name, source.pictures.frame(size, name, task.subset, where)


def _length(task: Task, manifest: Manifest) -> int:
    """Return how many frames a task has: those it says, as far as there are pictures; where nothing says, any number."""
    told = len(task.frames())
    if not manifest.length:
        return told or LARGEST_WHOLE
    return min(told, -(-max(0, manifest.length - task.start) // task.step))
