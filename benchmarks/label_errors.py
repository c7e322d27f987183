"""Plant label errors into a COCO set and see who finds them: labelduck, ObjectLab, FiftyOne, the false-positive view.

    python benchmarks/label_errors.py --annotations instances.json --results detections.json --seeds 20 21 22

Needs labelduck. The other methods are its views of them, which equal their sources; ObjectLab is also run with its
confidence threshold lowered from 0.95 to 0.5.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from pathlib import Path
from statistics import mean
from typing import TYPE_CHECKING, Any

import numpy as np

import labelduck
import report
from planted_errors import plant
from ranking import Quality, hits_once, in_order, quality

if TYPE_CHECKING:
    import duckdb

Scores = dict[str, dict[str, Quality]]

OURS = "labelduck"
LOWERED = "ObjectLab at 0.5"
OBJECTS = {
    "wrong_class": {
        "ObjectLab": "select annotation_id, 1 - score from objectlab_scores where subtype = 'swap'",
        LOWERED: "select annotation_id, 1 - score from objectlab_scores where subtype = 'swap'",
        "FiftyOne": "select annotation_id, mistakenness from fiftyone_mistakenness where prediction_id is not null",
    },
    "bad_box": {
        "ObjectLab": "select annotation_id, 1 - score from objectlab_scores where subtype = 'badloc'",
        "FiftyOne": "select annotation_id, mistakenness_loc from fiftyone_mistakenness where prediction_id is not null",
    },
    "extra_label": {
        "FiftyOne": "select annotation_id, is_possible_spurious::integer from fiftyone_mistakenness",
    },
    "duplicate_label": {
        "ObjectLab": "select annotation_id, 1 - score from objectlab_scores where subtype = 'swap'",
        "FiftyOne": "select annotation_id, is_possible_spurious::integer from fiftyone_mistakenness",
    },
}
ON_RARE = ", rare classes"
RARE = """
    select annotation_id from annotations semi join (
        select class_name from annotations group by 1
        qualify sum(count(*)) over (order by count(*), class_name) <= 0.2 * sum(count(*)) over ()
    ) using (class_name)
