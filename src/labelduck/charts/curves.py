"""Lines: over time or batches with control limits, precision over recall, calibration."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from labelduck.charts.bars import sentences
from labelduck.charts.description import Axis, Band, Chart, Line, Points
from labelduck.charts.palette import series_colours
from labelduck.charts.rows import form_of, listed, name, numbers, place, written

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from labelduck.charts.description import Form, Mark, Numbers
    from labelduck.charts.rows import Rows

LINES_SHOWN = 12
"""Lines that one chart shows; more cannot be told apart."""
_DASHES = ("solid", "dash", "dot")


def lines(
    rows: Rows,
    *,
    x: str,
    y: str,
    series: str | None = None,
    low: str | None = None,
    high: str | None = None,
    title: str,
    x_title: str = "",
    y_title: str = "",
    form: Form = "number",
    y_low: float | None = None,
    y_high: float | None = None,
    limit: int = LINES_SHOWN,
) -> Chart:
    """Return a line for each series, in the order of the rows, which is the first one's order where names lie along it.

    Args:
        rows: One point each.
        x: Column along the chart: times, numbers or names.
        y: Column of the height; null breaks the line.
        series: Column that names the line.
        low: Column of the interval's lower end.
        high: Column of its upper end.
        title: What the chart shows.
        x_title: What lies along it.
        y_title: What is measured.
        form: How heights are written.
        y_low: Where the heights begin.
        y_high: Where they end.
        limit: Lines that are shown.
    """
    everything = listed(rows)
    found = [row for row in everything if row.get(x) is not None]
    axis, places = _along(found, x, x_title)
    groups: dict[str, list[int]] = {}
    for i, row in enumerate(found):
        groups.setdefault(name(row.get(series)) if series else "", []).append(i)
    marks: list[Mark] = []
    colours = series_colours(groups)
    seen: dict[str, int] = {}
    for label in list(groups)[:limit]:
        colour = colours[label] if series else "c0"
        points = (
            sorted(groups[label], key=lambda i: cast("int", places[i])) if axis.categories else groups[label]
        )
        chosen = [found[i] for i in points]
        xs = tuple(places[i] for i in points)
        if low and high:
            marks.append(Band(xs=xs, lows=numbers(chosen, low), highs=numbers(chosen, high), colour=colour))
        dash = _DASHES[seen.get(colour, 0) % 3]
        seen[colour] = seen.get(colour, 0) + 1
        marks.append(Line(name=label, xs=xs, ys=numbers(chosen, y), colour=colour, dash=dash))  # type: ignore[arg-type]
    return Chart(
        kind="lines",
        title=title,
        x=axis,
        y=Axis(title=y_title, form=form, low=y_low, high=y_high),
        marks=tuple(marks),
        note=sentences(
            "Bands are 95% intervals." if low and marks else "",
            f"{len(everything) - len(found)} of {len(everything)} have no {x} and are not drawn."
            if len(found) < len(everything)
            else "",
            f"First {limit} of {len(groups)} lines." if len(groups) > limit else "",
        ),
        summary=_span(len(groups), numbers(found, y), form),
    )


def control_chart(
    rows: Rows,
    *,
    x: str,
    value: str,
    low: str,
    high: str,
    centre: str | None = None,
    flagged: str | None = None,
    label: str | None = None,
    title: str,
    x_title: str = "",
    y_title: str = "",
    form: Form = "rate",
) -> Chart:
    """Return values in their order between the limits that chance explains; what lies outside is flagged.

    Args:
        rows: One point each, in order.
        x: Column along the chart: times, numbers or names such as batches.
        value: What is watched; null is not drawn.
        low: Column of the lower control limit.
        high: Column of the upper one.
        centre: Column of what is usual.
        flagged: Column that is true for points to be flagged; else those beyond the limits are.
        label: Column that says what a point is.
        title: What the chart shows.
        x_title: What lies along it.
        y_title: What is measured.
        form: How values are written.
    """
    found = listed(rows)
    axis, xs = _along(found, x, x_title)
    ys, lows, highs = (numbers(found, column) for column in (value, low, high))
    flags = tuple(
        bool(row.get(flagged)) if flagged else _is_outside(y, a, b)
        for row, y, a, b in zip(found, ys, lows, highs, strict=True)
    )
    labels = tuple(
        f"{name(row.get(label or x))}: {written(y, form)}" for row, y in zip(found, ys, strict=True)
    )
    marks: list[Mark] = []
    if found:
        marks = [Band(name="usual", xs=xs, lows=lows, highs=highs, colour="c7", shape="step")]
        if centre:
            marks.append(Line(xs=xs, ys=numbers(found, centre), colour="muted", shape="step", dash="dash"))
        marks.append(Line(xs=xs, ys=ys))
        marks.append(Points(xs=xs, ys=ys, labels=labels, flags=flags))
    missing = sum(y is None for y in ys)
    return Chart(
        kind="control_chart",
        title=title,
        x=axis,
        y=Axis(title=y_title, form=form, low=0 if all((v or 0) >= 0 for v in (*ys, *lows)) else None),
        marks=tuple(marks),
        note=f"{missing} of {len(found)} have not enough data and are not drawn." if missing else "",
        summary=sentences(_span(1, ys, form), f"{sum(flags)} of {len(found)} are out of limits."),
    )


def precision_recall(
    rows: Rows,
    *,
    series: str = "class_name",
    title: str = "Precision at each recall",
    limit: int = LINES_SHOWN,
) -> Chart:
    """Return a curve for each series from rows with `recall` and `precision`, as the view `precision_recall` has them."""
    found = [row for row in listed(rows) if row.get("precision") is not None]
    chart = lines(
        found,
        x="recall",
        y="precision",
        series=series,
        title=title,
        x_title="recall",
        y_title="precision",
        form="rate",
        y_low=0,
        y_high=1,
        limit=limit,
    )
    return Chart(
        kind="precision_recall",
        title=title,
        x=Axis(title="recall", form="rate", low=0, high=1),
        y=chart.y,
        marks=chart.marks,
        note=chart.note,
        summary=chart.summary,
    )


def calibration(rows: Rows, *, title: str = "How often is the model right, at each confidence?") -> Chart:
    """Return observed precision over confidence from rows of the view `calibration_by_confidence` of one model.

    On the dashed line confidence says how often the model is right; below it the model is too sure of itself.
    """
    found = [row for row in listed(rows) if row.get("mean_confidence") is not None]
    xs, ys = numbers(found, "mean_confidence"), numbers(found, "precision")
    labels = tuple(
        f"confidence {written(x, 'rate')}: right {written(y, 'rate')} of {row.get('n_predictions') or 0:,}"
        for row, x, y in zip(found, xs, ys, strict=True)
    )
    marks: tuple[Mark, ...] = ()
    if found:
        points = Points(
            name="model",
            xs=xs,
            ys=ys,
            y_lows=numbers(found, "precision_low"),
            y_highs=numbers(found, "precision_high"),
            labels=labels,
        )
        ideal = Line(name="as sure as right", xs=(0, 1), ys=(0, 1), colour="muted", dash="dash")
        marks = (ideal, Line(xs=xs, ys=ys), points)
    missing = sum(y is None for y in ys)
    errors = {v for v in numbers(found, "expected_calibration_error") if v is not None}
    error = f"Expected calibration error {errors.pop():.3f}." if len(errors) == 1 else ""
    return Chart(
        kind="calibration",
        title=title,
        x=Axis(title="confidence", form="rate", low=0, high=1),
        y=Axis(title="share that is right", form="rate", low=0, high=1),
        marks=marks,
        note=sentences(
            "Whiskers are 95% intervals." if found else "",
            error,
            f"{missing} of {len(found)} bins have not enough data." if missing else "",
        ),
        summary=_span(1, ys, "rate"),
    )


def _along(rows: Sequence[Mapping[str, Any]], column: str, title: str) -> tuple[Axis, Numbers]:
    values = [row.get(column) for row in rows]
    form = form_of(values)
    if form != "category":
        return Axis(title=title, form=form), tuple(map(place, values))
    names = tuple(dict.fromkeys(map(name, values)))
    order = {label: float(i) for i, label in enumerate(names)}
    return Axis(title=title, form=form, categories=names), tuple(order[name(v)] for v in values)


def _is_outside(y: float | None, low: float | None, high: float | None) -> bool:
    return y is not None and ((low is not None and y < low) or (high is not None and y > high))


def _span(n_lines: int, ys: Numbers, form: Form) -> str:
    known = [y for y in ys if y is not None]
    if not known:
        return "No data."
    what = "1 line" if n_lines == 1 else f"{n_lines} lines"
    return f"{what}, {len(known)} points, from {written(min(known), form)} to {written(max(known), form)}."
