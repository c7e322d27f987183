"""The steps of a run: resume what waits, find what is due, answer, render, deliver, remember."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from labelduck import delivery, reports, settings
from labelduck.errors import BadInputError, LabelduckEnvironmentError, LabelduckError, LakeLockedError
from labelduck.publishing import outbox, runs
from labelduck.publishing.due import due_slots, n_attempts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from labelduck.delivery import Destination, Package
    from labelduck.folder import LakeFolder
    from labelduck.publishing.runs import Run
    from labelduck.reports import Document, Report

PAUSES = (1.0, 4.0)
"""Seconds before a delivery is tried again within one run."""

PUBLISHED = "published"
"""Folder of the lake that reports without destinations go to."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How a run ended.

    Attributes:
        report: Its report.
        slot: When it was due; None for a run by hand.
        status: done, failed, skipped or busy.
        detail: Why, or where it went.
        files: What was written into a folder by hand.
        document: The report of a run by hand: its tables and charts.
    """

    report: str
    slot: datetime | None
    status: str
    detail: str = ""
    files: tuple[str, ...] = ()
    document: Document | None = field(default=None, repr=False, compare=False)

    def told(self) -> dict[str, object]:
        """Return how the run ended, as JSON tells it."""
        names = [f.name for f in fields(self) if f.name != "document"]
        return {name: getattr(self, name) for name in names}


def utc_now() -> datetime:
    """Return the time in UTC, without zone as the lake keeps it."""
    return datetime.now(UTC).replace(tzinfo=None)


def run_due(
    folder: LakeFolder,
    names: Sequence[str] = (),
    *,
    clock: Callable[[], datetime] = utc_now,
    pauses: Sequence[float] = PAUSES,
) -> Iterator[Outcome]:
    """Run what is due, report by report, and yield how each slot ended; what fails does not stop the others.

    Args:
        folder: The lake.
        names: Only these reports; else all with a schedule.
        clock: The time, UTC.
        pauses: Seconds before a delivery is tried again.

    Raises:
        BadInputError: A definition cannot be used.
        UsageError: No report is called so.
    """
    known = reports.reports(folder.path)
    chosen = [reports.report(folder.path, name) for name in names] if names else list(known.values())
    for report in chosen:
        if not report.schedule:
            continue
        try:
            with locked(folder.path, report.name):
                yield from _run_slots(folder, report, clock, pauses)
        except LakeLockedError as error:
            yield Outcome(report=report.name, slot=None, status="busy", detail=str(error))


def due_now(
    folder: LakeFolder, names: Sequence[str] = (), *, clock: Callable[[], datetime] = utc_now
) -> list[Outcome]:
    """Return what `run_due` would run, and run nothing."""
    past = runs.read(folder.path)
    return [
        Outcome(report=report.name, slot=slot, status="due")
        for report in reports.reports(folder.path).values()
        if report.schedule and (not names or report.name in names)
        for slot in due_slots(report, [run for run in past if run.report == report.name], clock())
    ]


def run_by_hand(
    folder: LakeFolder,
    report: Report,
    given: Mapping[str, str],
    *,
    out: Path | None,
    formats: Sequence[str] = (),
    is_delivered: bool = False,
    clock: Callable[[], datetime] = utc_now,
    pauses: Sequence[float] = PAUSES,
) -> Outcome:
    """Run a report now: write it into a folder, or deliver it, or both.

    Args:
        folder: The lake.
        report: The definition.
        given: Parameters over its own.
        out: Folder to write into.
        formats: Else those of the definition.
        is_delivered: Whether it goes to its destinations.
        clock: The time, UTC.
        pauses: Seconds before a delivery is tried again.

    Raises:
        LakeLockedError: Another process runs this report.
        LabelduckError: It cannot be answered or written.
    """
    reports.checked(formats)
    with locked(folder.path, report.name):
        started, past = clock(), [run for run in runs.read(folder.path) if run.report == report.name]
        document = reports.answer(folder, report, given, last_run=_last_done(past))
        files = tuple(str(path) for path in reports.write(document, out, formats)) if out else ()
        if not is_delivered:
            return Outcome(report=report.name, slot=None, status="done", files=files, document=document)
        run_id = _run_id(report, started.isoformat(timespec="microseconds"), document.lake_state)
        package = outbox.stage(
            folder.path,
            document,
            run_id=run_id,
            slot=None,
            started_at=started,
            to=report.to,
            formats=formats,
        )
        outcome = _finish(folder.path, report, package, [], clock, pauses)
        return replace(outcome, files=files, document=document)


@contextmanager
def locked(lake: Path, name: str) -> Iterator[None]:
    """Hold the lock of one report.

    Raises:
        LakeLockedError: Another process runs it.
    """
    from filelock import FileLock, Timeout

    try:
        (lake / "runs").mkdir(exist_ok=True)
        lock = FileLock(lake / "runs" / f".report-{name}.lock", timeout=0)
        lock.acquire()
    except Timeout as error:
        raise LakeLockedError(f"report {name}: busy, another process is running it") from error
    except OSError as error:
        if (
            not isinstance(error, PermissionError) and error.errno != 30
        ):  # a lake that may only be read has no runs
            raise LabelduckEnvironmentError(f"{error.filename or lake}: {error.strerror or error}") from error
        yield
        return
    try:
        yield
    finally:
        lock.release()


def _run_slots(
    folder: LakeFolder, report: Report, clock: Callable[[], datetime], pauses: Sequence[float]
) -> Iterator[Outcome]:
    lake = folder.path
    outbox.sweep(lake, report.name)
    past = [run for run in runs.read(lake) if run.report == report.name]
    waiting = outbox.waiting(lake, report.name)
    due = due_slots(report, past, clock())
    handled: set[datetime | None] = set()
    for package in waiting:
        slot = runs.moment(package.slot)
        handled.add(slot)
        if any(run.run_id == package.run_id and run.status == "done" for run in past):
            outbox.remove(package)  # killed between the last line of its history and this one
        elif report.catch_up == "latest" and due and slot is not None and slot < due[-1]:
            yield _superseded(lake, package, clock())
        elif slot is None or slot in due:
            yield _finish(lake, report, package, past, clock, pauses)
    for slot in due:
        if slot not in handled:
            yield _run_slot(folder, report, slot, past, clock, pauses)


def _run_slot(
    folder: LakeFolder,
    report: Report,
    slot: datetime,
    past: Sequence[Run],
    clock: Callable[[], datetime],
    pauses: Sequence[float],
) -> Outcome:
    started = clock()
    begun = {
        "report": report.name,
        "slot": slot,
        "started_at": started,
        "attempt": n_attempts(past, slot) + 1,
    }
    try:
        if not reports.fires(folder, report, report.parameters):
            runs.record_without_files(
                folder.path,
                run_id=_run_id(report, slot.isoformat(), ""),
                ended_at=clock(),
                status="skipped",
                **begun,
            )
            return Outcome(
                report=report.name, slot=slot, status="skipped", detail="its alert returns no rows"
            )
        document = reports.answer(folder, report, {}, last_run=_last_done(past))
        run_id = _run_id(report, slot.isoformat(), document.lake_state)
        package = outbox.stage(
            folder.path, document, run_id=run_id, slot=slot, started_at=started, to=report.to or (PUBLISHED,)
        )
    except (LabelduckError, OSError) as error:
        said = str(error)
        runs.record_without_files(
            folder.path,
            run_id=_run_id(report, slot.isoformat(), ""),
            ended_at=clock(),
            status="failed",
            error=said,
            **begun,
        )
        return Outcome(report=report.name, slot=slot, status="failed", detail=said)
    return _finish(folder.path, report, package, past, clock, pauses)


def _finish(
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


def _superseded(lake: Path, package: Package, now: datetime) -> Outcome:
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


def _last_done(past: Sequence[Run]) -> datetime | None:
    return max((run.started_at for run in past if run.status == "done"), default=None)


def _run_id(report: Report, slot: str, state: str) -> str:
    moment = "".join(c for c in slot if c.isalnum())
    return f"{report.name}@{moment}" + (f"-{state}" if state else "")
