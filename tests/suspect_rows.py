"""Annotations and predictions as literal rows, for tests of suspicion."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from catalog_lake import box

if TYPE_CHECKING:
    from collections.abc import Sequence

    from catalog_lake import Row


def annotation(annotation_id: str, corners: Sequence[float], class_name: str = "cat", **values: Any) -> Row:
    """Return an annotation on image 1 unless told otherwise."""
    return {
        "annotation_id": annotation_id, "image_id": "1", "class_name": class_name, "box": box(*map(float, corners)),
    } | values  # fmt: skip


def prediction(
    prediction_id: str,
    corners: Sequence[float],
    class_name: str = "cat",
    confidence: float = 0.9,
    **values: Any,
) -> Row:
    """Return a prediction of model m on image 1 unless told otherwise."""
    row: Row = {"prediction_id": prediction_id, "model": "m", "image_id": "1", "class_name": class_name}
    return row | {"confidence": confidence, "box": box(*map(float, corners))} | values
