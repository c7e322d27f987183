"""A lake with some of everything: two datasets, two models, crowds, classes that nobody drew, problems, versions."""

from __future__ import annotations

import random
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from catalog_lake import box, write_lake
from labelduck import decisions, derived, grouping, schema, scores, voting
from labelduck.matching import match

if TYPE_CHECKING:
    from pathlib import Path

    from catalog_lake import Row

CLASSES = ("cat", "dog", "cow")


def write_sample(folder: Path) -> Path:
    """Write the sample lake; its derived tables are what matching makes of its rows."""
    rows: dict[str, list[Row]] = {table: [] for table in schema.TABLES}
    for seed, dataset in enumerate(("farm", "town")):
        _add(rows, dataset, _imported(dataset, random.Random(seed)))
        _add(rows, dataset, _reviewed(dataset))
    for dataset, model in (("farm", "m"), ("farm", "n"), ("town", "m")):
        for table, made in _derived(rows, dataset, model):
            rows[table] += [{"dataset": dataset, **row} for row in made]
    for dataset in ("farm", "town"):
        for table, made in _grouped(rows, dataset).items():
            rows[table] += [{"dataset": dataset, **row} for row in made]
    rows["import_problems"] = [
        {"dataset": "farm", "import_id": "i1", "severity": severity, "problem": "no box"}
        for severity in ("error", "repaired", "warning")
    ]
    rows |= _audited(rows["annotations"])
    _add(rows, "town", _filmed())
    change: Row = {
        "from_version": 1,
        "version": 2,
        "change": "relabelled",
        "class_name": "cat",
        "class_before": "dog",
    }
    _add(rows, "farm", {"annotation_changes": [change]})
    write_lake(
        folder,
        rows,
        settings=_RULES,
        manifests=[_manifest(dataset, n) for dataset in ("farm", "town") for n in (1, 2)],
    )
    files = {table: [f"tables/{table}/rows.parquet"] for table in schema.TABLES}
    _vote(folder, files, rows)
    for table in (*derived.STORED, *derived.STORED_LABELS):
        scores.write(table, folder / files[table][0], lake=folder, files=files)
    decisions.append_all(folder, _decisions(), name="sample")
    return folder


def _add(rows: dict[str, list[Row]], dataset: str, made: dict[str, list[Row]]) -> None:
    for table, more in made.items():
        rows[table] += [{"dataset": dataset, **row} for row in more]


def _filmed() -> dict[str, list[Row]]:
    """Return a video whose frames are in two splits, pictures that are there twice, and shapes that cannot be."""
    hashes = ("0123456789abcdef", "0123456789abcdee", "0123456789abcdef", "ffff0000ffff0000")
    images = [
        {"image_id": f"f{n}", "frame": n, "video": "v" if n < 2 else None, "split": ("train", "val")[n % 2]}
        | {"sha256": ("s", "s", "t", "u")[n], "phash": phash, "attributes": '{"light": "night"}'}
        | {"file_name": f"f{n}.jpg", "width": 100, "height": 100, "tags": ["rain"]}
        for n, phash in enumerate(hashes)
    ]
    tracked = [
        {"annotation_id": f"t{n}", "image_id": f"f{n}", "track_id": "1", "class_name": name}
        | {"box": _floats(n, 0, 9, 9), "area": 81.0}
        for n, name in enumerate(("cat", "dog"))
    ]
    odd = [
        {"annotation_id": "odd", "image_id": "nowhere", "class_name": "unicorn", "box": _floats(9, 9, 2, 2)},
        {"annotation_id": "huge", "image_id": "nowhere", "class_name": "cat", "box": _floats(0, 0, 5e5, 5e5)},
    ]
    rules = [{"topic": "skip", "rule": "in fog"}]
    return {"images": images, "annotations": tracked + odd, "guidelines": rules}


_RULES: dict[str, float | str] = {
    "class_balance_limit": 1.0,
    "repeat_distance": 0.0,
    "max_drift_q": 0.05,
    "coverage_rules": '[{"dimension": "light", "at_least": 9}]',
    "waiver_rules": '[{"gate": "split_leaks", "owner": "o", "reason": "r", "until": "2999-01-01"}]',
    "attestation_rules": '[{"item": "owner_named", "name": "o", "date": "2026-01-01"}]',
}


def _decisions() -> list[Row]:
    label: Row = {"dataset": "farm", "image_id": "1", "annotation_id": "1", "issue": "wrong_class"}
    label |= {"reviewer": "rev", "lead": "lea", "suspicion": 0.9, "model": "m"}
    there: Row = {"decision": "fix", "class_name": "cat", "new_class": "dog"}
    back: Row = {"decision": "fix", "class_name": "dog", "new_class": "cat"}
    doubt: Row = {"decision": "escalate", "annotation_id": "2", "reason": "half hidden"}
    lacking: Row = {
        "decision": "confirm",
        "issue": "missing_label",
        "annotation_id": None,
        "prediction_id": "1",
    }
    covered = lacking | {"image_id": "3", "prediction_id": "71", "decision": "skip"}
    judged: Row = {"decision": "confirm", "issue": "bad_box", "image_id": "0", "annotation_id": "gold/17"}
    told = (there, back, doubt, covered, judged, lacking | {"class_name": "cat", "box": _floats(1, 1, 9, 9)})
    times = (f"2026-01-0{n + 1}T10:00:00" for n in range(len(told)))
    return [label | row | {"decided_at": moment} for row, moment in zip(told, times, strict=True)]


