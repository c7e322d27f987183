"""Bars: rates with intervals, parts of a whole, and how often values occur."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from labelduck.charts.description import NOT_ENOUGH, Axis, Bars, Chart, Columns, Rule
from labelduck.charts.palette import series_colours
from labelduck.charts.rows import listed, name, number, numbers, percent, written
from labelduck.charts.scale import nice_ticks

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from labelduck.charts.description import Form, Mark, Texts
    from labelduck.charts.rows import Rows

BARS_SHOWN = 25
"""Rows that a chart of bars shows unless it is told otherwise; its note says how many there are beyond."""


def interval_bars(
    rows: Rows,
    *,
    label: str | Sequence[str],
    value: str,
    low: str | None = None,
    high: str | None = None,
    n: str | None = None,
    title: str,
    x_title: str = "",
    form: Form = "rate",
    reference: tuple[float, str] | None = None,
    flagged: str | None = None,
    limit: int = BARS_SHOWN,
) -> Chart:
    """Return a bar for each row in the order of the rows, with its interval as a whisker.

    Args:
        rows: One bar each.
        label: Column, or columns, that name a bar.
        value: Its length; null is drawn as not enough data.
        low: Column of the interval's lower end.
        high: Column of its upper end.
        n: Column of how many things it is of.
        title: What the chart shows.
        x_title: What is measured.
        form: How values are written.
        reference: A value to compare with, and what it is.
        flagged: Column that is true for bars to be drawn in the colour of warnings.
        limit: Rows that are shown.
    """
    found = listed(rows)
    shown = found[:limit]
    names = tuple(_label(row, label) for row in shown)
    values = numbers(shown, value)
    axis = Axis(title=x_title, form=form, low=0 if all((v or 0) >= 0 for v in values) else None)
    marks: tuple[Mark, ...] = ()
    if shown:
        bars = Bars(
            places=tuple(range(len(shown))),
            values=values,
            lows=numbers(shown, low),
            highs=numbers(shown, high),
            texts=tuple(_beside(row, v, n, form) for row, v in zip(shown, values, strict=True)),
            colours=tuple("flag" if flagged and row.get(flagged) else "c0" for row in shown),
        )
        rules = (Rule(axis="x", at=reference[0], label=reference[1]),) if reference else ()
        marks = (bars, *rules)
    return Chart(
        kind="interval_bars",
        title=title,
        x=axis,
        y=Axis(form="category", categories=names),
        marks=marks,
        note=sentences("Whiskers are 95% intervals." if low and shown else "", rest(len(found), len(shown))),
        summary=_extremes(names, values, form),
    )


def stacked_bars(
    rows: Rows,
    *,
    label: str | Sequence[str],
    part: str,
    value: str,
    title: str,
    x_title: str = "",
    as_share: bool = False,
    parts: Sequence[str] = (),
    limit: int = BARS_SHOWN,
) -> Chart:
    """Return a bar for each label, put together from its parts.

    Args:
        rows: One for each part of each bar.
        label: Column, or columns, that name a bar.
        part: Column that names the part.
        value: Its size.
        title: What the chart shows.
        x_title: What is measured.
        as_share: Whether every bar is drawn as long as the whole.
        parts: All names of parts, in their order; else as they come.
        limit: Bars that are shown.
    """
    sums: dict[str, dict[str, float]] = {}
    for row in listed(rows):
        bar, size = sums.setdefault(_label(row, label), {}), number(row.get(value))
        bar[name(row.get(part))] = bar.get(name(row.get(part)), 0.0) + (size or 0.0)
    names = tuple(sums)[:limit]
    order = tuple(parts) or tuple(dict.fromkeys(p for bar in sums.values() for p in bar))
    whole = [sum(sums[bar].values()) for bar in names]
    scale = [1 / total if as_share and total else 1.0 for total in whole]
    form: Form = "rate" if as_share else "count"
    return Chart(
        kind="stacked_bars",
        title=title,
        x=Axis(title=x_title, form=form, low=0, high=1 if as_share else None),
        y=Axis(form="category", categories=names),
        marks=tuple(_stack(sums, names, order, scale, whole)) if names else (),
        note=rest(len(sums), len(names)),
        summary=_extremes(names, tuple(whole), "count"),
    )


def histogram(
    values: Iterable[object], *, title: str, x_title: str = "", form: Form = "number", bins: int = 20
) -> Chart:
    """Return how often values occur, in bins of equal and round width.

    Args:
        values: Numbers; what is none is left out, and the note says how many.
        title: What the chart shows.
        x_title: What is measured.
        form: How values are written.
        bins: About how many bins.
    """
    given = list(values)
    known = sorted(v for v in map(number, given) if v is not None)
    unknown = len(given) - len(known)
    marks: tuple[Mark, ...] = ()
    if known:
        edges = _edges(known[0], known[-1], bins)
        counts = [0] * (len(edges) - 1)
        width = edges[1] - edges[0]
        for v in known:
            counts[min(int((v - edges[0]) / width + 1e-9), len(counts) - 1)] += 1
        marks = (
            Columns(lefts=tuple(edges[:-1]), rights=tuple(edges[1:]), heights=tuple(map(float, counts))),
        )
    return Chart(
        kind="histogram",
        title=title,
        x=Axis(title=x_title, form=form),
        y=Axis(title="how many", form="count", low=0),
        marks=marks,
        note=f"{unknown:,} without a value are left out." if unknown else "",
        summary=_middle(known, form),
    )


def sentences(*parts: str) -> str:
    """Return the parts that say something as one text."""
    return " ".join(part for part in parts if part)


def rest(n_all: int, n_shown: int) -> str:
    """Return how many are not shown, as a sentence."""
    return f"First {n_shown:,} of {n_all:,}." if n_all > n_shown else ""


def _stack(
    sums: Mapping[str, Mapping[str, float]],
    names: Texts,
    order: Sequence[str],
    scale: Sequence[float],
    whole: Sequence[float],
) -> Iterable[Mark]:
    colours = series_colours(order)
    reached = [0.0] * len(names)
    for step, part in enumerate(order):
        sizes = [sums[bar].get(part, 0.0) * factor for bar, factor in zip(names, scale, strict=True)]
        yield Bars(
            name=part,
            places=tuple(range(len(names))),
            values=tuple(sizes),
            starts=tuple(reached),
            texts=tuple(f"{total:,.0f}" for total in whole) if step == len(order) - 1 else (),
            colours=(colours[part],) * len(names),
        )
        reached = [a + b for a, b in zip(reached, sizes, strict=True)]


def _label(row: Mapping[str, Any], columns: str | Sequence[str]) -> str:
    return (
        name(row.get(columns)) if isinstance(columns, str) else " · ".join(name(row.get(c)) for c in columns)
    )


def _beside(row: Mapping[str, Any], value: float | None, n: str | None, form: Form) -> str:
    words = NOT_ENOUGH if value is None else written(value, form)
    many = number(row.get(n)) if n else None
    return words if many is None else f"{words}, n = {many:,.0f}"


def _extremes(names: Texts, values: Sequence[float | None], form: Form) -> str:
    known = [(v, label) for v, label in zip(values, names, strict=True) if v is not None]
    if not known:
        return f"{len(names)} bars, not enough data for any." if names else "No data."
    (least, lowest), (most, highest) = min(known), max(known)
    return f"{len(names)} bars, from {written(least, form)} ({lowest}) to {written(most, form)} ({highest})."


def _middle(known: Sequence[float], form: Form) -> str:
    if not known:
        return "No data."
    middle = known[len(known) // 2]
    ends = f"from {written(known[0], form)} to {written(known[-1], form)}"
    return f"{len(known):,} values {ends}, half of them below {written(middle, form)}."


def _edges(low: float, high: float, bins: int) -> list[float]:
    if low == high:
        reach = abs(low) * 0.05 or 0.5
        return [low - reach, high + reach]
    ticks = nice_ticks(low, high, bins)
    width = ticks[1] - ticks[0] if len(ticks) > 1 else high - low
    first = math.floor(low / width + 1e-9)
    last = max(math.ceil(high / width - 1e-9), first + 1)
    return [step * width for step in range(first, last + 1)]


__all__ = ["BARS_SHOWN", "histogram", "interval_bars", "percent", "rest", "sentences", "stacked_bars"]
