"""The reports that this lake knows: shipped ones, and its own."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

import tables
from context import context
from labelduck import reports
from labelduck.errors import LabelduckError


def draw() -> None:
    """Draw what reports there are and when they run."""
    with st.container(border=True, key="section-shelf"):
        st.markdown("#### Which reports are there, and when do they run?")
        try:
            known = reports.reports(context().lake.path)
        except LabelduckError as error:
            st.error(f"A report cannot be used: {error}", icon=":material/block:")
            return
        told = [
            {
                "name": name,
                "what it is about": report.title,
                "runs": f"{report.schedule} ({report.zone})" if report.schedule else "on demand",
                "formats": ", ".join(report.formats),
                "lies in": "this lake" if context().lake.path in Path(report.source).parents else "labelduck",
            }
            for name, report in known.items()
        ]
        tables.plain(told, None, key="shelf")
        st.caption("`labelduck report run NAME` makes one; a query of the SQL console can be saved as one.")
