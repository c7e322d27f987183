"""Writes what no annotation format carries: truth, reviews, jobs, assignments, the guideline, known answers."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

import PIL

from generator.canvas import HEIGHT, WIDTH
from generator.contours import box_iou
from generator.files import csv_table
from generator.guideline import GUIDELINE
from generator.plans import ANNOTATORS, SKIPPED
from generator.truth import CLASSES

if TYPE_CHECKING:
    from generator.contours import Box
    from generator.files import Files
    from generator.labels import Error
    from generator.project import Project


def table_files(project: Project) -> Files:
    """Return the CSV tables and answers.json."""
    errors = [("instances", e) for e in project.work.errors] + [
        ("overlap", e) for e in project.overlap.errors
    ]
    errors.sort(
        key=lambda e: (e[0], e[1].image_id, e[1].annotator, e[1].truth.object_id if e[1].truth else 0)
    )
    files = {
        "images.csv": csv_table(_images(project)),
        "objects.csv": csv_table(_objects(project)),
        "truth.csv": csv_table(_error(place, *error) for place, error in enumerate(errors)),
        "assignments.csv": csv_table(_assignments(project)),
        "jobs.csv": csv_table(_jobs(project)),
        "guidelines.csv": csv_table(GUIDELINE),
        "models.csv": csv_table(_models(project)),
        "answers.json": (json.dumps(answers(project), indent=1) + "\n").encode(),
    }
    for table, rows in project.work.rows.items():
        files[f"{table}.csv"] = csv_table(rows)
    return files


def answers(project: Project) -> dict[str, object]:
    """Return counts that a reader of the files must find."""
    work, reviews = project.work, project.work.rows["reviews"]
    open_errors = [e for e in work.errors if e.state == "open"]
    excavators = [t for truths in project.truths.values() for t in truths if t.class_name == "excavator"]
    mistaken = [e for e in work.errors if e.cause == "excavator called forklift"]
    return {
        "drawn_with_pillow": PIL.__version__,
        "images": len(project.shots),
        "images_by_split": _counted(s.split for s in project.shots),
        "images_without_annotation": sorted(
            {s.image_id for s in project.shots} - {a.image_id for a in work.annotations}
        ),
        "gold_images": [s.image_id for s in project.shots if s.is_gold],
        "copied_images": {str(s.image_id): s.copy_of for s in project.shots if s.copy_of},
        "objects": sum(map(len, project.truths.values())),
        "annotations": len(work.annotations),
        "annotations_by_class": _counted((a.class_name for a in work.annotations), CLASSES),
        "annotations_by_annotator": _counted(a.annotator for a in work.annotations),
        "annotations_by_batch": _counted(a.batch for a in work.annotations),
        "crowds": sum(a.is_crowd for a in work.annotations),
        "masks": sum(a.has_mask for a in work.annotations),
        "polygons": sum(bool(a.polygons) for a in work.annotations),
        "boxes_alone": sum(not a.polygons and not a.has_mask for a in work.annotations),
        "overlap_annotations": len(project.overlap.annotations),
        "overlap_by_annotator": _counted(a.annotator for a in project.overlap.annotations),
        "gold_annotations": len(project.gold),
        "predictions": {model: len(found) for model, found in project.detections.items()},
        "planted_errors": _counted(e.kind for e in work.errors),
        "planted_errors_open": _counted(e.kind for e in open_errors),
        "planted_errors_open_by_cause": _counted(e.cause for e in open_errors),
        "excavators": len(excavators),
        "excavators_called_forklift": len(mistaken),
        "hats_around_the_whole_head": {"annotator": "north-7", "batch": "batch-05"}
        | {"annotations": sum(e.cause == "box around the whole head" for e in work.errors)},
        "reviews": len(reviews),
        "reviews_by_decision": _counted(str(r["decision"]) for r in reviews),
        "first_round_reviews": sum(r["round"] == 1 for r in reviews),
        "issues": len(work.rows["issues"]),
        "issues_unresolved": sum(i["resolved_at"] is None for i in work.rows["issues"]),
        "events": len(work.rows["events"]),
    }


def _counted(values: object, order: tuple[str, ...] = ()) -> dict[str, int]:
    counts = Counter(values)  # type: ignore[call-overload]
    return {key: counts[key] for key in (order or sorted(counts))}


def _images(project: Project) -> list[dict[str, object]]:
    return [
        {
            "image_id": s.image_id,
            "file_name": s.file_name,
            "width": WIDTH,
            "height": HEIGHT,
            "split": s.split,
            "batch": s.batch,
            "captured_at": s.captured_at,
            "is_annotated": s.image_id not in SKIPPED,
            "site": s.plan.kind,
            "light": project.lights[s.image_id],
        }
        for s in project.shots
    ]


def _objects(project: Project) -> list[dict[str, object]]:
    return [
        {
            "object_id": t.object_id,
            "image_id": t.image_id,
            "class_name": t.class_name,
            **_corners(t.box),
            "occluded": t.occluded,
            "is_truncated": t.is_truncated,
            "is_crowd": t.is_crowd,
        }
        for truths in project.truths.values()
        for t in truths
    ]


def _error(place: int, where: str, error: Error) -> dict[str, object]:
    """Return a planted error as a row; for an extra label the true columns are empty."""
    truth, annotation = error.truth, error.annotation
    return {
        "error_id": place + 1,
        "annotation_set": where,
        "image_id": error.image_id,
        "annotation_id": annotation.annotation_id if annotation else None,
        "kind": error.kind,
        "cause": error.cause,
        "state": error.state,
        "annotator": error.annotator,
        "batch": error.batch,
        "object_id": truth.object_id if truth else None,
        "class_name": error.class_name,
        "true_class": truth.class_name if truth else None,
        **_corners(truth.box if truth else None, "true_"),
        "iou": round(box_iou(error.box, truth.box), 4) if error.box and truth else None,
    }


def _corners(box: Box | None, prefix: str = "") -> dict[str, object]:
    names = [f"{prefix}{name}" for name in ("x_min", "y_min", "x_max", "y_max")]
    return dict(zip(names, box or (None,) * 4, strict=True))


def _assignments(project: Project) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for shot in project.shots:
        status = "skipped" if shot.image_id in SKIPPED else "completed"
        who = [shot.annotator, *(a for a in ANNOTATORS if shot.is_gold and a != shot.annotator)]
        rows += [
            {
                "image_id": shot.image_id,
                "annotator": annotator,
                "batch": shot.batch,
                "job": f"{shot.batch}/{'' if annotator == shot.annotator else 'overlap/'}{annotator}",
                "status": status,
            }
            for annotator in who
        ]
    return rows


def _jobs(project: Project) -> list[dict[str, object]]:
    times: dict[str, list[object]] = {}
    for annotation in project.work.annotations + project.overlap.annotations:
        times.setdefault(annotation.job, []).append(annotation.created_at)
    rows: list[dict[str, object]] = []
    for job, moments in sorted(times.items()):
        batch, annotator = job.split("/")[0], job.split("/")[-1]
        is_overlap = "overlap" in job
        rows.append(
            {
                "job": job,
                "task": batch,
                "project": "hardhat",
                "batch": batch,
                "type": "consensus" if is_overlap else "annotation",
                "stage": "annotation" if is_overlap else "acceptance",
                "state": "completed",
                "assignee": annotator,
                "reviewer": None,
                "created_at": min(moments),  # type: ignore[type-var]
                "updated_at": max(moments),  # type: ignore[type-var]
            }
        )
    return rows


def _models(project: Project) -> list[dict[str, object]]:
    return [
        {
            "model": model,
            "trained_on_dataset": "hardhat-pilot",
            "trained_on_version": 1,
            "is_out_of_sample": True,
            "params": '{"simulated": true}',
        }
        for model in project.detections
    ]
