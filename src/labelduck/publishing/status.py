"""Which scheduled reports are late or failing: the dead man's switch of whoever relies on them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from labelduck import reports, schedule
from labelduck.publishing import runs

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from labelduck.publishing.runs import Run
    from labelduck.reports import Report


@dataclass(frozen=True, kw_only=True)
class Status:
    """How a scheduled report stands.

    Attributes:
        report: Its name.
        schedule: Its cron expression and zone.
        state: ok, late, failing, or new when it has never run.
        last_slot: Last slot that is done or was skipped.
        due_slot: Last slot that there was.
        next_slot: The next one, UTC.
        error: Why the last try failed.
    """

    report: str
    schedule: str
    state: str
    last_slot: datetime | None
    due_slot: datetime | None
    next_slot: datetime | None
    error: str | None

    @property
    def is_well(self) -> bool:
        """Whether nobody has to look."""
        return self.state in {"ok", "new"}


def statuses(lake: Path, now: datetime) -> list[Status]:
    """Return how each scheduled report stands."""
    past = runs.read(lake)
    return [
        _status(report, [run for run in past if run.report == report.name], now)
        for report in reports.reports(lake).values()
        if report.schedule
    ]


def _status(report: Report, past: Sequence[Run], now: datetime) -> Status:
    due = schedule.latest(report.schedule, report.zone, now)
    last = max((run.slot for run in past if run.slot and run.status in {"done", "skipped"}), default=None)
    failed = [run for run in past if run.status == "failed" and (last is None or (run.slot or last) > last)]
    is_missing = due is not None and (last is None or last < due)
    is_late = is_missing and due is not None and now > due + timedelta(minutes=report.late_after_minutes)
    state = "failing" if failed and is_missing else "late" if is_late else "new" if last is None else "ok"
    return Status(
        report=report.name,
        schedule=f"{report.schedule} ({report.zone})",
        state=state,
        last_slot=last,
        due_slot=due,
        next_slot=schedule.following(report.schedule, report.zone, now),
        error=failed[-1].error if failed else None,
    )
