"""Rows of small scenes, written as literals."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from labelduck.matching import MatchOptions, match
from labelduck.schema import TABLES

IMAGES = pa.table({"image_id": ["1", "2", "10"]})
CLASSES = pa.table({"class_name": ["cat", "dog"], "class_index": [2, 1]})


def annotation(annotation_id: str, box: tuple[float, ...], **more: Any) -> dict[str, Any]:
    return {"annotation_id": annotation_id, "image_id": "1", "class_name": "cat", "box": as_box(box), **more}


def prediction(prediction_id: str, box: tuple[float, ...], confidence: float, **more: Any) -> dict[str, Any]:
    common = {"image_id": "1", "class_name": "cat", "box": as_box(box), "confidence": confidence}
    return {"prediction_id": prediction_id, **common, **more}


def rows(
    annotations: list[dict[str, Any]],
    predictions: list[dict[str, Any]],
    table: str = "matches",
    **options: Any,
) -> list[dict[str, Any]]:
    tables = as_table("annotations", annotations), as_table("predictions", predictions)
    pieces = match(IMAGES, CLASSES, *tables, model="m", options=MatchOptions(**options))
    return [row for name, piece in pieces if name == table for row in piece.to_pylist()]


def outcomes(
    annotations: list[dict[str, Any]], predictions: list[dict[str, Any]], **options: Any
) -> dict[str, Any]:
    """Return outcome, error kind and named annotation by prediction, and of annotations alone by annotation."""
    return {
        r["prediction_id"] or r["annotation_id"]: (r["outcome"], r["error_kind"], r["annotation_id"])
        for r in rows(annotations, predictions, **options)
    }


def as_box(box: tuple[float, ...]) -> dict[str, float]:
    return dict(zip(("x_min", "y_min", "x_max", "y_max"), map(float, box), strict=True))


def as_table(name: str, records: list[dict[str, Any]]) -> pa.Table:
    return pa.Table.from_pylist(records, schema=TABLES[name].remove_metadata())
