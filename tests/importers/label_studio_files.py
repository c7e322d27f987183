"""Small exports of Label Studio, as Python writes them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from format_rows import rows_of

if TYPE_CHECKING:
    from pathlib import Path

Record = dict[str, Any]


def result(kind: str, value: Record, **more: Any) -> Record:
    """Return one result of a picture of 200 x 100 pixels."""
    size = {"original_width": 200, "original_height": 100, "image_rotation": 0}
    names = {"id": "r1", "type": kind, "from_name": "label", "to_name": "image"}
    return names | size | {"value": value} | more


def rectangle(*names: str, **more: Any) -> Record:
    """Return a rectangle from 20, 20 to 60, 50."""
    value = {
        "x": 10,
        "y": 20,
        "width": 20,
        "height": 30,
        "rotation": 0,
        "rectanglelabels": list(names or ["car"]),
    }
    return result("rectanglelabels", value, **more)


def choice(*words: str, **more: Any) -> Record:
    told = {"id": "c1", "type": "choices", "from_name": "weather", "to_name": "image"}
    return told | {"value": {"choices": list(words)}} | more


def annotation(*results: Record, **more: Any) -> Record:
    return {"id": 22, "completed_by": 3, "result": list(results), "was_cancelled": False} | more


def task(*annotations: Record, **more: Any) -> Record:
    data = {"image": "/data/upload/29/bc171829-a.png"}
    return {"id": 1, "data": data, "annotations": list(annotations), "predictions": []} | more


def rows(folder: Path, *tasks: Any, config: str | None = None, **options: Any) -> dict[str, list[Record]]:
    """Write tasks as an export, read it, and return its rows by table."""
    file = folder / "export.json"
    file.write_text(json.dumps(list(tasks)))
    if config is not None:
        (folder / "label_config.xml").write_text(config)
    return rows_of("label_studio", file, **options)


def problems(found: dict[str, list[Record]]) -> list[tuple[str, str, str]]:
    """Return severity, place and text of each problem."""
    return [(row["severity"], row["location"], row["problem"]) for row in found["import_problems"]]
