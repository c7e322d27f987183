"""Points: two measures against each other, and rates against how many they are of."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from labelduck.charts.bars import sentences
from labelduck.charts.description import Axis, Chart, Line, Points, Rule
from labelduck.charts.rows import listed, name, numbers, written

if TYPE_CHECKING:
    from labelduck.charts.description import Form, Mark
    from labelduck.charts.rows import Rows

NAMED = 12
"""Points that are named beside them; more would hide each other."""

_FUNNEL_STEPS = 60
_LIMITS = ((1.959964, "95% limits", "dash"), (3.090232, "99.8% limits", "solid"))


def interval_points(
    rows: Rows,
    *,
    x: str,
    y: str,
    label: str,
    x_interval: tuple[str, str] | None = None,
    y_interval: tuple[str, str] | None = None,
    flagged: str | None = None,
    title: str,
    x_title: str = "",
    y_title: str = "",
    x_form: Form = "number",
    y_form: Form = "rate",
) -> Chart:
    """Return a point for each row, with its intervals; rows without both values are counted in the note.

    Args:
        rows: One point each.
        x: Column along the chart.
        y: Column of the height.
        label: Column that names a point.
        x_interval: Columns of the interval's ends along x.
        y_interval: Columns of its ends along y.
        flagged: Column that is true for points to be flagged and named.
        title: What the chart shows.
        x_title: What lies along it.
        y_title: What is measured.
        x_form: How x is written.
        y_form: How y is written.
    """
    found = listed(rows)
    xs, ys = numbers(found, x), numbers(found, y)
    labels = tuple(
        f"{name(row.get(label))}: {written(a, x_form)}, {written(b, y_form)}"
        for row, a, b in zip(found, xs, ys, strict=True)
    )
    missing = sum(a is None or b is None for a, b in zip(xs, ys, strict=True))
    low_x, high_x = x_interval or (None, None)
    low_y, high_y = y_interval or (None, None)
    points = Points(
        xs=xs,
        ys=ys,
        x_lows=numbers(found, low_x),
        x_highs=numbers(found, high_x),
        y_lows=numbers(found, low_y),
        y_highs=numbers(found, high_y),
        labels=labels,
        flags=tuple(bool(row.get(flagged)) for row in found) if flagged else (),
        is_named=len(found) <= NAMED,
    )
    return Chart(
        kind="interval_points",
        title=title,
        x=Axis(title=x_title, form=x_form),
        y=Axis(title=y_title, form=y_form),
        marks=(points,) if len(found) > missing else (),
        note=sentences(
            "Whiskers are 95% intervals." if x_interval or y_interval else "",
            f"{missing} of {len(found)} have not enough data and are not drawn." if missing else "",
        ),
        summary=f"{len(found) - missing} points.",
    )


def funnel(
    rows: Rows,
    *,
    label: str,
    k: str,
    n: str,
    title: str,
    x_title: str = "how many were judged",
    y_title: str = "rate",
) -> Chart:
    """Return rates against how many they are of, with the limits that chance keeps them in around the common rate.

    Small groups scatter by chance: only what lies outside the outer limits is flagged, and named.

    Args:
        rows: One group each.
        label: Column that names it.
        k: Column of how many of them, for example errors.
        n: Column of how many there are.
        title: What the chart shows.
        x_title: What n counts.
        y_title: What k / n is.

    The limits are those of the score test, p plus or minus z sqrt(p (1 - p) / n): Spiegelhalter, Funnel plots for
    comparing institutional performance (2005), doi 10.1002/sim.1970.
    """
    found = [row for row in listed(rows) if row.get(n)]
    ks, ns = numbers(found, k), numbers(found, n)
    known = [(a or 0.0, b) for a, b in zip(ks, ns, strict=True) if b]
    total = sum(b for _, b in known)
    common = sum(a for a, _ in known) / total if total else 0.0
    ys = tuple(a / b for a, b in known)
    flags = tuple(_is_outside(a, b, common) for a, b in known)
    labels = tuple(
        f"{name(row.get(label))}: {written(y, 'rate')} of {b:,.0f}"
        for row, y, (_, b) in zip(found, ys, known, strict=True)
    )
    marks: list[Mark] = []
    if known:
        marks += [*_limits(max(b for _, b in known), common)]
        marks.append(Rule(axis="y", at=common, label=f"all: {written(common, 'rate')}"))
        marks.append(Points(xs=tuple(b for _, b in known), ys=ys, labels=labels, flags=flags))
    return Chart(
        kind="funnel",
        title=title,
        x=Axis(title=x_title, form="count", low=0),
        y=Axis(
            title=y_title, form="rate", low=0, high=min(1.0, max((*ys, common), default=0.5) * 1.15 + 0.02)
        ),
        marks=tuple(marks),
        note="Outside the outer limits chance alone puts 1 in 500." if known else "",
        summary=f"{len(known)} groups around {written(common, 'rate')}; {sum(flags)} outside the limits.",
    )


def _limits(most: float, common: float) -> list[Mark]:
    first = 1.0
    steps = [first * (most * 1.05 / first) ** (i / _FUNNEL_STEPS) for i in range(_FUNNEL_STEPS + 1)]
    drawn: list[Mark] = []
    for z, label, dash in _LIMITS:
        for sign in (1, -1):
            ys = tuple(min(1.0, max(0.0, common + sign * z * _spread(common, n))) for n in steps)
            title = label if sign == 1 else ""
            drawn.append(Line(name=title, xs=tuple(steps), ys=ys, colour="c7", dash=dash))  # type: ignore[arg-type]
    return drawn


def _is_outside(k: float, n: float, common: float) -> bool:
    return abs(k / n - common) > _LIMITS[1][0] * _spread(common, n)


def _spread(common: float, n: float) -> float:
    return math.sqrt(common * (1 - common) / n)
