"""How the data stands, and what to do next."""

from __future__ import annotations

import streamlit as st

import gate_badge
import sections
import tiles
from registry import METRICS_BY_VERSION, MODELS, Page, Section

PAGE = Page(
    name="overview",
    title="Overview",
    sentence="How the data stands, and what to do next.",
    sections=(
        Section(
            view="fix_next",
            chart="interval_bars",
            options={"label": ("issue", "class_name"), "value": "errors_per_minute", "n": "n_suspects", "form": "number", "x_title": "errors mended per minute", "limit": 10},
            behind=("open_suspects", ("issue", "class_name")),
            needs=MODELS,
        ),
        Section(view="suspect_causes", needs="No cause stands behind many suspects."),
        Section(
            view="worklist_yield",
            chart="lines",
            options={
                "x": "minutes", "y": "n_errors", "series": "issue", "low": "n_errors_low", "high": "n_errors_high",
                "x_title": "minutes of review", "y_title": "errors found",
            },
            needs=MODELS,
        ),
        METRICS_BY_VERSION,
    ),
)  # fmt: skip

if __name__ == "__main__":
    sections.head(PAGE)
    gate_badge.draw(st.session_state["filters"])
    tiles.draw(tiles.TILES, st.session_state["filters"])
    sections.body(PAGE)
