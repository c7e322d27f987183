"""The steps of a run: resume what waits, find what is due, answer, render, deliver, remember."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from labelduck import building, reports
from labelduck.errors import (
    LabelduckEnvironmentError,
    LabelduckError,
    LakeLockedError,
    UsageError,
)
from labelduck.publishing import outbox, runs
from labelduck.publishing.arriving import PAUSES, PUBLISHED, finish, superseded
from labelduck.publishing.due import due_slots, n_attempts
from labelduck.publishing.outcome import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from labelduck.folder import LakeFolder
    from labelduck.publishing.runs import Run
    from labelduck.reports import Report


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
    with locked(folder.path, report.name) as may_write:
        started, past = clock(), [run for run in runs.read(folder.path) if run.report == report.name]
        if may_write:
            building.catch_up(folder)
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
        outcome = finish(folder.path, report, package, [], clock, pauses)
        return replace(outcome, files=files, document=document)


@contextmanager
def locked(lake: Path, name: str) -> Iterator[bool]:
    """Hold the lock of one report; give whether the lake may be written.

    Raises:
        LakeLockedError: Another process runs it.
        UsageError: There is no lake.
    """
    from filelock import FileLock, Timeout

    if not (lake / "tables").is_dir():
        raise UsageError(f"{lake}: no lake here; `labelduck import` or `labelduck evaluate` makes one")
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
        yield False
        return
    try:
        yield True
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
            yield superseded(lake, package, clock())
        elif slot is None or slot in due:
            yield finish(lake, report, package, past, clock, pauses)
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
        building.catch_up(folder)
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
    return finish(folder.path, report, package, past, clock, pauses)


def _last_done(past: Sequence[Run]) -> datetime | None:
    return max((run.started_at for run in past if run.status == "done"), default=None)


def _run_id(report: Report, slot: str, state: str) -> str:
    moment = "".join(c for c in slot if c.isalnum())
    return f"{report.name}@{moment}" + (f"-{state}" if state else "")
