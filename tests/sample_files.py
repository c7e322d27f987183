"""Where the sample data lies, and its COCO files in plain Python."""

from __future__ import annotations

import csv
import json
from collections import Counter
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    Shape = tuple[str, str, float, float, float, float]

SAMPLES = Path(__file__).resolve().parents[1] / "sample_data"
HARDHAT, LIDC = SAMPLES / "hardhat", SAMPLES / "lidc"
WIDTH, HEIGHT = 640, 400
ANSWERS = json.loads((HARDHAT / "answers.json").read_text())


@cache
def coco_of(name: str = "instances") -> dict[str, Any]:
    return json.loads((HARDHAT / "coco" / f"{name}.json").read_text())


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def boxes_of(coco: dict[str, Any], *, only: Callable[[dict[str, Any]], bool]) -> Counter[Shape]:
    """Give picture, class and corners of a COCO file's annotations, crowds left out."""
    names = {c["id"]: c["name"] for c in coco["categories"]}
    stems = {i["id"]: Path(i["file_name"]).stem for i in coco["images"]}
    boxes: Counter[Shape] = Counter()
    for a in coco["annotations"]:
        if not a["iscrowd"] and only(a):
            x, y, width, height = a["bbox"]
            boxes[stems[a["image_id"]], names[a["category_id"]], x, y, x + width, y + height] += 1
    return boxes


def in_val(coco: dict[str, Any]) -> Callable[[dict[str, Any]], bool]:
    val = {i["id"] for i in coco["images"] if i["file_name"].startswith("val/")}
    return lambda annotation: annotation["image_id"] in val


def corners(values: list[float], *, decimals: int = 9) -> tuple[float, float, float, float]:
    xs, ys = values[::2], values[1::2]
    return tuple(round(v, decimals) for v in (min(xs), min(ys), max(xs), max(ys)))  # type: ignore[return-value]
