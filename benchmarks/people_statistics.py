"""Measure how often the answers about drift accuse nobody's fault, and how often they find boxes that are drawn too large.

    python benchmarks/people_statistics.py

Datasets are drawn (simulated_boxes.py) in which nobody differs, or one annotator draws one class of one batch larger, and are asked
in SQL. `--generator FILE` does the same with the scenes of another program (generated_boxes.py).
"""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

import generated_boxes
import report
from simulated_boxes import N_ANNOTATORS, N_BATCHES, N_CLASSES, Design, simulate
from simulated_tables import OF_BOXES, lake_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import duckdb

    from simulated_tables import Table

SEED = 20
CORRELATIONS = (0.0, 0.2)
IMAGES_OF_NULL = (8, 20)
POWER = ((1.2, 7), (1.2, 10), (1.2, 15), (1.2, 20), (1.1, 20), (1.1, 30), (1.1, 40))
DATASETS_AT_ONCE = 50
SCENES_AT_ONCE = 10

ANSWERS = {
    "box bias": "select dataset from box_bias_claims where is_flagged",
    "drift_by_annotator_batch": "select dataset from drift_by_annotator_batch where is_flagged",
    "change_points": "select dataset from change_points where is_flagged",
    "control_chart_by_batch": "select dataset from control_chart_by_batch where is_out",
}
SCANS = {"box bias or drift_by_annotator_batch": tuple(ANSWERS)[:2], "any of the four": tuple(ANSWERS)}

FOUND = """
select claims.dataset, claims.annotator, claims.batch, claims.class_name, n_images, is_flagged, effect, effect_low, effect_high,
    row_number() over (
        partition by claims.dataset order by is_flagged desc, q_value nulls last, abs(z) desc
    ) as place
from box_bias_claims as claims
where scope = 'annotator_batch_class'
"""
"""box_bias_by_annotator_batch_class, with the place of each row in its dataset."""

Cell = tuple[str, str, str, str]
"""Dataset, annotator, batch and class."""


class Found(NamedTuple):
    """What became of planted cells: the row of each, and how many other cells of their datasets were flagged."""

    rows: list[tuple[object, ...]]
    n_false: int


