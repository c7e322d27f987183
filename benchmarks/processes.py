"""Measure whole processes: CPU seconds, wall seconds and peak memory as the operating system counts them."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# Bytes in a unit of ru_maxrss: Linux counts KiB, macOS bytes.
RSS_UNIT = 1 if sys.platform == "darwin" else 1024

SINGLE_THREAD = dict.fromkeys(
    (
        "ARROW_IO_THREADS",
        "LABELDUCK_THREADS",
        "MKL_NUM_THREADS",
        "NUMEXPR_NUM_THREADS",
        "OMP_NUM_THREADS",
        "OPENBLAS_NUM_THREADS",
        "POLARS_MAX_THREADS",
        "RAYON_NUM_THREADS",
    ),
    "1",
)
"""What each library reads to know how many threads it may use."""


@dataclass(frozen=True)
class Run:
    """One process from start to end.

    Attributes:
        cpu_s: User and system seconds, of its children too.
        wall_s: Seconds on the clock.
        peak_bytes: Largest resident memory.
    """

    cpu_s: float
    wall_s: float
    peak_bytes: int


@dataclass(frozen=True)
class Runs:
    """Several runs of one program on one input; the least disturbed one is the smallest."""

    runs: tuple[Run, ...]

    @property
    def cpu_s(self) -> float:
        """Smallest CPU seconds."""
        return min(run.cpu_s for run in self.runs)

    @property
    def median_cpu_s(self) -> float:
        """Median CPU seconds."""
        return median(run.cpu_s for run in self.runs)

    @property
    def wall_s(self) -> float:
        """Smallest wall seconds."""
        return min(run.wall_s for run in self.runs)

    @property
    def peak_mb(self) -> float:
        """Smallest peak memory in 10^6 bytes: what the program needs, without what happened to stay around."""
        return min(run.peak_bytes for run in self.runs) / 1e6


class ProcessFailedError(Exception):
    """A measured program ended with an error; the message carries the end of what it said."""


def measure(command: Sequence[str | Path], *, out: Path, settings: Mapping[str, str] | None = None) -> Run:
    """Run a program and return what it cost.

    Args:
        command: Program and arguments.
        out: Folder for `stdout` and `stderr`.
        settings: Environment variables that it has besides those of this process.

    Raises:
        ProcessFailedError: It ended with another code than 0.
    """
    with (out / "stdout").open("wb") as stdout, (out / "stderr").open("wb") as stderr:
        start = time.perf_counter()
        process = subprocess.Popen(
            [str(word) for word in command],
            stdout=stdout,
            stderr=stderr,
            stdin=subprocess.DEVNULL,
            env=_environment() | (settings or {}),
        )
        _, status, usage = os.wait4(process.pid, 0)
        wall_s = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        said = (out / "stderr").read_text(errors="replace")[-2000:]
        raise ProcessFailedError(f"exit code {process.returncode}\n{said}")
    return Run(usage.ru_utime + usage.ru_stime, wall_s, usage.ru_maxrss * RSS_UNIT)


def pin() -> str:
    """Keep this process and all that it starts on one core, and return how in words."""
    if not hasattr(os, "sched_setaffinity"):
        return "not pinned to a core"
    core = max(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {core})
    return "pinned to one core"


def machine() -> str:
    """Return number and model of the cores, and the Python."""
    return f"{os.cpu_count()} cores, {_cpu_model()}; {platform.system()}; Python {platform.python_version()}"


def _environment() -> dict[str, str]:
    # PYTHONDONTWRITEBYTECODE and the like would make a checkout compile its modules at every start, which packages
    # that pip installed do not.
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return kept | SINGLE_THREAD


def _cpu_model() -> str:
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()
