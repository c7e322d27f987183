"""The frames of tasks: their pictures' names and sizes, which are deleted, and which show another frame again (honeypots)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from labelduck.importers.base import LARGEST_WHOLE
from labelduck.importers.cvat_server.fields import frame_number, frame_numbers, items, record, text, whole
from labelduck.importers.cvat_server.server import GOLD

if TYPE_CHECKING:
    from labelduck.importers.cvat_server.fields import Record
    from labelduck.importers.cvat_server.server import Job, Server

Picture = tuple[str | None, int | None, int | None]
"""Name, width and height in pixels."""

MAX_FRAMES = 5_000_000
"""Frames of one job or task; more is no task but a damaged number."""
_PLACEHOLDER = "placeholder.jpg"
_NOTHING: Picture = (None, None, None)


@dataclass
class TaskFrames:
    """Frames of one task.

    Attributes:
        pictures: By number of the frame.
        video: The one picture of a task that is a video: its file, and the size of all frames.
        size: Number of frames, as the server gives it.
        deleted: Frames that were taken out.
        gold: Frames of the gold set.
        disabled: Frames of the gold set that count no more.
        real: By honeypot, the frame of the gold set that it shows.
    """

    pictures: dict[int, Picture] = field(default_factory=dict)
    video: Picture | None = None
    size: int | None = None
    deleted: set[int] = field(default_factory=set)
    gold: set[int] = field(default_factory=set)
    disabled: set[int] = field(default_factory=set)
    real: dict[int, int] = field(default_factory=dict)

    def picture(self, frame: int) -> Picture:
        """Return name and size of a frame's picture, None where they are not known."""
        if self.video is not None:
            return (f"frame_{frame:06d}", *self.video[1:])
        return self.pictures.get(frame, _NOTHING)

    def picture_of(self, frame: int) -> Picture:
        """Return name and size of what a frame shows; of a honeypot those of the gold frame."""
        found = self.picture(self.real.get(frame, frame))
        return found if found[1] is not None else self.picture(frame)


class Frames:
    """Frames of all tasks.

    Args:
        server: Its tasks and jobs.
    """

    def __init__(self, server: Server) -> None:
        self._server = server
        self._tasks: dict[int, TaskFrames] = {}
        self._of_jobs: dict[int, list[int]] = {}

    def of(self, task: int | None) -> TaskFrames:
        """Return the frames of a task; of none that is known, no frames."""
        if task is None:
            return TaskFrames()
        if task not in self._tasks:
            known = self._server.tasks.get(task)
            self._tasks[task] = TaskFrames(size=known.size if known else None)
        return self._tasks[task]

    @property
    def tasks(self) -> list[int]:
        """Tasks of which frames are known, or that have jobs."""
        return sorted({*self._tasks, *self._server.tasks})

    def image_id(self, task: int | None, frame: int) -> str:
        """Return the image of a frame: task and number, of a honeypot those of the frame that it shows."""
        if task is None:
            return f"?/{frame}"
        known = self._tasks.get(task)
        return f"{task}/{known.real.get(frame, frame) if known else frame}"

    def of_job(self, job: Job) -> list[int]:
        """Return the frames that a job's annotator saw, without deleted ones; none where they are not known."""
        frames = self._of_jobs.get(job.job)
        known = self.of(job.task)
        if frames is None:
            frames = sorted(known.gold) if job.type == GOLD else _range(job)
        return [frame for frame in frames if frame not in known.deleted]

    def add_task_meta(self, task: int, meta: Record) -> None:
        """Note the frames of a task from its `/data/meta`."""
        known = self.of(task)
        known.deleted.update(frame_numbers(meta.get("deleted_frames")))
        size = whole(meta.get("size"))
        known.size = size if size is not None else known.size
        pictures = _pictures(meta)
        if len(pictures) == 1 and (size or 0) > 1:
            known.video = pictures[0]
        else:
            known.pictures.update(enumerate(pictures))

    def add_job_meta(self, job: Job, meta: Record) -> None:
        """Note the frames of a job from its `/data/meta`."""
        known = self.of(job.task)
        deleted = frame_numbers(meta.get("deleted_frames"))
        # What is taken out of a gold job is no longer compared, but stays in the task.
        (known.disabled if job.type == GOLD else known.deleted).update(deleted)
        included = frame_numbers(meta.get("included_frames"))
        if included:
            self._of_jobs[job.job] = included
        pictures = _pictures(meta)
        if len(pictures) == 1 and (whole(meta.get("size")) or 0) > 1:
            known.video = known.video or pictures[0]
            return
        first = job.start_frame if job.start_frame is not None else frame_number(meta.get("start_frame")) or 0
        numbers = included if len(included) == len(pictures) else range(first, first + len(pictures))
        for number, picture in zip(numbers, pictures, strict=True):
            # Frames of other jobs within the range of a gold job stand there without their names.
            if picture[0] != _PLACEHOLDER:
                known.pictures.setdefault(number, picture)

    def add_layout(self, task: int, layout: Record) -> None:
        """Note which frames of a task are honeypots, and which gold frames count no more."""
        known = self.of(task)
        known.gold.update(frame_numbers(layout.get("validation_frames")))
        known.disabled.update(frame_numbers(layout.get("disabled_frames")))
        shown, real = (frame_numbers(layout.get(f"honeypot_{which}")) for which in ("frames", "real_frames"))
        if len(shown) == len(real):
            known.real.update(zip(shown, real, strict=True))


def _range(job: Job) -> list[int]:
    start, stop = job.start_frame, job.stop_frame
    if start is None or stop is None or not 0 <= stop - start < MAX_FRAMES:
        return []
    return list(range(start, stop + 1))


def _pictures(meta: Record) -> list[Picture]:
    return [_picture(record(each)) for each in items(meta.get("frames"))]


def _picture(frame: dict[str, Any]) -> Picture:
    width, height = (whole(frame.get(side), most=LARGEST_WHOLE) or None for side in ("width", "height"))
    return text(frame.get("name")), width, height
