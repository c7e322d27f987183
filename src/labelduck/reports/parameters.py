"""Values that a report is asked with, and the filters that they make."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from labelduck.errors import UsageError
from labelduck.reports.definition import PARAMETERS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from labelduck.reports.definition import Report, Section

LAST_RUN = "last_run"
"""Value of `since` that stands for the end of the report's last run."""

_FILTERS = tuple(name for name in PARAMETERS if name not in {"from", "to", "since"})
_NAMED = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|--[^\n]*|/\*.*?\*/|\$(\w+)", re.DOTALL)


def resolved(report: Report, given: Mapping[str, str], *, last_run: datetime | None) -> dict[str, str]:
    """Return the report's parameters with the given ones over them; empty ones are left out.

    Args:
        report: The definition.
        given: Values that the caller names.
        last_run: When the lake was last told of, for `since = last_run`.

    Raises:
        UsageError: The report knows no such parameter, or a value means nothing.
    """
    known = {*PARAMETERS, *report.parameters}
    if unknown := sorted(given.keys() - known):
        raise UsageError(f"{report.name} has no parameter {unknown[0]!r}; it has {', '.join(sorted(known))}")
    values = {name: value for name, value in {**report.parameters, **given}.items() if value != ""}
    since = values.pop("since", "")
    if since == LAST_RUN:
        since = last_run.isoformat(sep=" ", timespec="microseconds") if last_run else ""
    if since:
        values["from"] = max(since, values["from"]) if "from" in values else since
    for name in ("from", "to"):
        if name in values:
            values[name] = _time(name, values[name])
    if "version" in values and not values["version"].isdecimal():
        raise UsageError(f"version {values['version'][:40]!r} is no number")
    return dict(sorted(values.items()))


def filtered(
    section: Section, columns: Sequence[str], values: Mapping[str, str]
) -> tuple[str, dict[str, Any], list[str]]:
    """Return the query of a section over a view, the values of its `$names`, and the parameters that do not apply.

    Args:
        section: What is asked of a view.
        columns: Columns of the view.
        values: Parameters.
    """
    conditions = [f"({section.where})"] if section.where else []
    used: dict[str, Any] = {}
    unused: list[str] = []
    for name in _FILTERS:
        if name in values and name in columns:
            conditions.append(f"{name} = ${name}")
            used[name] = int(values[name]) if name == "version" else values[name]
        elif name in values:
            unused.append(name)
    for name, sign in (("from", ">="), ("to", "<")):
        if name in values and section.time:
            conditions.append(f'"{section.time}" {sign} ${name}_time::timestamp')
            used[f"{name}_time"] = values[name]
        elif name in values:
            unused.append(name)
    query = f"select * from {section.view}"  # noqa: S608 - a view of ours
    if conditions:
        query += f" where {' and '.join(conditions)}"
    if section.order:
        query += f" order by {section.order}"
    return query, {**used, **_named(section.where, values)}, unused


def of_query(query: str, values: Mapping[str, str]) -> dict[str, Any]:
    """Return the values of the `$names` in a query: null for parameters that are not set."""
    return _named(query, values)


def _named(query: str, values: Mapping[str, str]) -> dict[str, Any]:
    names = {match[1] for match in _NAMED.finditer(query) if match[1] and not match[1].isdecimal()}
    return {name: values.get(name) for name in sorted(names)}


def _time(name: str, value: str) -> str:
    try:
        when = datetime.fromisoformat(value)
    except ValueError as error:
        raise UsageError(f"{name} {value[:40]!r} is no time; write 2026-03-01 or 2026-03-01T12:00") from error
    if when.tzinfo is not None:
        when = when.astimezone(UTC).replace(tzinfo=None)
    return when.isoformat(sep=" ", timespec="microseconds" if when.microsecond else "seconds")
