"""Queries as text, with values as literals: what is run is what the page shows and a shell takes."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


def literal(value: object) -> str:
    """Return a value as DuckDB writes it."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, (date, datetime)):
        return f"'{value.isoformat(sep=' ') if isinstance(value, datetime) else value.isoformat()}'"
    return "'" + str(value).replace("'", "''") + "'"


def name(text: str) -> str:
    """Return a column or view name in quotes where it needs them."""
    return text if text.isidentifier() and text.islower() else '"' + text.replace('"', '""') + '"'


def equals(column: str, value: object) -> str:
    """Return the condition that a column holds a value; null means that it is empty."""
    return f"{name(column)} is null" if value is None else f"{name(column)} = {literal(value)}"


def among(column: str, values: Sequence[object]) -> str:
    """Return the condition that a column holds one of several values."""
    if len(values) == 1:
        return equals(column, values[0])
    return f"{name(column)} in ({', '.join(map(literal, values))})"


def select(
    view: str,
    *,
    columns: Iterable[str] = (),
    where: Iterable[str] = (),
    order: str = "",
    limit: int | None = None,
    offset: int = 0,
) -> str:
    """Return a query on one view, a clause a line."""
    conditions = [condition for condition in where if condition]
    parts = [f"select {', '.join(map(name, columns))}\nfrom {view}" if columns else f"from {view}"]
    if conditions:
        parts.append("where " + "\n  and ".join(conditions))
    if order:
        parts.append(f"order by {order}")
    if limit is not None:
        parts.append(f"limit {limit}" + (f" offset {offset}" if offset else ""))
    return "\n".join(parts)


def matching(row: Mapping[str, object], columns: Iterable[str]) -> list[str]:
    """Return the conditions that other rows share these columns with a row."""
    return [equals(column, row[column]) for column in columns if column in row]
