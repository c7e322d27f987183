"""How often does the interval of the stop rule hold the true number of errors that are left?

    python benchmarks/stop_rule.py

Each cell reviews 200 made-up datasets whose errors are known: the most suspicious 15 % first, then a random audit of the
rest, and of some images for missing labels. Errors cluster in images as far as the correlation (ICC) says; classes err up
to three times as often as others. All verdicts go into one lake, and the view `stop_rule` answers. Needs labelduck.
"""

from __future__ import annotations

import argparse
import itertools
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

import report
from labelduck import audit, catalog, schema

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

PER_IMAGE = 10
REVIEWED = 0.15
MISSING_RATE = 0.05
CLASSES = np.array(["bus", "car", "cat", "cow", "dog"])
CLASS_RATES = np.array([0.5, 0.75, 1.0, 1.25, 1.5])
ISSUES = ("any", "missing_label")
ANSWER = f"select dataset, issue, n_remaining_low, n_remaining_high, n_remaining from stop_rule where issue in {ISSUES}"

Columns = dict[str, list[Any]]


class Cell(NamedTuple):
    """One kind of dataset and audit.

    Attributes:
        n: Annotations.
        strategy: simple, stratified (by class) or risk.
        error_rate: Share of labels that are wrong.
        correlation: Of errors in one image (ICC).
    """

    n: int
    strategy: str
    error_rate: float
    correlation: float


class Covered(NamedTuple):
    """Of the runs of a cell, how many intervals held the truth, and how wide they were beside the number of labels."""

    n_held: int
    n_runs: int
    width: float


def main() -> None:
    """Measure the grid and write the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1000, 4000], help="annotations")
    parser.add_argument("--rates", type=float, nargs="+", default=[0.005, 0.02, 0.1])
    parser.add_argument("--correlations", type=float, nargs="+", default=[0.0, 0.05, 0.2])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--page", type=Path, default=Path(__file__).parent / "results" / "stop_rule.md")
    chosen = parser.parse_args()
    rows = []
    for cell in itertools.starmap(
        Cell, itertools.product(chosen.sizes, audit.STRATEGIES, chosen.rates, chosen.correlations)
    ):
        covered = cover(cell, chosen.runs, chosen.seed)
        rows.append([f"{cell.n:,}", cell.strategy, f"{cell.error_rate:.1%}", f"{cell.correlation:g}"])
        rows[-1] += [f"{c.n_held / c.n_runs:.1%} ({c.width:.1%})" for c in covered]
        sys.stderr.write(f"{rows[-1]}\n")
    report.write(
        chosen.page,
        title="How often does the stop rule's interval hold the truth?",
        parts=[
            f"Share of {chosen.runs} reviews whose 95 % interval holds the number of errors that are left, of labels that are "
            "wrong in whatever way and of missing labels; in brackets the width of the interval, as a share of the labels.",
            report.table(["labels", "audit", "error rate", "ICC", *ISSUES], rows),
        ],
        conditions=[
            f"150 labels and 50 images audited of 1,000, 300 and 100 of more; {REVIEWED:.0%} reviewed before by suspicion.",
        ],
    )


def cover(cell: Cell, n_runs: int, seed: int) -> list[Covered]:
    """Return how often the intervals of a cell held the truth: of labels wrong in any way, and of missing ones."""
    made = [simulate(cell, run, seed) for run in range(n_runs)]
    with tempfile.TemporaryDirectory() as folder:
        lake = Path(folder)
        _write(lake, [tables for tables, _ in made])
        with duckdb.connect() as connection:
            connection.execute(
                f"attach '{lake}/labelduck.duckdb' as lake (read_only); use lake; set file_search_path = '{lake}'"
            )
            answers = connection.execute(ANSWER).fetchall()
    truth = {f"run{run}": left for run, (_, left) in enumerate(made)}
    return [
        Covered(
            n_held=sum(low <= truth[dataset][issue] <= high for dataset, _, low, high, _ in of_issue),
            n_runs=len(of_issue),
            width=float(np.mean([high - low for _, _, low, high, _ in of_issue])) / cell.n,
        )
        for issue in ISSUES
        for of_issue in [[row for row in answers if row[1] == issue]]
    ]


def simulate(cell: Cell, run: int, seed: int) -> tuple[dict[str, Columns], dict[str, int]]:
    """Return the tables of one reviewed dataset, and the true number of errors that nobody has seen."""
    dice = np.random.default_rng(
        (seed, run, cell.n, round(1e6 * cell.error_rate), round(1e3 * cell.correlation), len(cell.strategy))
    )
    n_images = cell.n // PER_IMAGE
    image, kind = np.repeat(np.arange(n_images), PER_IMAGE), dice.integers(len(CLASSES), size=cell.n)
    chances = np.minimum(1, CLASS_RATES[kind] * _rates(dice, cell, cell.error_rate, n_images)[image])
    is_wrong = dice.random(cell.n) < chances
    missing = dice.binomial(PER_IMAGE, _rates(dice, cell, MISSING_RATE, n_images))
    score = dice.normal(size=cell.n) + 1.5 * is_wrong
    is_reviewed = np.zeros(cell.n, dtype=bool)
    is_reviewed[np.argsort(-score)[: round(REVIEWED * cell.n)]] = True
    rest = np.flatnonzero(~is_reviewed)
    stratum = _strata(cell.strategy, kind[rest], score[rest])
    is_drawn = _draw(dice, cell.strategy, stratum, score[rest], 150 if cell.n <= 1000 else 300)
    searched = dice.random(n_images).argsort() < (50 if cell.n <= 1000 else 100)
    audited = rest[is_drawn]
    name = [f"run{run}"]
    tables = {
        "annotations": _labels(name, image, np.arange(cell.n)) | {"class_name": CLASSES[kind].tolist()},
        "audits": _joined(
            _labels(name, image, rest)
            | {"unit": ["annotation"] * len(rest), "n_objects": [1] * len(rest), "stratum": stratum.tolist()}
            | {"is_drawn": is_drawn.tolist(), "class_name": CLASSES[kind[rest]].tolist()},
            _images(name, n_images)
            | {
                "unit": ["image"] * n_images,
                "n_objects": [PER_IMAGE] * n_images,
                "stratum": ["all"] * n_images,
            }
            | {"is_drawn": searched.tolist(), "class_name": [None] * n_images},
        )
        | {"audit_id": ["a"] * (len(rest) + n_images)},
        "audit_verdicts": _joined(
            _labels(name, image, np.flatnonzero(is_reviewed))
            | _verdicts(is_wrong[is_reviewed], "wrong_class", None),
            _labels(name, image, audited) | _verdicts(is_wrong[audited], "wrong_class", "a"),
            _images(name, n_images, np.flatnonzero(searched))
            | _verdicts(missing[searched], "missing_label", "a"),
        ),
    }
    left = is_wrong.sum() - is_wrong[is_reviewed].sum() - is_wrong[audited].sum()
    return tables, {"any": int(left), "missing_label": int(missing.sum() - missing[searched].sum())}


def _rates(dice: np.random.Generator, cell: Cell, rate: float, n: int) -> np.ndarray:
    """Return the error rate of each image, by a beta distribution with the cell's correlation."""
    if not cell.correlation:
        return np.full(n, rate)
    spread = 1 / cell.correlation - 1
    return dice.beta(rate * spread, (1 - rate) * spread, size=n)


