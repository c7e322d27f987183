"""A file's rows in pieces, so that memory does not grow with the file: CSV, JSON, JSON lines, Parquet, NumPy's npz."""

from __future__ import annotations

import gzip
import io
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE, getincrementaldecoder
from collections import Counter
from csv import Error, reader
from typing import IO, TYPE_CHECKING, cast

import numpy as np
import pyarrow as pa
from pyarrow import csv

from labelduck.errors import BadInputError
from labelduck.importers.base import MAX_RECORD_TEXT, why_unreadable
from labelduck.importers.json_records import UnreadableJsonError
from labelduck.importers.records import archives
from labelduck.importers.records.objects import first_keys, read_lines, read_list
from labelduck.importers.records.piece import Piece
from labelduck.importers.tabular import whole_header

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

DELIMITERS = (",", ";", "\t", "|")
BLOCK_BYTES = 1 << 22
PIECE_ROWS = 1 << 17
OBJECTS = 20_000
HEAD_BYTES = 1 << 16
GZIP = b"\x1f\x8b"
REMEDY = "export it again as CSV, JSON, JSON lines or Parquet"
_UNREADABLE = (OSError, EOFError, pa.ArrowException, UnicodeError, Error, RecursionError, UnreadableJsonError)


def pieces(path: Path) -> Iterator[Piece]:
    """Yield a file's rows, told apart by content, not by name; one piece at least, so that the columns are known.

    CSV may be separated by commas, semicolons, tabs or bars, be packed by gzip, and come as UTF-8 or UTF-16 with its mark. JSON is a
    list of objects, alone or as the only list of an object, or an object of columns.

    Raises:
        BadInputError: It is none of these, or cannot be read.
    """
    try:
        with _opened(path) as file:
            head = file.read(HEAD_BYTES)
        if not head.strip(b" \t\r\n\0"):
            raise BadInputError(path, "", "is empty; it has to start with the names of its columns")
        for n, piece in enumerate(_reader(head)(path, head)):
            if not n:
                _check_names(path, piece.rows.column_names)
            yield piece
    except _UNREADABLE as error:
        why = why_unreadable(error, "a table")
        if "straddl" in why:
            why = f"has a row of more than {BLOCK_BYTES >> 20} MB; a quotation mark may never be closed"
        raise BadInputError(path, "", f"{why}; {REMEDY}") from error


def column_names(path: Path) -> list[str]:
    """Return the names of a file's columns from its beginning; of JSON, of its first object. Nothing for what is no table."""
    with _opened(path) as file:
        head = file.read(HEAD_BYTES)
    if head.startswith(b"PAR1"):
        from pyarrow import parquet

        with path.open("rb") as file:
            return list(parquet.read_schema(file).names)
    if head.startswith(archives.ZIP):
        return archives.names(path)
    if head.startswith(archives.NPY):
        return ["target_id", "vector"] if archives.ids_beside(path) is not None else []
    if head.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        head = head.decode("utf-16", "ignore").encode()
    start = head.removeprefix(BOM_UTF8).lstrip()
    if start[:1] in (b"[", b"{"):
        return first_keys(start.decode("utf-8", "ignore"))
    return _csv_header(head)[0] if b"\n" in head or b"," in head else []


def _opened(path: Path) -> IO[bytes]:
    with path.open("rb") as file:
        packed = file.read(2) == GZIP
    return cast("IO[bytes]", gzip.open(path, "rb") if packed else path.open("rb"))


def _reader(head: bytes) -> Callable[[Path, bytes], Iterator[Piece]]:
    if head.startswith(b"PAR1"):
        return _read_parquet
    if head.startswith((archives.ZIP, archives.NPY)):
        return _read_archive
    start = head.removeprefix(BOM_UTF8).lstrip()[:1]
    return {b"[": _read_json_list, b"{": _read_json_lines}.get(start, _read_csv)


def _check_names(path: Path, names: list[str]) -> None:
    if twice := [name for name, n in Counter(names).items() if n > 1]:
        raise BadInputError(path, "", f"the column {twice[0]!r} occurs twice; rename one")


def _read_parquet(path: Path, _: bytes) -> Iterator[Piece]:
    from pyarrow import parquet

    with path.open("rb") as file:
        stored = parquet.ParquetFile(file)
        n_rows = 0
        for batch in stored.iter_batches(PIECE_ROWS):
            # A damaged page may hold bytes that are no text, and so may the names.
            batch.validate(full=True)
            rows = pa.Table.from_batches([batch]).rename_columns(batch.schema.names)
            yield Piece(rows, range(n_rows + 1, n_rows + 1 + batch.num_rows), [])
            n_rows += batch.num_rows
        if not n_rows:
            yield Piece(stored.schema_arrow.empty_table(), range(0), [])


