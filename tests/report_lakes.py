"""Lakes that reports are made of: the sample with all that it has of people, and a lake of one picture."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import labelduck
from places import REPOSITORY

if TYPE_CHECKING:
    from pathlib import Path

SAMPLE = REPOSITORY / "sample_data" / "hardhat"


def full_sample(folder: Path) -> labelduck.Lake:
    """Import the sample with its models, reviews, jobs, issues, events, gold and overlap, and build."""
    lake = labelduck.open(folder)
    with lake.folder.writing():
        coco = SAMPLE / "coco"
        lake.import_annotations(
            coco / "instances.json", dataset="hardhat", provenance=coco / "provenance.csv"
        )
        lake.import_annotations(coco / "gold.json", dataset="hardhat", is_gold=True, id_prefix="g-")
        lake.import_annotations(
            coco / "overlap.json",
            dataset="hardhat",
            provenance=coco / "overlap_provenance.csv",
            id_prefix="o-",
        )
        for table in ("assignments", "reviews", "jobs", "issues", "events"):
            lake.import_annotations(SAMPLE / f"{table}.csv", format=table, dataset="hardhat")
        for model in ("detector-a", "detector-b"):
            lake.import_predictions(coco / f"predictions_{model}.json", model=model, dataset="hardhat")
        lake.build()
    return lake


def tiny(folder: Path, settings: str = "") -> labelduck.Lake:
    """Import one picture with two boxes."""
    source = folder.parent / f"{folder.name}.json"
    boxes = [
        {"id": i, "image_id": 1, "category_id": 1 + i % 2, "bbox": [i, i, 10, 10], "area": 100, "iscrowd": 0}
        for i in (1, 2)
    ]
    source.write_text(
        json.dumps(
            {
                "images": [{"id": 1, "file_name": "=1+1.jpg", "width": 64, "height": 64}],
                "categories": [{"id": 1, "name": "cat"}, {"id": 2, "name": "=cmd|' /C calc'!A0"}],
                "annotations": boxes,
            }
        )
    )
    lake = labelduck.open(folder)
    lake.import_annotations(source, dataset="tiny")
    if settings:
        (folder / "labelduck.toml").write_text(settings)
    return lake