def main() -> None:
    """Simulate, ask, write the page."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--datasets", type=int, default=100, help="of each design without an effect")
    words.add_argument("--planted", type=int, default=100, help="datasets of each planted effect")
    words.add_argument(
        "--generator", type=Path, help="Python file with make(), of which scenes are asked too"
    )
    words.add_argument(
        "--scenes", type=int, default=40, help="of the generator, with and without effects each"
    )
    words.add_argument("--results", type=Path, default=Path(__file__).parent / "results")
    chosen = words.parse_args()
    parts = ["## No effect", _alarms_table(chosen.datasets), "## Larger boxes", _power_table(chosen.planted)]
    if chosen.generator:
        parts += ["## Scenes of another program", *_generated(chosen.generator, chosen.scenes)]
    report.write(
        chosen.results / "people_statistics.md",
        title="How often drift is seen where there is none, and where there is some",
        parts=[*parts, _reading()],
        conditions=_conditions(),
    )


def alarms(lake: duckdb.DuckDBPyConnection) -> Counter[str]:
    """Return in how many datasets each answer, and each scan of several answers, flags anything."""
    flagged = {name: {row[0] for row in lake.execute(query).fetchall()} for name, query in ANSWERS.items()}
    flagged |= {name: set().union(*(flagged[answer] for answer in parts)) for name, parts in SCANS.items()}
    return Counter({name: len(datasets) for name, datasets in flagged.items()})


def found(lake: duckdb.DuckDBPyConnection, planted: Iterable[Cell]) -> Found:
    """Return the rows of planted cells, and the number of other cells that are flagged."""
    rows = {tuple(row[:4]): row for row in lake.execute(FOUND).fetchall()}
    wanted = set(planted)
    others = {cell: row[-1] for cell, row in rows.items() if cell not in wanted}
    first = {
        dataset: min(place for cell, place in others.items() if cell[0] == dataset) for dataset, *_ in wanted
    }
    n_false = sum(rows[cell][5] for cell in others)
    return Found(
        [(*rows[cell], rows[cell][-1] < first[cell[0]]) for cell in sorted(wanted) if cell in rows], n_false
    )


def _alarms_table(n: int) -> str:
    counts: Counter[str] = Counter()
    designs = [Design(n_images, icc) for n_images in IMAGES_OF_NULL for icc in CORRELATIONS]
    lines = []
    for design in designs:
        own = sum((_asked(simulate(design, runs, SEED)) for runs in _pieces(n, DATASETS_AT_ONCE)), Counter())
        counts += own
        lines.append((f"{design.n_images} images, ICC {design.correlation:g}", n, own))
    return _shares([*lines, ("all", n * len(designs), counts)])


def _asked(tables: Mapping[str, Table]) -> Counter[str]:
    with (
        tempfile.TemporaryDirectory(prefix="labelduck-drift-") as folder,
        lake_of(Path(folder), tables) as lake,
    ):
        return alarms(lake)


def _shares(lines: Iterable[tuple[str, int, Counter[str]]]) -> str:
    names = (*ANSWERS, *SCANS)
    return report.table(
        ["of each annotator in each batch", "datasets", *names],
        [
            [line, str(n), *(f"{counts[name]} ({_interval(counts[name], n)})" for name in names)]
            for line, n, counts in lines
        ],
    )


def _power_table(n: int) -> str:
    lines = []
    for scale, n_images in POWER:
        pieces = [_planted(Design(n_images, 0.2, scale), runs) for runs in _pieces(n, DATASETS_AT_ONCE)]
        lines.append(_line(f"+{100 * (scale - 1):.0f} % on {n_images} images", scale - 1, pieces))
    return _found_table(lines)


def _planted(design: Design, runs: range) -> Found:
    tables = simulate(design, runs, SEED)
    of_boxes = {name: tables[name] for name in ("annotations", "predictions", "images")}
    assert design.planted is not None
    with (
        tempfile.TemporaryDirectory(prefix="labelduck-drift-") as folder,
        lake_of(Path(folder), of_boxes, OF_BOXES) as lake,
    ):
        return found(lake, [(f"run{run}", *design.planted) for run in runs])


def _generated(path: Path, n: int) -> list[str]:
    """Return tables of the generator's scenes, first as they are, then with cells that are drawn too large."""
    generator = generated_boxes.program(path)
    counts: Counter[str] = Counter()
    pieces: list[tuple[dict[Cell, float], Found]] = []
    for runs in _pieces(n, SCENES_AT_ONCE):
        plain = {f"scene{run}": generated_boxes.scene(generator, 1000 + run) for run in runs}
        counts += _asked(generated_boxes.tables(list(plain.items())))
        dice = np.random.default_rng((SEED, runs.start))
        chosen = {name: generated_boxes.cells(made, dice) for name, made in plain.items()}
        larger = [
            (f"scene{run}", generated_boxes.scene(generator, 1000 + run, chosen[f"scene{run}"]))
            for run in runs
        ]
        sizes = {
            (name, f"a{annotator}", f"b{batch}", f"k{kind}"): size
            for name, cells in chosen.items()
            for (annotator, batch, kind), size in cells.items()
        }
        with (
            tempfile.TemporaryDirectory(prefix="labelduck-drift-") as folder,
            lake_of(Path(folder), generated_boxes.tables(larger), OF_BOXES) as lake,
        ):
            pieces.append((sizes, found(lake, sizes)))
    return [_shares([("scenes as they are", n, counts)]), _found_table(_generated_lines(pieces))]


