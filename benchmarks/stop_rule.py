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
from typing import TYPE_CHECKING, NamedTuple

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

import report
from labelduck import audit, catalog, schema
from simulated_reviews import REVIEWED, Cell, simulate

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from simulated_reviews import Columns

ISSUES = ("any", "missing_label")
ANSWER = f"select dataset, issue, n_remaining_low, n_remaining_high, n_remaining from stop_rule where issue in {ISSUES}"


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
