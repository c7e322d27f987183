"""What ran when, as `runs/reports*.jsonl` remembers it."""

from __future__ import annotations

import json
import socket
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from labelduck import journal

if TYPE_CHECKING:
    from pathlib import Path

    from labelduck.delivery import Package

HISTORY = "report_runs"


@dataclass(frozen=True, kw_only=True)
class Run:
    """One line of the history that says how a run ended.

    Attributes:
        run_id: The run.
        report: Its report.
        slot: When it was due; None for a run by hand.
        started_at: When it started.
        ended_at: When it ended.
        status: done, failed or skipped.
        attempt: 1 for the first try.
        error: Why it failed.
    """

    run_id: str
    report: str
    slot: datetime | None
    started_at: datetime
    ended_at: datetime
    status: str
    attempt: int
    error: str | None


def read(lake: Path) -> list[Run]:
    """Return all runs, the oldest first; half lines are passed over."""
    found: list[Run] = []
    for path in sorted(lake.glob("runs/reports*.jsonl")):
        for line in path.read_bytes().split(b"\n"):
            with suppress(ValueError, KeyError, TypeError):
                found.append(_run(json.loads(line)))
    return sorted(found, key=lambda run: run.ended_at)


def record(lake: Path, package: Package, *, ended_at: datetime, delivered_to: list[str], **rest: Any) -> None:  # noqa: ANN401
    """Add the end of a run that was rendered; `rest` is status, attempt and, of a failure, error."""
    dataset, version = package.datasets[0] if len(package.datasets) == 1 else (None, None)
    _append(
        lake,
        run_id=package.run_id,
        report=package.report,
        slot=moment(package.slot),
        started_at=moment(package.started_at),
        ended_at=ended_at,
        dataset=dataset,
        version=version,
        lake_state=package.lake_state,
        formats=list(package.formats),
        n_rows=package.n_rows,
        artefacts=list(package.files),
        delivered_to=delivered_to,
        **rest,
    )


def record_without_files(lake: Path, **row: Any) -> None:  # noqa: ANN401 - columns of the history
    """Add the end of a run that rendered nothing: it failed before, or was skipped."""
    _append(lake, **row)


def moment(text: str) -> datetime | None:
    """Return a time as it was written, None for none."""
    return datetime.fromisoformat(text) if text else None


def _append(lake: Path, **row: Any) -> None:  # noqa: ANN401 - columns of the history
    journal.append(lake, HISTORY, [{"host": socket.gethostname(), **row}])


def _run(row: dict[str, Any]) -> Run:
    return Run(
        run_id=row["run_id"],
        report=row["report"],
        slot=moment(row.get("slot") or ""),
        started_at=datetime.fromisoformat(row["started_at"]),
        ended_at=datetime.fromisoformat(row["ended_at"]),
        status=row["status"],
        attempt=int(row.get("attempt") or 1),
        error=row.get("error"),
    )
