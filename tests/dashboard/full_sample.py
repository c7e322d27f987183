"""The sample as one lake with all that it has: opinions, gold, reviews, jobs, issues, events, guidelines and two models."""

from __future__ import annotations

from typing import TYPE_CHECKING

import labelduck
from labelduck import resources

if TYPE_CHECKING:
    from pathlib import Path

    from labelduck.lake import Lake

SAMPLE = resources.folder("sample_data") / "hardhat"
TABLES = ("assignments", "guidelines", "issues", "jobs", "reviews", "events")


def write_full_sample(folder: Path) -> Lake:
    """Import the sample and build."""
    lake = labelduck.open(folder)
    coco = SAMPLE / "coco"
    with lake.folder.writing():
        lake.import_annotations(
            coco / "instances.json", dataset="hardhat", provenance=coco / "provenance.csv"
        )
        lake.import_annotations(
            coco / "overlap.json", dataset="hardhat", provenance=coco / "overlap_provenance.csv"
        )
        lake.import_annotations(coco / "gold.json", dataset="hardhat", is_gold=True)
        for table in TABLES:
            lake.import_annotations(SAMPLE / f"{table}.csv", format=table, dataset="hardhat")
        for model in ("detector-a", "detector-b"):
            lake.import_predictions(coco / f"predictions_{model}.json", model=model, dataset="hardhat")
        lake.build()
    return lake