def _read_archive(path: Path, _: bytes) -> Iterator[Piece]:
    rows = archives.table(path)
    for first in range(0, max(rows.num_rows, 1), PIECE_ROWS):
        part = rows.slice(first, PIECE_ROWS)
        yield Piece(part, range(first + 1, first + 1 + part.num_rows), [])


def _read_csv(path: Path, head: bytes) -> Iterator[Piece]:
    """Read delimited text, all of it as text; rows with too few or too many cells are left out."""
    encoding = "utf-16" if head.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) else "utf-8"
    may_lack_quote = _has_odd_quotes(path, encoding)
    names, delimiter = _csv_header(
        whole_header(head, lambda: _opened(path)).decode(encoding, "ignore").encode()
    )
    gaps = _Gaps()
    with _opened(path) as file:  # pyarrow opens no path that is not UTF-8
        _check_names(path, names)
        stream = csv.open_csv(
            file,
            csv.ReadOptions(use_threads=False, block_size=BLOCK_BYTES, encoding=encoding),
            csv.ParseOptions(delimiter=delimiter, newlines_in_values=True, invalid_row_handler=gaps.skip),
            csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False),
        )
        piece = Piece(stream.schema.empty_table(), range(0), [])
        for batch in stream:
            piece = Piece(pa.Table.from_batches([batch]), gaps.numbers(batch.num_rows), gaps.take())
            yield piece
        if may_lack_quote and piece.rows.num_rows:
            _refuse_swallowed_rows(path, piece)
        if not piece.rows.num_rows or gaps.told:
            yield Piece(stream.schema.empty_table(), range(0), gaps.take())


class _Gaps:
    """Numbers of the rows of a CSV, where some are left out."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str]] = []
        self._skipped: list[int] = []
        self._next = 2

    def skip(self, row: csv.InvalidRow) -> str:
        """Note a row that the reader cannot use."""
        self._skipped.append(row.number)
        text = f"{row.actual_columns} cells, expected {row.expected_columns}: {row.text[:MAX_RECORD_TEXT]}"
        self.told.append((f"row {row.number}", text))
        return "skip"

    def numbers(self, n_rows: int) -> Sequence[int] | NDArray[np.int64]:
        """Return the numbers of the rows that come next."""
        first, end, n_passed = self._next, self._next + n_rows, 0
        while n_passed < len(self._skipped) and self._skipped[n_passed] < end:
            n_passed, end = n_passed + 1, end + 1
        passed, self._skipped, self._next = self._skipped[:n_passed], self._skipped[n_passed:], end
        return np.setdiff1d(np.arange(first, end), passed) if passed else range(first, end)

    def take(self) -> list[tuple[str, str]]:
        """Return what was noted since the last call."""
        told, self.told = self.told, []
        return told


def _read_json_list(path: Path, _: bytes) -> Iterator[Piece]:
    with _opened(path) as file:
        yield from read_list(file)


def _read_json_lines(path: Path, _: bytes) -> Iterator[Piece]:
    yield from read_lines(lambda: _opened(path))


def _csv_header(head: bytes) -> tuple[list[str], str]:
    """Return the names in a header, and what separates them."""
    text = head.removeprefix(BOM_UTF8).decode("utf-8", "ignore").lstrip("\r\n")
    # As CSV knows them: `splitlines` would end one at U+2028 and others, too.
    lines = list(io.StringIO(text, newline=""))
    delimiter = max(DELIMITERS, key=lines[0].count) if lines else ","
    return next(reader(lines, delimiter=delimiter), []), delimiter


def _has_odd_quotes(path: Path, encoding: str) -> bool:
    """Tell whether a text has an odd number of quotation marks.

    Raises:
        UnicodeDecodeError: It is of another encoding; the CSV reader would lose the rows that it skips there.
    """
    decoder = getincrementaldecoder(encoding)()
    n_quotes = 0
    with _opened(path) as file:
        while block := file.read(1 << 20):
            n_quotes += decoder.decode(block).count('"')
        decoder.decode(b"", final=True)
    return n_quotes % 2 == 1


def _refuse_swallowed_rows(path: Path, piece: Piece) -> None:
    """Raise BadInputError when the last row has a cell that goes on to the end of the file for want of a quotation mark."""
    last = piece.rows.slice(piece.rows.num_rows - 1).to_pylist()[0]
    for name, cell in last.items():
        if cell is not None and "\n" in cell:
            problem = f"the quotation mark of its {name} is never closed, so that all rows after it are lost; close it"
            raise BadInputError(path, piece.place(piece.rows.num_rows - 1), problem)
