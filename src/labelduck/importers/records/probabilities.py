"""Class probabilities of images: a row an image and class, a column a class, a list, or a matrix of NumPy."""

from __future__ import annotations

from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np
import pyarrow.compute as pc

from labelduck.errors import BadInputError
from labelduck.importers.records import archives, class_names
from labelduck.importers.records.names import INDEX_COLUMNS, plain
from labelduck.importers.records.reading import Reading, one_array, plain_text
from labelduck.importers.records.scores import Scores, class_order
from labelduck.importers.records.tables import PREDICTED
from labelduck.importers.values import to_number, to_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pyarrow as pa
    from numpy.typing import NDArray

    from labelduck.importers.base import Batch, Known
    from labelduck.importers.records.archives import Array
    from labelduck.importers.records.known import KnownImages
    from labelduck.importers.records.piece import Piece
    from labelduck.importers.records.reading import Notes

    Numbers = NDArray[np.float64]

NUMBERS_AT_ONCE = 1 << 22
IDS = (
    "image_id",
    "image_ids",
    "ids",
    "id",
    "item_id",
    "item_ids",
    "names",
    "file_name",
    "file_names",
    "filenames",
    "files",
)
NAMES = ("class_names", "classes", "class_name", "labels", "label_names")


def of_arrays(path: Path, known: Known, images: KnownImages, notes: Notes) -> Iterator[Batch]:
    """Yield the rows of a matrix [images, classes] in an npy or npz.

    Raises:
        BadInputError: There is no such matrix, or nothing says which image or class is which.
    """
    found = archives.arrays(path)
    matrices = archives.matrices(found)
    if not matrices:
        told = ", ".join(f"{name} {array.shape}" for name, array in found.items())
        raise BadInputError(path, "", f"holds no matrix [images, classes] of numbers, only {told}")
    matrix = found[matrices[0]]
    ids = _ids(path, found, len(matrix), images, notes)
    names = _class_names(path, found, matrix.shape[1], known, notes)
    scores = Scores(path, names, known, images, notes)
    yield scores.classes()
    step = max(1, NUMBERS_AT_ONCE // max(1, matrix.shape[1]))
    for first in range(0, len(matrix), step):
        part = ids.slice(first, step)
        place = partial(_row, first)
        yield scores.batch(part, matrix[first : first + step].astype(np.float64), place)
    scores.report()


def _row(first: int, n: int) -> str:
    return f"row {first + n + 1}"


def _ids(path: Path, found: dict[str, Array], n: int, images: KnownImages, notes: Notes) -> pa.Array:
    columns = {name: array for name, array in found.items() if array.ndim == 1 and len(array) == n}
    name = next((name for name in IDS if name in columns), None)
    name = name or next((name for name, array in columns.items() if array.dtype.kind in "US"), None)
    if name is not None:
        return to_text(archives.column(columns[name]))[0]
    beside = archives.ids_beside(path)
    if beside is not None and len(beside) == n:
        return beside
    if n != len(images.ids):
        raise BadInputError(
            path,
            "",
            f"does not say which image each of its {n:,} rows is: save ids beside the matrix, as `image_id` of an npz",
        )
    problem = "no ids: the rows were taken in the order of the dataset's images"
    notes.problems.add(str(path), "", problem, severity="warning")
    return images.ids


def _class_names(path: Path, found: dict[str, Array], n: int, known: Known, notes: Notes) -> list[str]:
    names = list(notes.options.class_names)
    if not names:
        given = next((found[name] for name in NAMES if name in found and found[name].shape == (n,)), None)
        names = [] if given is None else [str(name) for name in archives.column(given).to_pylist()]
    names = names or class_order(known.classes, ())
    if len(names) != n or len(set(names)) != n:
        raise BadInputError(
            path,
            "",
            f"has {n} columns, and {len(set(names))} classes are known; name them with --class-names in their order",
        )
    return names


def of_columns(
    path: Path, known: Known, images: KnownImages, notes: Notes, pieces: Iterator[Piece]
) -> Iterator[Batch]:
    """Yield the rows of a table with an image and a class and its confidence a row, or a column or a list of scores.

    Raises:
        BadInputError: The columns are none of these.
    """
    first = next(pieces)
    pieces = chain((first,), pieces)
    columns = first.rows.column_names
    reading = Reading(path, PREDICTED["labels"], columns, notes, tells_unused=False)
    if "image_id" not in reading.names and "file_name" not in reading.names:
        raise BadInputError(
            path, "", f"has no column for image_id or file_name; its columns are {', '.join(columns[:30])}"
        )
    wide = _class_columns(reading, first, known, notes)
    if wide:
        unused = [c for c in columns if c not in wide and c not in reading.names.values()]
        reading.tell_lost([column for column in unused if plain(column) not in INDEX_COLUMNS])
        scores = Scores(path, list(wide.values()), known, images, notes)
        yield from _of_wide(reading, scores, list(wide), pieces)
    elif "class_scores" in reading.names:
        names = list(notes.options.class_names) or class_order(known.classes, ())
        yield from _of_lists(reading, Scores(path, names, known, images, notes), len(names), pieces)
    elif "class_name" in reading.names:
        yield from _of_long(reading, path, known, images, pieces)
    else:
        raise BadInputError(
            path,
            "",
            "has neither class_name and confidence, nor a column for each class, nor class_scores; "
            f"its columns are {', '.join(columns[:30])}",
        )


def _class_columns(reading: Reading, piece: Piece, known: Known, notes: Notes) -> dict[str, str]:
    """Return the columns that are classes, and their classes: those of the dataset or the caller, else all that hold numbers only."""
    taken = {
        reading.names[own]
        for own in ("image_id", "file_name", "class_name", "confidence")
        if own in reading.names
    }
    columns = [c for c in piece.rows.column_names if c not in taken and plain(c) not in INDEX_COLUMNS]
    own = set(known.classes["class_name"].to_pylist()) | set(notes.options.class_names)
    found = class_names.matched(
        columns, own, class_names.numbered(columns, known.classes, notes.options.class_names)
    )
    if not found and ("class_name" in reading.names or "class_scores" in reading.names):
        return {}
    numeric = [c for c in columns if c not in found and _holds_numbers(piece.rows[c])]
    if not found:
        return {column: column for column in numeric}
    shares = piece.rows.select([*found, *numeric])
    return found | class_names.more(found, numeric, lambda names: _add_up_to_1(shares.select(names)))


def _holds_numbers(values: pa.ChunkedArray) -> bool:
    return not values.null_count and not to_number(one_array(values))[1]


def _add_up_to_1(shares: pa.Table) -> bool:
    """Tell whether the numbers of most rows add up to 1, as those of one image's classes do."""
    matrix = [to_number(one_array(column))[0].to_numpy(zero_copy_only=False) for column in shares.columns]
    sums = np.nansum(np.array(matrix, np.float64), axis=0)
    return bool(len(sums)) and bool(np.mean(np.abs(sums - 1) < 0.01) > 0.5)


def _of_wide(
    reading: Reading, scores: Scores, columns: list[str], pieces: Iterator[Piece]
) -> Iterator[Batch]:
    yield scores.classes()
    for piece in pieces:
        read = [
            to_number(one_array(piece.rows[column]))[0].to_numpy(zero_copy_only=False) for column in columns
        ]
        matrix = np.stack(read, axis=1).astype(np.float64)
        ids = plain_text(reading.understood(piece)["image_id"])
        yield scores.batch(ids, matrix, piece.place)
    scores.report()


def _of_lists(reading: Reading, scores: Scores, n: int, pieces: Iterator[Piece]) -> Iterator[Batch]:
    yield scores.classes()
    for piece in pieces:
        columns = reading.understood(piece)
        lists = columns["class_scores"]
        fits = pc.fill_null(pc.equal(pc.list_value_length(lists), n), False)
        fault = pc.if_else(fits, None, f"class_scores does not have {n} numbers, one a class")
        narrowed, columns = reading.refuse(piece, columns, fault)
        flat = columns["class_scores"].flatten().to_numpy(zero_copy_only=False)
        ids = plain_text(columns["image_id"])
        yield scores.batch(ids, np.asarray(flat, np.float64).reshape(-1, n), narrowed.place)
    scores.report()


def _of_long(
    reading: Reading, path: Path, known: Known, images: KnownImages, pieces: Iterator[Piece]
) -> Iterator[Batch]:
    """Yield one row an image: its likeliest class, and all scores where the file gives several."""
    from labelduck.importers.records.long import Long

    long = Long(reading, images)
    for piece in pieces:
        long.add(piece)
        yield {"import_problems": reading.notes.problems.take()}
    scores = Scores(path, long.class_names(), known, images, reading.notes)
    yield scores.classes()
    yield from long.batches(scores)
    scores.report()