def _vote(folder: Path, files: dict[str, list[str]], rows: dict[str, list[Row]]) -> None:
    for dataset in ("farm", "town"):
        of_dataset = {table: f"tables/{table}/{dataset}.parquet" for table in voting.READ}
        for table, path in of_dataset.items():
            chosen = [row for row in rows[table] if row["dataset"] == dataset]
            columns = schema.TABLES[table].remove_metadata()
            pq.write_table(pa.Table.from_pylist(chosen, schema=columns), folder / path)
        named = {table: [path] for table, path in of_dataset.items()}
        for table, made in voting.vote(lake=folder, files=named, spill=folder):
            rows[table] += [{"dataset": dataset, **row} for row in made.to_pylist()]
        for path in of_dataset.values():
            (folder / path).unlink()
    for table in voting.TABLES:
        columns = schema.TABLES[table].remove_metadata()
        pq.write_table(pa.Table.from_pylist(rows[table], schema=columns), folder / files[table][0])


def _imported(dataset: str, dice: random.Random) -> dict[str, list[Row]]:
    annotations, predictions = [], []
    for n in range(60):
        x, y, size = dice.randrange(90), dice.randrange(90), dice.choice((8, 40, 120))
        image_id, class_name = str(dice.randrange(12)), dice.choice(CLASSES)
        common: Row = {"image_id": image_id, "class_name": class_name}
        annotation = common | {
            "annotation_id": str(n + 1),
            "box": _floats(x, y, x + size, y + size),
            "area": size**2,
            "lead_time_s": 5.0 + n % 3,
        }
        annotations.append(
            annotation
            | {"is_crowd": n % 11 == 0, "difficult": n % 7 == 0, "annotator": "ann"}
            | {"created_at": datetime(2026, 1, 1 + n % 12, 9)}  # noqa: DTZ001 - UTC, as in the tables
        )
        for model in ("m", "n") if dataset == "farm" else ("m",):
            for copy in range(dice.randrange(3)):
                moved = _floats(x + copy, y, x + size, y + size + dice.randrange(size))
                prediction = common | {"model": model, "prediction_id": str(len(predictions)), "box": moved}
                seen = dice.choice((class_name, class_name, "dog"))
                predictions.append(prediction | {"confidence": dice.random(), "class_name": seen})
    annotations += _opinions(annotations, dice)
    twice: Row = {"image_id": "3", "class_name": "cat", "annotator": "dee", "box": _floats(0, 0, 9, 9)}
    annotations += [twice | {"annotation_id": f"dee/{job}", "job": job} for job in ("j1", "j2")]
    images = [{"image_id": str(n), "file_name": f"{n}.jpg", "batch": f"b{n % 2}"} for n in range(12)]
    classes = [{"class_name": name, "class_index": n} for n, name in enumerate((*CLASSES, "ghost"))]
    tables = {"images": images, "classes": classes, "annotations": annotations, "predictions": predictions}
    return tables | _labelled(dice)


def _opinions(annotations: list[Row], dice: random.Random) -> list[Row]:
    """Return what a second annotator drew of the same, and gold, on some of the images."""
    opinions = []
    for annotation in annotations[:40]:
        moved = annotation["box"] | {"x_min": annotation["box"]["x_min"] + dice.choice((0, 0, 2))}
        drawn = annotation | {"box": moved, "class_name": dice.choice((annotation["class_name"], "dog"))}
        opinions.append(drawn | {"annotation_id": f"bob/{annotation['annotation_id']}", "annotator": "bob"})
        gold = annotation | {"annotation_id": f"gold/{annotation['annotation_id']}", "annotator": None}
        opinions.append(gold | {"is_gold": True})
    return opinions[: -dice.randrange(4, 10)]


def _labelled(dice: random.Random) -> dict[str, list[Row]]:
    labels, predicted = [], []
    for n in range(12):
        shown = CLASSES[n % 3]
        for annotator in ("ann", "bob", "cho")[: dice.randrange(1, 4)]:
            told = dice.choice((shown, shown, shown, "dog")) if n else "dog"
            labels.append({"image_id": str(n), "field": "scene", "annotator": annotator, "class_name": told})
        if n:
            labels.append({"image_id": str(n), "field": "scene", "class_name": shown, "is_gold": True})
        for model in ("m", "n"):
            sure = 3.0 if n else 99.0  # of the first image, which everybody labels wrongly
            scores = [(sure if name == shown else 0.0) + dice.random() for name in CLASSES]
            scores = [score / sum(scores) for score in scores] + [0.0]
            told = {"model": model, "image_id": str(n), "class_name": shown, "confidence": max(scores)}
            predicted.append(told | {"class_scores": scores if model == "m" else None})
    return {"image_labels": labels + _rated(), "predicted_labels": predicted}


