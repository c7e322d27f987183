"""The catalogue in words: every view with its question, columns, formula and what it is made of."""

from __future__ import annotations

import streamlit as st

import db
import tables
from labelduck import catalog

DEPTH = 2
"""Steps that a picture of what a view is made of goes back."""


def page() -> None:
    """Draw the page."""
    st.title("Docs")
    st.caption(
        "What can be asked of this lake, what each number means and how it is made. The words stand in the database too."
    )
    views = {view.name: view for view in catalog.views()}
    listed, glossary = st.tabs(["Views", "Formulas and thresholds"])
    with listed:
        _views(views)
    with glossary:
        _macros()


def _views(views: dict[str, catalog.View]) -> None:
    word = st.text_input(
        "Search", key="docs-word", placeholder="a word of a name or a question", bind="query-params"
    )
    told = [
        {"view": view.name, "question": view.question, "theme": view.theme or view.layer, "layer": view.layer}
        for view in sorted(views.values(), key=lambda v: (v.layer != "answers", v.layer, v.theme, v.name))
        if all(part in f"{view.name} {view.question}".lower() for part in (word or "").lower().split())
    ]
    names = [row["view"] for row in told]
    st.dataframe(told, hide_index=True, height=318, key="docs-list")
    shown = st.selectbox(
        "Tell me of", names, index=None, key="view", bind="query-params", placeholder="a view"
    )
    if shown in views:
        _view(views[shown], views)


def _view(view: catalog.View, views: dict[str, catalog.View]) -> None:
    st.subheader(view.name)
    st.write(view.question)
    described = db.describe(view.name)
    if described:
        tables.columns(described)
    st.markdown("**What it is made of**")
    st.mermaid_chart(
        lineage(view.name, views), alt=f"{view.name} reads {', '.join(sorted(view.uses)) or 'nothing'}"
    )
    st.markdown("**How it is made**")
    st.code(view.sql, language="sql")
    st.page_link(
        "views/console.py",
        label="Ask it in the console",
        icon=":material/terminal:",
        query_params={"q": f"from {view.name}\nlimit 100"},
    )


def lineage(name: str, views: dict[str, catalog.View]) -> str:
    """Return what a view reads, and what that reads, as a mermaid chart."""
    known = set(db.described())
    lines, seen, waiting = [f'  {name}["{name}"]'], {name}, [(name, 0)]
    while waiting:
        here, depth = waiting.pop(0)
        for source in sorted(views[here].uses & known if here in views else ()):
            lines.append(f"  {source} --> {here}")
            if source not in seen and depth + 1 < DEPTH:
                waiting.append((source, depth + 1))
            seen.add(source)
    return "\n".join(["flowchart LR", *dict.fromkeys(lines)])


def _macros() -> None:
    told = [
        {
            "macro": macro.signature,
            "what it gives": macro.sentence,
            "after": macro.after,
            "theme": macro.theme,
        }
        for macro in catalog.macros()
    ]
    st.caption(
        "Formulas that the views share. Thresholds change with `set variable min_iou = 0.75`, or in labelduck.toml."
    )
    st.dataframe(told, hide_index=True, height=700, key="docs-macros")
