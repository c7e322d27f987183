"""What a CVAT file says of its task, or of the project whose tasks are the splits."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from labelduck.exporters.cvat.text import element

if TYPE_CHECKING:
    from collections.abc import Iterable

    from labelduck.exporters.base import Selection
    from labelduck.exporters.cvat.labels import Label


class Tasks:
    """The tasks of a selection, one for each split.

    Args:
        selection: What is to be written.
    """

    def __init__(self, selection: Selection) -> None:
        self._dataset = selection.dataset
        self._sizes = Counter(selection.images["split"].to_pylist())
        self._numbers = {split: number for number, split in enumerate(self._sizes, start=1)}

    def number(self, split: str | None) -> int | None:
        """Return the number of the task that images of a split are in; None where there is but one."""
        return self._numbers[split] if len(self._numbers) > 1 else None

    def meta(self, labels: Iterable[Label]) -> str:
        """Return the `meta` element: of one task where all images are in one split, else of a project."""
        declared = element("labels", *(text for label in labels for text in label.xml()))
        if len(self._numbers) < 2:
            return element("meta", self._task(next(iter(self._numbers), None), 1, declared))
        tasks = (self._task(split, number) for split, number in self._numbers.items())
        subsets = "\n".join(split or "" for split in self._numbers)
        told = (("id", "1"), ("name", self._dataset), element("tasks", *tasks), ("subsets", subsets))
        return element("meta", element("project", *told, declared))

    def _task(self, split: str | None, number: int, *inside: str) -> str:
        size = self._sizes[split]
        last = str(max(size - 1, 0))
        name = self._dataset if split is None else f"{self._dataset} {split}"
        told = (("id", str(number)), ("name", name), ("size", str(size)), ("mode", "annotation"))
        frames = (("overlap", "0"), ("subset", split), ("start_frame", "0"), ("stop_frame", last))
        # No segments: each would be a job, and jobs are not what a selection is made of.
        return element("task", *told, *frames, ("segments", ""), ("assignee", ""), *inside)
