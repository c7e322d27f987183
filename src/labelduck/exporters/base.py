"""What all exporters share: the selection that they write, the options they take, and what they say they have written.

An exporter is one module with `write(selection, folder, options) -> Carried`, see the package. It never writes anything
outside `folder`; names that come from data go through `names.picture_names`.

Order: `selection.annotations.tables()` gives annotations in the order they were stored in, `tables(by_image=True)` those of
one image together, in the order of `selection.images`; within an image the order is the same in both. Where a format keeps
no ids, an importer numbers the objects of an image from 0 in this order (without those that the exporter left out), and the
provenance sidecar relies on that.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import pyarrow as pa

from labelduck.schema import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

ROWS_PER_PIECE = 65_536

GEOMETRY = frozenset(("geometry", "box", "area", "polygons", "mask", "keypoints", "rotated_box", "rotation"))
"""Columns that say where an object lies; a format that lacks some of them says what it made of these in `Carried.changed`."""


class Rows(Protocol):
    """Rows of `annotations` or `predictions` of the selected images, read anew at each call, piece by piece."""

    @property
    def n_rows(self) -> int:
        """How many there are."""

    def tables(self, columns: Sequence[str] | None = None, *, by_image: bool = False) -> Iterator[pa.Table]:
        """Yield the rows.

        Args:
            columns: Columns to yield, in this order; all of the table's schema when None.
            by_image: Rows of one image together, in the order of `Selection.images`; else as they were stored.
        """


@dataclass(frozen=True, kw_only=True)
class WriteOptions:
    """What a caller may tell an exporter; each one ignores what its format does not need.

    Attributes:
        task: YOLO line layout: detect, segment, obb or pose; None lets the content decide.
        people: Whether Label Studio's annotations name their annotators; its server refuses those that it does not know.
    """

    task: str | None = None
    people: bool = True


@dataclass(frozen=True, kw_only=True)
class Selection:
    """What is to be written: some images of one dataset version, and annotations on them.

    Attributes:
        dataset: Name of the dataset.
        version: Number of its version.
        images: The images, all columns of the table, in a fixed order; ids are unique.
        classes: The classes, all columns; every class_name of the annotations and predictions is among them.
        annotations: The annotations.
        predictions: Predictions by model, only of models that were asked for.
        others: Rows of other tables that are about these images, or about none: image_labels, assignments, jobs,
            events, tags, reviews, issues, predicted_labels, models, guidelines; a table may be absent.
    """

    dataset: str
    version: int
    images: pa.Table
    classes: pa.Table
    annotations: Rows
    predictions: Mapping[str, Rows] = field(default_factory=dict)
    others: Mapping[str, pa.Table] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Carried:
    """What the files of an export hold, so that an importer of the same format reads it back.

    Attributes:
        annotations: Columns of `annotations` that they hold, geometry columns among them.
        images: Columns of `images`.
        classes: Columns of `classes`.
        tables: Other tables whose rows they hold.
        keeps_ids: Whether an importer gives annotations the ids they have here; else they are numbered within their image.
        image_ids: Ids that an importer will give the images, in the order of `Selection.images`; None when it keeps them.
        pictures: Where each image's picture belongs, relative to the folder and '/'-separated, in the same order; empty
            for a format that has no place for pictures.
        read_with: Files of the export that an importer needs beside, by the option of `ReadOptions` that names them.
        read_as: Format by which an importer reads the folder as a whole; None where it is the exporter's own, and where that
            has a main file, reads it alone.
        left_out: Annotations that are not in the files at all, with the reason in words.
        changed: What became of annotations that are in the files but not as they were, in words, with how many:
            "ellipses became polygons".
    """

    annotations: frozenset[str]
    images: frozenset[str]
    classes: frozenset[str]
    tables: frozenset[str] = frozenset()
    keeps_ids: bool = True
    image_ids: Sequence[str] | None = None
    pictures: Sequence[str] = ()
    read_with: Mapping[str, str] = field(default_factory=dict)
    read_as: str | None = None
    left_out: Mapping[str, str] = field(default_factory=dict)
    changed: Counter[str] = field(default_factory=Counter)


class TableRows:
    """`Rows` of a table in memory.

    Args:
        table: Rows of `annotations` or `predictions`; columns that are missing are null.
        image_ids: Images in order; rows of others do not count.
        kind: Name of the table.
    """

    def __init__(self, table: pa.Table, image_ids: Sequence[str], *, kind: str = "annotations") -> None:
        whole = conform(table, kind)
        places = {image_id: place for place, image_id in enumerate(image_ids)}
        order = [places.get(image_id, -1) for image_id in whole["image_id"].to_pylist()]
        kept = [row for row, place in enumerate(order) if place >= 0]
        self._stored = whole.take(pa.array(kept, pa.int64()))
        grouped = sorted(range(len(kept)), key=lambda row: order[kept[row]])
        self._by_image = self._stored.take(pa.array(grouped, pa.int64()))

    @property
    def n_rows(self) -> int:
        """How many there are."""
        return int(self._stored.num_rows)

    def tables(self, columns: Sequence[str] | None = None, *, by_image: bool = False) -> Iterator[pa.Table]:
        """Yield the rows in pieces."""
        rows = self._by_image if by_image else self._stored
        rows = rows if columns is None else rows.select(list(columns))
        for start in range(0, rows.num_rows, ROWS_PER_PIECE):
            yield rows.slice(start, ROWS_PER_PIECE)


def conform(table: pa.Table, kind: str) -> pa.Table:
    """Return rows with all columns of a table's schema, plain text instead of dictionaries, nulls where they lack."""
    columns = {}
    for column in TABLES[kind]:
        is_here = column.name in table.column_names
        columns[column.name] = (
            table[column.name].cast(column.type) if is_here else pa.nulls(table.num_rows, column.type)
        )
    return pa.table(columns)


def each_image(
    selection: Selection, columns: Sequence[str], *, rows: Rows | None = None
) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """Yield each image with its annotations as dictionaries: for formats that write image by image.

    Args:
        selection: What is to be written.
        columns: Columns of the annotations; naming few is what makes it quick.
        rows: The rows of a model's predictions instead of the annotations.
    """
    source = selection.annotations if rows is None else rows
    wanted = ("image_id", *(name for name in columns if name != "image_id"))
    waiting = (row for table in source.tables(wanted, by_image=True) for row in table.to_pylist())
    row = next(waiting, None)
    for piece in selection.images.to_batches(ROWS_PER_PIECE):
        for image in piece.to_pylist():
            mine = []
            while row is not None and row["image_id"] == image["image_id"]:
                mine.append(row)
                row = next(waiting, None)
            yield image, mine


def image_places(selection: Selection, table: pa.Table) -> NDArray[Any]:
    """Return for each row of a table with `image_id` the place of its image in `selection.images`, [n]."""
    import pyarrow.compute as pc

    ids = selection.images["image_id"].combine_chunks()
    places = pc.index_in(table["image_id"], value_set=ids)
    return places.to_numpy()  # type: ignore[no-any-return]


def class_numbers(selection: Selection, *, first: int = 0) -> dict[str, int]:
    """Return a number for each class name: its class_index where all have one and these differ, else its place.

    Args:
        selection: What is to be written.
        first: Number of the first class where they are numbered here.
    """
    names = selection.classes["class_name"].to_pylist()
    numbers = selection.classes["class_index"].to_pylist()
    if None in numbers or len(set(numbers)) < len(numbers):
        numbers = list(range(first, first + len(names)))
    return dict(zip(names, numbers, strict=True))
