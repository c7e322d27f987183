"""Writes COCO files, plain as COCO has them, and a provenance sidecar for what COCO cannot say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.canvas import HEIGHT, WIDTH
from generator.files import csv_table, iso, json_list, json_rows
from generator.truth import CLASSES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from generator.files import Files
    from generator.labels import Annotation
    from generator.project import Project

INFO = {
    "description": "Simulated construction scenes: rendered pictures, simulated annotators. Not photographs.",
    "url": "",
    "version": "1",
    "year": 2025,
    "contributor": "labelduck",
    "date_created": "2025-04-14",
}
LICENCES = [{"id": 1, "name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"}]
PARENTS = {"hard_hat": "protection", "vest": "protection", "forklift": "vehicle", "excavator": "vehicle"}


def coco_files(project: Project) -> Files:
    """Return the annotation sets and the detections of both models, with provenance."""
    gold = {shot.image_id for shot in project.shots if shot.is_gold}
    everything = {shot.image_id for shot in project.shots}
    files = {
        "coco/instances.json": _coco(project, project.work.annotations, everything),
        "coco/overlap.json": _coco(project, project.overlap.annotations, gold),
        "coco/gold.json": _coco(project, project.gold, gold),
        "coco/provenance.csv": _provenance(project.work.annotations),
        "coco/overlap_provenance.csv": _provenance(project.overlap.annotations),
    }
    for model, found in project.detections.items():
        files[f"coco/predictions_{model}.json"] = json_list(one._asdict() for one in found)
    return files


def category_id(class_name: str) -> int:
    """Return COCO's number of a class."""
    return CLASSES.index(class_name) + 1


def _coco(project: Project, annotations: Iterable[Annotation], images: set[int]) -> bytes:
    return json_rows(
        {"info": INFO, "licenses": LICENCES},
        {
            "categories": [
                {"id": category_id(name), "name": name, "supercategory": PARENTS.get(name, "human")}
                for name in CLASSES
            ],
            "images": [
                {
                    "id": shot.image_id,
                    "file_name": shot.file_name,
                    "width": WIDTH,
                    "height": HEIGHT,
                    "license": 1,
                    "date_captured": iso(shot.captured_at),
                }
                for shot in project.shots
                if shot.image_id in images
            ],
            "annotations": [_annotation(a) for a in annotations],
        },
    )


def _annotation(annotation: Annotation) -> dict[str, object]:
    x_min, y_min, x_max, y_max = annotation.box
    row: dict[str, object] = {
        "id": annotation.annotation_id,
        "image_id": annotation.image_id,
        "category_id": category_id(annotation.class_name),
        "bbox": [x_min, y_min, x_max - x_min, y_max - y_min],
        "area": annotation.area,
        "iscrowd": int(annotation.is_crowd),
    }
    if annotation.has_mask and annotation.truth:
        row["segmentation"] = annotation.truth.rle
    elif annotation.polygons:
        row["segmentation"] = annotation.polygons
    return row


def _provenance(annotations: Iterable[Annotation]) -> bytes:
    return csv_table(
        {
            "annotation_id": a.annotation_id,
            "annotator": a.annotator,
            "batch": a.batch,
            "job": a.job,
            "created_at": a.created_at,
            "updated_at": a.updated_at,
            "lead_time_s": a.lead_time_s,
            "review_status": a.review_status,
            "reviewer": a.reviewer,
        }
        for a in annotations
    )
