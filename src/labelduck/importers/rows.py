"""Rows of a format whose records come one by one: gathered as dictionaries, handed on as Arrow tables."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import pyarrow as pa

from labelduck.importers.base import Problems, box_array, dumped, storable
from labelduck.importers.repeats import Repeats
from labelduck.importers.values import to_time
from labelduck.schema import TABLES
from labelduck.schema.columns import BOX, TIME

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from labelduck.importers.base import Batch

BATCH_ROWS = 50_000
_NO_BOX = (0.0, 0.0, 0.0, 0.0)


class Rows:
    """Rows by table, and the problems met on the way.

    Attributes:
        problems: Problems of single records; each is listed.
        repeats: Problems that may come in every record: the first of a kind are listed, the rest counted.
    """

    def __init__(self) -> None:
        self.problems = Problems()
        self.repeats = Repeats(self.problems)
        self._rows: dict[str, list[Mapping[str, Any]]] = {}
        self._ids: dict[str, set[str]] = {}
        self._copies: Counter[tuple[str, str]] = Counter()

    def add(self, table: str, row: Mapping[str, Any]) -> None:
        """Add one row; columns that it lacks are null.

        Text of a time column may be ISO 8601 or seconds since 1970; a `box` is four corners; `attributes` may be a dictionary.
        """
        self._rows.setdefault(table, []).append(row)

    def add_once(self, table: str, key: str, row: Mapping[str, Any]) -> bool:
        """Add a row unless one with this key was added before; tell whether it was new."""
        known = self._ids.setdefault(table, set())
        if key in known:
            return False
        known.add(key)
        self.add(table, row)
        return True

    def unique_id(self, table: str, wanted: str, *, source_file: str, location: str) -> str:
        """Return the id itself, or with #2, #3, ... behind it where the table has it already, which is noted as repaired."""
        known = self._ids.setdefault(table, set())
        found = wanted
        while found in known:
            self._copies[table, wanted] += 1
            found = f"{wanted}#{self._copies[table, wanted] + 1}"
        if found != wanted:
            problem = f"another record has the id {wanted}: this one is {found}"
            self.repeats.add("its id occurs twice", source_file, location, problem, severity="repaired")
        known.add(found)
        return found

    def batches(self) -> Iterator[Batch]:
        """Yield what has gathered once that is worth it; call after each record and pass on what comes."""
        if sum(map(len, self._rows.values())) >= BATCH_ROWS or len(self.problems.rows) >= BATCH_ROWS:
            yield self._take()

    def rest(self, source_file: str) -> Iterator[Batch]:
        """Yield all that is left, with the counts of problems that were not listed; call once, at the end."""
        self.repeats.finish(source_file)
        yield self._take()

    def _take(self) -> Batch:
        rows, self._rows = self._rows, {}
        batch = {table: self._table(table, found) for table, found in rows.items()}
        return batch | {"import_problems": self.problems.take()}

    def _table(self, table: str, rows: list[Mapping[str, Any]]) -> pa.Table:
        names = {name for row in rows for name in row}
        schema = TABLES[table]
        if unknown := names.difference(schema.names):
            raise KeyError(f"{table} has no column {', '.join(sorted(unknown))}")
        columns = {}
        for field in schema:
            if field.name in names:
                values = [row.get(field.name) for row in rows]
                columns[field.name] = self._column(field, values, rows)
        return pa.table(columns)

    def _column(self, field: pa.Field, values: list[Any], rows: list[Mapping[str, Any]]) -> pa.Array:
        if field.type == BOX:
            return _boxes(values)
        if field.type == TIME:
            return self._times(field.name, values, rows)
        if field.name == "attributes":
            values = [json_text(value) for value in values]
        try:
            return pa.array(values, field.type)
        except UnicodeEncodeError:
            return pa.array([_storable_value(value) for value in values], field.type)

    def _times(self, name: str, values: list[Any], rows: list[Mapping[str, Any]]) -> pa.Array:
        text = [None if value is None else storable(str(value)) for value in values]
        column, bad = to_time(pa.array(text, pa.string()))
        for i in bad:
            source_file, place = rows[i].get("source_file") or "", rows[i].get("source_ref") or ""
            problem = f"{name} {text[i]!r} is no time, expected ISO 8601; it is left empty"
            self.repeats.add(f"{name} is no time", source_file, str(place), problem, severity="repaired")
        return column


def json_text(value: Any) -> str | None:  # noqa: ANN401 - whatever a source may hold
    """Return source fields as JSON text; None when there are none."""
    if value is None or isinstance(value, str):
        return value or None
    try:
        return msgspec.json.encode(value).decode() if value else None
    except (UnicodeEncodeError, OverflowError, RecursionError):
        return dumped(value)  # half a character, a number of more than 64 bits, or a thousand levels


def _storable_value(value: Any) -> Any:  # noqa: ANN401 - of any column
    if isinstance(value, list):
        return [_storable_value(item) for item in value]
    return storable(value) if isinstance(value, str) else value


def _boxes(values: list[Any]) -> pa.Array:
    corners = np.array([value or _NO_BOX for value in values], np.float64).reshape(-1, 4)
    return box_array(*corners.T, valid=np.array([value is not None for value in values], bool))
