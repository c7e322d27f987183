"""A report's sections, asked: from a definition and a lake to a document."""

from __future__ import annotations

import hashlib
import re
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from labelduck import catalog, manifests, resources
from labelduck.charts.bars import sentences
from labelduck.errors import UsageError
from labelduck.reports import parameters
from labelduck.reports.asking import asked
from labelduck.reports.document import Answer, Dataset, Document
from labelduck.reports.drawing import drawn
from labelduck.reports.earlier import at_version
from labelduck.state import lake_state
from labelduck.version import __version__

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import duckdb
    import pyarrow as pa

    from labelduck.folder import LakeFolder
    from labelduck.reports.definition import Report, Section

_KEY_LENGTH = 28  # of a section's name in files and sheets, of which Excel allows 31 letters


def answer(
    folder: LakeFolder, report: Report, given: Mapping[str, str], *, last_run: datetime | None = None
) -> Document:
    """Return a report with its answers; the lake is only read.

    Args:
        folder: The lake.
        report: What is asked.
        given: Parameters over the report's own.
        last_run: State of the lake that the report last told of, for `since = last_run`.

    Raises:
        UsageError: A parameter, view, column or query means nothing.
    """
    values = parameters.resolved(report, given, last_run=last_run)
    heads = [m for m in manifests.heads(folder.path) if values.get("dataset", m.dataset) == m.dataset]
    if "dataset" in values and not heads:
        known = ", ".join(manifests.datasets(folder.path)) or "none"
        raise UsageError(f"no dataset {values['dataset']!r} in {folder.path}; there is {known}")
    if "version" not in values or any(m.version == int(values["version"]) for m in heads):
        return _document(folder, report, values, heads)
    version = _recorded(folder.path, heads, int(values["version"]))
    with at_version(folder, version) as past:
        return _document(past, report, values, [version])


def _document(
    folder: LakeFolder, report: Report, values: dict[str, str], heads: Sequence[manifests.Manifest]
) -> Document:
    state, keys = lake_state(folder), _keys(report.sections)

    def answered(connection: duckdb.DuckDBPyConnection, asked_for: tuple[Section, str]) -> Answer:
        return _answered(connection, *asked_for, values)

    answers = tuple(asked(folder, list(zip(report.sections, keys, strict=True)), answered))
    return Document(
        report=report,
        parameters=values,
        answers=answers,
        lake_state=state,
        as_of=last_change(folder.path),
        datasets=tuple(Dataset(name=m.dataset, version=m.version, created_at=m.created_at) for m in heads),
        catalogue=_catalogue(),
        labelduck_version=__version__,
    )


def _recorded(lake: Path, heads: Sequence[manifests.Manifest], version: int) -> manifests.Manifest:
    """Return an earlier version of the dataset that a report is asked of."""
    if len(heads) != 1:
        names = ", ".join(m.dataset for m in heads) or "no dataset"
        raise UsageError(f"version {version} of which dataset? name one, of {names}")
    dataset, newest = heads[0].dataset, heads[0].version
    if version not in manifests.versions(lake, dataset):
        raise UsageError(
            f"{dataset} has no version {version}; it has 1 to {newest}: `labelduck version list`"
        )
    return manifests.read(lake, dataset, version)


def fires(folder: LakeFolder, report: Report, values: Mapping[str, str]) -> bool:
    """Tell whether the alert of a report returns rows; one without an alert always does.

    Raises:
        UsageError: The query is wrong.
    """
    if not report.alert:
        return True
    with closing(folder.connect()) as connection:
        table, _ = _rows(connection, report.alert, parameters.of_query(report.alert, values), 1, "alert")
    return bool(table.num_rows)


def last_change(lake: Path) -> datetime:
    """Return when a lake last changed (UTC): its newest version, or the newest line of what was decided on it."""
    times = [_moment(m.created_at) for m in manifests.heads(lake)]
    for path in sorted(lake.glob("decisions/*.jsonl")):
        found = re.findall(rb'"decided_at": ?"([^"]+)"', path.read_bytes())
        times += [_moment(max(found).decode("ascii", "replace"))] if found else []
    return max(times, default=datetime(1970, 1, 1, tzinfo=UTC).replace(tzinfo=None))


def _moment(text: str) -> datetime:
    when = datetime.fromisoformat(text)
    return when.astimezone(UTC).replace(tzinfo=None) if when.tzinfo else when


def _answered(
    connection: duckdb.DuckDBPyConnection, section: Section, key: str, values: Mapping[str, str]
) -> Answer:
    comments: dict[str, str] = {}
    unused: list[str] = []
    if section.view:
        comments = _comments(connection, section)
        query, bound, unused = parameters.filtered(section, list(comments), values)
    else:
        query, bound = section.sql, parameters.of_query(section.sql, values)
    table, is_cut = _rows(connection, query, bound, section.limit, f"section {section.title!r}")
    for column in section.columns:
        if column not in table.column_names:
            raise UsageError(
                f"section {section.title!r}: no column {column!r}; there is {', '.join(table.column_names)}"
            )
    charts, of_charts = drawn(section, table)
    return Answer(
        section=section,
        key=key,
        table=table,
        is_cut=is_cut,
        comments=comments,
        sql=_told(query, bound),
        charts=charts,
        note=sentences(
            f"Only the first {section.limit:,} rows were read." if is_cut else "",
            of_charts,
            f"Not filtered by {', '.join(unused)}: it has no such column." if unused else "",
        ),
    )


def _rows(
    connection: duckdb.DuckDBPyConnection, query: str, bound: Mapping[str, Any], limit: int, what: str
) -> tuple[pa.Table, bool]:
    """Return the first rows of a query, and whether there are more."""
    import duckdb

    try:
        statements = connection.extract_statements(query)
        if len(statements) != 1 or statements[0].type.name not in {"SELECT", "SELECT_STATEMENT"}:
            raise UsageError(f"{what}: is not one query; a report only asks")
        relation = connection.sql(query, params=dict(bound) or None)
        table = relation.limit(limit + 1).to_arrow_table()
    except duckdb.Error as error:
        raise UsageError(f"{what}: {type(error).__name__}: {error}") from error
    return table.slice(0, limit), table.num_rows > limit


def _comments(connection: duckdb.DuckDBPyConnection, section: Section) -> dict[str, str]:
    found = connection.execute(
        "select column_name, coalesce(comment, '') from duckdb_columns() "
        "where database_name = 'lake' and table_name = ? order by column_index",
        [section.view],
    ).fetchall()
    if not found:
        raise UsageError(f"section {section.title!r}: no view {section.view!r}; `labelduck views` lists them")
    return dict(found)


def _told(query: str, bound: Mapping[str, Any]) -> str:
    """Return a query with its parameters filled in, so that a reader can run it."""
    for name, value in sorted(bound.items(), key=lambda item: -len(item[0])):
        written = (
            "null" if value is None else value if isinstance(value, int) else catalog.literal(str(value))
        )
        query = query.replace(f"${name}", str(written))
    return query


def _keys(sections: Sequence[Section]) -> list[str]:
    """Return a name for each section that no other has."""
    keys: list[str] = []
    for section in sections:
        words = re.sub(r"[^a-z0-9]+", "_", (section.view or section.title).lower()).strip("_")
        name = words[:_KEY_LENGTH].rstrip("_") or "answer"
        keys.append(next(k for k in (name, *(f"{name}_{i}" for i in range(2, 1000))) if k not in keys))
    return keys


def _catalogue() -> str:
    digest = hashlib.sha256()
    for path in sorted(resources.folder("sql").rglob("*.sql")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]
