"""Rows as tables: a page at a time from the lake, each column with what it means."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa
import streamlit as st

import db

if TYPE_CHECKING:
    from collections.abc import Sequence

    from answers import Answer

PAGE_ROWS = 100
NOTHING = "·"
"""What stands where a value is null."""

_ROW, _HEAD, _MOST = 35, 38, 12
_LETTER, _WIDEST, _HASH = 7, 600, 110


def paged(answer: Answer, described: db.Described, *, key: str) -> dict[str, Any] | None:
    """Show the rows of an answer, a page at a time; return the row that is picked."""
    n_known = answer.rows.num_rows
    n_rows, is_all = n_known, not answer.is_cut
    if answer.is_cut and st.toggle(f"All rows, not the first {n_known:,} alone", key=f"all-{key}"):
        n_rows, is_all = db.count(answer.query, reads_trail=answer.reads_trail), True
    n_pages, place = -(-n_rows // PAGE_ROWS), 1
    if n_pages > 1:
        place = st.pagination(n_pages, key=f"page-{key}")
    begin = PAGE_ROWS * (place - 1)
    found = answer.rows.slice(begin, PAGE_ROWS)
    if begin >= n_known:
        found = db.rows(f"{answer.query}\nlimit {PAGE_ROWS} offset {begin}", reads_trail=answer.reads_trail)
    said = f"{n_rows:,} rows" if is_all else f"The first {n_known:,} rows"
    st.caption(said + (f", {PAGE_ROWS} a page" if n_pages > 1 else ""))
    event = st.dataframe(
        readable(found), column_config=configured(found, described), hide_index=True, key=f"rows-{key}-{place}",
        column_order=_order(found.column_names),
        on_select="rerun", selection_mode="single-row", height=_height(found.num_rows), alt=described.question, placeholder=NOTHING,
    )  # fmt: skip
    picked = event["selection"]["rows"]
    return found.slice(picked[0], 1).to_pylist()[0] if picked else None


def plain(rows: Sequence[dict[str, Any]], described: db.Described | None, *, key: str) -> None:
    """Show a few rows."""
    found = pa.Table.from_pylist(list(rows))
    st.dataframe(
        readable(found),
        column_config=configured(found, described),
        hide_index=True,
        key=key,
        height=_height(found.num_rows),
        placeholder=NOTHING,
    )


def columns(described: db.Described) -> None:
    """Show what the columns of a view mean, and where it comes from."""
    if described.note:
        st.caption(described.note)
    told = [{"column": name, "meaning": comment} for name, comment in described.columns.items()]
    st.dataframe(told, hide_index=True, height=_height(len(told), most=40))
    st.caption(f"One row per {', '.join(described.grain)}." if described.grain else "A table of the lake.")
    if described.after:
        st.caption(f"After: {described.after}")


def readable(table: pa.Table) -> pa.Table:
    """Return a table in which nested values are text, and null columns are told as such."""
    for place, column in enumerate(table.schema):
        if pa.types.is_struct(column.type):
            names = [field.name for field in column.type]
            texts = [_struct(value, names) for value in table[column.name].to_pylist()]
            table = table.set_column(place, column.name, pa.array(texts, pa.string()))
        elif pa.types.is_null(column.type):
            table = table.set_column(place, column.name, pa.nulls(table.num_rows, pa.string()))
    return table


def flat(table: pa.Table) -> pa.Table:
    """Return a table in which lists and structs are JSON text, as a CSV holds them."""
    import json

    for place, column in enumerate(table.schema):
        if pa.types.is_nested(column.type):
            texts = [
                None if v is None else json.dumps(v, default=str) for v in table[column.name].to_pylist()
            ]
            table = table.set_column(place, column.name, pa.array(texts, pa.string()))
    return table


def configured(table: pa.Table, described: db.Described | None) -> dict[str, Any]:
    """Return how each column is written, with its comment as help."""
    comments = described.columns if described else {}
    config: dict[str, Any] = {}
    for column in table.schema:
        if column.name == "dataset" and described is not None:
            config["dataset"] = None  # it stands beside the page already
            continue
        help_text = comments.get(column.name)
        if pa.types.is_floating(column.type) or pa.types.is_decimal(column.type):
            form = "percent" if _is_rate(column.name) else "%.3g"
            config[column.name] = st.column_config.NumberColumn(help=help_text, format=form)
        elif pa.types.is_integer(column.type):
            config[column.name] = st.column_config.NumberColumn(help=help_text, format="localized")
        else:
            config[column.name] = st.column_config.Column(help=help_text, width=_width(table, column))
    return config


def _width(table: pa.Table, column: pa.Field) -> int | None:
    """Return how wide a column of words is in pixels; None for all else, which fits by itself."""
    if not pa.types.is_string(column.type):
        return None
    if column.name.endswith(("hash", "sha256", "import_id")):
        return _HASH
    longest = max((len(text) for text in table[column.name].to_pylist() if text), default=0)
    return min(max(longest, len(column.name)) * _LETTER + 24, _WIDEST)


def _order(names: Sequence[str]) -> list[str]:
    """Return columns in the order in which they are shown: what is said of a status stands beside it, not far to the right."""
    if "status" not in names or "sentence" not in names:
        return list(names)
    others = [name for name in names if name != "sentence"]
    place = others.index("status") + 1
    return [*others[:place], "sentence", *others[place:]]


def _is_rate(name: str) -> bool:
    return (
        name.removesuffix("_low")
        .removesuffix("_high")
        .endswith(("_rate", "_yield", "_probability", "accuracy"))
    )


def _struct(value: dict[str, Any] | None, names: Sequence[str]) -> str | None:
    if value is None:
        return None
    return ", ".join(
        f"{value[name]:.1f}" if isinstance(value[name], float) else str(value[name]) for name in names
    )


def _height(n_rows: int, *, most: int = _MOST) -> int:
    return _HEAD + _ROW * max(1, min(n_rows, most))
