"""The images of CVAT files: their ids, their sizes, and their rows."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from labelduck.importers.cvat.shapes import Frame
from labelduck.importers.cvat.tasks import split_of
from labelduck.importers.cvat.track_frames import Budget
from labelduck.importers.image_sizes import is_picture, stem
from labelduck.importers.missing_sizes import MissingSizes
from labelduck.importers.split_folders import SplitFolders

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from labelduck.importers.base import ReadOptions
    from labelduck.importers.cvat.tasks import Task
    from labelduck.importers.rows import Rows

NO_SIZE = "the image has no size, neither here nor in a picture"
MOST_LISTED = 2_000_000
"""Frames without objects that one import lists."""


class Pictures:
    """Gives images their ids and rows.

    Args:
        rows: Takes the rows.
        options: `images` and `sizes` count before the pictures beside the annotations; `split` where CVAT names no subset.
        path: Folder or zip that may hold the pictures.
        names: Names of all images of the import, as often as they come.

    Attributes:
        budget: Frames of tracks that may be filled in.
        n_objects: Objects so far on images that more may come for: frames of videos, and images that several jobs show.
    """

    def __init__(self, *, rows: Rows, options: ReadOptions, path: Path, names: Iterable[str]) -> None:
        self._rows = rows
        self._split = options.split
        self._sizes = MissingSizes(path, options)
        self.budget = Budget()
        self.n_objects: Counter[str] = Counter()
        self._n_listed = 0
        self._shared: dict[tuple[str, str], tuple[str, str]] = {}
        counts = Counter(map(_path, names))
        self._folders = SplitFolders(counts)
        self._repeated = {name for name, n in counts.items() if n > 1}

    def shared(self, name: str, task: Task, source_file: str) -> str | None:
        """Return the id that an image has from another job of the same task, None where there is none yet."""
        if task.identity is None:
            return None
        image_id, file = self._shared.get((task.identity, name), (None, source_file))
        return image_id if file != source_file else None

    def share(self, image_id: str, name: str, task: Task, source_file: str) -> None:
        """Let other jobs of the task know the id of an image."""
        if task.identity is not None:
            self._shared.setdefault((task.identity, name), (image_id, source_file))

    def identify(self, name: str, front: str, place: tuple[str, str]) -> str:
        """Return a new id for an image: its name without extension and without a leading folder that is named after a split.

        Args:
            name: As CVAT has it.
            front: What stands in front where images share a name.
            place: File and place in it, for what is said about a repeated id.
        """
        path = _path(name)
        wanted, _ = self._folders.identify(path)
        if path in self._repeated:
            wanted = wanted if not front or wanted.startswith(f"{front}/") else f"{front}/{wanted}"
        source_file, location = place
        return self._rows.unique_id("images", wanted, source_file=source_file, location=location)

    def add(
        self,
        image_id: str,
        name: str,
        task: Task,
        *,
        frame: Frame,
        number: int | None = None,
        subset: str | None = None,
        is_annotated: bool | None,
        attributes: dict[str, Any] | None = None,
    ) -> None:
        """Add the row of an image."""
        row = {
            "image_id": image_id,
            "file_name": name,
            "width": frame.width,
            "height": frame.height,
            "split": split_of(subset or task.subset) or self._folders.identify(_path(name))[1] or self._split,
            "is_annotated": is_annotated,
            "attributes": attributes,
        }
        if task.is_video:
            job = f"job {task.segments[0].job}" if task.is_job and task.segments else None
            row |= {"video": task.video or task.task or job, "frame": number}
        self._rows.add("images", row)

    def may_list(self, n: int, source_file: str, place: str) -> bool:
        """Tell whether all frames of a video can be listed: one that is said to have billions is a mistake or an attack."""
        self._n_listed += n
        if self._n_listed > MOST_LISTED:
            problem = f"{n:,} frames are too many to be listed: only those with objects are"
            self._rows.problems.add(source_file, place, problem, severity="warning")
            self._n_listed -= n
            return False
        return True

    def frame(self, told: Frame, name: str, subset: str | None, place: tuple[str, str]) -> Frame:
        """Return the size of an image, from its picture where the annotations lack it."""
        if told.width and told.height:
            return told
        folders = (f"images/{subset}/", f"{subset}/") if subset else ()
        for folder in (*folders, "images/", "data/", ""):
            width, height = self._sizes.find(folder + name)
            if width is not None and height is not None:
                return Frame(width, height)
        source_file, location = place
        self._rows.repeats.add(NO_SIZE, source_file, location, severity="warning", record=name)
        return Frame(told.width or None, told.height or None)


def _path(name: str) -> str:
    """Return a picture's path without extension; a dot that begins no picture's extension stays."""
    path = name.replace("\\", "/")
    return stem(path) if is_picture(path) else path
