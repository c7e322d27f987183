"""What changed from one version of the data to the next."""

from __future__ import annotations

import streamlit as st

import comparing
import sections
from registry import METRICS_BY_VERSION, REVIEWS, Page, Section

PAGE = Page(
    name="versions",
    title="Versions",
    sentence="What changed from one version of the data to the next, and who said so.",
    sections=(
        Section(
            view="version_changes",
            needs="The newest version holds the labels of the one before, or is the first one.",
        ),
        METRICS_BY_VERSION,
        Section(view="versions", order="dataset, version desc"),
        Section(view="version_files", order="version desc, table_name, path, source"),
        Section(view="correction_drift", needs=REVIEWS),
    ),
)

if __name__ == "__main__":
    sections.head(PAGE)
    comparing.draw(st.session_state["filters"])
    sections.body(PAGE)