def _generated_lines(pieces: list[tuple[dict[Cell, float], Found]]) -> list[list[str]]:
    lines = []
    for size, least, most in ((0.2, 7, 9), (0.2, 10, 16), (0.1, 20, 29), (0.1, 30, 45)):
        of_size = [
            Found(
                [row for row in told.rows if sizes[row[:4]] == size and least <= row[4] <= most], told.n_false
            )
            for sizes, told in pieces
        ]
        lines.append(_line(f"+{100 * size:.0f} % on {least} to {most} images", size, of_size)[:-1])
    n_true = sum(row[5] for _, told in pieces for row in told.rows)
    n_false = sum(told.n_false for _, told in pieces)
    return [[*line, "" if k else _false_share(n_true, n_false)] for k, line in enumerate(lines)]


def _line(name: str, size: float, pieces: list[Found]) -> list[str]:
    rows = [row for told in pieces for row in told.rows]
    n, k = len(rows), sum(row[5] for row in rows)
    inside = sum(row[7] is not None and row[7] <= size <= row[8] for row in rows)
    return [
        name,
        str(n),
        f"{k} ({_interval(k, n)})",
        str(sum(row[10] for row in rows)),
        f"{100 * float(np.median([row[6] for row in rows])):.1f} %",
        f"{100 * inside / n:.0f} %",
        _false_share(k, sum(told.n_false for told in pieces)),
    ]


def _found_table(lines: list[list[str]]) -> str:
    header = (
        "planted",
        "cells",
        "flagged",
        "in the first rows",
        "median effect",
        "interval holds it",
        "false among flagged cells",
    )
    return report.table(header, lines)


def _false_share(n_true: int, n_false: int) -> str:
    n = n_true + n_false
    return f"{n_false} of {n} ({_interval(n_false, n)})"


def _interval(k: int, n: int) -> str:
    """Return Wilson's 95 % interval of k out of n, in per cent."""
    if not n:
        return "none"
    z, p = 1.959963984540054, k / n
    middle, reach = p + z * z / (2 * n), z * (p * (1 - p) / n + (z / (2 * n)) ** 2) ** 0.5
    low, high = ((middle + side * reach) / (1 + z * z / n) for side in (-1, 1))
    return f"{100 * p:.1f} %, {100 * max(0, low):.1f} to {100 * high:.1f}"


def _pieces(n: int, size: int) -> list[range]:
    return [range(start, min(n, start + size)) for start in range(0, n, size)]


def _reading() -> str:
    return (
        "Brackets: share and its 95 % interval (Wilson). Without an effect every flag is false. The four answers share one level: together they "
        "are to flag anything in at most 5 % of such datasets. `box bias` is the three views "
        "`box_bias_by_annotator_batch_class`, `box_bias_by_annotator` and `box_bias_by_batch` together. `in the first rows` counts planted cells that stand "
        "before all others in `box_bias_by_annotator_batch_class`; false are flagged cells of annotator, batch and class that "
        "were drawn as all others."
    )


def _conditions() -> list[str]:
    return [
        f"Simulated datasets have {N_ANNOTATORS} annotators, {N_BATCHES} batches, {N_CLASSES} classes and 4 objects an image on average; reviews, doubts "
        "of a model and gold of every label. Sizes, places, the detector's faults and errors of labels correlate within images (ICC).",
        "A side of an annotator's box is off by 2 % of the box, one of the detector's by 5 % with heavy tails, more where it is less sure; the "
        "detector draws 4 % wider than is right.",
        "Larger boxes are of one annotator, batch and class; the number of images is of those that hold the class. ICC is 0.2.",
        f"Scenes of the generator have {generated_boxes.SIZES['n_images']} images, {generated_boxes.SIZES['n_annot']} annotators, "
        f"{generated_boxes.SIZES['n_batch']} batches, 30 classes and label errors of five kinds in one label of six; two cells of each effect are "
        "planted in a scene. Images are those in which the model finds the object.",
    ]


if __name__ == "__main__":
    main()
