"""The sheet of a worklist: a row a suspect, with columns for what a reviewer decides."""

from __future__ import annotations

import csv
import hashlib
import json
import math
from typing import TYPE_CHECKING, Any

from labelduck import decisions
from labelduck.errors import BadInputError, UsageError
from labelduck.schema.decided import DECISIONS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SHEET = "worklist.csv"
ANSWERS = ("decision", "reason", "reviewer", "lead", "new_class")
"""Columns that a reviewer fills in, beside the corners of a new box."""

CORNERS = ("x_min", "y_min", "x_max", "y_max")
_BOXES = ("box", "suggested_box")


def write(path: Path, suspects: list[dict[str, Any]]) -> None:
    """Write suspects, and empty columns for what a reviewer decides."""
    corners = [f"new_{corner}" for corner in CORNERS]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer: csv.DictWriter[str] | None = None
        for row in suspects:
            flat = {name: value for name, value in row.items() if name not in _BOXES}
            for name in _BOXES:
                flat |= {f"{name}_{corner}": (row[name] or {}).get(corner) for corner in CORNERS}
            whole = dict.fromkeys((*ANSWERS, *corners)) | flat
            if writer is None:
                writer = csv.DictWriter(file, list(whole))
                writer.writeheader()
            writer.writerow(whole)


def decided(
    path: Path, number: int, row: Mapping[str, Any], *, reviewer: str | None, lead: str | None
) -> dict[str, Any]:
    """Return the decision in a row of the sheet."""
    given = {name: str(value).strip() for name, value in row.items() if str(value or "").strip()}
    shown = seen(path, number, given)
    told: dict[str, Any] = {name: given[name] for name in DECISIONS.keys() & given.keys()}
    told |= {"suspicion": shown["suspicion"], "version": shown["version"], "box": shown["box"]}
    if shown["issue"] == "missing_label":
        told |= {"class_name": given.get("suggested_class"), "box": shown["suggested_box"]}
    told |= {"new_box": _box(path, number, given, "new_"), "source": str(path)}
    told = {"reviewer": reviewer, "lead": lead, "tool": "csv"} | told
    told.pop("decision_id", None)
    identity = {name: value for name, value in told.items() if name not in {"source", "tool", "decided_at"}}
    digest = hashlib.sha256(json.dumps(identity, sort_keys=True).encode())
    try:
        return decisions.completed(told | {"decision_id": digest.hexdigest()[:32]})
    except UsageError as error:
        raise BadInputError(path, f"row {number}", f"{error}; no decision was taken") from error


def seen(path: Path, number: int, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a row of the sheet showed the reviewer."""
    version = _number(path, number, "version", row.get("version"))
    return {
        "issue": row.get("issue"),
        "field": row.get("field") or None,
        "annotation_id": row.get("annotation_id") or None,
        "class_name": row.get("class_name") or None,
        "suggested_class": row.get("suggested_class") or None,
        "suspicion": _number(path, number, "suspicion", row.get("suspicion")),
        "version": None if version is None else int(version),
        "box": _box(path, number, row, "box_"),
        "suggested_box": _box(path, number, row, "suggested_box_"),
    }


def _box(path: Path, number: int, row: Mapping[str, Any], prefix: str) -> dict[str, float] | None:
    values = {corner: _number(path, number, prefix + corner, row.get(prefix + corner)) for corner in CORNERS}
    known = {corner: value for corner, value in values.items() if value is not None}
    if known and len(known) < len(CORNERS):
        raise BadInputError(path, f"row {number}", f"{prefix}{CORNERS[0]} ... need four numbers, or none")
    return known or None


def _number(path: Path, number: int, name: str, value: object) -> float | None:
    if value is None or not str(value).strip():
        return None
    try:
        told = float(str(value))
    except ValueError:
        told = math.nan
    if not math.isfinite(told):
        raise BadInputError(path, f"row {number}: {name}", f"{str(value)[:40]!r} is no number")
    return told
