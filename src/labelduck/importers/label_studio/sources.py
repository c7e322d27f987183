"""The records of an export's files, one at a time: memory holds a file's text and one record."""

from __future__ import annotations

import csv
import io
import json
import mmap
from typing import TYPE_CHECKING, Any

import msgspec

from labelduck.importers.base import why_unreadable
from labelduck.importers.files import UnreadableFileError
from labelduck.importers.json_records import UnreadableJsonError, document
from labelduck.importers.label_studio.minimal import from_cells

if TYPE_CHECKING:
    from collections.abc import Iterator

    from labelduck.importers.files import Files

SUFFIXES = (".json", ".jsonl", ".csv", ".tsv", ".xml", *"0123456789")
"""A server that writes to a bucket names its files by number, without an ending: their last digit counts as one."""

TABLES = (".csv", ".tsv")
_BOM = b"\xef\xbb\xbf"
_LARGEST_CELL = 1 << 30
_ONCE = 1 << 20


def content(files: Files, name: str) -> bytes | memoryview:
    """Return the bytes of a file; a large plain one is mapped rather than read.

    Raises:
        UnreadableFileError: It cannot be read.
    """
    if not files.is_single:
        return files.read(name)
    try:
        with files.path.open("rb") as file:
            if files.path.stat().st_size <= _ONCE:
                return file.read()
            # Records are views of the map, which goes with the last of them.
            return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    except OSError as error:
        raise UnreadableFileError(why_unreadable(error, "a file")) from error


def records(name: str, data: bytes | memoryview) -> Iterator[tuple[str, Any]]:
    """Yield place and record of each task, annotation or row of a file.

    Records of JSON come as they stand in the text, for `decoded`.

    Raises:
        UnreadableJsonError: It is neither JSON nor a table.
    """
    if name.lower().endswith(TABLES):
        yield from _rows(bytes(data))
        return
    if data[:3] == _BOM:
        data = data[3:]
    start = bytes(data[:256]).lstrip()[:1]
    if start not in (b"[", b"{") and len(data) <= 256:
        raise UnreadableJsonError("is no list and no object")
    yield from _of_list(data) if start == b"[" else _of_objects(data)


def decoded(record: Any) -> Any:  # noqa: ANN401 - whatever the file holds
    """Return a record's content; UnreadableJsonError where it is no JSON."""
    return document(memoryview(record)) if isinstance(record, msgspec.Raw) else record


def _of_list(data: bytes | memoryview) -> Iterator[tuple[str, Any]]:
    try:
        found: list[Any] = msgspec.json.decode(data, type=list[msgspec.Raw])
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        whole = document(data)
        found = whole if isinstance(whole, list) else [whole]
    for n, each in enumerate(found):
        yield f"tasks[{n}]", each


def _of_objects(data: bytes | memoryview) -> Iterator[tuple[str, Any]]:
    """Yield an object, the tasks in it, or an object from each line."""
    try:
        whole: Any = msgspec.json.decode(data, type=dict[str, msgspec.Raw])
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        try:
            whole = document(data)
        except UnreadableJsonError as error:
            yield from _of_lines(data, error)
            return
    tasks = whole.get("tasks") if isinstance(whole, dict) else None
    if isinstance(tasks, list):
        yield from ((f"tasks[{n}]", each) for n, each in enumerate(tasks))
    elif isinstance(tasks, msgspec.Raw) and bytes(memoryview(tasks)[:1]) == b"[":
        yield from _of_list(memoryview(tasks))
    else:
        yield "tasks[0]", document(data)


def _of_lines(data: bytes | memoryview, error: UnreadableJsonError) -> Iterator[tuple[str, Any]]:
    is_first = True
    for n, line in enumerate(io.BytesIO(data), start=1):
        if line.strip():
            try:
                record = document(line)
            except UnreadableJsonError:
                if is_first:
                    raise error from None
                record = line.decode("utf-8", "replace")
            is_first = False
            yield f"line {n}", record


def _rows(data: bytes) -> Iterator[tuple[str, Any]]:
    try:
        text = data.removeprefix(_BOM).decode()
    except UnicodeDecodeError as error:
        raise UnreadableJsonError(why_unreadable(error, "a table")) from error
    header = text.partition("\n")[0]
    delimiter = max(",\t;", key=header.count)
    before = csv.field_size_limit(_LARGEST_CELL)
    try:
        reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
        for row in reader:
            if None in row or None in row.values():
                yield f"line {reader.line_num}", json.dumps(list(row.values()))
            else:
                yield f"line {reader.line_num}", from_cells(row)
    except csv.Error as error:
        raise UnreadableJsonError(f"is no table: {error}") from error
    finally:
        csv.field_size_limit(before)
