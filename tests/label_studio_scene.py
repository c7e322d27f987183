"""The hard-hat scene as Label Studio's three exports: JSON as it lies in the samples, JSON_MIN and CSV made of it."""

from __future__ import annotations

import csv
import json
import shutil
from typing import TYPE_CHECKING, Any

from sample_files import HARDHAT

if TYPE_CHECKING:
    from pathlib import Path

SAMPLE = HARDHAT / "label_studio"
N_TASKS = 3


def write_label_studio(folder: Path) -> None:
    """Write `tasks.json`, `min.json`, `rows.csv` and their interface."""
    tasks = json.loads((SAMPLE / "tasks.json").read_text())[:N_TASKS]
    least = [
        _minimal(task, annotation)
        for task in tasks
        for annotation in task["annotations"]
        if not annotation["was_cancelled"]
    ]
    (folder / "tasks.json").write_text(json.dumps(tasks, indent=0))
    (folder / "min.json").write_text(json.dumps(least, indent=0))
    with (folder / "rows.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, sorted({name for record in least for name in record}))
        writer.writeheader()
        writer.writerows(
            {k: json.dumps(v) if isinstance(v, list) else v for k, v in record.items()} for record in least
        )
    shutil.copy(SAMPLE / "interface.xml", folder)


def _minimal(task: dict[str, Any], annotation: dict[str, Any]) -> dict[str, Any]:
    record: dict[str, Any] = task["data"] | {"id": task["id"]}
    for result in annotation["result"]:
        size = {key: result[key] for key in ("original_width", "original_height")}
        record.setdefault(result["from_name"], []).append(result["value"] | size)
    times = {key: annotation[key] for key in ("created_at", "updated_at", "lead_time")}
    return (
        record | {"annotator": annotation["completed_by"]["email"], "annotation_id": annotation["id"]} | times
    )
