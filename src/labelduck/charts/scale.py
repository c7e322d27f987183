"""Round numbers and dates along an axis, and how far marks reach."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from labelduck.charts.description import Band, Bars, Cells, Columns, Line, Points, Rule

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from labelduck.charts.description import Axis, Chart, Mark

DAY = 86_400_000.0
_DAYS = (1, 2, 7, 14, 30, 61, 91, 182, 365, 730, 1825)


def nice_ticks(low: float, high: float, wanted: int = 5) -> list[float]:
    """Return about as many round numbers between low and high as are wanted: steps of 1, 2 or 5 times a power of 10."""
    if not high > low:
        return [low]
    step = _nice_step((high - low) / max(wanted, 1))
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    # A tick is a multiple of its step, written with no more digits than that: 0.3 and not 0.30000000000000004.
    digits = max(0, -math.floor(math.log10(step)) + 1)
    return [round(k * step, digits) + 0.0 for k in range(first, last + 1)]


def time_ticks(low: float, high: float, wanted: int = 5) -> list[float]:
    """Return about as many midnights in UTC, in milliseconds since 1970; for many months, firsts of a month."""
    days = (high - low) / DAY
    if days <= 1:
        return nice_ticks(low, high, max(wanted - 2, 2))
    step = next((d for d in _DAYS if days / d <= wanted), _DAYS[-1])
    if step >= 30:
        months = round(step / 30.4)
        return [t for t in _months(low, high, months) if low <= t <= high]
    # Weeks begin on Monday; 1970-01-05 was one.
    first = math.ceil((low / DAY - 4) / step)
    last = math.floor((high / DAY - 4) / step)
    return [(4 + k * step) * DAY for k in range(first, last + 1)]


def reach(chart: Chart, axis: Axis, *, is_x: bool) -> tuple[float, float]:
    """Return from where to where an axis goes: its own limits, else so far that all marks fit."""
    if axis.form == "category":
        return -0.5, max(len(axis.categories), 1) - 0.5
    values = [v for mark in chart.marks for v in (_xs(mark) if is_x else _ys(mark)) if v is not None]
    low = axis.low if axis.low is not None else min(values, default=0.0)
    high = axis.high if axis.high is not None else max(values, default=1.0)
    if not high > low:
        low, high = _around(low, is_open_below=axis.low is None and not is_x)
    room = (high - low) * 0.04
    if axis.form == "rate":
        return (
            low if axis.low is not None else max(low - room, min(low, 0.0)),
            high if axis.high is not None else min(high + room, max(high, 1.0)),
        )
    return low - (0 if axis.low is not None else room), high + (0 if axis.high is not None else room)


def _around(value: float, *, is_open_below: bool) -> tuple[float, float]:
    """Return ends on both sides of a value that all marks share, so that it does not lie on the frame."""
    room = abs(value) * 0.1 or 1.0
    return value - room if is_open_below and value else value, value + room


def _nice_step(rough: float) -> float:
    power = 10.0 ** math.floor(math.log10(rough))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough * (1 - 1e-9))


def _months(low: float, high: float, months: int) -> Iterable[float]:
    start, end = (datetime.fromtimestamp(t / 1000, tz=UTC) for t in (low, high))
    for month in range(start.year * 12, end.year * 12 + 12, max(months, 1)):
        yield datetime(month // 12, month % 12 + 1, 1, tzinfo=UTC).timestamp() * 1000


def _xs(mark: Mark) -> Sequence[float | None]:
    match mark:
        case Bars():
            starts = mark.starts or (0.0,) * len(mark.values)
            ends = [(s or 0.0) + (v or 0.0) for s, v in zip(starts, mark.values, strict=True)]
            return [*starts, *ends, *mark.lows, *mark.highs]
        case Columns():
            return [*mark.lefts, *mark.rights]
        case Points():
            return [*mark.xs, *mark.x_lows, *mark.x_highs]
        case Line() | Band():
            return mark.xs
        case Rule():
            return [mark.at] if mark.axis == "x" else []
        case Cells():
            return []


def _ys(mark: Mark) -> Sequence[float | None]:
    match mark:
        case Columns():
            return [0.0, *mark.heights]
        case Points():
            return [*mark.ys, *mark.y_lows, *mark.y_highs]
        case Line():
            return mark.ys
        case Band():
            return [*mark.lows, *mark.highs]
        case Rule():
            return [mark.at] if mark.axis == "y" else []
        case Bars() | Cells():
            return []
