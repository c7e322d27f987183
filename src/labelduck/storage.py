"""Parquet files of a lake: written whole or not at all, and named by their content."""

from __future__ import annotations

import hashlib
import os
import uuid
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from labelduck.schema import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ROWS_PER_GROUP = 122_880  # DuckDB reads one row group per thread and skips groups by their image_id range
TEMPORARY_SUFFIX = ".tmp"
EMPTY_NAME = "empty.parquet"

# Text with few distinct values; only these are worth a dictionary in the file.
_REPEATING = {
    "dataset", "image_id", "class_name", "model", "annotation_class", "prediction_class", "annotation_id", "outcome",
    "error_kind", "geometry", "annotator", "batch", "job", "split", "video", "source", "source_file", "review_status",
    "reviewer", "protocol", "area_range", "field", "status", "tag", "tool", "eval_key", "import_id", "problem",
    "severity", "supercategory", "decision", "action", "actor", "best_same_id", "best_other_id", "prediction_id",
}  # fmt: skip
_UNIQUE = {"predictions": {"prediction_id"}, "matches": {"prediction_id"}, "annotations": {"annotation_id"}}


@dataclass(frozen=True)
class StoredFile:
    """One Parquet file of a lake.

    Attributes:
        table_name: Table that its rows belong to.
        path: Path relative to the lake, '/' separated.
        sha256: Hash of the file.
        n_rows: Rows in it.
        n_bytes: Size of it.
        source: What was imported into it; a later import of the same source replaces it.
    """

    table_name: str
    path: str
    sha256: str
    n_rows: int
    n_bytes: int
    source: str = ""


class TableWriter:
    """Write rows of one table to a file that appears under its final name only when it is whole.

    Args:
        lake: Folder of the lake.
        table: Name of the table.
        dataset: Value of the column `dataset`.
        source: Recorded in the StoredFile.
        stem: Name of the file without ending; None names it by its content.

    Attributes:
        made: The finished file, when there was none of its name before.
    """

    def __init__(
        self, lake: Path, table: str, *, dataset: str, source: str = "", stem: str | None = None
    ) -> None:
        self.table, self.dataset, self.source, self.stem = table, dataset, source, stem
        self.n_rows = 0
        self.made: Path | None = None
        self._lake = lake
        self._folder = lake / "tables" / table
        self._temporary = self._folder / f".{uuid.uuid4().hex}{TEMPORARY_SUFFIX}"
        self._file: _HashingFile | None = None
        self._writer: pq.ParquetWriter | None = None
        self._schema: pa.Schema | None = None

    def write(self, rows: pa.Table) -> None:
        """Append rows; missing columns become null, unknown ones are an error of the caller."""
        if not rows.num_rows:
            return
        rows = conform(rows, self.table, dataset=self.dataset, like=self._schema)
        writer = self._writer or self._open(rows.schema)
        writer.write_table(rows, row_group_size=ROWS_PER_GROUP)
        self.n_rows += rows.num_rows

    def close(self, *, even_empty: bool = False) -> StoredFile | None:
        """Finish the file and give it its name; None when no row was written, unless an empty file is wanted too."""
        if self._writer is None and even_empty:
            self._open(TABLES[self.table].remove_metadata())
        if self._writer is None or self._file is None:
            return None
        self._writer.close()
        n_bytes, sha256 = self._file.finish()
        path = self._folder / f"{self.stem or sha256[:32]}.parquet"
        self.made = None if path.exists() else path
        self._temporary.replace(path)
        relative = path.relative_to(self._lake).as_posix()
        return StoredFile(self.table, relative, sha256, self.n_rows, n_bytes, self.source)

    def discard(self) -> None:
        """Leave nothing half-written behind; a closed file stays."""
        if self._file is not None:
            self._file.abandon()
        if self._writer is not None:
            self._writer.close()  # what it still holds goes nowhere now
        self._temporary.unlink(missing_ok=True)

    def _open(self, schema: pa.Schema) -> pq.ParquetWriter:
        self._schema = schema
        self._folder.mkdir(parents=True, exist_ok=True)
        self._file = _HashingFile(self._temporary.open("wb"))
        self._writer = _parquet_writer(self._file, schema, self.table)
        return self._writer


def conform(rows: pa.Table, table: str, *, dataset: str, like: pa.Schema | None = None) -> pa.Table:
    """Return rows with exactly the columns of the table's schema.

    Text columns may stay dictionary-encoded (a third of the memory, and quicker to write).

    Args:
        rows: Any subset of the table's columns.
        table: Name of the table.
        dataset: Value of the column `dataset`.
        like: Schema of rows written before, whose encodings are kept.
    """
    schema = TABLES[table]
    unknown = set(rows.column_names) - set(schema.names)
    if unknown:
        raise ValueError(f"{table} has no column {', '.join(sorted(unknown))}")
    columns = []
    for field in schema:
        if field.name == "dataset":
            column = _constant(dataset, rows.num_rows)
        elif field.name in rows.column_names:
            column = rows.column(field.name)
        else:
            column = pa.nulls(rows.num_rows, field.type)
        wanted = like.field(field.name).type if like else _storable(column.type, field.type)
        columns.append(column if column.type == wanted else column.cast(wanted))
    return pa.table(columns, names=schema.names)


