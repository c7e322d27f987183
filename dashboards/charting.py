"""Charts of `labelduck.charts` on a page."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any, Literal

import streamlit as st

from labelduck import charts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from registry import Section

_CONFIG = {
    "displaylogo": False,
    "modeBarButtonsToRemove": ["select2d", "lasso2d", "autoScale2d"],
    "responsive": True,
}


def chart(section: Section, rows: Sequence[dict[str, Any]]) -> charts.Chart:
    """Return the chart of a section."""
    make = getattr(charts, section.chart)
    options = dict(section.options)
    if "title" in inspect.signature(make).parameters:
        options["title"] = ""  # the question stands above it
    made: charts.Chart = make(rows, **options)
    return made


def draw(section: Section, rows: Sequence[dict[str, Any]], *, key: str) -> None:
    """Draw the chart of a section, in the theme that the reader has."""
    from plotly.graph_objects import Figure

    made = chart(section, rows)
    theme: Literal["light", "dark"] = "dark" if st.context.theme.type == "dark" else "light"
    figure = Figure(charts.plotly_figure(made, theme=theme))
    st.plotly_chart(
        figure,
        theme=None,
        config=_CONFIG,
        key=f"chart-{key}",
        alt=f"{made.summary} {made.note}".strip() or None,
    )
