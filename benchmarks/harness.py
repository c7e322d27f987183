"""What the three benchmark commands share: options, environments, files, and runs in turn."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import environments
from processes import ProcessFailedError, Runs, pin
from tools import Pythons

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from processes import Run

HERE = Path(__file__).parent
Name = TypeVar("Name", bound=str)


@dataclass(frozen=True)
class Bench:
    """Where a benchmark finds its things.

    Attributes:
        pythons: Environments.
        cache: Folder of workloads and of what the runs leave.
        results: Folder for the pages.
        rounds: How often each program is run.
        once_above: A program whose first run took more CPU seconds is not run again.
        conditions: Sentences on how this process measures.
    """

    pythons: Pythons
    cache: Path
    results: Path
    rounds: int
    once_above: float
    conditions: list[str]

    def out(self, name: str) -> Path:
        """Return the folder for what a program leaves."""
        return self.cache / "runs" / name

    def files(self, workload: str) -> Path:
        """Return the folder of a workload's files, which are written on first use."""
        return self._write("workload.py", workload)

    def facts(self, workload: str) -> dict[str, int]:
        """Return the numbers of images, classes, annotations and predictions of a workload."""
        return dict(json.loads((self.files(workload) / "facts.json").read_text()))

    def formats(self, workload: str, n_images: int, *only: str) -> Path:
        """Return the folder with the first images of a workload in every format, or only in some."""
        words = ("--formats", *only) if only else ()
        return self._write("annotation_files.py", workload, "--images", str(n_images), *words)

    def ask(self, script: str, *words: Path) -> str:
        """Return what a script prints that runs in labelduck's environment."""
        return self._said("-c", script, *map(str, words))

    def _write(self, script: str, *words: str) -> Path:
        return Path(self._said(str(HERE / script), *words, "--cache", str(self.cache)).splitlines()[0])

    def _said(self, *words: str) -> str:
        command = [str(self.pythons.labelduck), *words]
        return str(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)

    def in_turn(self, programs: Mapping[str, Callable[[], Run]]) -> dict[str, Runs]:
        """Run programs as A B C A B C ..., so that a disturbance meets them all.

        A program that fails is reported on stderr and left out.
        """
        runs: dict[str, list[Run]] = {name: [] for name in programs}
        failed: set[str] = set()
        for number in range(self.rounds):
            for name, run in programs.items():
                if name in failed or (number and runs[name][0].cpu_s > self.once_above):
                    continue
                try:
                    runs[name].append(run())
                except ProcessFailedError as error:
                    failed.add(name)
                    sys.stderr.write(f"{name} failed: {error}\n")
                else:
                    last = runs[name][-1]
                    sys.stderr.write(
                        f"  {number + 1}/{self.rounds} {name:24} {last.cpu_s:8.2f} CPU s {last.peak_bytes / 1e6:8.0f} MB\n"
                    )
        return {name: Runs(tuple(made)) for name, made in runs.items() if name not in failed}


def options(description: str, *, rounds: int) -> argparse.ArgumentParser:
    """Return a parser with the options that every benchmark has."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument(
        "--rounds", type=int, default=rounds, help=f"runs of each program (default: {rounds})"
    )
    parser.add_argument(
        "--once-above",
        type=float,
        default=20,
        metavar="SECONDS",
        help="a program whose first run took more CPU seconds is not run again (default: 20)",
    )
    parser.add_argument(
        "--cache",
        type=Path,
        default=Path(tempfile.gettempdir()) / "labelduck-benchmarks",
        help="folder for the files that are made up (default: below the temporary folder)",
    )
    parser.add_argument("--results", type=Path, default=HERE / "results", help="folder for the pages")
    parser.add_argument(
        "--labelduck-python", type=Path, help="a Python with labelduck (default: an environment is made)"
    )
    parser.add_argument(
        "--peers-python", type=Path, help="a Python with the peers (default: an environment is made)"
    )
    return parser


def bench(chosen: argparse.Namespace, *, needs_peers: bool = True) -> Bench:
    """Return the bench for parsed options: environments made, process pinned."""
    ours = chosen.labelduck_python or environments.labelduck()
    theirs = (chosen.peers_python or environments.peers()) if needs_peers else ours
    load = f"load of the machine at the start: {os.getloadavg()[0]:.1f}"
    conditions = [
        "Whole processes: start of Python, imports, reading, matching, metrics, writing; files warm in the page cache.",
        f"One thread each (OMP_NUM_THREADS and the like), {pin()}; programs in turn (A B C A B C ...); {load}.",
    ]
    return Bench(
        pythons=Pythons(labelduck=ours, peers=theirs),
        cache=chosen.cache,
        results=chosen.results,
        rounds=chosen.rounds,
        once_above=chosen.once_above,
        conditions=conditions,
    )


def warm(paths: Iterable[Path]) -> None:
    """Read files once, so that the first program pays for no disk."""
    for path in paths:
        with path.open("rb") as file:
            while file.read(1 << 22):
                pass
