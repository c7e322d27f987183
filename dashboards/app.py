"""Every page and how one gets there."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

st.set_page_config(page_title="labelduck", page_icon="🦆", layout="wide")

import chrome  # noqa: E402 - the page's form comes first

_VIEWS = Path(__file__).with_name("views")

PAGES = {
    "Labels": (("Worklist", "worklist"),),
    "Ask": (("SQL console", "console"),),
}


def _page(title: str, name: str) -> st.Page:
    return st.Page(_VIEWS / f"{name}.py", title=title, url_path=name, default=name == "worklist")


page = st.navigation(
    {heading: [_page(title, name) for title, name in pages] for heading, pages in PAGES.items()},
    position="sidebar",
)
if chrome.is_ready():
    page.run()
