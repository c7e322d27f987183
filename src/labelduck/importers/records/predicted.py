"""A model's boxes or class probabilities by column name."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from labelduck.errors import BadInputError
from labelduck.importers.records import archives, class_numbers, drawings, probabilities
from labelduck.importers.records.batches import only_own, with_needed
from labelduck.importers.records.known import KnownImages
from labelduck.importers.records.names import check, lacking
from labelduck.importers.records.piece import with_columns
from labelduck.importers.records.pieces import pieces
from labelduck.importers.records.reading import Notes, Reading
from labelduck.importers.records.tables import PREDICTED

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from labelduck.importers.base import Batch, Known, ReadOptions
    from labelduck.importers.records.piece import Piece


def read(path: Path, known: Known, options: ReadOptions, name: str | None = None) -> Iterator[Batch]:
    """Yield the rows of `predictions` or `predicted_labels` that a file has.

    Args:
        path: CSV, JSON, JSON lines, Parquet, or NumPy's npy or npz.
        known: Images and classes of the dataset.
        options: `class_names` names the columns of a matrix.
        name: `labels`, or another word for boxes; None lets the columns say.

    Raises:
        BadInputError: The file cannot be read, or lacks what predictions need.
    """
    if path.is_dir():
        raise BadInputError(path, "", "is a folder; name the file that holds the predictions")
    notes, images = Notes(options), KnownImages(known.images)
    if archives.is_numpy(path):
        yield from probabilities.of_arrays(path, known, images, notes)
    else:
        yield from _of_columns(path, known, images, notes, name)
    notes.repeats.finish(str(path))
    yield {"import_problems": notes.problems.take()}


def _of_columns(
    path: Path, known: Known, images: KnownImages, notes: Notes, name: str | None
) -> Iterator[Batch]:
    found = with_columns(pieces(path))
    first = next(found)
    columns = first.rows.column_names
    if name == "labels" or (
        name is None
        and lacking(columns, PREDICTED["predictions"], has_class=len(notes.options.class_names) == 1)
    ):
        yield from probabilities.of_columns(path, known, images, notes, chain((first,), found))
        return
    check(
        path, columns, "predictions", PREDICTED["predictions"], has_class=len(notes.options.class_names) == 1
    )
    reading = Reading(path, PREDICTED["predictions"], columns, notes)
    for piece in chain((first,), found):
        yield _boxes(reading, piece, images) | {"import_problems": notes.problems.take()}


def _boxes(reading: Reading, piece: Piece, images: KnownImages) -> Batch:
    """Return predicted boxes; the id of one is its position in the file, where it has none."""
    columns = reading.understood(piece)
    piece, columns = with_needed(reading, piece, columns, only=("image_id", "confidence"))
    columns["image_id"] = images.find(columns["image_id"])
    unknown = pc.if_else(columns["image_id"].is_null(), "its image is not among those of the dataset", None)
    piece, columns = reading.refuse(piece, columns, unknown)
    columns = images.sized(class_numbers.named(columns, reading.notes.options.class_names))
    piece, columns = drawings.with_shapes(reading, piece, columns)
    first = reading.n_rows
    positions = pa.array(range(first, first + piece.rows.num_rows), pa.int64()).cast(pa.string())
    _, columns = reading.with_key(piece, columns, positions)
    return {"predictions": only_own(reading, columns)}
