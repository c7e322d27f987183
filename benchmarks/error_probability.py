"""Is P(error) true? A simulated reviewer works through the worklist, a hundred suspects a time, and decisions are fed back.

    python benchmarks/error_probability.py --set VOC annotations.json results.json --seeds 41 42

Before each hundred the view `worklist_yield` says how many errors they hold, from all decisions so far; afterwards the
planted truth (planted_errors.py) says how many there were. Needs labelduck.
"""

from __future__ import annotations

import argparse
import itertools
import sys
import tempfile
from pathlib import Path
from statistics import mean
from typing import TYPE_CHECKING, NamedTuple

import labelduck
import report
from label_errors import confident
from labelduck import decisions
from planted_errors import plant
from reviewers import Reviewer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from labelduck.lake import Lake

STEP = 100
NEXT = "from worklist where place <= ? order by place"
YIELD = "select issue, n_errors, n_errors_low, n_errors_high from worklist_yield where k <= ? qualify max(k) over (partition by issue) = k"
SETTINGS = "[thresholds]\nworklist_share = 0.25\n"


class Foretold(NamedTuple):
    """What was said of the next suspects, and what they were.

    Attributes:
        round: 1 for the first hundred.
        issue: any, or a kind.
        n: Suspects.
        expected: Errors expected.
        low: Lower end of the interval.
        high: Upper end.
        found: Errors found.
    """

    round: int
    issue: str
    n: int
    expected: float
    low: float
    high: float
    found: int


def main() -> None:
    """Review every set with every seed and noise, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--set", nargs=3, action="append", required=True, metavar=("NAME", "ANNOTATIONS", "RESULTS")
    )
    parser.add_argument("--seeds", type=int, nargs="+", default=[41, 42])
    parser.add_argument("--noise", type=float, nargs="+", default=[1.0, 0.2])
    parser.add_argument("--rounds", type=int, default=8, help="hundreds of suspects that are reviewed")
    parser.add_argument(
        "--page", type=Path, default=Path(__file__).parent / "results" / "error_probability.md"
    )
    chosen = parser.parse_args()
    parts = []
    for (name, labels, results), noise in itertools.product(chosen.set, chosen.noise):
        told = foretold(Path(labels), Path(results), noise, chosen.seeds, chosen.rounds)
        parts += [f"## {name}, noise {noise:g}", *_tables(told, chosen.rounds)]
        sys.stderr.write("\n\n".join(parts[-3:]) + "\n")
    report.write(
        chosen.page,
        title="Is P(error) true?",
        parts=[
            f"Errors expected among the next {STEP} suspects of the worklist, by `worklist_yield` before they were reviewed, and "
            f"errors found among them; mean over {len(chosen.seeds)} seeds, all kinds together. Every decision counts for what "
            "comes after. Before the first, suspicion takes one label in twenty to be wrong: true at noise 1, five times too "
            "much at noise 0.2, which the interval says.",
            *parts,
        ],
        conditions=[f"Seeds {', '.join(map(str, chosen.seeds))}; planted by planted_errors.py."],
    )


def foretold(
    labels: Path, results: Path, noise: float, seeds: Sequence[int], n_rounds: int
) -> list[Foretold]:
    """Return what was said of each hundred of a set's suspects, and what they were, over all seeds."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        kept = confident(results, folder / "results.json", 0.02)
        cases = (plant(labels, folder / str(seed), seed=seed, noise=noise) for seed in seeds)
        return [told for case in cases for told in reviewed(case, kept, n_rounds)]


def reviewed(case: Path, results: Path, n_rounds: int) -> Iterator[Foretold]:
    """Review a set hundred by hundred, and yield what was expected of each and what it held, of all and of each kind."""
    lake = labelduck.open(case / "lake")
    lake.path.mkdir()
    (lake.path / "labelduck.toml").write_text(SETTINGS)
    lake.import_annotations(case / "annotations.json", dataset="set")
    lake.import_predictions(results, model="model")
    lake.build()
    reviewer = Reviewer(case / "truth.json")
    for number in range(1, n_rounds + 1):
        yield from _reviewed(lake, reviewer, number)


def _reviewed(lake: Lake, reviewer: Reviewer, number: int) -> Iterator[Foretold]:
    suspects = lake.sql(NEXT, STEP).to_arrow_table().to_pylist()
    whole = {issue: limits for issue, *limits in lake.sql(YIELD, STEP).fetchall()}
    made = reviewer.decide(suspects)
    decisions.append_all(lake.path, made, name="review")
    found = sum(row["decision"] == "confirm" for row in made)
    yield Foretold(number, "any", len(made), *whole["any"], found)
    for issue in sorted({row["issue"] for row in suspects}):
        own = [row for row in suspects if row["issue"] == issue]
        expected = sum(row["error_probability"] for row in own)
        hits = sum(row["decision"] == "confirm" for row in made if row["issue"] == issue)
        yield Foretold(number, issue, len(own), expected, 0.0, 0.0, hits)


def _tables(told: Sequence[Foretold], n_rounds: int) -> list[str]:
    rounds = [[row for row in told if row.issue == "any" and row.round == n] for n in range(1, n_rounds + 1)]
    rows = [
        [
            f"{(n - 1) * STEP}",
            f"{mean(row.expected for row in of_round):.1f}",
            f"{mean(row.low for row in of_round):.0f} to {mean(row.high for row in of_round):.0f}",
            f"{mean(row.found for row in of_round):.1f}",
            f"{sum(row.low <= row.found <= row.high for row in of_round)} of {len(of_round)}",
        ]
        for n, of_round in enumerate(rounds, 1)
        if of_round
    ]
    later = [row for row in told if row.round > 1]
    kinds = sorted({row.issue for row in later} - {"any"})
    by_kind = [
        [
            kind,
            str(sum(row.n for row in of_kind)),
            f"{sum(row.expected for row in of_kind):.0f}",
            str(sum(row.found for row in of_kind)),
        ]
        for kind in kinds
        for of_kind in [[row for row in later if row.issue == kind]]
    ]
    return [
        report.table(["decisions so far", "expected", "95 % interval", "found", "found within it"], rows),
        report.table(["after the first hundred", "suspects", "expected", "found"], by_kind),
    ]


if __name__ == "__main__":
    main()
