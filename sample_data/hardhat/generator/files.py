"""Small things that all writers share: compact JSON, CSV, numbers without needless zeros."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Files = dict[str, bytes]
"""Contents by path below the hardhat folder."""


def json_rows(head: Mapping[str, object], rows: Mapping[str, Iterable[object]]) -> bytes:
    """Return a JSON object whose lists stand one entry a line, so that differences can be read."""
    parts = [f"{json.dumps(key)}: {json.dumps(value)}" for key, value in head.items()]
    for key, entries in rows.items():
        parts.append(f"{json.dumps(key)}: [\n" + ",\n".join(map(compact, entries)) + "\n]")
    return ("{" + ",\n".join(parts) + "}\n").encode()


def json_list(entries: Iterable[object]) -> bytes:
    """Return a JSON list, one entry a line."""
    return ("[\n" + ",\n".join(map(compact, entries)) + "\n]\n").encode()


def compact(value: object) -> str:
    """Return JSON without spaces."""
    return json.dumps(tidy(value), separators=(",", ":"))


def tidy(value: object) -> object:
    """Return a JSON value whose whole floats are integers."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {key: tidy(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [tidy(inner) for inner in value]
    return value


def csv_table(rows: Iterable[Mapping[str, object]], columns: Iterable[str] | None = None) -> bytes:
    """Return a CSV file with a header; None is empty, times are ISO 8601 in UTC."""
    rows = list(rows)
    names = list(columns or rows[0])
    text = io.StringIO()
    writer = csv.DictWriter(text, names, lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: cell(row[name]) for name in names} for row in rows)
    return text.getvalue().encode()


def cell(value: object) -> object:
    """Return a CSV cell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dt.datetime):
        return iso(value)
    if isinstance(value, float):
        return number(value)
    return value


def iso(moment: dt.datetime) -> str:
    """Return a time as 2025-03-03T08:00:00Z."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def number(value: float) -> str:
    """Return a number as short as its value allows."""
    return repr(tidy(float(value)))
