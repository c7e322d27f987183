"""`labelduck report`: write reports, run those that are due, and see whether they do."""

from __future__ import annotations

import shutil
import sys
import tempfile
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from labelduck.cli import narration, output
from labelduck.errors import LabelduckEnvironmentError, UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence

    from labelduck.lake import Lake
    from labelduck.publishing import Outcome

_ACTIONS = ("list", "run", "due", "status", "schedule")
_BAD = ("failed", "busy")


def arguments(command: argparse.ArgumentParser) -> None:
    """Add the words of the command."""
    command.add_argument(
        "action",
        nargs="?",
        choices=_ACTIONS,
        default="list",
        help="list: what there is (default); run: write now; due: run what the schedules ask for; "
        "status: exit 1 where a report is late or failing; schedule: print a unit that runs `due`",
    )
    command.add_argument("names", nargs="*", metavar="NAME", help="reports")
    command.add_argument("--all", action="store_true", help="run: every report")
    command.add_argument(
        "--out",
        metavar="DIR",
        help="run: folder to write into (default: reports); - prints Markdown or another text",
    )
    command.add_argument(
        "--format",
        action="append",
        default=[],
        metavar="F",
        help="run: html, static_html, pdf, xlsx, csv, spreadsheet_csv, parquet, json, markdown, junit; may be repeated",
    )
    command.add_argument(
        "--param",
        action="append",
        default=[],
        metavar="K=V",
        help="run: dataset=hardhat, from=2026-03-01, since=last_run ...",
    )
    command.add_argument("--deliver", action="store_true", help="run: to the report's destinations too")
    command.add_argument("--at", metavar="TIME", help="due, status: as if it were that time, UTC")
    command.add_argument("--dry-run", action="store_true", help="due: only say what is due")
    for kind in ("cron", "systemd", "github", "airflow"):
        command.add_argument(
            f"--{kind}", dest="unit", action="store_const", const=kind, help=f"schedule: for {kind}"
        )
    command.add_argument(
        "--every", type=int, default=5, metavar="MINUTES", help="schedule: how often it asks (default: 5)"
    )
    command.add_argument("--quiet", action="store_true", help="say nothing but what failed")
    command.add_argument("--json", action="store_true", help="print what was done as JSON")


def run(lake: Lake, options: argparse.Namespace) -> int:
    """Do what the words ask for, and return the exit code: 1 where `status` finds one late or failing, 4 where one failed.

    Raises:
        UsageError: They ask for nothing that there is.
        LakeLockedError: The report is busy.
    """
    return _RUN[options.action](lake, options)


def _list(lake: Lake, options: argparse.Namespace) -> int:
    from labelduck import reports

    known = reports.reports(lake.path)
    if options.json:
        output.json_document([asdict(report) for report in known.values()])
        return 0
    for name, report in known.items():
        when = f"  [{report.schedule} {report.zone}]" if report.schedule else ""
        output.text(f"{name:24} {report.title}{when}")
    return 0


def _run(lake: Lake, options: argparse.Namespace) -> int:
    from labelduck import reports

    if bool(options.names) == options.all:
        raise UsageError("report run: name the reports, or give --all")
    names = list(reports.reports(lake.path)) if options.all else options.names
    given = dict(_pair(word) for word in options.param)
    formats = [form for word in options.format for form in word.split(",") if form]
    if options.out == "-":
        return _print(lake, names, given, formats)
    out = Path(options.out or "reports")
    outcomes = []
    for name in names:
        outcome = lake.report(name, parameters=given, out=out, formats=formats, is_delivered=options.deliver)
        outcomes.append(outcome)
        if not options.quiet:
            narration.say(
                f"{name}: {_sizes(outcome.files)}" + (f", {outcome.detail}" if outcome.detail else "")
            )
        if not options.json:
            output.text("\n".join(outcome.files))
    if not options.quiet:
        narration.tell_if_due(lake.folder)  # still, where a lake may only be read
    return _tell(outcomes, options, is_told=True)