def write_empty(lake: Path, table: str) -> str:
    """Write a file without rows, so that a view over the table can always be made; return its relative path."""
    path = lake / "tables" / table / EMPTY_NAME
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{uuid.uuid4().hex}{TEMPORARY_SUFFIX}")
    pq.write_table(TABLES[table].remove_metadata().empty_table(), temporary, store_schema=False)
    temporary.replace(path)
    return path.relative_to(lake).as_posix()


def read(lake: Path, files: list[StoredFile], table: str, *, columns: list[str] | None = None) -> pa.Table:
    """Return the rows of some files of one table, repeating text dictionary-encoded; an empty table without files."""
    names = columns or TABLES[table].names
    if not files:
        schema = TABLES[table].remove_metadata()
        return pa.schema([schema.field(name).remove_metadata() for name in names]).empty_table()
    repeating = [name for name in names if _is_repeating(table, name)]
    parts = [
        pq.read_table(lake / f.path, columns=names, read_dictionary=repeating, partitioning=None)
        for f in files
    ]
    return pa.concat_tables(parts, promote_options="permissive").unify_dictionaries()


def iterate(lake: Path, files: list[StoredFile], *, columns: list[str]) -> Iterator[pa.Table]:
    """Yield the rows of some files, a row group at a time."""
    for file in files:
        with pq.ParquetFile(lake / file.path) as parquet:
            for batch in parquet.iter_batches(batch_size=ROWS_PER_GROUP, columns=columns):
                yield pa.Table.from_batches([batch])


def has_values(lake: Path, files: list[StoredFile], columns: list[str]) -> dict[str, bool]:
    """Tell for each column whether any row has a value, from the files' statistics alone."""
    found = dict.fromkeys(columns, False)
    for file in files:
        metadata = pq.read_metadata(lake / file.path)
        for group in range(metadata.num_row_groups):
            for index in range(metadata.num_columns):
                chunk = metadata.row_group(group).column(index)
                name = chunk.path_in_schema.partition(".")[0]
                if name in found and not found[name]:
                    statistics = chunk.statistics
                    found[name] = statistics is None or statistics.null_count < chunk.num_values
    return found


def sha256_of(path: Path) -> str:
    """Return the hash of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class _HashingFile:
    """A file that hashes what passes through, so that nothing is read again for its hash."""

    def __init__(self, raw: IO[bytes]) -> None:
        self.raw = raw
        self.closed = False
        self._hash = hashlib.sha256()
        self._n_bytes = 0

    def write(self, data: bytes) -> int:
        if self.raw.closed:
            return len(data)
        self._hash.update(data)
        self._n_bytes += len(data)
        return self.raw.write(data)

    def flush(self) -> None:
        if not self.raw.closed:
            self.raw.flush()

    def tell(self) -> int:
        return self._n_bytes

    def close(self) -> None:
        self.closed = True

    def finish(self) -> tuple[int, str]:
        """Force the bytes to the disk and return their number and hash."""
        self.raw.flush()
        os.fsync(self.raw.fileno())
        self.raw.close()
        return self._n_bytes, self._hash.hexdigest()

    def abandon(self) -> None:
        """Let go of the file; on a full disk even closing it may fail."""
        with suppress(OSError):
            self.raw.close()


def _parquet_writer(file: _HashingFile, schema: pa.Schema, table: str) -> pq.ParquetWriter:
    return pq.ParquetWriter(
        file,
        schema,
        compression="zstd",
        compression_level=1,
        use_dictionary=[name for name in schema.names if _is_repeating(table, name)],
        store_schema=False,  # readers see plain types, whatever the encoding in memory was
    )


def _is_repeating(table: str, column: str) -> bool:
    return column in _REPEATING and column not in _UNIQUE.get(table, ())


def _storable(given: pa.DataType, wanted: pa.DataType) -> pa.DataType:
    if wanted == pa.string() and pa.types.is_dictionary(given):
        return pa.dictionary(pa.int32(), pa.string())
    return wanted


def _constant(value: str, n: int) -> pa.Array:
    indices = pa.Array.from_buffers(pa.int32(), n, [None, pa.py_buffer(bytes(4 * n))])
    return pa.DictionaryArray.from_arrays(indices, pa.array([value]))
