"""Parquet files of a lake: written whole or not at all, and named by their content."""

from __future__ import annotations

import hashlib
import uuid
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from labelduck.parquet import (
    ROWS_PER_GROUP,
    TEMPORARY_SUFFIX,
    HashingFile,
    NamedFile,
    is_repeating,
    open_writer,
)
from labelduck.schema import TABLES

if TYPE_CHECKING:
    from pathlib import Path


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


@dataclass(frozen=True)
class Memory:
    """Rows just written, so that what follows in the same process need not read them back.

    Attributes:
        columns: What to remember, by table.
        tables: What is remembered, by path of the file.
    """

    columns: dict[str, list[str]]
    tables: dict[str, pa.Table] = field(default_factory=dict)


class TableWriter:
    """Write rows of one table to a file that appears under its final name only when it is whole.

    Args:
        lake: Folder of the lake.
        table: Name of the table.
        dataset: Value of the column `dataset`.
        source: Recorded in the StoredFile.
        stem: Name of the file without ending; None names it by its content.
        memory: Where the columns that a comparison reads are remembered, for a build in the same process.

    Attributes:
        made: The finished file, when there was none of its name before.
    """

    def __init__(
        self,
        lake: Path,
        table: str,
        *,
        dataset: str,
        source: str = "",
        stem: str | None = None,
        memory: Memory | None = None,
    ) -> None:
        self.table, self.dataset, self.source, self.stem = table, dataset, source, stem
        self.n_rows = 0
        self.made: Path | None = None
        self._memory = memory if memory is not None and table in memory.columns else None
        self._remembered: list[pa.Table] = []
        self._lake = lake
        self._folder = lake / "tables" / table
        self._temporary = self._folder / f".{uuid.uuid4().hex}{TEMPORARY_SUFFIX}"
        self._file: HashingFile | NamedFile | None = None
        self._writer: pq.ParquetWriter | None = None
        self._schema: pa.Schema | None = None

    def write(self, rows: pa.Table) -> None:
        """Append rows; missing columns become null, unknown ones are an error of the caller."""
        if not rows.num_rows:
            return
        rows = conform(rows, self.table, dataset=self.dataset, like=self._schema)
        writer = self._writer or self._open(rows.schema)
        if self._memory is not None:
            self._remembered.append(rows.select(self._memory.columns[self.table]))
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
        if self._memory is not None and self._remembered:
            self._memory.tables[relative] = pa.concat_tables(self._remembered)
        return StoredFile(self.table, relative, sha256, self.n_rows, n_bytes, self.source)

    def discard(self) -> None:
        """Leave nothing half-written behind; a closed file stays."""
        if self._file is not None:
            self._file.abandon()
        if self._writer is not None:
            with suppress(OSError):
                self._writer.close()  # what it still holds goes nowhere now
        self._temporary.unlink(missing_ok=True)

    def _open(self, schema: pa.Schema) -> pq.ParquetWriter:
        self._schema = schema
        self._folder.mkdir(parents=True, exist_ok=True)
        self._file = (HashingFile if self.stem is None else NamedFile)(self._temporary)
        self._writer = open_writer(self._file, schema, self.table)
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
    for wanted_field in schema:
        if wanted_field.name == "dataset":
            column = constant(dataset, rows.num_rows)
        elif wanted_field.name in rows.column_names:
            column = rows.column(wanted_field.name)
        else:
            column = pa.nulls(rows.num_rows, wanted_field.type)
        wanted = like.field(wanted_field.name).type if like else _storable(column.type, wanted_field.type)
        columns.append(column if column.type == wanted else column.cast(wanted))
    return pa.table(columns, names=schema.names)


def read(
    lake: Path,
    files: list[StoredFile],
    table: str,
    *,
    columns: list[str] | None = None,
    memory: Memory | None = None,
) -> pa.Table:
    """Return the rows of some files of one table, repeating text dictionary-encoded; an empty table without files.

    Args:
        lake: Folder of the lake.
        files: Files of the table.
        table: Name of the table.
        columns: Columns to return; all when None.
        memory: Rows written by this process, which are not read again.
    """
    names = columns or TABLES[table].names
    if not files:
        schema = TABLES[table].remove_metadata()
        return pa.schema([schema.field(name).remove_metadata() for name in names]).empty_table()
    repeating = [name for name in names if is_repeating(table, name)]
    parts = []
    for file in files:
        known = memory.tables.get(file.path) if memory else None
        if known is not None and set(names) <= set(known.column_names):
            parts.append(known.select(names))
        else:
            path = lake / file.path
            parts.append(pq.read_table(path, columns=names, read_dictionary=repeating, partitioning=None))
    rows = parts[0] if len(parts) == 1 else pa.concat_tables(parts, promote_options="permissive")
    return rows.unify_dictionaries()


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
                    # Not the count of nulls: before pyarrow 26 a list that is null counted as none for its fields.
                    found[name] = chunk.statistics is None or chunk.statistics.has_min_max
    return found


def sha256_of(path: Path) -> str:
    """Return the hash of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _storable(given: pa.DataType, wanted: pa.DataType) -> pa.DataType:
    if wanted == pa.string() and pa.types.is_dictionary(given):
        return pa.dictionary(pa.int32(), pa.string())
    return wanted


def constant(value: str, n: int) -> pa.DictionaryArray:
    """Return a text column with the same value in n rows."""
    indices = pa.Array.from_buffers(pa.int32(), n, [None, pa.py_buffer(bytes(4 * n))])
    return pa.DictionaryArray.from_arrays(indices, pa.array([value]))
