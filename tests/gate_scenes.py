"""One lake of many datasets: a clean one, one with each fault, a tiny one. All gates are asked at once."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from catalog_lake import box, write_lake
from labelduck import grouping, schema, scores

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from catalog_lake import Row

Tables = dict[str, list["Row"]]

N_IMAGES = 40
N_OBJECTS = 6
STORED = (
    *(
        "agreement_counts",
        "annotator_pair_counts",
        "box_offsets",
        "box_biases",
        "image_work",
        "distribution_shifts",
    ),
    *("near_pictures", "form_errors", "class_cells"),
)
"""Tables that the gates read, in the order in which the build makes them."""

TOPICS = ("occlusion", "truncation", "small objects", "skip", "escalation")
SETTINGS: dict[str, float | str] = {
    "class_balance_limit": 9.0,
    "coverage_rules": json.dumps(
        [{"dataset": "coverage", "dimension": "split", "value": "test", "at_least": 1}]
    ),
    "attestation_rules": json.dumps(
        [
            {"item": item, "name": "Ann", "date": "2026-01-01"}
            for item in ("examples_shown", "risk_known", "guide_updated", "owner_named")
        ]
    ),
}


def clean(n_images: int = N_IMAGES) -> Tables:
    """Return a dataset that every gate passes: two annotators who agree, gold, an audit of nearly all, a video."""
    images = [
        {
            "image_id": f"{n:02}",
            "split": ("train", "val")[n % 4 == 3],
            "sha256": f"s{n}",
            "phash": f"{n * 9999991:016x}",
        }
        for n in range(n_images)
    ]
    images += [{"image_id": f"f{n}", "video": "v", "frame": n, "split": "train"} for n in range(3)]
    drawn = [
        _object(f"{annotator}/{image['image_id']}/{n}", image["image_id"], n) | {"annotator": annotator}
        for annotator in ("ann", "bob")
        for image in images[:n_images]
        for n in range(N_OBJECTS)
    ]
    gold = [
        _object(f"gold/{n:02}/{k}", f"{n:02}", k) | {"is_gold": True}
        for n in range(n_images // 2, n_images)
        for k in range(N_OBJECTS)
    ]
    tracked = [_object(f"track/{n}", f"f{n}", 0) | {"track_id": "1", "annotator": "ann"} for n in range(3)]
    tables: Tables = {
        "images": images,
        "classes": [{"class_name": name, "definition": "x", "is_frozen": True} for name in ("cat", "dog")],
        "annotations": drawn + gold + tracked,
        "guidelines": [{"topic": topic, "rule": "x"} for topic in TOPICS],
        "reviews": [{"review_id": "1", "annotation_id": drawn[0]["annotation_id"], "decision": "accepted"}],
    }
    return tables | _audit(images[:n_images], [*drawn, *tracked])


def _object(annotation_id: str, image_id: str, n: int) -> Row:
    corners = box(30.0 * n, 0.0, 30.0 * n + 20, 20.0)
    name = ("cat", "dog")[n % 2]
    return {
        "annotation_id": annotation_id,
        "image_id": image_id,
        "class_name": name,
        "box": corners,
        "area": 400.0,
    }


def _audit(images: list[Row], drawn: list[Row]) -> Tables:
    common: Row = {"audit_id": "a", "stratum": "all", "is_drawn": True, "inclusion_probability": 1.0}
    units = [
        common
        | {
            "unit": "annotation",
            "n_objects": 1,
            "image_id": row["image_id"],
            "annotation_id": row["annotation_id"],
        }
        for row in drawn
    ]
    units += [
        common | {"unit": "image", "n_objects": 2 * N_OBJECTS, "image_id": image["image_id"]}
        for image in images
    ]
    verdicts = [
        {
            "audit_id": "a",
            "image_id": unit["image_id"],
            "annotation_id": unit.get("annotation_id"),
            "decision": "reject",
            "n_errors": 0,
        }
        for unit in units
    ]
    return {"audits": units, "audit_verdicts": verdicts}


def _drop(tables: Tables, table: str, is_dropped: Callable[[Row], bool]) -> None:
    tables[table] = [row for row in tables[table] if not is_dropped(row)]


def _miss(tables: Tables) -> None:
    missed = {f"bob/{n:02}/{k}" for n in range(20) for k in range(3)}
    for table in ("annotations", "audits", "audit_verdicts"):
        _drop(tables, table, lambda row: row.get("annotation_id") in missed)


def _flip(tables: Tables) -> None:
    for row in tables["annotations"]:
        if row["annotation_id"] in {f"bob/{n:02}/{k}" for n in range(20) for k in range(3)}:
            row["class_name"] = {"cat": "dog", "dog": "cat"}[row["class_name"]]


def _contradict(tables: Tables, *, whom: tuple[str, ...]) -> None:
    for row in tables["annotations"]:
        owner, _, place = row["annotation_id"].partition("/")
        if owner in whom and place >= "20" and place[-1] == "0":
            row["class_name"] = "dog"


def _find_wrong(tables: Tables, unit: str, n: int, found: Row) -> None:
    chosen = [row for row in tables["audit_verdicts"] if (row["annotation_id"] is None) == (unit == "image")]
    for row in chosen[:n]:
        row.update({"decision": "confirm"} | found)


def _add(tables: Tables, table: str, *rows: Row) -> None:
    tables[table] = [*tables[table], *rows] if table in tables else list(rows)


def _rare(tables: Tables) -> None:
    _add(tables, "classes", {"class_name": "rare", "definition": "x", "is_frozen": True})
    images = [{"image_id": f"r{n}", "split": "train", "sha256": f"r{n}"} for n in range(12)]
    _add(tables, "images", *images)
    for n in range(12):
        _add(tables, "annotations", _object(f"rare/{n}", f"r{n}", 0) | {"class_name": "rare"})


def _break_track(tables: Tables) -> None:
    next(row for row in tables["annotations"] if row["annotation_id"] == "track/2")["class_name"] = "dog"


def _stretch(tables: Tables) -> None:
    """Draw all boxes a little unevenly, and one batch 35 % taller."""
    dice = random.Random(0)
    for row in tables["annotations"]:
        owner, _, place = row["annotation_id"].partition("/")
        if owner in {"ann", "bob"}:
            is_late = place >= "20"
            height = 20 * dice.uniform(0.95, 1.05) * (1.35 if owner == "bob" and is_late else 1)
            corners = row["box"] | {"y_max": row["box"]["y_min"] + height}
            row.update(batch=("b1", "b2")[is_late], box=corners, area=20 * height)


FAULTS: dict[str, tuple[Callable[[Tables], Any], set[str]]] = {
    "object_agreement": (_miss, {"drift"}),
    "class_agreement": (_flip, {"object_agreement"}),
    "gold_accuracy": (lambda t: _contradict(t, whom=("ann", "bob")), {"gold_pass_rate"}),
    "gold_pass_rate": (
        lambda t: _contradict(t, whom=("bob",)),
        {"gold_accuracy", "object_agreement", "class_agreement", "drift"},
    ),
    "missing_labels": (
        lambda t: _find_wrong(t, "image", 8, {"issue": "missing_label", "n_errors": 4}),
        set(),
    ),
    "label_errors": (lambda t: _find_wrong(t, "annotation", 25, {"issue": "bad_box", "n_errors": 1}), set()),
    "audit_done": (
        lambda t: _drop(t, "audit_verdicts", lambda row: row["annotation_id"] == "ann/00/0"),
        {"checklist"},
    ),
    "class_counts": (
        lambda t: _add(t, "classes", {"class_name": "ghost", "definition": "x", "is_frozen": True}),
        set(),
    ),
    "class_balance": (_rare, {"checklist"}),
    "coverage": (lambda _: None, set()),
    "format_validity": (
        lambda t: _add(t, "annotations", _object("odd", "00", 9) | {"box": box(9.0, 9.0, 1.0, 1.0)}),
        {"checklist"},
    ),
    "import_errors": (
        lambda t: _add(
            t,
            "import_problems",
            {"import_id": "i", "severity": "error", "location": "line 3", "problem": "no box"},
        ),
        set(),
    ),
    "checklist": (lambda t: _drop(t, "guidelines", lambda row: row["topic"] == "skip"), set()),
    "duplicate_images": (lambda t: t["images"][1].update(sha256="s0"), set()),
    "split_leaks": (lambda t: t["images"][3].update(phash=t["images"][0]["phash"]), set()),
    "broken_tracks": (_break_track, set()),
    "drift": (_stretch, set()),
}
"""Fault by the gate that must fail, and the gates that may fail with it because they measure the same."""


def write_gate_lake(folder: Path, settings: dict[str, float | str] | None = None) -> Path:
    """Write the lake: datasets `clean`, `tiny` and one named after each fault."""
    datasets = {"clean": clean(), "tiny": clean(2)} | {name: clean() for name in FAULTS}
    for name, (plant, _) in FAULTS.items():
        plant(datasets[name])
    rows: Tables = {table: [] for table in schema.TABLES}
    for name, tables in datasets.items():
        for table, made in tables.items():
            rows[table] += [{"dataset": name, **row} for row in made]
        for table, made in _grouped(tables).items():
            rows[table] += [{**row, "dataset": name} for row in made]
    write_lake(
        folder, rows, manifests=[_manifest(name) for name in datasets], settings=SETTINGS | (settings or {})
    )
    files = {table: [f"tables/{table}/rows.parquet"] for table in schema.TABLES}
    for table in STORED:
        scores.write(table, folder / files[table][0], lake=folder, files=files)
    return folder


def _grouped(tables: Tables) -> Tables:
    made = [
        pa.Table.from_pylist(tables.get(table, []), schema=schema.TABLES[table].remove_metadata())
        for table in grouping.COLUMNS
    ]
    return {table: rows.to_pylist() for table, rows in grouping.group(*made).items()}


def _manifest(dataset: str) -> Row:
    run = {"import_id": "i", "format": "coco", "path": "a.json", "kind": "annotations", "n_problems": 1}
    run |= {"n_images": 40, "n_annotations": 480, "n_predictions": 0, "options": {}}
    run |= {"started_at": "2026-01-01T10:00:00", "finished_at": "2026-01-01T10:00:02"}
    file = {"table_name": "images", "path": "x", "sha256": "s", "n_rows": 1, "n_bytes": 9, "source": "a.json"}
    manifest: Row = {"dataset": dataset, "version": 7, "parent": None, "created_at": "2026-01-01T10:00:03"}
    return manifest | {"author": None, "message": None, "taxonomy_hash": "t", "import": run, "files": [file]}
