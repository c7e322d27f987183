"""Rows as builders of charts take them, and numbers as charts write them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyarrow as pa

    from labelduck.charts.description import Axis, Form, Numbers

Rows: TypeAlias = "pa.Table | Sequence[Mapping[str, Any]]"


def listed(rows: Rows) -> list[Mapping[str, Any]]:
    """Return an Arrow table or a list of mappings as a list of mappings."""
    return list(rows) if isinstance(rows, Sequence) else rows.to_pylist()


def number(value: object) -> float | None:
    """Return a finite number, and None for all else: NaN is no value that could be drawn."""
    if isinstance(value, (bool, int, float, Decimal)):
        found = float(value)
        return found if math.isfinite(found) else None
    return None


def numbers(rows: Sequence[Mapping[str, Any]], column: str | None) -> Numbers:
    """Return a column as numbers; empty when there is no such column to read."""
    return tuple(number(row.get(column)) for row in rows) if column else ()


def name(value: object) -> str:
    """Return a value as the name of a category."""
    return "(unknown)" if value is None else str(value).replace("\n", " ")


def place(value: object) -> float | None:
    """Return a number, or milliseconds since 1970 for a time."""
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day, tzinfo=UTC)
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).timestamp() * 1000
    return number(value)


def form_of(values: Sequence[object]) -> Form:
    """Return what axis values belong on: times, numbers, else names."""
    known = [value for value in values if value is not None]
    if known and all(isinstance(value, date) for value in known):
        return "time"
    if known and all(number(value) is not None for value in known):
        return "number"
    return "category"


def written(value: float | None, form: Form) -> str:
    """Return a number as a reader wants it."""
    if value is None:
        return "-"
    if form == "rate":
        return percent(value)
    if form == "time":
        return moment(value)
    if float(value).is_integer() and abs(value) < 1e15:
        return f"{value:,.0f}"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def percent(value: float) -> str:
    """Return a rate as per cent, with a digit after the point where that tells something."""
    exact = value * 100
    digits = 0 if abs(exact - round(exact)) < 0.05 and abs(exact) >= 0.05 else 1
    return f"{0.0 if exact == 0 else exact:.{0 if exact == 0 else digits}f}%"


def moment(milliseconds: float) -> str:
    """Return a time as a date, with the time of day where it has one."""
    when = datetime.fromtimestamp(milliseconds / 1000, tz=UTC)
    return f"{when:%Y-%m-%d}" if (when.hour, when.minute) == (0, 0) else f"{when:%Y-%m-%d %H:%M}"


def value_on(axis: Axis, value: float | None) -> str:
    """Return a value as its axis writes it."""
    if axis.form == "category" and value is not None and 0 <= value < len(axis.categories):
        return axis.categories[int(value)]
    return written(value, axis.form)
