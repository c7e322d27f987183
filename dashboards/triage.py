"""The worklist as a place to work: a page of suspects, keys to decide on them, and how well suspicion does beside it.

A page of suspects is drawn up once and then stays as it is until the reviewer asks for the next one, whatever is decided
meanwhile and however often Streamlit draws the page.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

import streamlit as st

import cards
import db
import pictures_component
import queries
import waiting
from context import context
from routes import DECIDE

if TYPE_CHECKING:
    from filters import Filters

REASONS = ("unclear guideline", "occluded", "too small", "blurred", "label is right, model wrong", "other")
SIZES = (12, 24, 48)
ISSUES = ("missing_label", "wrong_class", "bad_box", "extra_label", "duplicate_label")


def page() -> None:
    """Draw the page."""
    chosen: Filters = st.session_state["filters"]
    st.title("Worklist")
    asked = _choose(chosen)
    main, beside = st.columns([4, 1], gap="large")
    with main:
        _desk(chosen, asked)
    with beside:
        _figures(chosen, asked["reviewer"])


def _choose(chosen: Filters) -> dict[str, Any]:
    """Draw what a reviewer may choose, and return it."""
    who, why, how = st.columns([1.2, 3, 0.8], vertical_alignment="bottom")
    reviewer = who.text_input(
        "Reviewer", key="reviewer", bind="query-params", persist_state="session", placeholder="your name"
    )
    issues = st.pills(
        "Kinds", ISSUES, label_visibility="collapsed", selection_mode="multi", key="issue", bind="query-params", persist_state="session",
        format_func=lambda issue: issue.replace("_", " "),
    )  # fmt: skip
    cause = why.selectbox(
        "Cause", _causes(chosen), index=None, key="cause", bind="query-params", placeholder="all causes"
    )
    size = how.selectbox("A page", SIZES, index=1, key="size", bind="query-params", persist_state="session")
    return {
        "reviewer": (reviewer or "").strip(),
        "issues": tuple(issues),
        "cause": cause,
        "size": size or SIZES[1],
    }


def _causes(chosen: Filters) -> list[str]:
    where = [queries.equals("dataset", chosen.dataset)]
    return [
        row["cause"] for row in db.records(queries.select("suspect_causes", columns=["cause"], where=where))
    ]


@st.fragment
def _desk(chosen: Filters, asked: dict[str, Any]) -> None:
    """Draw one page of suspects; drawn again by itself when the component has something to tell."""
    state = st.session_state
    wanted = (chosen, asked["issues"], asked["cause"], asked["size"])
    is_outdated = _is_empty_no_more() or _is_anothers(asked["reviewer"])
    if state.get("asked") != wanted or state.pop("turn", False) or is_outdated:
        found = waiting.suspects(chosen, **asked)
        state["asked"], state["suspects"], state["drawn_from"] = wanted, found, db.snapshot()
    rows = state["suspects"]
    if not rows:
        _nothing(chosen, asked)
        return
    if state["drawn_from"] != db.snapshot():
        st.info(
            "The lake was built anew. This page still shows the labels as they were; the next page shows those of today."
        )
    data = cards.sitting(cards.suspects(rows), chosen.dataset)
    data |= {"view": "grid", "reasons": REASONS, "classes": _classes(chosen), "api": _api(asked)}
    told = pictures_component.show(data, key="triage")
    if told.next and told.next.split()[0] == data["sitting"]:
        state["turn"] = True
        st.rerun(scope="fragment")


def _is_empty_no_more() -> bool:
    """Tell whether there was nothing to show, and the lake was built since."""
    state = st.session_state
    return not state.get("suspects") and state.get("drawn_from") != db.snapshot()


def _is_anothers(reviewer: str) -> bool:
    """Tell whether suspects are shown again that another reviewer judged; they would measure this one."""
    return any(row.get("reviewer") not in {None, reviewer} for row in st.session_state.get("suspects") or ())


def _classes(chosen: Filters) -> list[str]:
    where = [queries.equals("dataset", chosen.dataset)]
    query = queries.select("classes", columns=["class_name"], where=where, order="class_name", limit=2000)
    return list(dict.fromkeys(row["class_name"] for row in db.records(query, reads_trail=False)))


def _api(asked: dict[str, Any]) -> dict[str, Any]:
    session = st.session_state.setdefault("session", secrets.token_hex(8))
    return {
        "url": DECIDE,
        "token": context().token,
        "reviewer": asked["reviewer"],
        "session": session,
        "is_read_only": context().desk.is_read_only,
    }


def _nothing(chosen: Filters, asked: dict[str, Any]) -> None:
    if waiting.is_build_due(chosen):
        st.warning(
            "A build is due: labels or predictions have changed since the last one. `labelduck build` looks for suspects.",
            icon=":material/construction:",
        )
        return
    if asked["issues"] or asked["cause"]:
        st.success("Nothing of this kind is left to decide.", icon=":material/check_circle:")
        return
    st.success("Nothing waits for a decision.", icon=":material/check_circle:")
    st.write(
        "Suspects come from predictions: `labelduck predictions`, then `labelduck build`. What was decided is done."
    )


def _figures(chosen: Filters, reviewer: str) -> None:
    """Draw how often suspicion was right, how alike the reviewer judges, and whether reviewing may stop."""
    where = [queries.equals("dataset", chosen.dataset)]
    st.markdown("##### So far")
    found = db.records(queries.select("suspicion_precision", where=where, order="issue, model, k desc"))
    whole = {(row["issue"], row["model"]): row for row in reversed(found)}
    shown = [row for row in whole.values() if row["n_judged"]]
    if not shown:
        st.caption("No suspect has been judged yet: how often suspicion is right appears here.")
    for row in shown:
        st.markdown(
            f"**{row['precision']:.0%}** of {row['n_judged']} *{row['issue'].replace('_', ' ')}* were errors "
            f"<span style='opacity:.65'>({row['precision_low']:.0%} to {row['precision_high']:.0%})</span>",
            unsafe_allow_html=True,
        )
    _steadiness(where, reviewer)
    rule = db.records(queries.select("stop_rule", where=[*where, "issue in ('any', 'missing_label')"]))
    st.markdown("##### May we stop?")
    for sentence in dict.fromkeys(row["sentence"] for row in rule):
        st.caption(sentence)


def _steadiness(where: list[str], reviewer: str) -> None:
    """Draw how often the reviewer judged alike what came again, unmarked."""
    mine = [*where, queries.equals("reviewer", reviewer), "n_repeats > 0"]
    for row in db.records(queries.select("decisions_by_reviewer", where=mine)):
        st.markdown(
            f"You judged **{row['n_repeats_agreeing']} of {row['n_repeats']}** repeats as before "
            f"<span style='opacity:.65'>({row['repeat_agreement_low']:.0%} to {row['repeat_agreement_high']:.0%})</span>",
            unsafe_allow_html=True,
            help="Some suspects come a second time, unmarked, long after: that shows how steady judgements are.",
        )
