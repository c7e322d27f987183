"""Rows of a section as the chart that it asks for."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from labelduck import charts
from labelduck.charts.rows import name
from labelduck.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pyarrow as pa

    from labelduck.charts import Chart
    from labelduck.reports.definition import Section

KINDS: dict[str, Callable[..., Chart]] = {
    kind.__name__: kind
    for kind in (
        charts.calibration,
        charts.control_chart,
        charts.funnel,
        charts.heatmap,
        charts.histogram,
        charts.interval_bars,
        charts.interval_points,
        charts.lines,
        charts.precision_recall,
        charts.stacked_bars,
    )
}
"""Kinds of chart that a section may ask for."""

CHARTS_SHOWN = 6
"""Charts of one section: `per` makes no more."""


def drawn(section: Section, table: pa.Table) -> tuple[tuple[Chart, ...], str]:
    """Return the charts of a section, and what a reader must know of them.

    Raises:
        UsageError: There is no such kind of chart, or it has no such argument or column.
    """
    if not section.chart:
        return (), ""
    options = dict(section.chart)
    kind, per = options.pop("kind"), options.pop("per", None)
    build = KINDS.get(kind)
    if build is None:
        raise UsageError(f"section {section.title!r}: no chart {kind!r}; known are {', '.join(KINDS)}")
    _check(section, build, options)
    rows = table.to_pylist()
    named = [per, *(value for key, value in options.items() if key in _COLUMNS)]
    for column in (c for entry in named for c in (entry if isinstance(entry, list) else [entry])):
        if isinstance(column, str) and column not in table.column_names:
            raise UsageError(f"section {section.title!r}: chart of {column!r}, which is no column")
    _fill_intervals(build, options, table.column_names)
    if per is None:
        return (_build(section, build, options, rows, ""),), ""
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        groups.setdefault(name(row[per]), []).append(row)
    is_alone = per == "dataset" and len(groups) == 1
    made = [
        _build(section, build, options, groups[key], "" if is_alone else f"{per.replace('_', ' ')}: {key}")
        for key in list(groups)[:CHARTS_SHOWN]
    ]
    more = len(groups) - len(made)
    return tuple(made), f"Charts of the first {len(made)} of {len(groups)} by {per}." if more else ""


_COLUMNS = {
    *(
        "label",
        "value",
        "low",
        "high",
        "n",
        "flagged",
        "part",
        "x",
        "y",
        "series",
        "centre",
        "row",
        "column",
        "text",
    ),
    *("k", "x_interval", "y_interval"),
}


def _build(
    section: Section, build: Callable[..., Chart], options: Mapping[str, Any], rows: list[Any], group: str
) -> Chart:
    title = group or options.get("title", section.title)
    arguments = {**options, "title": title}
    if build is charts.histogram:
        column = arguments.pop("value")
        return charts.histogram([row[column] for row in rows], **arguments)
    return build(rows, **arguments)


def _check(section: Section, build: Callable[..., Chart], options: Mapping[str, Any]) -> None:
    signature = inspect.signature(build).parameters
    known = {*signature, "value"} if build is charts.histogram else {*signature}
    needed = {key for key, p in signature.items() if p.default is p.empty} - {"rows", "values", "title"}
    for key in options:
        if key not in known - {"rows", "values"}:
            raise UsageError(
                f"section {section.title!r}: {build.__name__} has no {key!r}; it has {', '.join(sorted(known))}"
            )
    if build is charts.histogram:
        needed = {"value"}
    if missing := sorted(needed - options.keys()):
        raise UsageError(f"section {section.title!r}: {build.__name__} needs {missing[0]!r}")


def _fill_intervals(build: Callable[..., Chart], options: dict[str, Any], columns: list[str]) -> None:
    """Take the interval of a value where the catalogue has it: `error_rate_low` and `error_rate_high`."""
    key = "value" if build is charts.interval_bars else "y" if build is charts.lines else ""
    value = options.get(key)
    if key and f"{value}_low" in columns and f"{value}_high" in columns and "low" not in options:
        options["low"], options["high"] = f"{value}_low", f"{value}_high"
