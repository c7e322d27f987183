"""Which slots of a report are due, by its schedule and what ran: a pure function of both."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from labelduck import schedule

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from labelduck.publishing.runs import Run
    from labelduck.reports import Report

MOST = 1000
"""Slots that `catch_up = "all"` makes up for at once, the newest."""


def due_slots(report: Report, runs: Sequence[Run], now: datetime) -> list[datetime]:
    """Return the slots that are due now, the oldest first.

    A report that never ran is due for its last slot, so that a new one is seen at once. After an outage `latest` takes the
    last slot alone, `all` every one that was missed. A slot that failed is due again after 1, 2, 4, ... minutes, until it was
    tried as often as the report says.

    Args:
        report: Definition with a schedule.
        runs: All runs of the report.
        now: The time, UTC.
    """
    finished = {run.slot for run in runs if run.slot and _is_finished(run, report)}
    last = max(finished, default=None)
    latest = schedule.latest(report.schedule, report.zone, now)
    failed = {run.slot for run in runs if run.slot and run.status == "failed"} - finished
    if report.catch_up == "latest" or last is None:
        slots = {latest} if latest and (last is None or latest > last) else set()
    else:
        slots = failed | {*schedule.between(report.schedule, report.zone, last, now, most=MOST)}
    waiting = {run.slot for run in runs if run.status == "failed" and now < run.ended_at + pause(run.attempt)}
    return sorted(slots - finished - waiting)


def pause(attempt: int) -> timedelta:
    """Return how long a slot waits after a failed try."""
    return timedelta(minutes=2 ** min(attempt - 1, 10))


def n_attempts(runs: Sequence[Run], slot: datetime | None) -> int:
    """Return how often a slot was tried and failed."""
    return sum(run.status == "failed" and run.slot == slot for run in runs)


def _is_finished(run: Run, report: Report) -> bool:
    return run.status in {"done", "skipped"} or (run.status == "failed" and run.attempt >= report.attempts)
