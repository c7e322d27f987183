"""What the rows of a sidecar are about: a book per level, the most specific first, and one entry per thing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from labelduck.provenance.books import NO_ROW, Book, FileBook, PatternBook, is_pattern
from labelduck.provenance.columns import FACTS, IMAGE_FACTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from labelduck.provenance.books import Rows

SAID = (*dict.fromkeys((*FACTS, *IMAGE_FACTS)), "extra")
"""Columns that say something about the thing."""

KEYS = (
    ("annotation_id",),
    ("image_id", "object_index"),
    ("file_name", "object_index"),
    ("image_id",),
    ("file_name",),
    ("file_pattern",),
    ("job",),
    ("batch",),
)
"""Columns that name the thing, by level."""

ANNOTATION, IMAGE_OBJECT, FILE_OBJECT, IMAGE, FILE, PATTERN, JOB, BATCH = range(len(KEYS))
_INDEX_BITS = 32


class Levels:
    """The rows of a sidecar, found by what they are about.

    Args:
        rows: Known columns, as `columns.understand` gives them.

    Attributes:
        facts: What the rows say, by column; rows about one thing are merged into the first of them.
        keyless: Rows that are about nothing.
        conflicts: Column, rows that do not count, and the rows that count in their place.
    """

    def __init__(self, rows: pa.Table) -> None:
        self._rows = _with_patterns(rows)
        self._level = self._levels()
        self._origins = {name: np.arange(rows.num_rows) for name in SAID if name in rows.column_names}
        self.keyless: Rows = np.flatnonzero(self._level == NO_ROW)
        self.conflicts: list[tuple[str, Rows, Rows]] = []
        self.annotations = Book(*self._entries(ANNOTATION))
        names, numbers, objects = self._objects(IMAGE_OBJECT)
        self.image_objects = Book(names, numbers), objects
        names, numbers, objects = self._objects(FILE_OBJECT)
        self.file_objects = FileBook(names, numbers), objects
        self.images = Book(*self._entries(IMAGE))
        self.files = FileBook(*self._entries(FILE))
        self.patterns = PatternBook(*self._entries(PATTERN))
        self.jobs = Book(*self._entries(JOB))
        self.batches = Book(*self._entries(BATCH))
        self.facts = {
            name: _array(self._rows[name]).take(pa.array(origin)) for name, origin in self._origins.items()
        }

    @property
    def has_objects(self) -> bool:
        """Whether rows name objects by their position in an image."""
        return bool(self.image_objects[1].keys or self.file_objects[1].keys)

    @property
    def has_files(self) -> bool:
        """Whether rows name images by file name or pattern."""
        return bool(self.files.keys or self.patterns.keys or self.file_objects[1].keys)

    def unused(self) -> Iterator[tuple[str, Rows]]:
        """Yield for each level what it is about and the rows that fitted nothing."""
        objects = (self.image_objects[1], self.file_objects[1])
        books = (self.annotations, *objects, self.images, self.files, self.patterns, self.jobs, self.batches)
        for keys, book in zip(KEYS, books, strict=True):
            yield " and ".join(keys), book.rows[~book.used]

    def describe(self, row: int) -> dict[str, Any]:
        """Return a row's filled columns."""
        (filled,) = self._rows.slice(row, 1).to_pylist()
        return {name: value for name, value in filled.items() if value is not None}

    def _levels(self) -> Rows:
        """Return the level of each row."""
        level = np.full(self._rows.num_rows, NO_ROW)
        for number, keys in reversed(list(enumerate(KEYS))):
            is_here = np.ones(self._rows.num_rows, np.bool_)
            for key in keys:
                is_here &= _is_filled(self._rows, key)
            level[is_here] = number
        # An index alone is no image's; such a row must not pass for one about its job or batch.
        level[_is_filled(self._rows, "object_index") & (level >= PATTERN)] = NO_ROW
        return level

    def _entries(self, level: int) -> tuple[list[str], Rows]:
        """Return the keys of a level, each once, and the row that counts for each."""
        rows = np.flatnonzero(self._level == level)
        if not len(rows):
            return [], rows
        codes, names = _codes(self._rows, KEYS[level][0], rows)
        first = self._merge(rows, codes)
        return [names[code] for code in codes[first].tolist()], rows[first]

    def _objects(self, level: int) -> tuple[list[str], Rows, Book]:
        """Return the images of a level of objects, their numbers, and the objects by image number and index."""
        rows = np.flatnonzero(self._level == level)
        if not len(rows):
            return [], rows, Book([], rows)
        codes, names = _codes(self._rows, KEYS[level][0], rows)
        keys = object_keys(codes, _array(self._rows["object_index"]).take(pa.array(rows)).to_numpy())
        first = self._merge(rows, keys)
        return names, np.arange(len(names)), Book(keys[first].tolist(), rows[first])

    def _merge(self, rows: Rows, codes: Rows) -> Rows:
        """Return the places of the first row of each thing, and let it say what the others add.

        Args:
            rows: Rows of one level.
            codes: What each is about.
        """
        _, first, which, counts = np.unique(codes, return_index=True, return_inverse=True, return_counts=True)
        if counts.max() > 1:
            for name, origin in self._origins.items():
                column = _array(self._rows[name]).take(pa.array(rows))
                values = pc.fill_null(column.dictionary_encode().indices, NO_ROW).to_numpy(
                    zero_copy_only=False
                )
                order = np.lexsort((rows, values == NO_ROW, which))
                counting = order[np.unique(which[order], return_index=True)[1]]
                origin[rows[first]] = rows[counting]
                differs = (values != NO_ROW) & (values != values[counting][which])
                if differs.any() and name != "extra":
                    self.conflicts.append((name, rows[differs], rows[counting][which[differs]]))
        return np.sort(first)


