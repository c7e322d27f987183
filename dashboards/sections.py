"""A page of sections: each view's question as heading, its chart, its rows, its pictures, its SQL and what its columns mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

import answers
import cards
import charting
import db
import pictures_component
import queries
import tables
from labelduck.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from answers import Answer
    from filters import Filters
    from registry import Page, Section

PAGE_ROWS = 100
PICTURES = 24


def page(page: Page) -> None:
    """Draw a page."""
    head(page)
    body(page)


def head(page: Page) -> None:
    """Draw the title of a page and what it is for."""
    st.title(page.title)
    st.caption(page.sentence)


def body(page: Page) -> None:
    """Draw the sections of a page."""
    chosen: Filters = st.session_state["filters"]
    part = page.parts[0] if page.parts else ""
    if len(page.parts) > 1:
        part = st.segmented_control(
            "Part of the page", page.parts, default=part, key="part", bind="query-params", required=True,
            label_visibility="collapsed",
        )  # fmt: skip
    for place, section in enumerate(page.sections):
        if section.part == part:
            draw(section, chosen, key=f"{page.name}-{place}")


@st.fragment
def draw(section: Section, chosen: Filters, *, key: str) -> None:
    """Draw one section; it is drawn again by itself when something in it is chosen."""
    with st.container(border=True, key=f"section-{key}"):
        described = db.describe(section.view)
        if described is None:
            _lacking(section.view.replace("_", " "), "This version of labelduck does not answer that yet.")
            return
        st.markdown(f"#### {described.question}")
        if section.aspect:
            st.markdown(section.aspect)
        try:
            _body(section, described, chosen, key=key)
        except UsageError as error:
            st.error(
                f"This answer did not come: {error}\n\nIf the lake is of an older labelduck, `labelduck build` brings it up to date.",
                icon=":material/timer_off:",
            )


def _body(section: Section, described: db.Described, chosen: Filters, *, key: str) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom", key=f"choices-{key}"):
        faces = ["Chart"] if section.chart else []
        faces += ["Rows", *(["Pictures"] if {"image_id", "annotation_id"} & set(described.columns) else [])]
        face = st.segmented_control(
            "How to see it", [*faces, "SQL", "Columns"], default=faces[0], key=f"face-{key}", required=True,
            label_visibility="collapsed",
        )  # fmt: skip
        where = [*chosen.conditions(described.columns), *section.where]
        answer = answers.of(section, tuple(described.columns), where, key=key)
    found = answer.rows
    unmet = chosen.unmet(described.columns)
    if unmet:
        st.caption(f"Shown for all: this answer does not tell {', '.join(unmet)} apart.")
    if not found.num_rows and face not in {"SQL", "Columns"}:
        why = section.needs or "There are no rows for this selection."
        _lacking("Not enough data" if why.startswith("Needs") else "Nothing to show", why)
        return
    if face == "Chart":
        clicked = charting.draw(section, found.to_pylist(), key=key)
        if clicked is not None:
            _behind(section, clicked, chosen, key=f"clicked-{key}")
    elif face == "Rows":
        _rows(section, answer, described, chosen, key=key)
    elif face == "Pictures":
        pictures(found.slice(0, PICTURES).to_pylist(), chosen, key=key)
    elif face == "SQL":
        _sql(answer.query)
    else:
        tables.columns(described)


def _rows(section: Section, answer: Answer, described: db.Described, chosen: Filters, *, key: str) -> None:
    picked = tables.paged(answer, described, key=key)
    if picked is not None:
        _behind(section, picked, chosen, key=key)


def _behind(section: Section, picked: dict[str, Any], chosen: Filters, *, key: str) -> None:
    """Show the rows that a row is made of, and their pictures."""
    if section.behind is None:
        return
    if callable(section.behind):
        view, where = section.behind(picked)
        shared: tuple[str, ...] = (section.options["row"], section.options["column"])
    else:
        view, shared = section.behind
        where = queries.matching(picked, [*shared, *(["dataset"] if "dataset" in picked else [])])
    meant = ", ".join(f"{name.replace('_', ' ')} {picked[name]}" for name in shared if name in picked)
    st.markdown(f"**The rows behind {meant}**, from `{view}`")
    behind = queries.select(view, where=where, limit=PAGE_ROWS)
    found = db.records(behind, reads_trail=view in db.trail_readers())
    if not found:
        st.caption("There are none.")
        return
    if {"image_id", "annotation_id"} & set(found[0]):
        pictures(found[:PICTURES], chosen, key=f"behind-{key}")
    tables.plain(found, db.describe(view), key=f"behind-{key}")
    st.code(behind, language="sql")


def pictures(rows: Sequence[dict[str, Any]], chosen: Filters, *, key: str) -> None:
    """Show the pictures of rows that name an image or an annotation."""
    shown = cards.of_rows(rows, chosen.dataset)
    if not shown:
        st.caption("These rows name no image.")
        return
    pictures_component.show(cards.sitting(shown, chosen.dataset) | {"view": "grid"}, key=f"pictures-{key}")


def _sql(query: str) -> None:
    st.code(query, language="sql")
    st.page_link(
        "views/console.py", label="Open in the console", icon=":material/terminal:", query_params={"q": query}
    )


def _lacking(what: str, why: str) -> None:
    st.markdown(f"**{what}**")
    st.caption(why)
