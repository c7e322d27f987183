"""The SQL console: one query, read-only, within limits; its rows as a table or as pictures."""

from __future__ import annotations

import io
import time
from typing import TYPE_CHECKING, Any

import streamlit as st

import db
import sections
import tables
from context import context
from labelduck.errors import LabelduckError, UsageError

if TYPE_CHECKING:
    import pyarrow as pa

    from filters import Filters

EXAMPLES = {
    "Which labels are probably wrong?": "select issue, suspicion, file_name, class_name, suggested_class, image_id, annotation_id, box\nfrom label_suspects\nlimit 100",
    "Whose boxes are drawn too large?": "select annotator, batch, class_name, component, effect, effect_low, effect_high, said\nfrom box_bias_by_annotator_batch_class\nwhere is_flagged",
    "What does the model take for what?": "select annotation_class, prediction_class, n, annotation_rate\nfrom confusion_by_class_pair\norder by n desc\nlimit 20",
    "Which images do annotators disagree on most?": "select image_id, file_name, percent_agreement, n_class_conflicts\nfrom agreement_by_image\norder by percent_agreement\nlimit 48",
    "The smallest objects": "select image_id, annotation_id, class_name, area\nfrom annotations\norder by area\nlimit 48",
}
ROWS = (100, 1_000, 10_000, 100_000)
SECONDS = (5, 30, 120)


def page() -> None:
    """Draw the page."""
    st.title("SQL console")
    st.caption(
        "One query, read-only. It sees this lake and nothing else; whoever may use it should be a colleague."
    )
    chosen: Filters = st.session_state["filters"]
    main, beside = st.columns([3, 1], gap="large")
    with beside:
        _schema()
    with main:
        _ask(chosen)


def _ask(chosen: Filters) -> None:
    state = st.session_state
    if "q" in st.query_params and state.get("asked_by_address") != st.query_params["q"]:
        state["asked_by_address"] = state["query"] = state["running"] = st.query_params["q"]
    st.selectbox(
        "Example",
        EXAMPLES,
        index=None,
        placeholder="an example to begin with",
        key="example",
        on_change=_take_example,
    )
    text = st.text_area("Query", key="query", height=180, placeholder="from label_suspects limit 100")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        is_run = st.button("Run", type="primary", shortcut="Ctrl+Enter", key="run")
        max_rows = st.selectbox("Rows at most", ROWS, index=1, key="max_rows", width=130)
        seconds = st.selectbox("Seconds at most", SECONDS, index=1, key="seconds", width=150)
        is_plan = st.toggle("Show how it runs", key="plan")
    if is_run:
        state["running"] = text
        st.query_params["q"] = text
        state["asked_by_address"] = text
    if state.get("running"):
        _answer(state["running"], chosen, max_rows=max_rows, seconds=seconds, is_plan=is_plan)


def _take_example() -> None:
    chosen = st.session_state.get("example")
    if chosen:
        st.session_state["query"] = st.session_state["running"] = EXAMPLES[chosen]


def _answer(text: str, chosen: Filters, *, max_rows: int, seconds: int, is_plan: bool) -> None:
    started = time.monotonic()
    try:
        with st.spinner("running …", show_time=True):
            answer = db.ask(text, max_rows=max_rows, seconds=seconds)
            plan = db.plan(text, seconds=seconds) if is_plan else None
    except UsageError as error:
        st.error(str(error), icon=":material/block:")
        return
    took = time.monotonic() - started
    found = answer.rows
    st.caption(f"{found.num_rows:,} rows{' (there are more)' if answer.is_cut else ''} in {took:.2f} s")
    faces = [
        "Rows",
        *(["Pictures"] if {"image_id", "annotation_id"} & set(found.column_names) else []),
        *(["Plan"] if plan else []),
    ]
    face = faces[0]
    if len(faces) > 1:
        face = st.segmented_control(
            "Face", faces, default=face, key="console-face", label_visibility="collapsed", required=True
        )
    if face == "Pictures":
        sections.pictures(found.slice(0, sections.PICTURES).to_pylist(), chosen, key="console")
    elif face == "Plan":
        st.code(plan, language=None)
    else:
        st.dataframe(
            tables.readable(found),
            column_config=tables.configured(found, None),
            hide_index=True,
            key="answer",
            placeholder=tables.NOTHING,
        )
        _downloads(found, text)


def _downloads(found: pa.Table, text: str) -> None:
    with st.container(horizontal=True):
        st.download_button("CSV", lambda: _csv(found), "answer.csv", "text/csv", key="csv", on_click="ignore")
        st.download_button(
            "Parquet",
            lambda: _parquet(found),
            "answer.parquet",
            "application/vnd.apache.parquet",
            key="parquet",
            on_click="ignore",
        )
        if not context().desk.is_read_only:
            _keeping(text)


def _keeping(text: str) -> None:
    """Let the query be kept as a report, that `labelduck report run` and schedules know."""
    with st.popover("Save as report", key="keeping"), st.form("keep", border=False):
        title = st.text_input("What it is about", key="keep-title", placeholder="a line for the heading")
        name = st.text_input("Name", key="keep-name", placeholder="letters, digits, - and _")
        if not st.form_submit_button("Save"):
            return
        try:
            path = db.keep_as_report(text, name=name.strip(), title=title)
        except LabelduckError as error:
            st.error(str(error), icon=":material/block:")
        else:
            st.success(f"`{path}`: `labelduck report run {name.strip()}` makes it.", icon=":material/check:")


def _csv(found: pa.Table) -> bytes:
    import pyarrow.csv as pc

    made = io.BytesIO()
    pc.write_csv(tables.flat(found), made)
    return made.getvalue()


def _parquet(found: pa.Table) -> bytes:
    import pyarrow.parquet as pq

    made = io.BytesIO()
    pq.write_table(found, made, compression="zstd")
    return made.getvalue()


def _schema() -> None:
    """Draw what can be asked, searched by word."""
    st.markdown("**What can be asked**")
    word = st.text_input(
        "Search",
        key="schema-word",
        placeholder="a word of its name or text",
        label_visibility="collapsed",
    )
    found = [d for d in db.described().values() if _holds(d, word)]
    shown = st.selectbox(
        "View or table",
        [d.name for d in found],
        index=None,
        key="schema-view",
        placeholder=f"{len(found)} views and tables",
    )
    described = db.describe(shown) if shown else None
    if described is None:
        st.caption("Choose one to see its columns. `from NAME` shows its rows.")
        return
    st.caption(described.question)
    st.code(f"from {described.name}\nlimit 100", language="sql")
    told: list[dict[str, Any]] = [
        {"column": name, "meaning": text} for name, text in described.columns.items()
    ]
    st.dataframe(told, hide_index=True, key="schema-columns")


def _holds(described: db.Described, word: str | None) -> bool:
    text = f"{described.name} {described.question} {' '.join(described.columns)}".lower()
    return all(part in text for part in (word or "").lower().split())
