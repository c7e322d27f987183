"""Classes of a COCO file."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from labelduck.importers.base import rows_to_table
from labelduck.importers.coco.fields import NotReadableError, as_json, read_whole
from labelduck.importers.coco.ids import DIGITS, IdIndex, id_text

if TYPE_CHECKING:
    from collections.abc import Callable

    import pyarrow as pa
    from numpy.typing import NDArray

    from labelduck.importers.base import Problems
    from labelduck.importers.coco.document import Document

_KEYS = frozenset({"id", "name", "supercategory", "keypoints", "skeleton", "definition", "description"})


@dataclass(eq=False, repr=False)
class Classes:
    """The classes of a file; one that objects name and the file does not is added as "category 17".

    Attributes:
        rows: Rows of `classes`.
        index: Position of each class by its id.
        names: Class names by position; unknown ones follow the known.
        unknown: How many objects name each unknown id, and the position and place of the first.
    """

    rows: pa.Table
    index: IdIndex
    names: list[str]
    unknown: dict[str, tuple[int, int, str]] = field(default_factory=dict)
    _positions: dict[str, int] = field(default_factory=dict)

    def find(self, text: str, position: int, place: str) -> int:
        """Return the position of a class id, a new one for an unknown id that the record at a position names."""
        found = self.index.get(text)
        return found if found >= 0 else self._add_unknown(text, 1, position, place)

    def find_many(
        self, numbers: NDArray[np.int64], wanted: NDArray[np.bool_], place: Callable[[int], tuple[int, str]]
    ) -> NDArray[np.int32]:
        """Return the positions of class ids, new ones for unknown ids.

        Args:
            numbers: Class ids, [n].
            wanted: Which of them count, [n]; the others may get -1.
            place: Gives the position and the place of the i-th record.
        """
        found = self.index.find(numbers)
        lost = np.flatnonzero((found < 0) & wanted)
        if len(lost):
            ids, first, inverse, counts = np.unique(
                numbers[lost], return_index=True, return_inverse=True, return_counts=True
            )
            order = np.argsort(first)
            new = np.empty(len(ids), np.int32)
            for n in order:
                new[n] = self._add_unknown(str(ids[n]), int(counts[n]), *place(int(lost[first[n]])))
            found[lost] = new[inverse]
        return found

    def report_unknown(self, source_file: str, problems: Problems) -> None:
        """Note one warning for each class id that the file does not explain."""
        for text, (count, _, place) in sorted(self.unknown.items(), key=lambda item: item[1][1:]):
            problems.add(
                source_file,
                place,
                f"category {text} is not among the classes; {count} objects kept with class_name 'category {text}'",
                severity="warning",
            )

    def _add_unknown(self, text: str, count: int, position: int, place: str) -> int:
        n_before, *first = self.unknown.get(text, (0, position, place))
        self.unknown[text] = (n_before + count, *earlier(first, [position, place]))
        if text not in self._positions:
            self._positions[text] = len(self.names)
            self.names.append(f"category {text}")
        return self._positions[text]


def earlier(first: list[Any], second: list[Any]) -> tuple[int, str]:
    """Return the earlier of two positions with their places."""
    position, place = min(first, second)
    return position, place


def read_classes(document: Document, problems: Problems) -> Classes:
    """Return the classes of a file; of two with one name the second becomes "name (17)"."""
    source_file, rows, ids, names = str(document.path), [], dict[str, None](), dict[str, None]()
    for position, span in enumerate(document.spans("categories")):
        record, place = document.decode(span), f"categories[{position}]"
        category = id_text(record.get("id")) if isinstance(record, dict) else None
        if category is None:
            problems.add(source_file, place, "has no usable id; left out", record=record)
            continue
        if category in ids:
            problem = f"repeats category id {category}; the first is kept, this one left out"
            problems.add(source_file, place, problem, record=record)
            continue
        name = _class_name(record, category, names)
        if name != record.get("name"):
            problem = f"is missing or repeated; now {name!r}"
            problems.add(source_file, f"{place}.name", problem, severity="repaired", record=record)
        names[name] = ids[category] = None
        rows.append({"class_name": name, **_class_row(record, category)})
    return Classes(rows_to_table("classes", rows), IdIndex(list(ids)), list(names))


def _class_name(record: dict[str, Any], category: str, taken: dict[str, None]) -> str:
    name = record.get("name")
    if not isinstance(name, str) or not name:
        name = f"category {category}"
    while name in taken:
        name = f"{name} ({category})"
    return name


def _class_row(record: dict[str, Any], category: str) -> dict[str, Any]:
    rest = {name: value for name, value in record.items() if name not in _KEYS}
    names, skeleton = record.get("keypoints"), record.get("skeleton")
    row: dict[str, Any] = {"class_index": int(category) if DIGITS.fullmatch(category) else None}
    for column, value in (
        ("supercategory", record.get("supercategory")),
        ("definition", record.get("definition", record.get("description"))),
    ):
        row[column] = value if isinstance(value, str) and value else None
    row["keypoint_names"] = [str(name) for name in names] if isinstance(names, list) and names else None
    try:
        row["skeleton"] = [[read_whole(end) or 0 for end in edge] for edge in skeleton] if skeleton else None
    except (TypeError, NotReadableError):
        rest["skeleton"] = skeleton
    return row | {"attributes": as_json(rest)}
