"""Measure how often the intervals of agreement and gold hold the truth, where errors of an image come together.

    python benchmarks/coverage.py

Datasets of three annotators are drawn whose rates are known (tests/simulated_people.py) and asked in SQL; nominal is 95 %.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

import report

sys.path.append(str(Path(__file__).resolve().parents[1] / "tests"))
from simulated_people import MISSING, WRONG, coverage

CORRELATIONS = (0.0, 0.05, 0.1, 0.2)
RUNS_AT_ONCE = 500


def main() -> None:
    """Simulate, ask, write the page."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--runs", type=int, default=2000)
    words.add_argument("--images", type=int, default=100)
    words.add_argument("--results", type=Path, default=Path(__file__).parent / "results")
    chosen = words.parse_args()
    with tempfile.TemporaryDirectory(prefix="labelduck-coverage-") as folder:
        held = [
            _held(Path(folder) / f"{n}", chosen.runs, chosen.images, correlation)
            for n, correlation in enumerate(CORRELATIONS)
        ]
    rows = [[name, *(f"{100 * told[name]:.1f}" for told in held)] for name in held[0]]
    report.write(
        chosen.results / "coverage.md",
        title="How often intervals of agreement and gold hold the truth",
        parts=[
            report.table(["interval, nominal 95 %", *(f"ICC {c:g}" for c in CORRELATIONS)], rows),
            "`running_accuracy at all times` is held only where all weeks hold it at once: its limits are made to hold at "
            "least that often.",
        ],
        conditions=[
            f"{chosen.runs} datasets of {chosen.images} images with 4 to 12 objects in each column; three annotators give an object a wrong "
            f"class with {WRONG:g} and overlook it with {MISSING:g} on average, and images differ in both by a beta distribution "
            "of that correlation (ICC).",
            f"A share of {chosen.runs} runs is known to {196 * (0.05 * 0.95 / chosen.runs) ** 0.5:.1f} points; the seeds are 1, 2, ... for "
            f"{RUNS_AT_ONCE} runs each.",
        ],
    )


def _held(folder: Path, runs: int, n_images: int, correlation: float) -> dict[str, float]:
    """Return how often each kind of interval holds the truth, in datasets of several seeds."""
    sizes = [min(RUNS_AT_ONCE, runs - start) for start in range(0, runs, RUNS_AT_ONCE)]
    shares = []
    for seed, size in enumerate(sizes, 1):
        shares.append(coverage(folder, runs=size, n_images=n_images, correlation=correlation, seed=seed))
        shutil.rmtree(folder)
    return {
        name: sum(share[name] * size for share, size in zip(shares, sizes, strict=True)) / runs
        for name in shares[0]
    }


if __name__ == "__main__":
    main()
