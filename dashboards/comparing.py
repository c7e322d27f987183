"""Any two versions beside each other, where the address names one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow.compute as pc
import streamlit as st

import db
import queries
import sections
import tables
from labelduck.errors import LabelduckError

if TYPE_CHECKING:
    import pyarrow as pa

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
        _changed(rows, chosen)


def _changed(rows: pa.Table, chosen: Filters) -> None:
    """Draw the annotations that changed in one way, and their pictures; a table may have millions of them."""
    met = set(pc.unique(rows["change"]).to_pylist())
    there = [change for change in CHANGES if change in met]
    change = st.segmented_control(
        "Changes", there, default=there[0], key="compared-change", required=True, label_visibility="collapsed"
    )
    of_kind = rows.filter(pc.equal(rows["change"], change))
    n = of_kind.num_rows
    st.caption(f"{n:,} {change}" + (f"; the first {tables.PAGE_ROWS}" if n > tables.PAGE_ROWS else ""))
    shown = max(tables.PAGE_ROWS, sections.PICTURES)
    found = [row | {"dataset": chosen.dataset} for row in of_kind.slice(0, shown).to_pylist()]
    sections.pictures(found[: sections.PICTURES], chosen, key="compared")
    tables.plain(found[: tables.PAGE_ROWS], db.describe("annotation_changes"), key="compared-rows")