"""
"""Annotations of the rarest classes, which together hold a fifth of all."""
RARE_CLASSES = f"select distinct class_name from annotations semi join ({RARE}) using (annotation_id)"

PLACES = {
    "ObjectLab": "select prediction_id, 1 - score from objectlab_scores where subtype = 'overlooked'",
    LOWERED: "select prediction_id, 1 - score from objectlab_scores where subtype = 'overlooked'",
    "FiftyOne": "select prediction_id, confidence from fiftyone_mistakenness where is_possible_missing",
    "false positives": "select prediction_id, confidence from fiftyone_mistakenness where annotation_id is null",
    OURS: "select prediction_id, suspicion from suspicions where issue = 'missing_label'",
}
IMAGES = {
    "ObjectLab": "select image_id, 1 - score from objectlab_image_scores",
    "FiftyOne": "select image_id, coalesce(max(mistakenness) filter (where annotation_id is not null), -1) "
    "from images left join fiftyone_mistakenness using (image_id) group by 1",
    OURS: "select image_id, suspicion from image_suspects",
}


def main() -> None:
    """Measure all seeds and write the page."""
    parser = argparse.ArgumentParser(description="Who finds planted label errors?")
    parser.add_argument(
        "--annotations", type=Path, required=True, help="COCO annotations that are held for right"
    )
    parser.add_argument(
        "--results", type=Path, required=True, help="COCO results of a model that never saw the images"
    )
    parser.add_argument("--name", help="what the set is called on the page (default: the file's name)")
    parser.add_argument("--seeds", type=int, nargs="+", default=[20, 21, 22])
    parser.add_argument(
        "--noise", type=float, default=1.0, help="1: 5 %% wrong class, missing, bad box; 1.5 %% others"
    )
    parser.add_argument(
        "--min-confidence", type=float, default=0.02, help="leave out less confident predictions"
    )
    parser.add_argument("--page", type=Path, default=Path(__file__).parent / "results" / "label_errors.md")
    chosen = parser.parse_args()
    runs, seconds = [], []
    with tempfile.TemporaryDirectory() as scratch:
        results = confident(chosen.results, Path(scratch) / "results.json", chosen.min_confidence)
        for seed in chosen.seeds:
            case = plant(chosen.annotations, Path(scratch) / str(seed), seed=seed, noise=chosen.noise)
            scores, cpu_s = measure(case, results)
            runs.append(scores)
            seconds.append(cpu_s)
    name = chosen.name or chosen.annotations.stem
    report.write(
        chosen.page,
        title=f"Who finds planted label errors? {name}",
        parts=[
            f"Mean over {len(runs)} seeds: average precision / precision among the first 100. Noise {chosen.noise:g}.",
            *_tables(runs),
            f"Matching and scoring took {min(seconds):.2f} to {max(seconds):.2f} s of CPU.",
        ],
        conditions=["ObjectLab and FiftyOne: labelduck's views of them, which equal their sources."],
    )


def confident(results: Path, target: Path, min_confidence: float) -> Path:
    """Write the results that are confident enough to another file, and return it."""
    rows = [row for row in json.loads(results.read_text()) if row["score"] >= min_confidence]
    target.write_text(json.dumps(rows))
    return target


def measure(case: Path, results: Path) -> tuple[Scores, float]:
    """Return what each method is worth for each kind of error, and the CPU seconds of matching and scoring."""
    truth = json.loads((case / "truth.json").read_text())
    lake = labelduck.open(case / "lake")
    lake.import_annotations(case / "annotations.json", dataset="set")
    lake.import_predictions(results, model="model")
    started = time.process_time()
    lake.build()
    cpu_s = time.process_time() - started
    connection = lake.connect()
    scores = {kind: objects(connection, kind, truth) for kind in OBJECTS}
    scores["missing_label"] = places(connection, truth)
    scores["image"] = images(connection, truth)
    rare = {name for (name,) in connection.execute(RARE).fetchall()}
    classes = {name for (name,) in connection.execute(RARE_CLASSES).fetchall()}
    scores[f"missing_label{ON_RARE}"] = places(connection, truth, classes)
    return scores | {f"{kind}{ON_RARE}": objects(connection, kind, truth, rare) for kind in OBJECTS}, cpu_s


def objects(
    connection: duckdb.DuckDBPyConnection, kind: str, truth: dict[str, Any], among: set[str] | None = None
) -> dict[str, Quality]:
    """Return what each method is worth for an error that annotations have, or that some of them have.

    Second drawings count for duplicate_label alone, where their originals are neither right nor wrong.
    """
    errors, twins = truth["errors"], truth["twins"]
    aside = set(map(str, twins.values())) if kind == "duplicate_label" else set(twins)
    wrong = {name for name, error in errors.items() if error == kind} - (
        aside if kind != "duplicate_label" else set()
    )
    wrong = wrong if among is None else wrong & among
    queries = OBJECTS[kind] | {
        OURS: f"select annotation_id, suspicion from suspicions where issue = '{kind}'"
    }
    made = {}
    for method, query in queries.items():
        order = [
            name
            for name in ranked(connection, method, query)
            if name not in aside and (among is None or name in among)
        ]
        made[method] = quality([name in wrong for name in order], len(wrong))
    return made


def places(
    connection: duckdb.DuckDBPyConnection, truth: dict[str, Any], among: set[str] | None = None
) -> dict[str, Quality]:
    """Return what each method is worth for objects that were left out, or those of some classes: found at IoU 0.5, each once."""
    names = dict(connection.execute("select class_index, class_name from classes").fetchall())
    missing = [
        (str(row["image_id"]), row["bbox"])
        for row in truth["missing"]
        if among is None or names[row["category_id"]] in among
    ]
    of = dict(connection.execute("select prediction_id, class_name from predictions").fetchall())
    connection.execute("create or replace temp table missing (n integer, image_id varchar, bbox double[])")
    connection.executemany(
        "insert into missing values (?, ?, ?)", [(n, *row) for n, row in enumerate(missing)]
    )
    targets = dict(
        connection.execute(
            "select prediction_id, arg_max(n, iou) from (select prediction_id, n, "
            "box_iou(box, box_from_xywh(bbox[1], bbox[2], bbox[3], bbox[4])) as iou "
            "from predictions inner join missing using (image_id)) where iou >= 0.5 group by 1"
        ).fetchall()
    )
    return {
        method: quality(
            hits_once(
                [
                    targets.get(name)
                    for name in ranked(connection, method, query)
                    if among is None or of[name] in among
                ]
            ),
            len(missing),
        )
        for method, query in PLACES.items()
    }


def images(connection: duckdb.DuckDBPyConnection, truth: dict[str, Any]) -> dict[str, Quality]:
    """Return what each method is worth for images that hold any error."""
    of = dict(connection.execute("select annotation_id, image_id from annotations").fetchall())
    wrong = {of[name] for name in truth["errors"]} | {str(row["image_id"]) for row in truth["missing"]}
    return {
        method: quality([name in wrong for name in ranked(connection, method, query)], len(wrong))
        for method, query in IMAGES.items()
    }


def ranked(connection: duckdb.DuckDBPyConnection, method: str, query: str) -> list[str]:
    """Return the names that a query gives with a score, the highest first."""
    threshold = 0.5 if method == LOWERED else 0.95
    connection.execute(f"set variable objectlab_confidence = {threshold}")
    rows = [row for row in connection.execute(query).fetchall() if row[0] is not None and row[1] is not None]
    return in_order(rows, np.random.default_rng(0))


def _tables(runs: list[Scores]) -> list[str]:
    methods = ("ObjectLab", LOWERED, "FiftyOne", "false positives", OURS)
    kinds = ("missing_label", "wrong_class", "bad_box", "extra_label", "duplicate_label", "image")
    kinds += tuple(f"{kind}{ON_RARE}" for kind in kinds[:5])
    rows = [[kind, *(_cell([run[kind].get(method) for run in runs]) for method in methods)] for kind in kinds]
    return [report.table(["error", *methods], rows)]


def _cell(qualities: list[Quality | None]) -> str:
    known = [one for one in qualities if one is not None]
    if not known:
        return ""
    return f"{mean(q.average_precision for q in known):.3f} / {mean(q.precision_at_100 for q in known):.2f}"


if __name__ == "__main__":
    main()