def _strata(strategy: str, kind: np.ndarray, score: np.ndarray) -> np.ndarray:
    if strategy == "stratified":
        return CLASSES[kind]
    if strategy == "risk":
        rank = score.argsort().argsort() / len(score)
        return np.searchsorted(audit.RISK_BANDS, rank, side="right").astype(str)
    return np.full(len(kind), "all")


def _draw(
    dice: np.random.Generator, strategy: str, stratum: np.ndarray, score: np.ndarray, n: int
) -> np.ndarray:
    """Return which labels an audit draws, as `labelduck audit draw` allots them to strata."""
    names, numbers, counts = np.unique(stratum, return_inverse=True, return_counts=True)
    spread = np.ones(len(names))
    if strategy == "risk":
        mean = np.bincount(numbers, weights=1 / (1 + np.exp(3 - score))) / counts
        spread = np.sqrt(mean * (1 - mean))
    is_drawn = np.zeros(len(stratum), dtype=bool)
    for number, size in enumerate(audit.sizes(counts.tolist(), spread.tolist(), n)):
        is_drawn[dice.choice(np.flatnonzero(numbers == number), size, replace=False)] = True
    return is_drawn


def _labels(name: list[str], image: np.ndarray, chosen: np.ndarray) -> Columns:
    return {
        "dataset": name * len(chosen),
        "image_id": image[chosen].astype(str).tolist(),
        "annotation_id": chosen.astype(str).tolist(),
    }


def _images(name: list[str], n: int, chosen: np.ndarray | None = None) -> Columns:
    ids = np.arange(n) if chosen is None else chosen
    return {
        "dataset": name * len(ids),
        "image_id": ids.astype(str).tolist(),
        "annotation_id": [None] * len(ids),
    }


def _verdicts(n_errors: np.ndarray, issue: str, audit_id: str | None) -> Columns:
    told = n_errors.astype(int).tolist()
    return {
        "audit_id": [audit_id] * len(told),
        "decision": ["confirm" if n else "reject" for n in told],
        "issue": [issue if n else None for n in told],
        "n_errors": told,
    }


def _joined(*parts: Columns) -> Columns:
    return {name: list(itertools.chain(*(part[name] for part in parts))) for name in parts[0]}


def _write(lake: Path, runs: Sequence[dict[str, Columns]]) -> None:
    files = {table: [f"tables/{table}/rows.parquet"] for table in schema.TABLES}
    for table, columns in schema.TABLES.items():
        path = lake / files[table][0]
        path.parent.mkdir(parents=True)
        plain = columns.remove_metadata()
        pieces = list(_pieces(table, plain, runs))
        pq.write_table(pa.concat_tables(pieces) if pieces else plain.empty_table(), path)
    catalog.build(lake / "labelduck.duckdb", files, [], {})


def _pieces(table: str, columns: pa.Schema, runs: Sequence[dict[str, Columns]]) -> Iterator[pa.Table]:
    for run in runs:
        if table in run:
            n = len(run[table]["dataset"])
            yield pa.table(
                [
                    pa.array(run[table][f.name], f.type) if f.name in run[table] else pa.nulls(n, f.type)
                    for f in columns
                ],
                schema=columns,
            )


if __name__ == "__main__":
    main()
