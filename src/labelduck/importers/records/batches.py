"""From a piece of a file, read, to rows of the lake: what each kind of table needs beyond its columns."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from labelduck.importers.records import class_numbers, drawings, targets
from labelduck.importers.records.reading import SPLITS, Columns, Reading, plain_text
from labelduck.schema import TABLES as SCHEMAS

if TYPE_CHECKING:
    from labelduck.importers.base import Batch
    from labelduck.importers.records.piece import Piece

Finish = Callable[[Reading, "Piece", Columns], "Batch"]
IMAGE_COLUMNS = ("image_id", "file_name", "width", "height", "split")


def to_batch(reading: Reading, piece: Piece) -> Batch:
    """Return the rows of a piece by table."""
    columns = reading.understood(piece)
    if not piece.rows.num_rows:
        return {}
    return _FINISH.get(reading.table.table, _rows)(reading, piece, columns)


def _rows(reading: Reading, piece: Piece, columns: Columns) -> Batch:
    """Return rows of a table that needs no more than its columns."""
    piece, columns = with_needed(reading, piece, columns)
    _, columns = reading.with_key(piece, columns)
    if reading.table.table == "classes":
        classes_of(reading, columns)  # what is listed here is not found again in rows that name it
    return {reading.table.table: only_own(reading, columns)}


def _labels(reading: Reading, piece: Piece, columns: Columns) -> Batch:
    """Return labels, and the images and classes that they name."""
    piece, columns = with_needed(reading, piece, columns)
    columns = class_numbers.named(columns, reading.notes.options.class_names)
    return {
        "images": images_of(reading, columns),
        "classes": classes_of(reading, columns),
        "image_labels": only_own(reading, columns),
    }


def _drawn(reading: Reading, piece: Piece, columns: Columns) -> Batch:
    """Return annotations, and the images and classes that they name; a row without class and shape is an image without objects."""
    piece, columns = with_needed(reading, piece, columns, only=("image_id",))
    images = images_of(reading, columns)
    columns = class_numbers.named(columns, reading.notes.options.class_names)
    piece, columns = drawings.with_shapes(reading, piece, columns)
    unnamed = reading.notes.positions.ids(columns["image_id"])
    piece, columns = reading.with_key(piece, columns, unnamed)
    places = {
        "source_file": pa.repeat(pa.scalar(reading.source), piece.rows.num_rows),
        "source_ref": pa.array(np.asarray(piece.numbers, np.int64)).cast(pa.string()),
    }
    classes = classes_of(reading, columns)
    return {"images": images, "classes": classes, "annotations": only_own(reading, places | columns)}


def _predicted(reading: Reading, piece: Piece, columns: Columns) -> Batch:
    """Return predictions of the models that the rows name, and these models; ids are unique in a model."""
    piece, columns = with_needed(reading, piece, columns, only=("image_id", "model", "confidence"))
    if reading.table.table == "predictions":
        columns = class_numbers.named(columns, reading.notes.options.class_names)
        piece, columns = drawings.with_shapes(reading, piece, columns)
        first = reading.n_rows
        reading.n_rows += piece.rows.num_rows
        positions = pa.array(np.arange(first, reading.n_rows)).cast(pa.string())
        given = columns.get("prediction_id")
        columns["prediction_id"] = positions if given is None else pc.coalesce(plain_text(given), positions)
    models = reading.notes.models.new({"model": columns["model"]})
    return {"models": models, reading.table.table: only_own(reading, columns)}


def _pictures(reading: Reading, piece: Piece, columns: Columns) -> Batch:
    """Return images, with the split that their file lies in where no column says."""
    piece, columns = with_needed(reading, piece, columns)
    piece, columns = reading.with_key(piece, columns)
    images_of(reading, columns)  # as with classes
    return {"images": only_own(reading, with_split(reading, columns))}


def _tags(reading: Reading, piece: Piece, columns: Columns) -> Batch:
    columns = targets.with_target(columns)
    piece, columns = with_needed(reading, piece, columns)
    if "score" not in columns and "value" in columns:
        columns["score"] = targets.numbers(columns["value"])
    return {"tags": only_own(reading, columns)}


def _embeddings(reading: Reading, piece: Piece, columns: Columns) -> Batch:
    columns = targets.with_target(targets.with_vector(reading, piece, columns))
    _, columns = with_needed(reading, piece, columns)
    return {"embeddings": only_own(reading, columns)}


def with_needed(
    reading: Reading, piece: Piece, columns: Columns, *, only: tuple[str, ...] = ()
) -> tuple[Piece, Columns]:
    """Return a piece without the rows that lack a value they cannot do without."""
    for group in reading.table.needs:
        there = [columns[own] for own in group if own in columns]
        wanted = group if "file_name" not in group else ("image_id", *group)
        if "image_id" in wanted and "image_id" in columns:
            there.append(columns["image_id"])
        if not there or (only and not set(only) & set(group)):
            continue
        has_value = there[0].is_valid()
        for column in there[1:]:
            has_value = pc.or_(has_value, column.is_valid())
        problem = f"has no {' or '.join(group)}"
        piece, columns = reading.refuse(piece, columns, pc.if_else(has_value, None, problem))
    return piece, columns


def only_own(reading: Reading, columns: Columns) -> pa.Table:
    """Return the columns that the table has, in its order."""
    names = SCHEMAS[reading.table.table].names
    return pa.table({name: columns[name] for name in names if name in columns and name != "dataset"})


def with_split(reading: Reading, columns: Columns) -> Columns:
    """Return columns with a split: the caller's where a row has none, else that which its file's first folder is named after."""
    split = columns.get("split")
    if split is None and "file_name" in columns:
        files = columns["file_name"]
        words = files if pa.types.is_dictionary(files.type) else files.dictionary_encode()
        first = [str(name or "").split("/", 1) for name in words.dictionary.to_pylist()]
        folders = [
            parts[0].lower() if len(parts) > 1 and parts[0].lower() in SPLITS else None for parts in first
        ]
        split = pa.array(folders, pa.string()).take(words.indices)
        split = split if split.null_count < len(split) else None
    told = reading.notes.options.split
    if split is not None and told is not None:
        split = pc.fill_null(plain_text(split), told)
    return columns if split is None else columns | {"split": split}


def images_of(reading: Reading, columns: Columns) -> pa.Table:
    """Return the images that turn up first in these rows."""
    named = {name: columns[name] for name in IMAGE_COLUMNS if name in columns}
    images = reading.notes.images.new(named)
    found = with_split(reading, {name: images[name].combine_chunks() for name in images.column_names})
    return pa.table(found | {"is_annotated": pa.repeat(pa.scalar(True), images.num_rows)})


def classes_of(reading: Reading, columns: Columns) -> pa.Table:
    """Return the classes that turn up first in these rows, with their number where the name is one."""
    wanted: tuple[str, ...] = ("class_name", "class_index")
    named = {name: columns[name] for name in wanted if name in columns}
    return class_numbers.numbered(reading.notes.classes.new(named))


_FINISH: dict[str, Finish] = {
    "annotations": _drawn,
    "image_labels": _labels,
    "images": _pictures,
    "tags": _tags,
    "embeddings": _embeddings,
    "predictions": _predicted,
    "predicted_labels": _predicted,
}
