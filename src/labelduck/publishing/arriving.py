"""From the outbox to every destination: tried again, written down, remembered."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from labelduck import delivery, reports, settings
from labelduck.errors import BadInputError, LabelduckEnvironmentError, LabelduckError
from labelduck.publishing import outbox, runs
from labelduck.publishing.due import n_attempts
from labelduck.publishing.outcome import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from pathlib import Path

    from labelduck.delivery import Destination, Package
    from labelduck.publishing.runs import Run
    from labelduck.reports import Report

PAUSES = (1.0, 4.0)
"""Seconds before a delivery is tried again within one run."""

PUBLISHED = "published"
"""Folder of the lake that reports without destinations go to."""


def finish(
    lake: Path,
    report: Report,
    package: Package,
    past: Sequence[Run],
    clock: Callable[[], datetime],
    pauses: Sequence[float],
) -> Outcome:
    """Bring a package to where it is not yet, and remember how that went."""
    slot = runs.moment(package.slot)
    attempt = n_attempts(past, slot) + 1
    errors: list[str] = []
    for name in package.to or (PUBLISHED,):
        if name not in outbox.delivered(package):
            try:
                _deliver(package, _destination(lake, name), pauses)
                outbox.note(package, name)
            except (LabelduckError, OSError) as error:
                errors.append(str(error))
    arrived = outbox.delivered(package)
    status = "failed" if errors else "done"
    said = {"error": "; ".join(errors)} if errors else {}
    runs.record(lake, package, ended_at=clock(), delivered_to=arrived, status=status, attempt=attempt, **said)
    if not errors or attempt >= report.attempts or slot is None:
        outbox.remove(package)
    detail = "; ".join(errors) if errors else f"to {', '.join(arrived)}"
    return Outcome(report=report.name, slot=slot, status=status, detail=detail)


def superseded(lake: Path, package: Package, now: datetime) -> Outcome:
    """Take a package out of the outbox that a later slot stands for, and remember that."""
    detail = "a later slot is due, and only the latest is caught up with"
    runs.record(
        lake,
        package,
        ended_at=now,
        delivered_to=outbox.delivered(package),
        status="skipped",
        attempt=1,
        error=detail,
    )
    outbox.remove(package)
    return Outcome(report=package.report, slot=runs.moment(package.slot), status="skipped", detail=detail)


def _deliver(package: Package, target: Destination, pauses: Sequence[float]) -> None:
    for pause in pauses:
        try:
            delivery.deliver(package, target)
        except LabelduckEnvironmentError:
            time.sleep(pause)
        else:
            return
    delivery.deliver(package, target)


def _destination(lake: Path, name: str) -> Destination:
    tables, path = reports.destinations(lake), lake / settings.FILE_NAME
    if name == PUBLISHED and name not in tables:
        return delivery.destination(name, {"kind": "folder", "path": PUBLISHED}, path=path)
    if name not in tables:
        raise BadInputError(path, f"destinations.{name}", f"lacks; there is {', '.join(tables) or 'none'}")
    return delivery.destination(name, tables[name], path=path)
