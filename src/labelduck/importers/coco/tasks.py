"""The files of one folder that tell several things of the same pictures: `annotations/<task>_<split>.json`, as COCO publishes them.

One rule keeps every object once. Files of a split are read in the order of `TASKS`, and a picture is listed by the first that has it.
`person_keypoints` repeats objects of `instances` with their number: such an object is the one with keypoints. `stuff` and `panoptic` number
objects anew, so that their name stands before the number. `panoptic` draws all objects once more; it is left out where
`instances` or `stuff` are there, and can be imported by itself.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from labelduck.errors import BadInputError
from labelduck.importers.base import storable
from labelduck.importers.split_folders import split_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from labelduck.importers.base import Batch, Problems

TASKS = ("person_keypoints", "instances", "stuff", "panoptic", "labels", "captions", "image_info")
_SHARED = frozenset(("person_keypoints", "instances"))
"""Tasks whose objects have the same numbers."""
_FILE = re.compile(
    rf"(?:(?P<folder>.*)/)?(?P<task>{'|'.join(TASKS)})_(?P<split>[a-z][\w-]*?)(?P<year>\d{{4}})?\.json",
    re.IGNORECASE,
)


class Part(NamedTuple):
    """A file of a folder.

    Attributes:
        name: Path relative to the folder.
        task: What it tells.
        split: Split of its pictures, None when nothing says it.
    """

    name: str
    task: str
    split: str | None


def is_part(name: str) -> bool:
    """Tell whether a file is named as COCO names the files of its tasks."""
    return _FILE.fullmatch(name) is not None


def parts_of(path: Path, names: Iterable[str]) -> list[Part]:
    """Return the files of a folder that are named after tasks, in the order in which they are to be read.

    Raises:
        BadInputError: They lie in several folders, each a data set of its own.
    """
    matches = [(name, match) for name in names if (match := _FILE.fullmatch(name))]
    folders = sorted({match["folder"] or "" for _, match in matches})
    if len(folders) > 1:
        told = ", ".join(storable(folder or ".") for folder in folders[:4])
        raise BadInputError(path, "", f"holds several data sets ({told}, ...); name one of them")
    parts = [
        Part(name, match["task"].lower(), split_of(match["split"]) or match["split"])
        for name, match in matches
    ]
    return sorted(parts, key=lambda part: (part.split or "", TASKS.index(part.task), part.name))


class Overlap:
    """Keeps what several files tell of one split's pictures and objects apart.

    Args:
        parts: All files of the folder.
        problems: Takes what is left out.
    """

    def __init__(self, parts: list[Part], problems: Problems) -> None:
        self._tasks: dict[str | None, list[str]] = {}
        for part in parts:
            self._tasks.setdefault(part.split, []).append(part.task)
        self._problems = problems
        self._images: dict[str | None, set[str]] = {}
        self._objects: dict[str | None, set[str]] = {}

    def is_told_by_others(self, part: Part) -> bool:
        """Tell whether a file only draws again what others of its split have; notes that."""
        others = {"instances", "stuff"}.intersection(self._tasks[part.split])
        if part.task != "panoptic" or not others:
            return False
        problem = (
            f"it draws the objects of {' and '.join(sorted(others))} once more: left out; import it by itself"
        )
        self._problems.add(storable(part.name), "", problem, severity="warning")
        return True

    def without_repeats(self, batch: Batch, part: Part) -> Batch:
        """Return a batch of a file without the pictures and objects that files before it have told."""
        if not part.task or len(self._tasks[part.split]) == 1:
            return batch
        kept = dict(batch)
        if "images" in kept and "image_id" in kept["images"].column_names:  # of no image there are no columns
            seen = self._images.setdefault(part.split, set())
            kept["images"], _ = _new(kept["images"], "image_id", seen)
        if "annotations" in kept and "annotation_id" in kept["annotations"].column_names:
            if part.task not in _SHARED:
                return kept | {"annotations": _with_task(kept["annotations"], part.task)}
            seen = self._objects.setdefault(part.split, set())
            kept["annotations"], n_known = _new(kept["annotations"], "annotation_id", seen)
            if n_known:
                problem = (
                    f"{n_known:,} objects are told with their keypoints by person_keypoints too: counted once"
                )
                self._problems.add(storable(part.name), "annotations", problem, severity="warning")
        return kept


def _new(table: pa.Table, column: str, seen: set[str]) -> tuple[pa.Table, int]:
    """Return the rows whose ids were not seen before, and the number of the others; all are seen from now on."""
    ids = table[column].cast(pa.string()).to_pylist()
    is_new = [each not in seen for each in ids]
    seen.update(ids)
    return table.filter(pa.array(is_new, pa.bool_())), len(ids) - sum(is_new)


def _with_task(table: pa.Table, task: str) -> pa.Table:
    place = table.column_names.index("annotation_id")
    named = pc.binary_join_element_wise(pa.scalar(task), table["annotation_id"].cast(pa.string()), "/")
    return table.set_column(place, "annotation_id", named)
