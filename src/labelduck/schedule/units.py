"""Units for the scheduler that is there: each asks `labelduck report due` often; what is due, labelduck knows.

So a machine that was off, a summer time or a changed schedule is no concern of the unit, and it never has to be written again.
"""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from labelduck.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def unit(kind: str, *, program: str, lake: Path, minutes: int) -> str:
    """Return the text of a unit.

    Args:
        kind: One of `UNITS`.
        program: Path of the command `labelduck`.
        lake: Folder of the lake, absolute.
        minutes: How often it asks; a divisor of 60.

    Raises:
        UsageError: No such kind, or the minutes are no divisor of an hour.
    """
    if kind not in UNITS:
        raise UsageError(f"no unit for {kind!r}; there are {', '.join(UNITS)}")
    if not 1 <= minutes <= 60 or 60 % minutes:
        raise UsageError(f"every {minutes} minutes is no divisor of an hour; take 1, 5, 10, 15, 20, 30 or 60")
    return UNITS[kind](program, lake, minutes)


def _cron(program: str, lake: Path, minutes: int) -> str:
    # cron takes % for the end of a line.
    command = f"{shlex.quote(program)} report due --quiet --lake {shlex.quote(str(lake))}".replace("%", "\\%")
    return (
        "# Reports of labelduck: add these lines by `crontab -e`. What is printed, cron sends by mail.\n"
        f"{_every(minutes)} * * * * {command}\n"
    )


def _systemd(program: str, lake: Path, minutes: int) -> str:
    def quoted(word: str) -> str:
        return (
            '"' + word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$") + '"'
        )

    return f"""\
# /etc/systemd/system/labelduck-reports.service
[Unit]
Description=Reports of labelduck that are due
Documentation=man:crontab(5)
After=network-online.target
Wants=network-online.target

[Service]
Type=oneshot
ExecStart={quoted(program)} report due --quiet --lake {quoted(str(lake).replace("$", "$$"))}
Nice=10

# /etc/systemd/system/labelduck-reports.timer
[Unit]
Description=Asks every {minutes} minutes which reports of labelduck are due

[Timer]
OnCalendar=*:{"0/" + str(minutes) if minutes < 60 else "0"}
Persistent=true

[Install]
WantedBy=timers.target
"""


def _github(program: str, lake: Path, minutes: int) -> str:  # noqa: ARG001 - a runner has its own
    return f"""\
# .github/workflows/reports.yml
name: reports
on:
  schedule:
    - cron: "{_every(max(minutes, 5))} * * * *"
  workflow_dispatch:
concurrency:
  group: reports
permissions:
  contents: read
jobs:
  due:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      # The lake and what it remembers of its runs must be there: from the repository, or from where you keep it.
      - uses: actions/cache@v4
        with:
          path: {lake.name}
          key: lake-${{{{ github.run_id }}}}
          restore-keys: lake-
      - run: pipx install 'labelduck[reports]'
      - run: labelduck report due --lake {shlex.quote(lake.name)}
        env:
          SMTP_PASSWORD: ${{{{ secrets.SMTP_PASSWORD }}}}
      - run: labelduck report status --lake {shlex.quote(lake.name)}
"""


def _airflow(program: str, lake: Path, minutes: int) -> str:
    command = f"{shlex.quote(program)} report due --lake {shlex.quote(str(lake))}"
    return f"""\
# dags/labelduck_reports.py
from datetime import datetime, timezone

from airflow import DAG
from airflow.providers.standard.operators.bash import BashOperator

with DAG(
    "labelduck_reports",
    schedule="{_every(minutes)} * * * *",
    start_date=datetime(2026, 1, 1, tzinfo=timezone.utc),
    catchup=False,  # labelduck knows itself what was missed
    max_active_runs=1,
):
    BashOperator(task_id="due", bash_command={command!r})
"""


def _every(minutes: int) -> str:
    return f"*/{minutes}" if minutes < 60 else "0"


UNITS: dict[str, Callable[[str, Path, int], str]] = {
    "cron": _cron,
    "systemd": _systemd,
    "github": _github,
    "airflow": _airflow,
}
"""Schedulers that units are written for."""