def _print(lake: Lake, names: Sequence[str], given: dict[str, str], formats: Sequence[str]) -> int:
    """Print a report of one file on stdout."""
    with tempfile.TemporaryDirectory(prefix="labelduck-") as scratch:
        for name in names:
            outcome = lake.report(name, parameters=given, out=Path(scratch), formats=formats or ["markdown"])
            files = outcome.files[:-1]  # the last is the manifest
            if len(files) != 1 or Path(files[0]).suffix in {".xlsx", ".pdf", ".parquet"}:
                raise UsageError(
                    "--out - prints one file of text: take --format markdown, html, json or junit"
                )
            sys.stdout.write(Path(files[0]).read_text(encoding="utf-8"))
    return 0


def _due(lake: Lake, options: argparse.Namespace) -> int:
    from labelduck import publishing

    now = _now(options)
    clock = publishing.utc_now if now is None else lambda: now
    if options.dry_run:
        return _tell(publishing.due_now(lake.folder, options.names, clock=clock), options)
    outcomes: list[publishing.Outcome] = []
    for outcome in publishing.run_due(lake.folder, options.names, clock=clock):
        outcomes.append(outcome)
        if not options.quiet or outcome.status in _BAD:
            narration.say(_line(outcome))
    return _tell(outcomes, options, is_told=True)


def _status(lake: Lake, options: argparse.Namespace) -> int:
    from labelduck import publishing

    found = publishing.statuses(lake.path, _now(options) or publishing.utc_now())
    if options.json:
        output.json_document([asdict(status) for status in found])
    elif not found:
        output.text(
            'no report has a schedule; labelduck.toml gives it one: [reports.NAME] schedule = "0 6 * * MON"'
        )
    else:
        for status in found:
            told = f"last {_written(status.last_slot)}, next {_written(status.next_slot)}"
            error = f": {status.error}" if status.error else ""
            output.text(f"{status.state:8} {status.report:24} {status.schedule:24} {told}{error}")
    return 0 if all(status.is_well for status in found) else 1


def _schedule(lake: Lake, options: argparse.Namespace) -> int:
    from labelduck import schedule

    if options.unit is None:
        raise UsageError("report schedule: say for what: --cron, --systemd, --github or --airflow")
    program = shutil.which("labelduck") or str(Path(sys.argv[0]).absolute())
    output.text(
        schedule.unit(options.unit, program=program, lake=lake.path, minutes=options.every).rstrip("\n")
    )
    return 0


_RUN: dict[str, Callable[[Lake, argparse.Namespace], int]] = {
    "list": _list,
    "run": _run,
    "due": _due,
    "status": _status,
    "schedule": _schedule,
}


def _tell(outcomes: Sequence[Outcome], options: argparse.Namespace, *, is_told: bool = False) -> int:
    if options.json:
        output.json_document([outcome.told() for outcome in outcomes])
    elif not is_told:
        output.text("\n".join(map(_line, outcomes)) or "nothing is due")
    return LabelduckEnvironmentError.exit_code if any(outcome.status in _BAD for outcome in outcomes) else 0


def _line(outcome: Outcome) -> str:
    slot = f" {_written(outcome.slot)}" if outcome.slot else ""
    return f"{outcome.report}{slot}: {outcome.status}" + (f", {outcome.detail}" if outcome.detail else "")


def _written(when: datetime | None) -> str:
    return f"{when:%Y-%m-%d %H:%M}Z" if when else "never"


def _pair(word: str) -> tuple[str, str]:
    key, sign, value = word.partition("=")
    if not sign:
        raise UsageError(f"--param {word[:40]!r}: write NAME=VALUE")
    return key, value


def _now(options: argparse.Namespace) -> datetime | None:
    if options.at is None:
        return None
    try:
        when = datetime.fromisoformat(options.at)
    except ValueError as error:
        raise UsageError(f"--at {options.at[:40]!r} is no time; write 2026-03-01T06:00") from error
    return when.astimezone(UTC).replace(tzinfo=None) if when.tzinfo else when


def _sizes(files: Sequence[str]) -> str:
    return ", ".join(f"{Path(f).name} ({Path(f).stat().st_size / 1024:,.0f} KiB)" for f in files[:-1])
