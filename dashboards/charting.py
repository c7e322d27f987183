"""Charts of `labelduck.charts` on a page."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any, Literal

import streamlit as st

import picking
from labelduck import charts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from registry import Section

_CONFIG = {
    "displaylogo": False,
    "modeBarButtonsToRemove": ["select2d", "lasso2d", "autoScale2d"],
    "responsive": True,
}


_NAMES_FIT = 275
"""Pixels beside a plot that still leave room for it on a phone."""


def chart(section: Section, rows: Sequence[dict[str, Any]]) -> charts.Chart:
    """Return the chart of a section."""
    make = getattr(charts, section.chart)
    options = dict(section.options)
    if options.get("x") == "version":  # there is nothing between two versions
        rows = [row | {"version": str(row["version"])} for row in rows]
    if "title" in inspect.signature(make).parameters:
        options["title"] = ""  # the question stands above it
    made: charts.Chart = make(rows, **options)
    return made


def draw(section: Section, rows: Sequence[dict[str, Any]], *, key: str) -> dict[str, Any] | None:
    """Draw the chart of a section, in the theme that the reader has; return the row that is clicked on."""
    made = chart(section, rows)
    figure = charts.plotly_figure(made, theme=_theme())
    with st.container(key=f"{_room(figure)}-{key}"):
        return _show(section, rows, made, figure, key=key)


def _room(figure: dict[str, Any]) -> str:
    """Return how a chart fits a phone: one whose names leave no room for its marks is wide, and scrolls in its place."""
    margin = figure["layout"]["margin"]
    return "wide" if margin["l"] + margin["r"] > _NAMES_FIT else "fits"


def _show(
    section: Section, rows: Sequence[dict[str, Any]], made: charts.Chart, figure: dict[str, Any], *, key: str
) -> dict[str, Any] | None:
    from plotly.graph_objects import Figure

    told: dict[str, Any] = {
        "theme": None,
        "config": _CONFIG,
        "key": f"chart-{key}",
        "alt": f"{made.summary} {made.note}".strip() or None,
    }
    if section.behind is None or section.chart not in picking.KINDS:
        st.plotly_chart(Figure(figure), **told)
        return None
    figure = picking.clickable(figure, made, colour=charts.COLOURS[_theme()]["ink"])
    event = st.plotly_chart(Figure(figure), on_select="rerun", selection_mode="points", **told)
    points = event["selection"]["points"]
    return picking.row_of(section, rows, made, points[0]) if points else None


def _theme() -> Literal["light", "dark"]:
    return "dark" if st.context.theme.type == "dark" else "light"
