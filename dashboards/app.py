"""Every page and how one gets there."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

st.set_page_config(page_title="labelduck", page_icon="🦆", layout="wide")

import chrome  # noqa: E402 - the page's form comes first

_VIEWS = Path(__file__).with_name("views")

PAGES = {
    "": (("Overview", "overview"),),
    "Look and decide": (("Worklist", "worklist"), ("Images and data", "health")),
    "Where errors come from": (("Classes", "classes"), ("Annotators and batches", "people"), ("Agreement", "agreement"), ("Gold", "gold")),
    "What it means": (("Model errors", "models"), ("Versions", "versions"), ("Release gate", "gate"), ("Reports", "reports")),
    "The lake": (("SQL console", "console"), ("Docs", "docs"), ("Imports", "imports")),
}  # fmt: skip


def _page(title: str, name: str) -> st.Page:
    return st.Page(_VIEWS / f"{name}.py", title=title, url_path=name, default=name == "overview")


page = st.navigation(
    {heading: [_page(title, name) for title, name in pages] for heading, pages in PAGES.items()},
    position="sidebar",
    expanded=True,
)
if chrome.is_ready():
    page.run()
