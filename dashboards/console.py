"""The SQL console: one query, read-only, within limits; its rows as a table or as pictures."""

from __future__ import annotations

import streamlit as st


def page() -> None:
    """Draw the page."""
    st.title("SQL console")
