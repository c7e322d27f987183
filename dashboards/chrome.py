"""What every page has around it: filters, what lake this is, and what to say when there is none."""

from __future__ import annotations

import streamlit as st

import db
import filters
from context import context


def is_ready() -> bool:
    """Draw what stands beside the page; tell whether there is anything to show on it."""
    st.html(_STYLE + (_DARK if st.context.theme.type == "dark" else ""))
    if not db.snapshot():
        _no_lake()
        return False
    chosen = filters.choose()
    st.session_state["filters"] = chosen
    with st.sidebar:
        st.caption(
            f"lake `{context().lake.path.name}`" + (" · read-only" if context().desk.is_read_only else "")
        )
    if chosen.dataset is None:
        _no_data()
        return False
    return True


def _no_lake() -> None:
    st.title("No lake here yet")
    st.write(f"`{context().lake.path}` holds no lake. Make one, and load this page again:")
    st.code(
        "labelduck demo\nlabelduck import instances.json\nlabelduck predictions results.json --model NAME\nlabelduck build",
        language="sh",
    )


def _no_data() -> None:
    st.title("An empty lake")
    st.write("This lake holds no images yet. Import annotations, and they appear here at once:")
    st.code(f"labelduck import instances.json --lake {context().lake.path}", language="sh")


_STYLE = """<style>
[data-testid="stMainBlockContainer"] { padding-top: 2.6rem; padding-bottom: 4rem; }
[data-testid="stMain"] h1 { font-size: 1.9rem; padding: 0; }
[data-testid="stMain"] h4 { padding: 0 0 0.25rem; }
[data-testid="stSidebarHeader"] { height: 2.2rem; min-height: 0; margin: 0; padding-block: 0.4rem; }
.st-key-tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(200px, 1fr)); gap: 1rem; }
.st-key-tiles > *, [class*="st-key-tile-"] { width: auto !important; min-width: 0; }
[class*="st-key-tile-"] [data-testid="stPageLink"] p { font-size: 0.8rem; }
[data-testid="stMetricLabel"] * { white-space: normal !important; }
[data-testid="stCaptionContainer"] code { display: inline-block; max-width: 100%; color: inherit; }
/* With the sidebar away, the button that brings it back stands in a bar over the page. */
.stApp:has([data-testid="stExpandSidebarButton"]) [data-testid="stMainBlockContainer"] { padding-top: 4rem; }
@media (max-width: 640px) {
  [data-testid="stMainBlockContainer"] { padding: 4rem 0.8rem; }
  .st-key-tiles { grid-template-columns: 1fr 1fr; gap: 0.6rem; }
  [class*="st-key-tile-"] { padding: 0.7rem; }
  [class*="st-key-wide-"] { overflow-x: auto; }
  [class*="st-key-wide-"] > * { min-width: 28rem; }
}
</style>"""

_DARK = """<style>
[data-testid="stBaseButton-primary"], [data-testid="stBaseButton-primary"]:hover { color: #11191a; }
</style>"""
