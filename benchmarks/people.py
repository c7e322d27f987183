"""Measure how long every answer takes on two million annotations of forty annotators in 84 batches.

    python benchmarks/people.py --lake DIR

Writes the records (work_records.py), imports and builds them, and asks each answer and gate once in a connection of its own.
A lake that is there already is asked as it is.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import shutil
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Self

import duckdb

import labelduck
import report
import work_records
from labelduck import catalog

_Step = tuple[str, float, float]
_Answer = tuple[str, int | None, float, float, float]

SLOW_S = 2.0
ASKED = ("answers", "gates")


def main() -> None:
    """Make the lake where there is none, ask everything, write the page."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--annotations", type=int, default=2_000_000)
    words.add_argument("--lake", type=Path, default=Path(tempfile.gettempdir()) / "labelduck-people")
    words.add_argument("--views", nargs="*", metavar="NAME", help="ask only these, and write no page")
    words.add_argument("--timeout", type=float, default=120, help="seconds after which an answer is given up")
    words.add_argument("--results", type=Path, default=Path(__file__).parent / "results")
    chosen = words.parse_args()
    steps = [] if chosen.lake.exists() else _make_apart(chosen.lake, chosen.annotations)
    views = [v.name for v in catalog.views() if v.layer in ASKED]
    rows = [ask(chosen.lake, name, chosen.timeout) for name in chosen.views or views]
    rows.sort(key=lambda row: -row[2])
    if chosen.views:
        print(_table(rows))
        return
    report.write(
        chosen.results / "people.md",
        title=f"Every answer on {chosen.annotations:,} annotations",
        parts=[_summary(rows), *_made(steps), _table(rows)],
        conditions=[
            "One run of each answer in a new connection, files warm in the page cache.",
            "Binding is part of it; Python's `sql()`, which knows the columns before it runs, binds once more.",
        ],
    )


def _make_apart(folder: Path, n_annotations: int) -> list[_Step]:
    """Make the lake in another process: the memory of who has built slows what it asks afterwards."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(make, folder, n_annotations).result()


def make(folder: Path, n_annotations: int) -> list[_Step]:
    """Write, import and build; return each step with its wall and CPU seconds."""
    records = folder.with_name(f"{folder.name}-records")
    unfinished = folder.with_name(f"{folder.name}.part")
    for old in (records, unfinished):
        shutil.rmtree(old, ignore_errors=True)
    work_records.write(records, n_annotations)
    lake = labelduck.open(unfinished)
    steps = []

    def step(name: str, format_name: str, **options: object) -> None:
        with _Clock() as clock:
            lake.import_annotations(
                records / f"{name}.parquet", format=format_name, dataset="work", **options
            )
        steps.append((f"import {name}", clock.wall, clock.cpu))

    step("images", "images")
    step("annotations", "annotations")
    step("gold", "annotations", is_gold=True)
    for name in ("assignments", "jobs", "reviews"):
        step(name, name)
    with _Clock() as clock:
        lake.import_predictions(
            records / "predictions.parquet", model="detector", format="annotations", dataset="work"
        )
    steps.append(("import predictions", clock.wall, clock.cpu))
    with _Clock() as clock:
        lake.build()
    peak_gb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    steps.append((f"build (peak memory {peak_gb:.1f} GB)", clock.wall, clock.cpu))
    unfinished.rename(folder)
    shutil.rmtree(records)
    return steps


def ask(lake: Path, view: str, timeout: float) -> _Answer:
    """Return a view's name, its number of rows (None where it was given up), wall and CPU seconds, and those of binding."""
    import threading

    with labelduck.open(lake).folder.connect() as connection:
        with _Clock() as binding:
            asked = connection.sql(f"from {view}")
        guard = threading.Timer(timeout, connection.interrupt)
        guard.start()
        with _Clock() as clock:
            try:
                n_rows = asked.to_arrow_table().num_rows
            except duckdb.InterruptException:
                n_rows = None
            finally:
                guard.cancel()
    return view, n_rows, clock.wall, clock.cpu, binding.wall


class _Clock:
    def __enter__(self) -> Self:
        self._started = time.perf_counter(), time.process_time()
        return self

    def __exit__(self, *_: object) -> None:
        self.wall = time.perf_counter() - self._started[0]
        self.cpu = time.process_time() - self._started[1]


def _summary(rows: list[_Answer]) -> str:
    """Return how many are slow, what other programs would answer apart: that is there to be compared with."""
    of_others = {v.name for v in catalog.views() if "baselines" in v.path.parts}
    slow = [name for name, _, wall, *_ in rows if wall > SLOW_S]
    ours, theirs = (
        ", ".join(f"`{name}`" for name in slow if (name in of_others) == is_theirs)
        for is_theirs in (False, True)
    )
    return (
        f"{len(rows)} answers and gates. Above {SLOW_S:.0f} s: {ours or 'none'}. "
        f"Baselines, which compute what other programs would say, above {SLOW_S:.0f} s: {theirs or 'none'}."
    )


def _made(steps: list[tuple[str, float, float]]) -> list[str]:
    if not steps:
        return []
    return [report.table(("step", "s", "CPU s"), [(n, f"{w:.1f}", f"{c:.1f}") for n, w, c in steps])]


def _table(rows: list[_Answer]) -> str:
    return report.table(
        ("answer", "rows", "s", "CPU s", "binding s"),
        [
            (f"`{name}`", "given up" if n is None else f"{n:,}", f"{wall:.2f}", f"{cpu:.2f}", f"{bound:.2f}")
            for name, n, wall, cpu, bound in rows
        ],
    )


if __name__ == "__main__":
    main()
