"""Any two versions beside each other, where the address names one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

import db
import queries
import sections
import tables
from labelduck.errors import LabelduckError

if TYPE_CHECKING:
    from filters import Filters

CHANGES = ("relabelled", "moved", "added", "removed")


def draw(chosen: Filters) -> None:
    """Draw what changed between the two versions that are chosen; nothing where none is."""
    if chosen.dataset is None or (chosen.version is None and chosen.compare is None):
        return
    newest = db.records(
        f"select max(version) as version from versions where dataset = {queries.literal(chosen.dataset)}",
        reads_trail=False,
    )[0]["version"]
    new = chosen.version or newest
    old = chosen.compare or new - 1
    with st.container(border=True, key="section-compared"):
        st.markdown(f"#### What changed from version {old} to version {new}, class by class?")
        if old < 1:
            st.caption("There is no version before it.")
            return
        try:
            with st.spinner("comparing …", show_time=True):
                counts, rows = db.compared(chosen.dataset, str(old), str(new))
        except LabelduckError as error:
            st.error(f"These versions cannot be compared: {error}", icon=":material/history:")
            return
        if not rows.num_rows:
            st.markdown("**Their annotations are the same.**")
            return
        tables.plain(counts.to_pylist(), db.describe("version_changes"), key="compared-counts")
        _changed(rows.to_pylist(), chosen)


def _changed(rows: list[dict[str, object]], chosen: Filters) -> None:
    """Draw the annotations that changed in one way, and their pictures."""
    there = [change for change in CHANGES if any(row["change"] == change for row in rows)]
    change = st.segmented_control(
        "Changes", there, default=there[0], key="compared-change", required=True, label_visibility="collapsed"
    )
    found = [row | {"dataset": chosen.dataset} for row in rows if row["change"] == change]
    st.caption(
        f"{len(found):,} {change}"
        + (f"; the first {tables.PAGE_ROWS}" if len(found) > tables.PAGE_ROWS else "")
    )
    sections.pictures(found[: sections.PICTURES], chosen, key="compared")
    tables.plain(found[: tables.PAGE_ROWS], db.describe("annotation_changes"), key="compared-rows")
