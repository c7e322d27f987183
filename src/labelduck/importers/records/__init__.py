"""Tables by column name: reviews, jobs, labels, boxes, ... from CSV, JSON, JSON lines, Parquet and NumPy's npz.

What may be read, which columns it needs and what those are called elsewhere stands in `tables`. `read` finds the table from the
columns where they leave no doubt; `of_table` gives a reader of one table, which is how the words `reviews`, `labels`, ... of the
command line work. A folder is read file by file, each as what it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from labelduck.errors import BadInputError
from labelduck.importers.base import storable
from labelduck.importers.records import predicted
from labelduck.importers.records.batches import to_batch
from labelduck.importers.records.folders import files_of, told_by_name
from labelduck.importers.records.names import check, fitting, has_boxes
from labelduck.importers.records.piece import with_columns
from labelduck.importers.records.pieces import column_names, pieces
from labelduck.importers.records.reading import Notes, Reading
from labelduck.importers.records.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from labelduck.importers.base import Batch, Known, ReadOptions

LIKELY, UNCLEAR = 0.6, 0.3
"""How sure `sniff` is where the columns fit one table, and where they fit several."""


def read(path: Path, options: ReadOptions) -> Iterator[Batch]:
    """Yield the rows of a file, or of each file of a folder, as whichever table their columns are.

    Raises:
        BadInputError: A file cannot be read, or fits no table, or several.
    """
    yield from _read(path, options, None)


def read_predictions(path: Path, known: Known, options: ReadOptions) -> Iterator[Batch]:
    """Yield predicted boxes or class probabilities, as the columns say.

    Raises:
        BadInputError: The file cannot be read, or has neither.
    """
    yield from predicted.read(path, known, options)


def sniff(path: Path) -> float:
    """Tell how sure it is that a file's columns are those of a table, 0 to 1. It never raises."""
    try:
        if path.is_dir():
            return 0.0
        found = fitting(column_names(path))
    except Exception:  # noqa: BLE001 - whatever is wrong with the file, it is not for us
        return 0.0
    return LIKELY if len(found) == 1 else UNCLEAR if found else 0.0


class OfTable(NamedTuple):
    """A reader of one table.

    Attributes:
        name: The table's word, as in `tables.TABLES`.
    """

    name: str

    def read(self, path: Path, options: ReadOptions) -> Iterator[Batch]:
        """Yield the rows of a file, or of each file of a folder.

        Raises:
            BadInputError: A file cannot be read, or lacks a column that the table needs.
        """
        yield from _read(path, options, self.name)

    def read_predictions(self, path: Path, known: Known, options: ReadOptions) -> Iterator[Batch]:
        """Yield predicted boxes (`annotations`) or class probabilities (`labels`); raises as `read`."""
        yield from predicted.read(path, known, options, self.name)

    def sniff(self, path: Path) -> float:
        """Tell how sure it is that a file is this table, 0 to 1."""
        try:
            return LIKELY if fitting(column_names(path)) == [self.name] else 0.0
        except Exception:  # noqa: BLE001 - as in `sniff`
            return 0.0


def of_table(name: str) -> OfTable:
    """Return the reader of one table."""
    return OfTable(name)


def _read(path: Path, options: ReadOptions, name: str | None) -> Iterator[Batch]:
    notes = Notes(options)
    for file, told in files_of(path, name):
        word, reading = told, None
        for piece in with_columns(pieces(file)):
            columns = piece.rows.column_names
            if not columns and not piece.skipped and word is not None:
                continue  # an empty list of JSON has no columns
            if reading is None:
                word = word or _recognised(file, columns)
                check(file, columns, word, TABLES[word], has_class=len(options.class_names) == 1)
            if reading is None or len(columns) > reading.n_columns:
                reading = Reading.of(file, TABLES[str(word)], columns, notes, before=reading)
            batch = told_by_name(to_batch(reading, piece), file, path)
            yield batch | {"import_problems": notes.problems.take()}
        notes.repeats.finish(storable(str(file)))
    yield {"import_problems": notes.problems.take()}


def _recognised(path: Path, columns: list[str]) -> str:
    found = fitting(columns)
    if not found and has_boxes(columns):
        return "annotations"  # whose other columns are named when they are missed
    if len(found) == 1:
        return found[0]
    known = ", ".join(found or TABLES)
    what = (
        f"may be {' or '.join(found)}"
        if found
        else f"is no table known here by its columns {', '.join(columns[:20])}"
    )
    raise BadInputError(path, "", f"{what}; say which one with `labelduck import NAME FILE` ({known})")


__all__ = ["TABLES", "OfTable", "of_table", "read", "read_predictions", "sniff"]
