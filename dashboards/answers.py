"""The rows of a section, asked once: what fits into memory is filtered and paged there."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import pyarrow.compute as pc
import streamlit as st

import db
import queries

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

    from registry import Section

WHOLE = 5_000
"""Rows of an answer that is asked as a whole, so that what is chosen in it asks nothing more."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """Rows of a section.

    Attributes:
        rows: Its rows, at most as many as the section's limit.
        is_cut: Whether there are more.
        query: What gives all of them.
        reads_trail: Whether a decision or a run changes them.
    """

    rows: pa.Table
    is_cut: bool
    query: str
    reads_trail: bool


def of(section: Section, columns: Sequence[str], where: Sequence[str], *, key: str) -> Answer:
    """Ask for the rows of a section; let one value of each facet be chosen, where there are several."""
    reads_trail = section.view in db.trail_readers()
    facets = [facet for facet in section.facets if facet in columns]
    most = max(WHOLE, section.limit) if facets else section.limit
    query = queries.select(section.view, where=where, order=section.order, limit=most + 1)
    with st.spinner("asking the lake …", show_time=True):
        rows = db.rows(query, reads_trail=reads_trail)
    is_whole, conditions = rows.num_rows <= most, list(where)
    for facet in facets:
        values = _values(rows, facet) if is_whole else _asked_values(section, facet, conditions)
        if len(values) < 2:
            continue
        shown = _choice(section, facet, values, key=key)
        conditions.append(queries.equals(facet, shown))
        rows = rows.filter(_holds(rows, facet, shown)) if is_whole else rows
    query = queries.select(section.view, where=conditions, order=section.order)
    if facets and not is_whole:
        rows = db.rows(f"{query}\nlimit {section.limit + 1}", reads_trail=reads_trail)
    return Answer(
        rows=rows.slice(0, section.limit),
        is_cut=rows.num_rows > section.limit,
        query=query,
        reads_trail=reads_trail,
    )


def _values(rows: pa.Table, facet: str) -> list[object]:
    return sorted(rows[facet].unique().to_pylist(), key=lambda value: (value is None, value))


def _asked_values(section: Section, facet: str, where: Sequence[str]) -> list[object]:
    query = queries.select(section.view, columns=[facet], where=where)
    return db.distinct(query, facet, reads_trail=section.view in db.trail_readers())


def _choice(section: Section, facet: str, values: list[object], *, key: str) -> object:
    return st.selectbox(
        facet.replace("_", " "),
        values,
        values.index(section.prefer) if section.prefer in values else 0,
        key=f"facet-{key}-{facet}",
        label_visibility="collapsed",
        format_func=partial(_named, facet),
        width=240,
    )


def _holds(rows: pa.Table, facet: str, value: object) -> pa.ChunkedArray:
    return pc.is_null(rows[facet]) if value is None else pc.fill_null(pc.equal(rows[facet], value), False)


def _named(facet: str, value: object) -> str:
    return f"{facet.replace('_', ' ')}: {'none' if value is None else value}"
