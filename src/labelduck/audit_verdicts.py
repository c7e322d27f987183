"""What reviewers say of the labels that an audit drew: read from a table, checked, added to the lake; nothing is overwritten."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from labelduck import schema, storage
from labelduck.errors import BadInputError
from labelduck.importers import tabular, values

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from labelduck.folder import LakeFolder

DECISIONS = ("confirm", "fix", "reject", "skip", "escalate")
ISSUES = ("wrong_class", "bad_box", "extra_label", "duplicate_label", "missing_label")
_TEXTS = ("audit_id", "image_id", "annotation_id", "prediction_id", "issue", "decision", "reason", "reviewer")


def read(path: Path) -> list[dict[str, Any]]:
    """Return the verdicts of a CSV, JSON, JSON lines or Parquet file, one a row; rows without a decision are left out.

    Columns: dataset, audit_id, image_id, annotation_id, decision, and where there is something to say issue, n_errors, reason,
    reviewer, decided_at. Others are left alone.

    Raises:
        BadInputError: The file cannot be read, or a verdict cannot be understood.
    """
    table = tabular.read(path)
    if missing := {"decision", "audit_id"} - set(table.column_names):
        raise BadInputError(
            path, "", f"has no column {min(missing)}; fill in what `labelduck audit draw` wrote"
        )
    columns = {}
    for name in ("dataset", *_TEXTS):
        if name in table.column_names:
            columns[name] = values.to_text(table[name].combine_chunks())[0].to_pylist()
    for name, parse in (("n_errors", values.to_whole), ("decided_at", values.to_time)):
        if name in table.column_names:
            parsed, refused = parse(table[name].combine_chunks())
            if len(refused):
                raise BadInputError(
                    path, f"row {int(refused[0]) + 1}", f"{name} cannot be read; see the other rows"
                )
            columns[name] = parsed.to_pylist()
    rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    return [_checked(path, number, row) for number, row in enumerate(rows, 1) if row["decision"]]


def record(folder: LakeFolder, verdicts: Sequence[dict[str, Any]], *, source: Path | str = "verdicts") -> int:
    """Add verdicts to the lake.

    Args:
        folder: The lake's.
        verdicts: Rows as `read` gives them.
        source: Where they come from, for messages.

    Returns:
        Number of verdicts added.

    Raises:
        BadInputError: A verdict is of something that the audit did not draw; none is added then.
    """
    now = datetime.now(UTC).replace(tzinfo=None)
    with folder.writing():
        drawn = _drawn(folder)
        by_dataset: dict[str, list[dict[str, Any]]] = {}
        for number, verdict in enumerate(verdicts, 1):
            row = _checked(source, number, verdict)
            key = (row.get("audit_id"), row.get("image_id") if not row.get("annotation_id") else None)
            place = drawn.get((*key, row.get("annotation_id")))
            if place is None:
                said = row.get("annotation_id") or row.get("image_id")
                raise BadInputError(source, f"row {number}", f"{row.get('audit_id')} did not draw {said!r}")
            dataset, image_id = place
            row |= {"image_id": image_id, "decided_at": row.get("decided_at") or now}
            by_dataset.setdefault(dataset, []).append(row)
        for dataset, rows in by_dataset.items():
            _write(folder, dataset, rows)
    return len(verdicts)


def _drawn(folder: LakeFolder) -> dict[tuple[str | None, ...], tuple[str, str]]:
    connection = folder.connect()
    try:
        rows = connection.execute(
            "select dataset, audit_id, image_id, annotation_id from audits where is_drawn"
        ).fetchall()
    finally:
        connection.close()
    return {
        (audit_id, None if annotation_id else image_id, annotation_id): (dataset, image_id)
        for dataset, audit_id, image_id, annotation_id in rows
    }


def _checked(path: Path | str, number: int, row: dict[str, Any]) -> dict[str, Any]:
    place = f"row {number}"
    if row.get("decision") not in DECISIONS:
        raise BadInputError(
            path, place, f"decision {row.get('decision')!r}; known are {', '.join(DECISIONS)}"
        )
    issue = row.get("issue") or None
    if issue is not None and issue not in ISSUES:
        raise BadInputError(path, place, f"issue {issue!r}; known are {', '.join(ISSUES)}")
    is_image = not row.get("annotation_id")
    if is_image and row["decision"] in ("confirm", "fix"):
        if issue not in (None, "missing_label"):
            raise BadInputError(
                path, place, f"an image is searched for missing labels; {issue} is of an annotation"
            )
        issue = "missing_label"
    if not is_image and issue == "missing_label":
        raise BadInputError(path, place, "missing_label is of an image; leave annotation_id empty")
    n_errors = row.get("n_errors")
    if n_errors is not None and n_errors < 0:
        raise BadInputError(path, place, f"n_errors {n_errors}; errors are counted from 0")
    return {**row, "issue": issue, "annotation_id": row.get("annotation_id") or None}


def _write(folder: LakeFolder, dataset: str, rows: list[dict[str, Any]]) -> None:
    columns = schema.TABLES["audit_verdicts"].remove_metadata()
    kept = [{name: row.get(name) for name in columns.names if name != "dataset"} for row in rows]
    table = pa.Table.from_pylist([{"dataset": dataset, **row} for row in kept], schema=columns)
    writer = storage.TableWriter(folder.path, "audit_verdicts", dataset=dataset)
    try:
        writer.write(table)
        writer.close()
    finally:
        writer.discard()
