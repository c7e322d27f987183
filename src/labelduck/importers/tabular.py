"""Rows with named columns from CSV, JSON, JSON lines or Parquet."""

from __future__ import annotations

from codecs import getincrementaldecoder
from collections import Counter
from csv import Error, reader
from typing import IO, TYPE_CHECKING, Any

import pyarrow as pa

from labelduck.errors import BadInputError
from labelduck.importers.base import why_unreadable

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

REMEDY = "export it again as CSV, JSON or Parquet"
DELIMITERS = (",", ";", "\t", "|")
LONGEST_HEADER = 1 << 22
"""Bytes of a header, which the CSV reader takes as a whole."""
Skipped = list[tuple[int | None, str]]


def read(path: Path) -> pa.Table:
    """Return a file's rows with columns and types as the file has them.

    Args:
        path: CSV or other delimited text with a header, JSON (a list of objects, alone or as the only list of an object), JSON lines,
            or Parquet; told apart by content.

    Raises:
        BadInputError: It is none of these, or cannot be read.
    """
    return read_with_skipped(path)[0]


def read_with_skipped(path: Path) -> tuple[pa.Table, Skipped]:
    """Return a file's rows, and number and text of the lines that had to be left out."""
    try:
        with path.open("rb") as file:
            head = file.read(1 << 16)
        if not head.strip():
            raise BadInputError(path, "", "is empty; it has to start with the names of its columns")
        rows, skipped = _reader(head)(path, head)
    except (OSError, pa.ArrowException, UnicodeDecodeError, Error, RecursionError) as error:
        raise BadInputError(path, "", f"{why_unreadable(error, 'a table')}; {REMEDY}") from error
    if not rows.num_columns:
        raise BadInputError(
            path, "", "names no columns; each row or object names its columns: annotator, batch, ..."
        )
    if twice := [name for name, n in Counter(rows.column_names).items() if n > 1]:
        raise BadInputError(path, "", f"the column {twice[0]} occurs twice; rename one")
    return rows, skipped


def whole_header(head: bytes, opened: Callable[[], IO[bytes]]) -> bytes:
    """Return a beginning that holds the first line to its end: columns of a header cut short would not be read as text.

    Args:
        head: What was read of the file.
        opened: Opens it again.
    """
    if b"\n" in head:
        return head
    with opened() as file:
        return file.readline(LONGEST_HEADER)


def refuse_other_encodings(path: Path) -> None:
    """Raise UnicodeDecodeError when a text is no UTF-8; the CSV reader would lose the rows that it skips there."""
    decoder = getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            decoder.decode(piece)
        decoder.decode(b"", final=True)


def _reader(head: bytes) -> Callable[[Path, bytes], tuple[pa.Table, Skipped]]:
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if head.startswith(b"PAR1"):
        return _read_parquet
    if start == b"[":
        return _read_json
    if start == b"{":
        return _read_json_lines
    return _read_csv


def _read_parquet(path: Path, _: bytes) -> tuple[pa.Table, Skipped]:
    from pyarrow import parquet

    with path.open("rb") as file:
        rows = parquet.ParquetFile(file).read()  # `read_table` would not look at the names within a column
    # A damaged page may hold bytes that are no text, and so may the names.
    rows.validate(full=True)
    return rows.rename_columns(rows.column_names), []


def _read_csv(path: Path, head: bytes) -> tuple[pa.Table, Skipped]:
    """Read delimited text, all of it as text; rows with too few or too many cells are left out."""
    from pyarrow import csv

    refuse_other_encodings(path)
    header = (
        whole_header(head, lambda: path.open("rb"))
        .removeprefix(b"\xef\xbb\xbf")
        .split(b"\n", 1)[0]
        .decode()
        .strip()
    )
    delimiter = max(DELIMITERS, key=header.count)
    skipped: Skipped = []

    def skip(row: csv.InvalidRow) -> str:
        skipped.append(
            (row.number, f"{row.actual_columns} cells, expected {row.expected_columns}: {row.text}")
        )
        return "skip"

    names = next(reader([header], delimiter=delimiter), [])
    with path.open("rb") as file:  # pyarrow opens no path that is not UTF-8
        rows = csv.read_csv(
            file,
            csv.ReadOptions(use_threads=False),
            csv.ParseOptions(delimiter=delimiter, newlines_in_values=True, invalid_row_handler=skip),
            csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False),
        )
    return rows, skipped


def _read_json(path: Path, _: bytes) -> tuple[pa.Table, Skipped]:
    import msgspec

    try:
        content = msgspec.json.decode(path.read_bytes().removeprefix(b"\xef\xbb\xbf"))
    except msgspec.DecodeError as error:
        raise BadInputError(path, "", f"is no JSON ({error}); {REMEDY}") from error
    if isinstance(content, dict):
        lists = {name: value for name, value in content.items() if isinstance(value, list)}
        if len(lists) != 1:
            raise BadInputError(path, "", f"has {len(lists)} lists, expected one list of objects")
        (content,) = lists.values()
    return _of_objects(content)


def _read_json_lines(path: Path, head: bytes) -> tuple[pa.Table, Skipped]:
    import msgspec

    decode = msgspec.json.Decoder().decode
    rows: list[Any] = []
    skipped: Skipped = []
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            if line.strip():
                try:
                    rows.append(decode(line.removeprefix(b"\xef\xbb\xbf")))
                except msgspec.DecodeError:
                    if not rows:  # an object over several lines, not one a line
                        return _read_json(path, head)
                    skipped.append((number, f"is no JSON: {line.decode('utf-8', 'replace').strip()}"))
    if (
        len(rows) == 1
        and isinstance(rows[0], dict)
        and any(isinstance(value, list) for value in rows[0].values())
    ):
        return _read_json(path, head)
    table, bad = _of_objects(rows)
    return table, skipped + bad


def _of_objects(items: list[Any]) -> tuple[pa.Table, Skipped]:
    """Return objects as a table; a column whose values differ in type becomes text."""
    skipped: Skipped = [
        (i + 1, f"is no object: {item!r}") for i, item in enumerate(items) if not isinstance(item, dict)
    ]
    rows = [item for item in items if isinstance(item, dict)]
    names = list(dict.fromkeys(name for row in rows for name in row))
    return pa.table({name: _column([row.get(name) for row in rows]) for name in names}), skipped


def _column(values: list[Any]) -> pa.Array:
    try:
        return pa.array(values)
    except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError):
        import msgspec

        texts = (
            value if isinstance(value, str) or value is None else msgspec.json.encode(value).decode()
            for value in values
        )
        return pa.array(list(texts), pa.string())
