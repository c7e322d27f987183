"""A piece of a file under our names and with our types, and the problems of what could not be understood."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from labelduck.importers.base import Problems, storable
from labelduck.importers.image_sizes import ImageSizes, stem
from labelduck.importers.records.extras import as_attributes
from labelduck.importers.records.keys import Positions, Things, UniqueIds
from labelduck.importers.records.names import INDEX_COLUMNS, box_columns, own_names, plain, vector_columns
from labelduck.importers.records.parsers import parser_of
from labelduck.importers.repeats import Repeats
from labelduck.parquet import is_repeating

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from labelduck.importers.base import ReadOptions
    from labelduck.importers.records.piece import Piece
    from labelduck.importers.records.tables import RecordTable

Columns = dict[str, pa.Array]
SPLITS = frozenset(("train", "training", "val", "valid", "validation", "dev", "test", "testing"))


@dataclass
class Notes:
    """What is noted over all files of an import, and the options of it.

    Attributes:
        options: What the caller told.
        problems: Refused and repaired records.
        repeats: The same, where they may come in every row.
        keys: Ids of each table, to keep them unique.
    """

    options: ReadOptions
    problems: Problems = field(default_factory=Problems)
    keys: dict[str, UniqueIds] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Start with nothing seen."""
        self.repeats = Repeats(self.problems)
        self.images, self.classes, self.models = Things("image_id"), Things("class_name"), Things("model")
        self.positions = Positions()

    @cached_property
    def sizes(self) -> ImageSizes | None:
        """Sizes of pictures, where the caller told where to find them."""
        if self.options.images is None and self.options.sizes is None:
            return None
        return ImageSizes(images=self.options.images, sizes=self.options.sizes)


class Reading:
    """One file as one table.

    Args:
        path: The file.
        table: What it is.
        columns: Names of its columns.
        notes: Takes the problems.
        tells_unused: Notes the columns without a place.
    """

    def __init__(
        self, path: Path, table: RecordTable, columns: list[str], notes: Notes, *, tells_unused: bool = True
    ) -> None:
        self.table, self.notes, self._columns = table, notes, columns
        self.source = storable(str(path))
        self.names = own_names(columns, table)
        self.box = box_columns(columns, table)
        self.vector = (
            vector_columns(columns) if "vector" in table.columns and "vector" not in self.names else []
        )
        used = {*self.names.values(), *(self.box.columns if self.box else ()), *self.vector}
        self._extras = [c for c in columns if c not in used and plain(c) not in INDEX_COLUMNS]
        self.has_fractions: bool | None = None
        self.n_rows = 0
        if tells_unused and "attributes" not in table.columns:
            self.tell_lost(self._extras)

    @classmethod
    def of(
        cls, path: Path, table: RecordTable, columns: list[str], notes: Notes, *, before: Reading | None
    ) -> Reading:
        """Return the reading of a file that turns out to have more columns than in the pieces before."""
        reading = cls(path, table, columns, notes)
        if before is not None:
            reading.has_fractions, reading.n_rows = before.has_fractions, before.n_rows
        return reading

    @property
    def n_columns(self) -> int:
        """Number of columns that the file had so far."""
        return len(self._columns)

    def understood(self, piece: Piece) -> Columns:
        """Return the columns of a piece; those of no column of the table as `attributes`, where it has them."""
        for place, text in piece.skipped:
            self.notes.repeats.add("the row cannot be read", self.source, place, text)
        columns = {own: self._parsed(piece, own, column) for own, column in self.names.items()}
        if "attributes" in self.table.columns:
            attributes = as_attributes(piece.rows.select(self._extras), columns.get("attributes"))
            if attributes is not None:
                columns["attributes"] = attributes
        if "file_name" in columns:
            self._name_images(columns)
        return columns

    def select(self, piece: Piece, columns: Columns, rows: NDArray[np.bool_]) -> tuple[Piece, Columns]:
        """Return some rows of a piece."""
        if rows.all():
            return piece, columns
        kept = np.flatnonzero(rows)
        narrowed = piece._replace(rows=piece.rows.take(kept), numbers=np.asarray(piece.numbers)[kept])
        return narrowed, {name: column.take(pa.array(kept)) for name, column in columns.items()}

    def refuse(self, piece: Piece, columns: Columns, faults: pa.Array) -> tuple[Piece, Columns]:
        """Return the rows of a piece of which nothing is wrong, and note the others.

        Args:
            piece: The rows as the file has them.
            columns: The columns that they became.
            faults: What is wrong with each row, null where nothing is; a few different texts.
        """
        if faults.null_count == len(faults):
            return piece, columns
        for fault in pc.unique(faults).drop_null().to_pylist():
            rows = np.flatnonzero(pc.fill_null(pc.equal(faults, fault), False).to_numpy(zero_copy_only=False))
            self.notes.repeats.add_many(
                fault, self.source, len(rows), partial(self._refused, piece, rows, fault)
            )
        return self.select(piece, columns, faults.is_null().to_numpy(zero_copy_only=False))

    def note(
        self, piece: Piece, rows: list[int], column: str, problem: str, values: pa.Array | None = None
    ) -> None:
        """Note values that were left empty, or changed."""

        def describe(n: int) -> tuple[str, str, object]:
            value = None if values is None else str(values[rows[n]].as_py())
            told = "" if value is None else f"is {value[:80]!r}, "
            return f"{piece.place(rows[n])}, {column}", told + problem, value

        self.notes.repeats.add_many(
            f"{column} {problem}", self.source, len(rows), describe, severity="repaired"
        )

    def with_key(
        self, piece: Piece, columns: Columns, unnamed: pa.Array | None = None
    ) -> tuple[Piece, Columns]:
        """Return the columns with a key for each row, and each key once: a second record is renamed, a second thing left out."""
        key = self.table.key
        if key is None:
            return piece, columns
        n = piece.rows.num_rows
        if unnamed is None:
            numbers = pa.array(np.arange(self.n_rows, self.n_rows + n)).cast(pa.string())
            unnamed = pc.binary_join_element_wise(stem(self.source.rpartition("/")[2]), numbers, "/")
        self.n_rows += n
        if key not in columns:
            return piece, {**columns, key: unnamed}
        ids = self.notes.keys.setdefault(self.table.table, UniqueIds())
        given = plain_text(columns[key])
        filled = pc.coalesce(given, unnamed) if given.null_count and self.table.is_record else given
        if not self.table.is_record:
            repeats = np.zeros(n, bool)
            repeats[ids.repeated(filled)] = True
            problem = f"repeats the {key} of an earlier row, which is kept"
            return self.refuse(piece, columns, pc.if_else(pa.array(repeats), problem, None))
        columns[key], changed = ids.renamed(filled)
        if changed:
            self.note(
                piece, list(changed), key, "an id that occurs twice: a number was put behind it", filled
            )
        return piece, columns

    def tell_lost(self, columns: list[str]) -> None:
        """Note columns that no table has a place for."""
        if columns:
            told = f"these columns have no place in {self.table.table} and are not kept: {', '.join(columns)}"
            self.notes.problems.add(self.source, "", told, severity="warning")

    def _refused(self, piece: Piece, rows: NDArray[np.int64], fault: str, n: int) -> tuple[str, str, object]:
        row = int(rows[n])
        record = {name: _plain(piece.rows[name][row]) for name in piece.rows.column_names}
        told = {name: value for name, value in record.items() if value is not None}
        return piece.place(row), f"{fault}; left out", told

    def _parsed(self, piece: Piece, own: str, column: str) -> pa.Array:
        """Return a column read; of text that repeats, each word is read once."""
        given = one_array(piece.rows[column])
        parser = parser_of(self.table.table, own)
        repeats = is_repeating(self.table.table, own) or own in ("file_name", "is_gold")
        if not (repeats and (pa.types.is_string(given.type) or pa.types.is_dictionary(given.type))):
            parsed, bad = parser.parse(given)
        else:
            words = given if pa.types.is_dictionary(given.type) else given.dictionary_encode()
            read, _ = parser.parse(words.dictionary)
            unread = pc.and_(pc.is_null(read), pc.is_valid(parser_text(words.dictionary)))
            codes = words.indices
            bad = np.flatnonzero(unread.take(codes).fill_null(False).to_numpy(zero_copy_only=False)).tolist()
            parsed = _worded(read, codes)
        if bad:
            self.note(piece, bad, own, f"expected {parser.expected}; it was left empty", given)
        return parsed

    def _name_images(self, columns: Columns) -> None:
        """Name images by their file where they have no id: its path without the extension."""
        stems = _mapped(columns["file_name"], _stem)
        given = columns.get("image_id")
        if given is None:
            columns["image_id"] = stems
        elif given.null_count:
            columns["image_id"] = pc.coalesce(plain_text(given), plain_text(stems)).dictionary_encode()


