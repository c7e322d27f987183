"""Small COCO files in literal words."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path


def annotation(
    id: int, *, image: int = 1, category: int = 1, bbox: tuple[float, ...] = (10, 10, 20, 20), **rest: Any
) -> dict:
    return {
        "id": id,
        "image_id": image,
        "category_id": category,
        "bbox": list(bbox),
        "area": bbox[2] * bbox[3],
        "iscrowd": 0,
    } | rest


def result(
    *, image: int = 1, category: int = 1, bbox: tuple[float, ...] = (10, 10, 20, 20), score: float = 0.9
) -> dict:
    return {"image_id": image, "category_id": category, "bbox": list(bbox), "score": score}


def coco(
    path: Path, *annotations: dict, images: int = 2, categories: tuple[str, ...] = ("cat", "dog")
) -> Path:
    """Write an annotation file with images 1..n of 100 x 80 pixels."""
    document = {
        "images": [
            {"id": i, "file_name": f"{i}.jpg", "width": 100, "height": 80} for i in range(1, images + 1)
        ],
        "categories": [{"id": i, "name": name} for i, name in enumerate(categories, 1)],
        "annotations": list(annotations),
    }
    path.write_text(json.dumps(document))
    return path


def results(path: Path, *records: dict) -> Path:
    """Write a results file."""
    path.write_text(json.dumps(list(records)))
    return path
