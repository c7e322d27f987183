"""Measure how often the intervals of agreement and gold hold the truth, where errors of an image come together.

    python benchmarks/coverage.py

Datasets of three annotators are drawn whose rates are known (tests/simulated_people.py) and asked in SQL; nominal is 95 %.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

import report

sys.path.append(str(Path(__file__).resolve().parents[1] / "tests"))
from simulated_people import MISSING, WRONG, coverage

CORRELATIONS = (0.0, 0.05, 0.1, 0.2)


def main() -> None:
    """Simulate, ask, write the page."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--runs", type=int, default=1000)
    words.add_argument("--images", type=int, default=100)
    words.add_argument("--results", type=Path, default=Path(__file__).parent / "results")
    chosen = words.parse_args()
    with tempfile.TemporaryDirectory(prefix="labelduck-coverage-") as folder:
        held = [
            coverage(Path(folder) / f"{n}", runs=chosen.runs, n_images=chosen.images, correlation=correlation)
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
            f"A share of {chosen.runs} runs is known to {196 * (0.05 * 0.95 / chosen.runs) ** 0.5:.1f} points.",
        ],
    )


if __name__ == "__main__":
    main()
