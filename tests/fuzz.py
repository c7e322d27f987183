"""Throw harmed files at the importers until the time is up.

    python tests/fuzz.py --minutes 10 [--seed N] [SOURCE ...]

Each source of `hostile_sources` is harmed in its own process for so many minutes. Whatever comes of a file must be rows, problems or
a BadInputError, within 20 seconds and a gigabyte. A file that brings anything else is kept and named, and the exit code is 1.
"""

from __future__ import annotations

import argparse
import contextlib
import multiprocessing
import resource
import shlex
import shutil
import signal
import sys
import tempfile
import time
import traceback
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import pyarrow as pa

sys.path.insert(0, str(Path(__file__).resolve().parent))
from hostile_bytes import ways
from hostile_sources import SOURCES
from labelduck.errors import LabelduckError
from labelduck.importers import reader
from labelduck.importers.base import Known, ReadOptions

if TYPE_CHECKING:
    from types import FrameType

    from hostile_sources import Source

LONGEST_S = 20
MOST_BYTES = 1 << 30
STEPS = (1, 1, 1, 2, 3, 10)


def main() -> None:
    """Harm the sources that were named, or all."""
    parser = argparse.ArgumentParser(description="Throw harmed files at the importers.")
    parser.add_argument(
        "sources", nargs="*", metavar="SOURCE", help="names in hostile_sources (default: all)"
    )
    parser.add_argument("--minutes", type=float, default=10.0, help="for each source (default: 10)")
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args()
    kept = Path(tempfile.mkdtemp(prefix="labelduck-fuzz-"))
    names = chosen.sources or [name for name in SOURCES if not name.startswith("sidecar")]
    context = multiprocessing.get_context("spawn")
    failed = False
    for name in names:
        process = context.Process(target=harm_source, args=(name, chosen.minutes * 60, chosen.seed, kept))
        process.start()
        process.join()
        failed |= process.exitcode != 0
    _say(f"files that failed lie in {kept}" if failed else "no failure")
    sys.exit(failed)


def harm_source(name: str, seconds: float, seed: int, kept: Path) -> None:
    """Harm one source until the time is up; exit with 1 when something else than a refusal came of a file."""
    source, random = SOURCES[name], Random(f"{name} {seed}")
    signal.signal(signal.SIGALRM, _too_long)
    folder = Path(tempfile.mkdtemp(prefix="labelduck-fuzz-"))
    source.write(folder)
    originals = {file: (folder / file).read_bytes() for file in source.files}
    n_read, n_refused, n_failed, slowest = 0, 0, 0, 0.0
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        file = random.choice(source.files)
        data = originals[file]
        for _ in range(random.choice(STEPS)):
            data = random.choice(ways(file))(data, random)
        (folder / file).write_bytes(data)
        start = time.monotonic()
        signal.alarm(LONGEST_S)
        try:
            _read(source, folder)
            n_read += 1
        except LabelduckError:
            n_refused += 1
        except BaseException:  # noqa: BLE001 - whatever it is, it is what we look for
            n_failed += 1
            where = kept / f"{name.replace(' ', '_')}-{n_failed}-{Path(file).name}"
            where.write_bytes(data)
            _say(f"{name}: {where}\n{traceback.format_exc(limit=-4)}")
        signal.alarm(0)
        slowest = max(slowest, time.monotonic() - start)
        (folder / file).write_bytes(originals[file])
    shutil.rmtree(folder)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    told = f"{n_read:,} read, {n_refused:,} refused, {n_failed} failed, slowest {slowest:.1f} s, peak {peak / 1e6:.0f} MB"
    _say(f"{name:28} {told}")
    sys.exit(n_failed > 0 or peak > MOST_BYTES)


def _read(source: Source, folder: Path) -> None:
    words = shlex.split(source.command.replace("{here}", str(folder)))
    kind, name, path, *rest = words
    read = ReadOptions(**{option: Path(value) for option, value in _paths(rest)})
    _, module = reader(name, Path(path), predictions=kind == "predictions")
    images = [f"site_{number:03}" for number in range(20)] + [str(number) for number in range(20)]
    known = Known(
        images=pa.table(
            {"image_id": images, "file_name": [f"{i}.jpg" for i in images]} | _sides(len(images))
        ),
        classes=pa.table({"class_name": ["person", "vest"], "class_index": [0, 1]}),
    )
    batches = (
        module.read_predictions(Path(path), known, read)
        if kind == "predictions"
        else module.read(Path(path), read)
    )
    for batch in batches:
        for rows in batch.values():
            rows.validate(full=True)
    with contextlib.suppress(LabelduckError):
        reader("auto", Path(path))


def _sides(n: int) -> dict[str, pa.Array]:
    return {name: pa.array([side] * n, pa.int32()) for name, side in (("width", 640), ("height", 400))}


def _paths(words: list[str]) -> list[tuple[str, str]]:
    known = {"--sizes": "sizes", "--images": "images", "--class-map": "class_map"}
    return [(known[word], words[place + 1]) for place, word in enumerate(words) if word in known]


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _too_long(_signal: int, _frame: FrameType | None) -> None:
    raise TimeoutError(f"more than {LONGEST_S} s")


if __name__ == "__main__":
    main()
