"""Measure how long every shipped report takes on two million annotations of forty annotators in 84 batches, and its memory.

    python benchmarks/reports.py --lake DIR

The lake is that of people.py, which makes it where there is none. Each report is one process from start to end, as cron
starts it; formats are the report's own and those that are named.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import people
import report
from labelduck import reports
from processes import RSS_UNIT, ProcessFailedError

MOST_S, MOST_GB = 30.0, 1.0


@dataclass(frozen=True)
class Cost:
    """What one report took; of one that was given up, until then."""

    name: str
    formats: str
    wall_s: float
    cpu_s: float
    peak_gb: float
    is_done: bool

    @property
    def is_kept(self) -> bool:
        """Whether it keeps to the limits."""
        return self.is_done and self.wall_s <= MOST_S and self.peak_gb <= MOST_GB


def main() -> None:
    """Make the lake where there is none, write each report, write the page."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--annotations", type=int, default=2_000_000)
    words.add_argument("--lake", type=Path, default=Path(tempfile.gettempdir()) / "labelduck-people")
    words.add_argument("--reports", nargs="*", metavar="NAME", help="write only these, and no page")
    words.add_argument("--formats", nargs="*", default=["html"], help="beside the report's own")
    words.add_argument("--timeout", type=float, default=300, help="seconds after which one is given up")
    words.add_argument("--results", type=Path, default=Path(__file__).parent / "results")
    chosen = words.parse_args()
    if not chosen.lake.exists():
        people.make(chosen.lake, chosen.annotations)
    known = reports.reports(chosen.lake)
    costs = [
        cost(chosen.lake, known[name], chosen.formats, chosen.timeout)
        for name in chosen.reports or sorted(known)
    ]
    if chosen.reports:
        print(_table(costs))
        return
    report.write(
        chosen.results / "reports.md",
        title=f"Every shipped report on {chosen.annotations:,} annotations",
        parts=[_summary(costs), _table(costs)],
        conditions=[
            "One process for each report, from start to end; files warm in the page cache.",
            f"Load of the machine at the end: {os.getloadavg()[1]:.1f}. CPU seconds do not depend on it, seconds do.",
        ],
    )


def cost(lake: Path, definition: reports.Report, formats: list[str], timeout: float) -> Cost:
    """Write a report in a process of its own and return what that took.

    Raises:
        ProcessFailedError: It failed.
    """
    wanted = list(dict.fromkeys([*definition.formats, *formats]))
    words = [word for form in wanted for word in ("--format", form)]
    with tempfile.TemporaryDirectory() as out:
        command = [sys.executable, "-m", "labelduck", "report", "run", definition.name, "--lake", str(lake)]
        started = time.perf_counter()
        with (Path(out) / "stderr").open("wb") as said:
            process = subprocess.Popen(
                [*command, *words, "--out", out], stdout=subprocess.DEVNULL, stderr=said
            )
            guard = threading.Timer(timeout, process.kill)
            guard.start()
            _, status, usage = os.wait4(process.pid, 0)
            wall_s = time.perf_counter() - started
            is_done = guard.is_alive()
            guard.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        if is_done and process.returncode:
            raise ProcessFailedError((Path(out) / "stderr").read_text(errors="replace")[-2000:])
    cpu_s, peak_gb = usage.ru_utime + usage.ru_stime, usage.ru_maxrss * RSS_UNIT / 1e9
    return Cost(definition.name, ", ".join(wanted), wall_s, cpu_s, peak_gb, is_done)


def _summary(costs: list[Cost]) -> str:
    over = ", ".join(f"`{c.name}`" for c in costs if not c.is_kept)
    kept = sum(c.is_kept for c in costs)
    return f"{kept} of {len(costs)} reports take at most {MOST_S:.0f} s and {MOST_GB:.0f} GB" + (
        f"; not so {over}." if over else "."
    )


def _table(costs: list[Cost]) -> str:
    return report.table(
        ("report", "formats", "s", "CPU s", "peak GB"),
        [
            (
                f"`{c.name}`",
                c.formats,
                f"{c.wall_s:.1f}" if c.is_done else f"given up after {c.wall_s:.0f}",
                f"{c.cpu_s:.1f}",
                f"{c.peak_gb:.2f}",
            )
            for c in costs
        ],
    )


if __name__ == "__main__":
    main()
