"""What the whole dashboard looks at: chosen beside the pages, kept in the address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

import db
import queries

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

DATE_COLUMNS = ("week", "day", "decided_at", "happened_at", "created_at", "changed_at", "reviewed_at")
CLASS_COLUMNS = ("class_name", "annotation_class", "class_meant")


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What is looked at; empty means all, for `version` the newest and for `compare` the one before."""

    dataset: str | None = None
    splits: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    annotators: tuple[str, ...] = ()
    batches: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    version: int | None = None
    compare: int | None = None

    def conditions(self, columns: Collection[str]) -> list[str]:
        """Return the conditions that a view with these columns can be held to."""
        found = [queries.equals("dataset", self.dataset)] if self.dataset and "dataset" in columns else []
        for names, values in (
            (("split",), self.splits),
            (CLASS_COLUMNS, self.classes),
            (("annotator",), self.annotators),
            (("batch",), self.batches),
        ):
            column = next((name for name in names if name in columns), None)
            if values and column:
                found.append(queries.among(column, values))
        column = next((name for name in DATE_COLUMNS if name in columns), None)
        if column and self.since:
            found.append(f"{column} >= {queries.literal(self.since)}")
        if column and self.until:
            found.append(f"{column}::date <= {queries.literal(self.until)}")
        return found

    def unmet(self, columns: Collection[str]) -> list[str]:
        """Return the words of what was chosen and does not apply to a view with these columns."""
        asked = {
            "split": (("split",), self.splits),
            "class": (CLASS_COLUMNS, self.classes),
            "annotator": (("annotator",), self.annotators),
            "batch": (("batch",), self.batches),
            "dates": (DATE_COLUMNS, (self.since or self.until,) if self.since or self.until else ()),
        }
        return [word for word, (names, values) in asked.items() if values and not set(names) & set(columns)]


def choose() -> Filters:
    """Draw the filters and return what is chosen."""
    with st.sidebar:
        dataset = st.selectbox(
            "Dataset", _datasets(), key="dataset", bind="query-params", persist_state="session"
        )
        with st.expander("Filters", expanded=_are_set()):
            splits = _several("Split", "split", dataset)
            classes = _several("Class", "class_name", dataset)
            annotators = _several("Annotator", "annotator", dataset)
            batches = _several("Batch", "batch", dataset)
            since = st.date_input("From", None, key="since", bind="query-params", persist_state="session")
            until = st.date_input("Until", None, key="until", bind="query-params", persist_state="session")
            version, compare = _two_versions(dataset)
    return Filters(
        dataset=dataset,
        version=version,
        compare=compare,
        splits=splits,
        classes=classes,
        annotators=annotators,
        batches=batches,
        since=since,
        until=until,
    )


def _several(label: str, column: str, dataset: str | None) -> tuple[str, ...]:
    options = _values(column, dataset)
    return tuple(
        st.multiselect(
            label, options, key=column, bind="query-params", persist_state="session", disabled=not options
        )
    )


def _two_versions(dataset: str | None) -> tuple[int | None, int | None]:
    """Draw which two versions are compared, where there are several; return their numbers."""
    where = [queries.equals("dataset", dataset)]
    found = db.records(
        queries.select("versions", columns=("version", "name"), where=where, order="version desc"),
        reads_trail=False,
    )
    if len(found) < 2:
        return None, None
    names = {str(row["version"]): f"{row['version']} {row['name'] or ''}".strip() for row in found}
    chosen = [
        st.selectbox(
            label, names, index=None, key=key, bind="query-params", persist_state="session",
            format_func=names.__getitem__, placeholder=placeholder,
        )
        for label, key, placeholder in (
            ("Version", "version", "the newest"),
            ("Compared with", "compare", "the version before"),
        )
    ]  # fmt: skip
    version, compare = (int(one) if one else None for one in chosen)
    return version, compare


def _are_set() -> bool:
    return any(st.query_params.get(name) for name in _IN_ADDRESS)


_IN_ADDRESS = ("split", "class_name", "annotator", "batch", "since", "until", "version", "compare")


def _datasets() -> list[str]:
    if not db.snapshot():
        return []
    query = "select distinct dataset from images order by all"
    return [row["dataset"] for row in db.records(query, reads_trail=False)]


def _values(column: str, dataset: str | None) -> list[str]:
    if dataset is None:
        return []
    table = {"split": "images", "class_name": "classes"}.get(column, "annotations")
    query = f"select distinct {column} from {table} where {queries.equals('dataset', dataset)} and {column} is not null order by all"
    return [row[column] for row in db.records(query, reads_trail=False)]