def _rated() -> list[Row]:
    """Return ratings by two annotators of whom gold knows better, or worse."""
    rated = [
        {"image_id": str(n), "field": "quality", "annotator": name, "class_name": str(1 + (n + bias) % 3)}
        for n in range(6)
        for name, bias in (("ann", 0), ("bob", n % 2))
    ]
    gold = {"field": "quality", "class_name": "9", "is_gold": True}
    return [*rated, *({"image_id": str(n)} | gold for n in range(2))]


def _audited(annotations: list[Row]) -> dict[str, list[Row]]:
    labels = [
        {"dataset": row["dataset"], "image_id": row["image_id"], "annotation_id": row["annotation_id"]}
        for row in annotations
    ]
    images = [{"dataset": "farm", "image_id": str(n)} for n in range(12)]
    common = {"audit_id": "a", "stratum": "all"}
    units = [
        common | label | {"unit": "annotation", "n_objects": 1, "is_drawn": n % 2 == 0}
        for n, label in enumerate(labels)
    ]
    units += [common | image | {"unit": "image", "n_objects": 5, "is_drawn": True} for image in images]
    verdicts = [
        {
            "audit_id": "a" if n % 4 == 0 else None,
            "issue": "bad_box",
            "decision": ("confirm", "reject")[n % 3 > 0],
        }
        | label
        for n, label in enumerate(labels)
        if n % 2 == 0 or n % 5 == 0
    ]
    verdicts += [{"audit_id": "a", "decision": "reject"} | image for image in images]
    return {"audits": units, "audit_verdicts": verdicts}


def _floats(*values: float) -> Row:
    return box(*map(float, values))


def _derived(rows: dict[str, list[Row]], dataset: str, model: str) -> list[tuple[str, list[Row]]]:
    tables = []
    for table in ("images", "classes", "annotations", "predictions"):
        chosen = [r for r in rows[table] if r["dataset"] == dataset and r.get("model", model) == model]
        tables.append(pa.Table.from_pylist(chosen, schema=schema.TABLES[table].remove_metadata()))
    return [(table, made.to_pylist()) for table, made in match(*tables, model=model)]


def _grouped(rows: dict[str, list[Row]], dataset: str) -> dict[str, list[Row]]:
    tables = [
        pa.Table.from_pylist(
            [row for row in rows[table] if row["dataset"] == dataset],
            schema=schema.TABLES[table].remove_metadata(),
        )
        for table in grouping.COLUMNS
    ]
    return {table: made.to_pylist() for table, made in grouping.group(*tables).items()}


def _manifest(dataset: str, version: int) -> dict[str, Any]:
    run = {
        "import_id": f"i{version}",
        "format": "coco",
        "path": "a.json",
        "kind": "annotations",
        "n_problems": 3,
    }
    run |= {"started_at": "2026-01-01T10:00:00", "finished_at": "2026-01-01T10:00:02.500", "options": {}}
    run |= {"n_images": 12, "n_annotations": 60, "n_predictions": 0, "labelduck_version": "0.1.0"}
    file = {
        "table_name": "images",
        "path": "tables/images/rows.parquet",
        "sha256": "s",
        "n_rows": 12,
        "n_bytes": 9,
    }
    manifest = {"dataset": dataset, "version": version, "parent": None, "created_at": "2026-01-01T10:00:03"}
    manifest |= {"author": None, "message": None, "taxonomy_hash": None, "import": run}
    labels = file | {"table_name": "annotations", "path": "tables/annotations/rows.parquet", "n_rows": 60}
    return manifest | {"files": [told | {"source": "a.json"} for told in (file, labels)]}


def _reviewed(dataset: str) -> dict[str, list[Row]]:
    reviews: list[Row] = []
    for n in range(60):
        about: Row = {"annotation_id": str(n + 1), "image_id": str(n % 12), "annotator": "ab"[n // 30]}
        decision = "rejected" if n >= 30 and n % 5 else "accepted"
        told: Row = {"decision": decision, "error_kind": "bad_box" if decision == "rejected" else None}
        reviews.append(about | told | {"review_id": f"{dataset}{n}", "reviewer": "rs"[n % 2], "round": 1})
    issues: list[Row] = [{"issue_id": "1", "image_id": "1", "category": "bad_box"}]
    work: Row = {"event_id": "w", "actor": "a", "action": "work", "job": "j", "lead_time_s": 60.0}
    changes: list[Row] = [
        {"action": "update", "annotation_id": "1", "from_class": "dog", "to_class": "cat"},
        {"action": "submit", "job": "j", "happened_at": datetime(2026, 1, 5)},  # noqa: DTZ001 - UTC without saying so
    ]
    events = [work, *(change | {"event_id": f"e{n}"} for n, change in enumerate(changes))]
    rule: Row = {"guideline_version": "2", "class_name": "cat", "topic": "definition", "rule": "It purrs."}
    rule |= {"updated_at": datetime(2026, 1, 6)}  # noqa: DTZ001 - likewise
    return {"reviews": reviews, "issues": issues, "events": events, "guidelines": [rule]}
