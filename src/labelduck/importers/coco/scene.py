"""What is known and noted while the annotations of one COCO file are read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from labelduck.importers.coco.classes import earlier
from labelduck.importers.coco.ids import UniqueIds

if TYPE_CHECKING:
    from pathlib import Path

    from labelduck.importers.base import Problems
    from labelduck.importers.coco.classes import Classes
    from labelduck.importers.coco.images import Images
    from labelduck.importers.coco.shapes import Shape


NEGATIVE_SIDE = "have a box of negative width or height; kept"


@dataclass(eq=False, repr=False)
class Scene:
    """What the annotations of one file refer to, and what is noted about them.

    Attributes:
        source_file: The file, as the caller names it.
        images: Its images.
        classes: Its classes.
        problems: Takes refused and repaired records.
        masks: Folder of the PNG files of panoptic annotations.
        attributions: Columns by annotation id, of the top-level list `attributions`.
        ids: Annotation ids so far.
        noted: How often each harmless problem occurred, and the position and place of the first.
    """

    source_file: str
    images: Images
    classes: Classes
    problems: Problems
    masks: Path
    attributions: dict[str, dict[str, Any]] = field(default_factory=dict)
    ids: UniqueIds = field(default_factory=UniqueIds)
    noted: dict[str, tuple[int, int, str]] = field(default_factory=dict)

    def note(self, problem: str, position: int, place: str, n: int = 1) -> None:
        """Count a harmless problem that may be frequent; `report` makes one row of all."""
        n_before, *first = self.noted.get(problem, (0, position, place))
        self.noted[problem] = (n_before + n, *earlier(first, [position, place]))

    def refuse(self, place: str, problem: str, record: object) -> None:
        """Note a record that is left out."""
        self.problems.add(self.source_file, place, problem + "; left out", record=record)

    def report(self) -> None:
        """Turn what was counted into problems."""
        self.classes.report_unknown(self.source_file, self.problems)
        for problem, (n, _, place) in sorted(self.noted.items(), key=lambda item: (item[1][1:], item[0])):
            self.problems.add(self.source_file, place, f"{n} objects {problem}", severity="warning")


class Row(NamedTuple):
    """One usable annotation.

    Attributes:
        position: Number of the record in the file.
        place: Place in the file.
        annotation_id: Id as text; "image/position" where the source has none.
        image: Position of its image.
        class_position: Position of its class.
        shape: Geometry.
        area: Square pixels, None when not given.
        columns: Other columns.
        record: The record itself, for problems.
    """

    position: int
    place: str
    annotation_id: str
    image: int
    class_position: int
    shape: Shape
    area: float | None
    columns: dict[str, Any]
    record: Any


@dataclass(eq=False, repr=False)
class Rows:
    """Usable records of one chunk, by the table that they go to."""

    annotations: list[Row] = field(default_factory=list)
    labels: list[dict[str, Any]] = field(default_factory=list)
    tags: list[dict[str, Any]] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
