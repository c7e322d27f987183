"""Throw harmed files at the importers until the time is up.

    python tests/fuzz.py --minutes 1 [--seed N] [--log FILE] [SOURCE | FORMAT ...]
    python tests/fuzz.py --format-minutes 10 cvat label_studio
    python tests/fuzz.py --systematic supervisely
    python tests/fuzz.py --document 4711 "cvat server"

Each source is harmed in a process of its own for so many minutes of CPU time; a format's minutes are shared by its sources.
The sources are those of `hostile_sources`, of `hostile_tables`, and of `hostile_real` where the packs of real data are at hand.
Whatever comes of a file must be rows, problems or a LabelduckError, without a warning, within LONGEST_S of CPU time and MOST_BYTES of memory. Anything else
is told, its folder is kept, and the exit code is 1. Which documents come is fixed by the seed: `--document` reads one of them again.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import shlex
import shutil
import signal
import sys
import tempfile
import time
import traceback
import warnings
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parent))
from hostile_bytes import each_replaced
from hostile_reading import harm, put_back, read, read_into_lake
from hostile_sources import SOURCES
from hostile_tables import SOURCES as TABLES
from labelduck.errors import LabelduckError

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

    from hostile_sources import Source

LONGEST_S, SLOW_S = 20, 2
"""CPU seconds of a document: what is a failure, and what is told."""
MOST_BYTES = 1 << 30
"""Memory that a process may come to; the address space may be MOST_SPACE, as Arrow reserves more than it uses."""
MOST_SPACE = 6 << 30
LAKE_EVERY, AUTO_EVERY = 200, 10
"""One document of so many goes through the whole command into a lake; one of so many is looked at by every format."""


def main() -> None:
    """Harm the sources that were named, or all."""
    chosen = _arguments()
    work = Path(tempfile.mkdtemp(prefix="labelduck-fuzz-"))
    sources = _sources(work / "real")
    names = [name for name, source in sources.items() if _is_meant(name, source, chosen.sources)]
    if not names:
        sys.exit(f"no such source or format; known are {', '.join(sources)}")
    first = sources["boxes csv"]
    _in_process(
        read_into_lake, first, _written(first, work / "first")
    )  # plans the views, once an installation
    formats = [_format(sources[name]) for name in names]
    failed = False
    for name, form in zip(names, formats, strict=True):
        minutes = chosen.format_minutes / formats.count(form) if chosen.format_minutes else chosen.minutes
        run = Run(name, work, chosen.seed, minutes * 60, chosen.document, chosen.log, chosen.systematic)
        code = _in_process(run.harm, sources[name])
        if code not in (0, 1):
            run.say(f"{name}: the process died with {code}; its last files lie in {run.folder}")
        failed |= code != 0
    print(f"files that failed lie in {work}" if failed else "no failure", flush=True)  # noqa: T201
    sys.exit(failed)


@dataclass
class Run:
    """Harming one source.

    Attributes:
        name: Of the source.
        work: Folder for all runs; what failed is kept there.
        seed: Fixes the documents.
        seconds: CPU time to spend.
        document: Number of the only document to read; None for all until the time is up.
        log: File to which what is said is added.
        is_systematic: Replace each value of JSON by each odd one, however long that takes, instead of random harm.
        places: Where in the code failures were met.
        counts: How many documents came to what.
    """

    name: str
    work: Path
    seed: int
    seconds: float
    document: int | None = None
    log: Path | None = None
    is_systematic: bool = False
    places: set[tuple[str, ...]] = field(default_factory=set)
    counts: dict[str, int] = field(
        default_factory=lambda: dict.fromkeys(("read", "refused", "failed", "slow"), 0)
    )

    @property
    def folder(self) -> Path:
        """Where the source is written."""
        return self.work / self.name.replace(" ", "_").replace("/", "_")

    def harm(self, source: Source) -> None:
        """Harm the source until the time is up; exit with 1 when something else than a refusal came of a file."""
        signal.signal(signal.SIGPROF, _too_long)
        warnings.simplefilter("error")
        resource.setrlimit(resource.RLIMIT_AS, (MOST_SPACE, MOST_SPACE))
        _written(source, self.folder)
        originals = {file: (self.folder / file).read_bytes() for file in source.files}
        number, slowest, end = 0, 0.0, time.process_time() + self.seconds
        for file in filter(_is_json, dict.fromkeys(source.files) if self.is_systematic else ()):
            for data in each_replaced(originals[file]):
                number += 1
                (self.folder / file).write_bytes(data)
                slowest = max(slowest, self._read(source, number))
                put_back(self.folder / file, originals[file])
        while time.process_time() < end and not self.is_systematic:
            number = number + 1 if self.document is None else self.document
            slowest = max(slowest, self._throw(source, originals, number))
            if self.document is not None:
                break
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        told = ", ".join(f"{n:,} {what}" for what, n in self.counts.items())
        used = time.process_time() - end + self.seconds
        self.say(
            f"{self.name:44} {number:7,} documents in {used:4.0f} CPU s: {told}; slowest {slowest:.1f} s, peak {peak / 1e6:.0f} MB"
        )
        if not self.counts["failed"] and self.document is None:
            shutil.rmtree(self.folder)
        sys.exit(self.counts["failed"] > 0 or peak > MOST_BYTES)

    def _throw(self, source: Source, originals: dict[str, bytes], number: int) -> float:
        """Harm one file of the source, read the source, and put the file back; returns the CPU seconds."""
        random = Random(f"{self.name} {self.seed} {number}")
        file = harm(self.folder, originals, random)
        took = self._read(source, number)
        if self.document is None:
            put_back(self.folder / file, originals[file])
        return took

    def _read(self, source: Source, number: int) -> float:
        """Read the source as it lies there now; returns the CPU seconds."""
        start, how = time.process_time(), "failed"
        signal.setitimer(signal.ITIMER_PROF, LONGEST_S)
        try:
            if number % LAKE_EVERY == 0:
                read_into_lake(source, self.folder)
            else:
                read(source, self.folder, is_auto=number % AUTO_EVERY == 0)
            how = "read"
        except LabelduckError:
            how = "refused"
        except BaseException:  # noqa: BLE001 - whatever it is, it is what we look for
            signal.setitimer(signal.ITIMER_PROF, 0)
            self._tell(number, traceback.format_exc(limit=-9))
        signal.setitimer(signal.ITIMER_PROF, 0)
        took = time.process_time() - start
        self.counts[how] += 1
        if took > SLOW_S:
            self.counts["slow"] += 1
            self.say(f"{self.name}: {took:.1f} CPU s for {self._keep(number)}")
        return took

    def _tell(self, number: int, trace: str) -> None:
        """Tell of a failure with its documents, once for each place in the code."""
        place = tuple(line.strip() for line in trace.splitlines() if line.startswith("  File "))
        if place not in self.places:
            self.places.add(place)
            self.say(f"{self.name}: document {number}, kept in {self._keep(number)}\n{trace}")

    def _keep(self, number: int) -> Path:
        kept = self.work / "kept" / f"{self.folder.name}-{number}"
        if not kept.exists():
            shutil.copytree(self.folder, kept, symlinks=True)
        return kept

    def say(self, text: str) -> None:
        """Write a finding or a summary to stdout and to the log."""
        print(text, flush=True)  # noqa: T201
        if self.log:
            with self.log.open("a") as file:
                file.write(text + "\n")


def _in_process(work: Callable[..., None], *words: object) -> int | None:
    """Run a function in a process of its own, a copy of this one that pays for no import, and return the exit code."""
    process = multiprocessing.get_context("fork").Process(target=work, args=words)
    process.start()
    process.join()
    return process.exitcode


def _written(source: Source, folder: Path) -> Path:
    folder.mkdir(parents=True)
    source.write(folder)
    return folder


def _sources(real: Path) -> dict[str, Source]:
    from hostile_real import sources_of

    kept = {name: source for name, source in SOURCES.items() if not name.startswith("sidecar")}
    return kept | TABLES | sources_of(real)


def _is_json(file: str) -> bool:
    return file.endswith(".json")


def _format(source: Source) -> str:
    return shlex.split(source.command)[1]


def _is_meant(name: str, source: Source, chosen: list[str]) -> bool:
    return not chosen or name in chosen or _format(source) in chosen


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Throw harmed files at the importers.")
    parser.add_argument("sources", nargs="*", metavar="SOURCE", help="sources or formats (default: all)")
    parser.add_argument("--minutes", type=float, default=1.0, help="of CPU time for each source (default: 1)")
    parser.add_argument(
        "--format-minutes", type=float, help="of CPU time for each format, shared by its sources"
    )
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--document", type=int, help="number of the only document to read")
    parser.add_argument(
        "--systematic",
        action="store_true",
        help="replace each value of JSON by each odd one, however long that takes",
    )
    parser.add_argument("--log", type=Path, help="file to which findings and summaries are added")
    return parser.parse_args()


def _too_long(_signal: int, _frame: FrameType | None) -> None:
    raise TimeoutError(f"more than {LONGEST_S} s of CPU time")


if __name__ == "__main__":
    main()
