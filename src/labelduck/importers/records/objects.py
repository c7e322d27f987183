"""Objects of JSON as pieces: a list of them, one a line, or columns in an object."""

from __future__ import annotations

from itertools import chain, islice
from typing import IO, TYPE_CHECKING, Any

import msgspec
import pyarrow as pa

from labelduck.importers.json_records import UnreadableJsonError, document, records
from labelduck.importers.records.piece import Piece

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

OBJECTS = 20_000
_BOM = b"\xef\xbb\xbf"


def read_list(file: IO[bytes]) -> Iterator[Piece]:
    """Yield the objects of a JSON list.

    Raises:
        UnreadableJsonError: It is no JSON.
    """
    yield from _of_objects(enumerate(records(file.read())), form="[{}]")


def read_lines(opened: Callable[[], IO[bytes]]) -> Iterator[Piece]:
    """Yield the objects of JSON lines; an object over several lines, or the only one, may hold the rows in it.

    Raises:
        UnreadableJsonError: It is neither.
    """
    with opened() as file:
        lines = ((n, line.removeprefix(_BOM)) for n, line in enumerate(file, start=1) if line.strip())
        two = list(islice(lines, 2))
        if len(two) == 2 and isinstance(_decoded(two[0][1]), dict):
            found = ((n, _decoded(line)) for n, line in chain(two, lines))
            yield from _of_objects(found, form="line {}")
            return
    with opened() as file:
        content = document(file.read())
    yield from _of_objects(enumerate(_rows_in(content)), form="[{}]")


def first_keys(start: str) -> list[str]:
    """Return the names in the first object of a JSON text, of which the beginning is enough."""
    import json

    opening = start.find("{")
    if opening < 0:
        return []
    try:
        found, _ = json.JSONDecoder().raw_decode(start, opening)
    except (ValueError, RecursionError):
        return []
    rows = [found] if start.startswith("[") or not isinstance(found, dict) else _rows_in(found)
    return list(rows[0]) if rows and isinstance(rows[0], dict) else []


def _rows_in(content: Any) -> list[Any]:  # noqa: ANN401 - whatever JSON holds
    """Return the rows that an object holds: its only list of objects, or its columns; else it is the only row."""
    if not isinstance(content, dict):
        return [content]
    values = list(content.values())
    lists = [v for v in values if isinstance(v, list)]
    if (
        len(lists) == 1
        and (lists[0] or len(values) == 1)
        and all(isinstance(item, dict) for item in lists[0])
    ):
        return list(lists[0])
    # pandas writes a column as an object of row numbers.
    columns = [list(v.values()) if isinstance(v, dict) else v for v in values]
    same_rows = len({tuple(v) for v in values if isinstance(v, dict)}) < 2
    if (
        columns
        and same_rows
        and all(isinstance(v, list) for v in columns)
        and len({len(v) for v in columns}) == 1
    ):
        return [dict(zip(content, row, strict=True)) for row in zip(*columns, strict=True)]
    return [content]


def _of_objects(items: Iterable[tuple[int, Any]], *, form: str) -> Iterator[Piece]:
    """Yield objects as tables; what is none is skipped."""
    items, is_first = iter(items), True
    while (some := list(islice(items, OBJECTS))) or is_first:
        is_first = False
        objects = [(number, item) for number, item in some if isinstance(item, dict)]
        skipped = [(form.format(n), _why_no_object(item)) for n, item in some if not isinstance(item, dict)]
        rows = [item for _, item in objects]
        names = list(dict.fromkeys(name for row in rows for name in row))
        table = pa.table({_text(name): _column([row.get(name) for row in rows]) for name in names})
        yield Piece(table, [number for number, _ in objects], skipped, form)


def _column(values: list[Any]) -> pa.Array:
    """Return values of one kind as they are, of several kinds as text."""
    try:
        return pa.array(values)
    except (
        pa.ArrowInvalid,
        pa.ArrowTypeError,
        pa.ArrowNotImplementedError,
        OverflowError,
        UnicodeEncodeError,
    ):
        return pa.array([_text(value) for value in values], pa.string())


def _text(value: Any) -> str | None:  # noqa: ANN401 - whatever JSON holds
    if value is None:
        return None
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    return text.encode("utf-8", "replace").decode()


def _decoded(line: bytes) -> Any:  # noqa: ANN401 - whatever JSON holds
    try:
        return document(line)
    except UnreadableJsonError as error:
        return error


def _why_no_object(item: Any) -> str:  # noqa: ANN401 - whatever JSON holds
    return f"{item}" if isinstance(item, UnreadableJsonError) else f"is no object: {item!r:.200}"
