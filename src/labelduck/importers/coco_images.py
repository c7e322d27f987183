"""Images and classes of a COCO file."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from labelduck.importers.base import rows_to_table
from labelduck.importers.coco_fields import (
    IMAGE_FIELDS,
    NotReadableError,
    as_json,
    flattened,
    read_number,
    read_text,
    read_whole,
    recognise,
)
from labelduck.importers.coco_ids import IdIndex, id_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from labelduck.importers.base import Problems, ReadOptions
    from labelduck.importers.coco_document import Document

_IMAGE_KEYS = frozenset({"id", "file_name", "width", "height", "tags", "extra"})
_CLASS_KEYS = frozenset({"id", "name", "supercategory", "keypoints", "skeleton", "definition", "description"})


@dataclass
class Images:
    """The images of a file, and who is said to have annotated each.

    Attributes:
        rows: Rows of `images`.
        index: Position of each image by its id.
        annotators: Annotator by position; empty when no image names one.
        batches: Batch by position, likewise.
        assignments: Rows of `assignments`.
    """

    rows: pa.Table
    index: IdIndex
    annotators: list[str | None] = field(default_factory=list)
    batches: list[str | None] = field(default_factory=list)
    assignments: list[dict[str, Any]] = field(default_factory=list)


@dataclass
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


def read_images(document: Document, options: ReadOptions, problems: Problems) -> Images:
    """Return the images of a file; a second one with the same id is left out and noted."""
    rows: list[dict[str, Any]] = []
    seen: set[str] = set()
    images = Images(pa.table({}), IdIndex([]))
    is_annotated = document.has_list("annotations")
    for position, span in enumerate(document.spans("images")):
        record, place = document.decode(span), f"images[{position}]"
        image_id = id_text(record.get("id")) if isinstance(record, dict) else None
        if image_id is None or image_id in seen:
            what = (
                "has no usable id; left out"
                if image_id is None
                else f"repeats image id {image_id}; the first is kept"
            )
            problems.add(str(document.path), place, what, record=record)
            continue
        seen.add(image_id)
        columns, rest = recognise(flattened(record, _IMAGE_KEYS), IMAGE_FIELDS)
        images.annotators.append(columns.pop("annotator", None))
        images.batches.append(columns.get("batch"))
        if images.annotators[-1] is not None:
            images.assignments.append(_assignment(image_id, images.annotators[-1], columns))
        columns.pop("job", None)
        row = {"split": options.split, "is_annotated": is_annotated} | columns | _name_and_size(record, rest)
        rows.append({"image_id": image_id, **row, "attributes": as_json(rest)})
    _note_missing_sizes(rows, document, problems)
    for values in (images.annotators, images.batches):
        if not any(values):
            values.clear()
    images.rows, images.index = rows_to_table("images", rows), IdIndex([row["image_id"] for row in rows])
    return images


def read_classes(document: Document, problems: Problems) -> Classes:
    """Return the classes of a file; of two with one name the second becomes "name (17)"."""
    rows, ids, names = [], list[str](), dict[str, None]()
    for position, span in enumerate(document.spans("categories")):
        record, place = document.decode(span), f"categories[{position}]"
        category = id_text(record.get("id")) if isinstance(record, dict) else None
        if category is None or category in ids:
            what = (
                "has no usable id; left out"
                if category is None
                else f"repeats category id {category}; the first is kept"
            )
            problems.add(str(document.path), place, what, record=record)
            continue
        name = _class_name(record, category)
        if name != record.get("name") or name in names:
            name = f"{name} ({category})" if name in names else name
            problems.add(
                str(document.path),
                f"{place}.name",
                f"is missing or repeated; now {name!r}",
                severity="repaired",
                record=record,
            )
        names[name] = None
        ids.append(category)
        rows.append({"class_name": name, **_class_row(record, category)})
    return Classes(rows_to_table("classes", rows), IdIndex(ids), list(names))


def _assignment(image_id: str, annotator: str | None, columns: dict[str, Any]) -> dict[str, Any]:
    row = {
        "image_id": image_id,
        "annotator": annotator,
        "batch": columns.get("batch"),
        "job": columns.get("job"),
    }
    return row | {"status": "in_progress" if columns.get("is_annotated") is False else "completed"}


def _name_and_size(record: dict[str, Any], rest: dict[str, Any]) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for name, read in (("file_name", read_text), ("width", read_whole), ("height", read_whole)):
        try:
            row[name] = read(record.get(name))
        except NotReadableError:
            row[name], rest[name] = None, record[name]
    extra = record.get("extra")
    # Roboflow's own name and tags.
    tags = extra.get("user_tags") if isinstance(extra, dict) else record.get("tags")
    if isinstance(tags, list) and all(isinstance(tag, str) for tag in tags):
        row["tags"] = tags
    elif tags is not None:
        rest["tags"] = tags
    if isinstance(extra, dict):
        rest.update((name, value) for name, value in extra.items() if name != "user_tags")
    elif extra is not None:
        rest["extra"] = extra
    return row


def _note_missing_sizes(rows: list[dict[str, Any]], document: Document, problems: Problems) -> None:
    n_lacking = sum(not (row["width"] and row["height"]) for row in rows)
    if n_lacking:
        problems.add(
            str(document.path),
            "images",
            f"{n_lacking} of {len(rows)} images have no width or height",
            severity="warning",
        )


def _class_name(record: dict[str, Any], category: str) -> str:
    name = record.get("name")
    return name if isinstance(name, str) and name else f"category {category}"


def _class_row(record: dict[str, Any], category: str) -> dict[str, Any]:
    rest = {name: value for name, value in record.items() if name not in _CLASS_KEYS}
    names, skeleton = record.get("keypoints"), record.get("skeleton")
    row: dict[str, Any] = {"class_index": int(category) if category.lstrip("-").isdigit() else None}
    for column, value in (
        ("supercategory", record.get("supercategory")),
        ("definition", record.get("definition", record.get("description"))),
    ):
        row[column] = value if isinstance(value, str) and value else None
    row["keypoint_names"] = [str(name) for name in names] if isinstance(names, list) and names else None
    try:
        row["skeleton"] = (
            [[int(read_number(end) or 0) for end in edge] for edge in skeleton] if skeleton else None
        )
    except (TypeError, NotReadableError):
        rest["skeleton"] = skeleton
    return row | {"attributes": as_json(rest)}
