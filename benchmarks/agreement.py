"""Show which measure of agreement sees which kind of disagreement: missing, extra, flipped and shifted labels.

    python benchmarks/agreement.py

Three annotators draw 60 images with one habit each time (tests/disagreements.py); the scenes go through import and build
like any other, and the table is asked in SQL.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

import labelduck
import report

sys.path.append(str(Path(__file__).resolve().parents[1] / "tests"))
from disagreements import ANNOTATORS, HABITS, drawn_alike

N_IMAGES = 60
COLUMNS = {
    "class_alpha": "alpha of classes, matched only",
    "krippendorff_alpha": "alpha of class or absent",
    "existence_alpha": "alpha of existence",
    "existence_agreement": "agreement on existence",
    "pair_f1": "pair F1",
    "localisation": "matched IoU",
    "seen_by_one": "objects seen by one",
}
TITLES = {
    "clean": "clean",
    "missing_10": "10 % missing",
    "extra_10": "10 % extra",
    "flipped_10": "10 % class flips",
    "jitter_8": "8 % jitter",
    "jitter_12": "12 % jitter",
}
QUERY = """
    with told as (
        select dataset, min_iou, metric, value from agreement_by_min_iou where min_iou in (0.3, 0.5)
        union all
        select dataset, min_iou, 'seen_by_one', sum(n_seen_by_one) / sum(n_units)
        from image_agreement
        where min_iou in (0.3, 0.5)
        group by all
    )
    select split_part(dataset, '-', 1) as scenario, min_iou, metric, avg(value), min(value), max(value)
    from told
    group by all
"""


def main() -> None:
    """Draw, import, build, ask, write the page."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--seeds", type=int, default=5)
    words.add_argument("--results", type=Path, default=Path(__file__).parent / "results")
    chosen = words.parse_args()
    with tempfile.TemporaryDirectory(prefix="labelduck-agreement-") as folder:
        lake = labelduck.open(Path(folder) / "lake")
        for scenario in HABITS:
            for seed in range(chosen.seeds):
                _import(lake, Path(folder), drawn_alike(scenario, seed, N_IMAGES))
        lake.build()
        found = {(s, t, m): values for s, t, m, *values in lake.sql(QUERY).fetchall()}
    shown = [(scenario, 0.5) for scenario in HABITS] + [("jitter_12", 0.3)]
    rows = [
        [
            f"{TITLES[scenario]}, IoU {min_iou:g}",
            *(_shown(found[scenario, min_iou, metric][0]) for metric in COLUMNS),
        ]
        for scenario, min_iou in shown
    ]
    spread = max(high - low for _, low, high in found.values() if low is not None)
    report.write(
        chosen.results / "agreement.md",
        title="Which measure of agreement sees which disagreement",
        parts=[
            report.table(["scenario", *COLUMNS.values()], rows),
            "Alpha of the classes of what both drew does not see missing and extra labels at all. Class or absent does, and "
            "existence says that they are the reason; extra labels are those that one annotator alone drew. Flipped classes "
            "lower the class measures alone, shifted boxes the matched IoU: where they lower the others too, a lower IoU "
            "threshold brings those back. Existence has no alpha where nobody disagrees on it.",
        ],
        conditions=[
            f"{len(ANNOTATORS)} annotators, {N_IMAGES} images of 4 to 10 objects, five classes; mean of {chosen.seeds} seeds, "
            f"among which a measure differs by {spread:.3f} at most.",
        ],
    )


def _shown(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _import(lake: labelduck.Lake, folder: Path, scene: dict[str, list[dict[str, object]]]) -> None:
    for table, rows in scene.items():
        path = folder / f"{table}.parquet"
        pq.write_table(
            pa.Table.from_pylist([{k: v for k, v in r.items() if k != "dataset"} for r in rows]), path
        )
        lake.import_annotations(path, format=table, dataset=str(rows[0]["dataset"]))


if __name__ == "__main__":
    main()
