"""Datasets of three annotators and gold whose rates are known, as the build would count them: for the coverage of intervals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from catalog_lake import open_lake, write_lake
from labelduck import schema

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb
    from numpy.typing import NDArray

CLASSES = ("cat", "dog", "cow", "hen")
MIN_IOU = 0.5
WRONG, MISSING = 0.1, 0.08
"""Mean chances that an annotator gives an object another class, and that an annotator overlooks it."""

N_WEEKS = 6
MONDAY = datetime(2026, 1, 5)  # noqa: DTZ001 - times of the tables are UTC without saying so
PAIRS = ((0, 1), (0, 2), (1, 2))


@dataclass(frozen=True)
class Seen:
    """What was there and what each annotator said.

    Attributes:
        true: Class of each object, 1 to 4; 0 where an image has no such object, [runs, images, objects].
        told: Class by each annotator; 0 for absent, [runs, images, objects, annotators].
    """

    true: NDArray[Any]
    told: NDArray[Any]


def look(
    seed: int, *, runs: int, n_images: int, correlation: float, n_objects: tuple[int, int] = (4, 12)
) -> Seen:
    """Return random datasets in which images differ in how hard they are: errors of an image correlate (ICC)."""
    dice = np.random.default_rng(seed)
    most = n_objects[1]
    count = dice.integers(n_objects[0], most + 1, (runs, n_images, 1))
    there = np.arange(most) < count
    true = np.where(there, dice.integers(1, len(CLASSES) + 1, there.shape), 0)
    shape = (*there.shape, 3)
    wrong, missing = (_rates(dice, mean, correlation, (runs, n_images)) for mean in (WRONG, MISSING))
    is_wrong = dice.random(shape) < wrong[..., None, None]
    other = (true[..., None] - 1 + dice.integers(1, len(CLASSES), shape)) % len(CLASSES) + 1
    told = np.where(is_wrong, other, true[..., None]) * (dice.random(shape) >= missing[..., None, None])
    return Seen(true, told * there[..., None])


def _rates(
    dice: np.random.Generator, mean: float, correlation: float, shape: tuple[int, ...]
) -> NDArray[Any]:
    if not correlation:
        return np.full(shape, mean)
    strength = 1 / correlation - 1
    return dice.beta(mean * strength, (1 - mean) * strength, shape)


def lake_of(folder: Path, seen: Seen) -> duckdb.DuckDBPyConnection:
    """Write the tables that agreement and gold answers read, a dataset a run, and connect to them."""
    write_lake(folder)
    n_images = seen.true.shape[1]
    tables = {
        "agreement_counts": _counts(seen),
        "annotator_pair_counts": _pairs(seen),
        "image_agreement": _images(seen),
        "gold_matches": _gold(seen),
        "annotations": _weeks(seen),
        "images": _keyed(seen, batch=["b"] * (len(seen.true) * n_images)),
    }
    for name, columns in tables.items():
        n = len(columns["dataset"])
        known = schema.TABLES[name].remove_metadata()
        arrays = [
            pa.array(columns[field.name], _plain(field.type)).cast(field.type)
            if field.name in columns
            else pa.nulls(n, field.type)
            for field in known
        ]
        pq.write_table(pa.Table.from_arrays(arrays, schema=known), folder / "tables" / name / "rows.parquet")
    return open_lake(folder)


def truth(correlation: float) -> dict[str, float]:
    """Return what each measure would be for endless images."""
    seen = look(99, runs=1, n_images=120_000, correlation=correlation)
    counts = {}
    for scope, values in _scoped(seen).items():
        n = {k: sum(c[k].sum() for c, _ in values) for k in values[0][0]}
        total = sum(n.values())
        differing = sum(((c[k] * (m - c[k])) / np.maximum(m - 1, 1)).sum() for c, m in values for k in c)
        same = sum((c[k] * (c[k] - 1)).sum() for c, m in values for k in c)
        drawn_same = sum((c[k] * (c[k] - 1)).sum() for c, m in values for k in c if k)
        drawn = sum((c[k] * (m - 1)).sum() for c, m in values for k in c if k)
        pairs = sum(((m > 1) * m * (m - 1)).sum() for c, m in values)
        chance = 1 - sum((x / total) ** 2 for x in n.values())
        counts[scope] = (1 - differing / total / chance, same / pairs, drawn_same / drawn)
    told, true = seen.told[..., 0], seen.true
    right = ((told == true) & (true > 0)).sum()
    return {
        "krippendorff_alpha": counts["all"][0],
        "fleiss_kappa": counts["all"][0],
        "percent_agreement": counts["all"][1],
        "pair_f1": counts["all"][2],
        "existence_alpha": counts["existence"][0],
        "existence_agreement": counts["existence"][1],
        "class_alpha": counts["class"][0],
        "class_agreement": counts["class"][1],
        "cohen_kappa": counts["all"][0],
        "accuracy": right / (true > 0).sum(),
        "recall": right / (true > 0).sum(),
        "precision": right / (told > 0).sum(),
        "class_accuracy": ((told == 1) & (true == 1)).sum() / ((told == 1) | (true == 1)).sum(),
    }


def _scoped(seen: Seen) -> dict[str, list[tuple[dict[int, NDArray[Any]], NDArray[Any]]]]:
    """Return by scope how many annotators give each object each value, and how many give it any; objects that nobody drew not."""
    count = {k: (seen.told == k).sum(axis=3) for k in range(len(CLASSES) + 1)}
    drawn = 3 - count[0]
    exists = drawn > 0
    everything = ({k: c * exists for k, c in count.items()}, 3 * exists)
    existence = ({0: count[0] * exists, 1: drawn * exists}, 3 * exists)
    classes = [
        ({k: count[k] * (drawn == m) for k in range(1, len(CLASSES) + 1)}, m * (drawn == m)) for m in (2, 3)
    ]
    return {"all": [everything], "existence": [existence], "class": classes}


def _counts(seen: Seen) -> dict[str, Any]:
    parts = []
    for scope, values in _scoped(seen).items():
        for counts, m in values:
            for k, count in counts.items():
                n, agreeing = count.sum(axis=2), (count * (count - 1)).sum(axis=2)
                run, image = np.nonzero(n)
                name = None if not k else "drawn" if scope == "existence" else CLASSES[k - 1]
                parts.append((run, image, scope, int(m.max()), name, n[run, image], agreeing[run, image]))
    return {
        "dataset": _names(np.concatenate([p[0] for p in parts])),
        "field": ["objects"] * sum(len(p[0]) for p in parts),
        "min_iou": [MIN_IOU] * sum(len(p[0]) for p in parts),
        "scope": [p[2] for p in parts for _ in p[0]],
        "block": np.concatenate([p[1] % 200 for p in parts]),
        "n_annotators": [p[3] for p in parts for _ in p[0]],
        "class_name": [p[4] for p in parts for _ in p[0]],
        "n_values": np.concatenate([p[5] for p in parts]),
        "n_agreeing": np.concatenate([p[6] for p in parts]),
    }


def _pairs(seen: Seen) -> dict[str, Any]:
    exists = (seen.told > 0).any(axis=3)
    rows = []
    for one, other in PAIRS:
        for a in range(len(CLASSES) + 1):
            for b in range(len(CLASSES) + 1):
                n = ((seen.told[..., one] == a) & (seen.told[..., other] == b) & exists).sum(axis=2)
                for block in range(20):
                    summed = n[:, block::20].sum(axis=1)
                    rows += [(run, one, other, a, b, block, summed[run]) for run in np.flatnonzero(summed)]
    columns = list(zip(*rows, strict=True))
    named = [None, *CLASSES]
    return {
        "dataset": _names(np.array(columns[0])),
        "field": ["objects"] * len(rows),
        "min_iou": [MIN_IOU] * len(rows),
        "annotator": [f"a{n}" for n in columns[1]],
        "other_annotator": [f"a{n}" for n in columns[2]],
        "class_name": [named[k] for k in columns[3]],
        "other_class_name": [named[k] for k in columns[4]],
        "block": columns[5],
        "n": columns[6],
    }


def _images(seen: Seen) -> dict[str, Any]:
    ((counts, m),) = _scoped(seen)["all"]
    same = sum(c * (c - 1) // 2 for c in counts.values()).sum(axis=2)
    drawn = sum(c for k, c in counts.items() if k)
    both_same = sum(c * (c - 1) // 2 for k, c in counts.items() if k).sum(axis=2)
    n_units = (m > 0).sum(axis=2)
    n = {
        "n_annotators": np.full(n_units.shape, 3),
        "n_units": n_units,
        "n_pairs": 3 * n_units,
        "n_same": same,
        "n_both": (drawn * (drawn - 1) // 2).sum(axis=2),
        "n_both_same": both_same,
        "n_sided": (2 * drawn).sum(axis=2),
        "n_undecided": np.zeros(n_units.shape, int),
    }
    columns = {name: values.ravel() for name, values in n.items()}
    return _keyed(seen, field=["objects"] * n_units.size, min_iou=[MIN_IOU] * n_units.size, **columns)


def _gold(seen: Seen) -> dict[str, Any]:
    run, image, place = np.nonzero(seen.true)
    told, true = seen.told[run, image, place, 0], seen.true[run, image, place]
    named = np.array([None, *CLASSES], object)
    return {
        "dataset": _names(run),
        "image_id": [f"{n:05}" for n in image],
        "annotator": ["a0"] * len(run),
        "annotation_id": [f"{i}/{p}" if t else None for i, p, t in zip(image, place, told, strict=True)],
        "class_name": named[told].tolist(),
        "gold_annotation_id": [f"g{i}/{p}" for i, p in zip(image, place, strict=True)],
        "gold_class_name": named[true].tolist(),
        "iou": [0.9 if t else None for t in told],
    }


def _weeks(seen: Seen) -> dict[str, Any]:
    """Return one annotation an image, which tells when it was worked on: a part of the images each week."""
    runs, n_images = seen.true.shape[:2]
    weeks = [MONDAY + timedelta(days=7 * (n * N_WEEKS // n_images)) for n in range(n_images)]
    ids = [f"{n}/t" for n in range(n_images)] * runs
    return _keyed(seen, annotation_id=ids, annotator=["a0"] * len(ids), created_at=weeks * runs)


def _keyed(seen: Seen, **columns: Any) -> dict[str, Any]:
    runs, n_images = seen.true.shape[:2]
    ids = [f"{n:05}" for n in range(n_images)] * runs
    return {"dataset": _names(np.repeat(np.arange(runs), n_images)), "image_id": ids, **columns}


def _names(runs: NDArray[Any]) -> list[str]:
    return [f"run{run:04}" for run in runs.tolist()]


def _plain(kind: pa.DataType) -> pa.DataType:
    return kind.value_type if pa.types.is_dictionary(kind) else kind


QUERIES = {
    "{metric}": "select dataset, metric, low, high from agreement where metric <> 'mean_pairwise_cohen_kappa'",
    "mean_pairwise_cohen_kappa": "select dataset, 'cohen_kappa', low, high from agreement"
    " where metric = 'mean_pairwise_cohen_kappa'",
    "cohen_kappa of a pair": "select dataset, 'cohen_kappa', kappa_low, kappa_high from agreement_by_annotator_pair"
    " where annotator = 'a0' and other_annotator = 'a1'",
    "alpha of a batch": "select dataset, 'krippendorff_alpha', alpha_low, alpha_high from agreement_by_batch",
    "percent_agreement of a batch": "select dataset, 'percent_agreement', percent_agreement_low, percent_agreement_high"
    " from agreement_by_batch",
    "gold accuracy": "select dataset, 'accuracy', accuracy_low, accuracy_high from gold_accuracy_by_annotator",
    "gold precision": "select dataset, 'precision', precision_low, precision_high from gold_accuracy_by_annotator",
    "gold recall": "select dataset, 'recall', recall_low, recall_high from gold_accuracy_by_annotator",
    "gold accuracy of a class": "select dataset, 'class_accuracy', accuracy_low, accuracy_high from gold_accuracy_by_class"
    " where class_name = 'cat'",
    "gold accuracy of a week": "select dataset, 'accuracy', accuracy_low, accuracy_high from gold_accuracy_by_week"
    " where week = '2026-01-12'",
    "running_accuracy at all times": "select dataset, 'accuracy', max(running_accuracy_low), min(running_accuracy_high)"
    " from gold_accuracy_by_week group by dataset",
}
"""Of each kind of interval: dataset, what it is of, its ends."""


def coverage(
    folder: Path, *, runs: int, n_images: int, correlation: float, seed: int = 7
) -> dict[str, float]:
    """Return how often each kind of interval holds what the measure would be for endless images."""
    lake = lake_of(folder, look(seed, runs=runs, n_images=n_images, correlation=correlation))
    true = truth(correlation)
    held: dict[str, list[bool]] = {}
    for name, query in QUERIES.items():
        for _, metric, low, high in lake.execute(query).fetchall():
            if low is not None:
                held.setdefault(name.format(metric=metric), []).append(low <= true[metric] <= high)
    lake.close()
    return {name: sum(told) / len(told) for name, told in held.items()}