def one_array(column: pa.ChunkedArray) -> pa.Array:
    """Return a column in one piece."""
    if column.num_chunks == 1:
        return column.chunk(0)
    return (
        pa.concat_arrays(column.unify_dictionaries().chunks)
        if column.num_chunks
        else pa.array([], column.type)
    )


def parser_text(words: pa.Array) -> pa.Array:
    """Return words without those that say nothing."""
    if not pa.types.is_string(words.type):
        return words
    text = pc.utf8_trim_whitespace(words)
    return pc.if_else(pc.equal(text, ""), None, text)


def _worded(read: pa.Array, codes: pa.Array) -> pa.Array:
    """Return a column from its words read; text stays words."""
    if pa.types.is_string(read.type) and not read.null_count:
        unique = read.dictionary_encode()
        codes = codes if len(unique.dictionary) == len(read) else unique.indices.take(codes)
        return pa.DictionaryArray.from_arrays(codes.cast(pa.int32()), unique.dictionary)
    column = read.take(codes)
    return column.dictionary_encode() if pa.types.is_string(read.type) else column


def plain_text(column: pa.Array) -> pa.Array:
    """Return text row by row, not as words and their numbers."""
    return column.dictionary_decode() if pa.types.is_dictionary(column.type) else column


def _stem(name: str) -> str:
    path = name.replace("\\", "/").removeprefix("./")
    return stem(path) or path


def _mapped(column: pa.Array, change: object) -> pa.Array:
    words = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
    changed = pa.array([None if w is None else change(w) for w in words.dictionary.to_pylist()], pa.string())  # type: ignore[operator]
    return _worded(changed, words.indices)


def _plain(value: pa.Scalar) -> object:
    """Return a value as Python has it; times of nanoseconds, which Python has not, as text."""
    try:
        return value.as_py()
    except ValueError:
        return str(value.cast(pa.string()).as_py())
