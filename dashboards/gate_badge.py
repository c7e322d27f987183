"""The release gate in one line."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import streamlit as st

import db
import queries
import registry
from labelduck.errors import UsageError

if TYPE_CHECKING:
    from filters import Filters

_WORDS = {"fail": "failed", "not_enough_data": "without enough data", "waived": "waived", "pass": "passed"}


def draw(chosen: Filters) -> None:
    """Draw whether the dataset may be released, and a link to the rules."""
    described = db.describe("release_gate")
    if described is None:
        return
    # As the page of the gate asks it, so that one answer serves both.
    query = queries.select(
        "release_gate", where=chosen.conditions(described.columns), limit=registry.LIMIT + 1
    )
    try:
        found = db.records(query, reads_trail=True)
    except UsageError:
        return
    counts = Counter(row["status"] for row in found)
    said = ", ".join(f"{counts[status]} {word}" for status, word in _WORDS.items() if counts[status])
    with st.container(horizontal=True, vertical_alignment="center", key="gate"):
        if not found:
            st.badge("no gates yet", color="gray")
        elif counts["fail"]:
            st.badge("do not release", icon=":material/do_not_disturb_on:", color="red")
        elif counts["not_enough_data"]:
            st.badge("not proven yet", icon=":material/help:", color="orange")
        else:
            st.badge("may be released", icon=":material/check_circle:", color="green")
        st.page_link("views/gate.py", label=f"Release gate: {said or 'write [gates] into labelduck.toml'}")
