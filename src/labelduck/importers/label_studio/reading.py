"""What the reader of an export knows while it goes from task to task."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeGuard

from labelduck.importers.base import LARGEST_WHOLE, storable

if TYPE_CHECKING:
    from labelduck.importers.base import Severity
    from labelduck.importers.label_studio.config import LabelConfig
    from labelduck.importers.label_studio.people import People
    from labelduck.importers.label_studio.pictures import Pictures
    from labelduck.importers.missing_sizes import MissingSizes
    from labelduck.importers.rows import Rows

Record = dict[str, Any]

RANK = {"skipped": 0, "in_progress": 1, "completed": 2}
"""How far an annotator came, by status."""


@dataclass
class Reading:
    """One import.

    Attributes:
        rows: Rows and problems.
        config: The labelling interface.
        people: Names of annotators.
        pictures: Ids of pictures.
        sizes: Sizes of pictures that the export does not give.
        split: Split where no folder names one.
        is_many: Whether there are several files.
        source_file: File that is being read.
        class_names: Classes seen on regions, in order; keys only.
        chosen: Classes chosen for whole pictures, likewise.
        posed: Classes of objects with keypoints.
        annotations: File in which each annotation was first met, by task and annotation id.
        predictions: Predictions met, by task and prediction id.
        named: Ids of images that tasks name themselves.
        repeated: Those of them that several tasks name.
        doubted: Files of which it was said that choices cannot be told from data.
        images: Rows of images that may still change, as their annotations lie in several records.
        statuses: How far each annotator came with those.
    """

    rows: Rows
    config: LabelConfig
    people: People
    pictures: Pictures
    sizes: MissingSizes
    split: str | None
    is_many: bool = False
    source_file: str = ""
    class_names: dict[str, None] = field(default_factory=dict)
    chosen: dict[str, None] = field(default_factory=dict)
    posed: set[str] = field(default_factory=set)
    annotations: dict[tuple[str, str], str] = field(default_factory=dict)
    predictions: set[tuple[str, str]] = field(default_factory=set)
    named: set[str] = field(default_factory=set)
    repeated: set[str] = field(default_factory=set)
    doubted: set[str] = field(default_factory=set)
    images: dict[str, Record] = field(default_factory=dict)
    statuses: dict[tuple[str, str | None], str] = field(default_factory=dict)

    def came_to(self, image_id: str, annotator: str | None, status: str) -> None:
        """Remember how far an annotator came with an image of `images`; of several times the furthest."""
        before = self.statuses.get((image_id, annotator))
        if before is None or RANK[before] < RANK[status]:
            self.statuses[image_id, annotator] = status

    def note(
        self,
        kind: str,
        place: str,
        problem: str | None = None,
        *,
        severity: Severity = "error",
        record: object = None,
    ) -> None:
        """Note a problem of the file that is being read; `kind` is the problem without its particulars."""
        self.rows.repeats.add(kind, self.source_file, place, problem, severity=severity, record=record)


@dataclass(slots=True)
class Shown:
    """A picture of a task, and what is known of it.

    Attributes:
        image_id: Its id.
        key: Key of the task's data that names it.
        page: Its number, where that key names several.
        uri: What the data says.
        path: Path without server; empty for a text.
        split: Split that a folder of the path names.
        width: Pixels; 0 where unknown.
        height: Likewise.
        is_settled: Whether the size has been looked for everywhere.
    """

    image_id: str
    key: str
    page: int | None
    uri: str | None
    path: str
    split: str | None
    width: int = 0
    height: int = 0
    is_settled: bool = False

    def size(self, reading: Reading, result: Record) -> tuple[int, int] | None:
        """Return the size that a result gives, else the one known of the picture, else the one of the picture's file."""
        width, height = result.get("original_width"), result.get("original_height")
        if is_side(width) and is_side(height):
            if not self.width:
                self.width, self.height = width, height
            return width, height
        return self.known_size(reading)

    def known_size(self, reading: Reading) -> tuple[int, int] | None:
        """Return the size known so far, else the one of the picture's file; None where there is none."""
        if not self.width and not self.is_settled:
            self.is_settled = True
            width, height = reading.sizes.find(self.path) if self.path else (None, None)
            self.width, self.height = width or 0, height or 0
        return (self.width, self.height) if self.width else None


def is_side(value: object) -> TypeGuard[int]:
    """Tell whether a value is a number of pixels that a picture may have."""
    return type(value) is int and 0 < value <= LARGEST_WHOLE


def is_set(flag: object) -> bool:
    """Tell whether a flag is set: true, 1 or the word."""
    return flag is True or flag == 1 or (isinstance(flag, str) and flag.lower() == "true")


def id_text(value: object) -> str | None:
    """Return an id as text; None where it is none."""
    if type(value) is str:
        return storable(value) or None
    if type(value) is int:
        return str(value) if abs(value) < 10**30 else None
    return None