def object_keys(images: Rows, indices: Rows) -> Rows:
    """Return one number for an image's number and the index of an object; -1 where there is no image or index."""
    keys = (images.astype(np.int64) << _INDEX_BITS) | np.maximum(indices, 0)
    return np.where((images >= 0) & (indices >= 0), keys, NO_ROW)


def _with_patterns(rows: pa.Table) -> pa.Table:
    """Return the rows with file names that hold wildcards as patterns."""
    if "file_name" not in rows.column_names:
        return rows
    names = _array(rows["file_name"])
    words = names.dictionary_encode()
    flags = pa.array([is_pattern(name) for name in words.dictionary.to_pylist()], pa.bool_())
    is_wild = pc.fill_null(flags.take(words.indices), False)
    if not pc.any(is_wild).as_py():
        return rows
    given = (
        rows["file_pattern"] if "file_pattern" in rows.column_names else pa.nulls(rows.num_rows, pa.string())
    )
    patterns = pc.coalesce(given, pc.if_else(is_wild, names, None))
    rows = rows.set_column(
        rows.column_names.index("file_name"), "file_name", pc.if_else(is_wild, None, names)
    )
    if "file_pattern" in rows.column_names:
        rows = rows.drop_columns("file_pattern")
    return rows.append_column("file_pattern", patterns)


def _is_filled(rows: pa.Table, name: str) -> np.ndarray[Any, np.dtype[np.bool_]]:
    if name not in rows.column_names:
        return np.zeros(rows.num_rows, np.bool_)
    return np.asarray(rows[name].is_valid().to_numpy())


def _codes(rows: pa.Table, name: str, places: Rows) -> tuple[Rows, list[str]]:
    """Return a number for each text of a column's rows, in order of appearance, and the texts."""
    words = _array(rows[name]).take(pa.array(places)).dictionary_encode()
    return words.indices.to_numpy().astype(np.int64), words.dictionary.to_pylist()


def _array(column: pa.ChunkedArray) -> pa.Array:
    array = column.combine_chunks()
    return pa.concat_arrays(array.chunks) if isinstance(array, pa.ChunkedArray) else array
