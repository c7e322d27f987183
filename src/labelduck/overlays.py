"""What is drawn over pictures: the shapes of annotations and predictions, as plain values for a browser.

Coordinates are pixels of the picture, rounded to a tenth. A mask becomes its outline, which stays sharp however near one
looks and takes the colour that the page gives it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from labelduck.exporters.tracing import mask_rings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import duckdb

MAX_SHAPES = 300
"""Shapes of one image that are drawn; the largest and the most confident come first."""

_CORNERS = ("x_min", "y_min", "x_max", "y_max")
_MASK_SIDE = 2000
_ANNOTATIONS = """
select annotation_id as id, image_id, class_name, geometry, box, rotated_box, polygons, mask, keypoints, annotator, batch,
    null::varchar as model, null::double as confidence, is_gold
from annotations
where dataset = $dataset and image_id in (select unnest($images))
qualify row_number() over (partition by image_id order by area desc, annotation_id) <= $most
"""
_PREDICTIONS = """
select prediction_id as id, image_id, class_name, geometry, box, rotated_box, polygons, mask, keypoints,
    null::varchar as annotator, null::varchar as batch, model, confidence, false as is_gold
from predictions
where dataset = $dataset and image_id in (select unnest($images)) and confidence >= $confidence
qualify row_number() over (partition by image_id, model order by confidence desc, prediction_id) <= $most
"""
_IMAGES = (
    "select image_id, file_name, width, height, split from images "
    "where dataset = $dataset and image_id in (select unnest($images))"
)


def overlays(
    connection: duckdb.DuckDBPyConnection, dataset: str, images: Sequence[str], *, confidence: float
) -> dict[str, dict[str, Any]]:
    """Return images with the shapes on them, by image_id.

    Args:
        connection: One to a lake.
        dataset: Dataset of the images.
        images: Their image_id.
        confidence: Predictions below it are left out.

    Returns:
        file_name, width, height, split and shapes; a shape has id, model (null of an annotation), class_name, confidence,
        annotator, batch, is_gold, box [x, y, width, height], rings (lists of x1, y1, ...), is_line and points
        ([x, y, visibility]).
    """
    asked: dict[str, Any] = {"dataset": dataset, "images": list(dict.fromkeys(images))}
    if not asked["images"]:
        return {}
    found = {row["image_id"]: row | {"shapes": []} for row in _rows(connection, _IMAGES, asked)}
    for image_id in asked["images"]:
        found.setdefault(image_id, _unknown(image_id))
    for row in _rows(connection, _ANNOTATIONS, asked | {"most": MAX_SHAPES}):
        found[row["image_id"]]["shapes"].append(shape(row))
    for row in _rows(connection, _PREDICTIONS, asked | {"most": MAX_SHAPES, "confidence": confidence}):
        found[row["image_id"]]["shapes"].append(shape(row))
    for image in found.values():
        image["width"], image["height"] = _size(image)
    return found


def shape(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return one row of annotations or predictions as a shape to draw."""
    told = {name: row[name] for name in ("id", "model", "class_name", "annotator", "batch")}
    told |= {"confidence": row["confidence"], "box": flat_box(row["box"]), "rings": _rings(row)}
    return told | {
        "is_gold": bool(row["is_gold"]),
        "is_line": row["geometry"] == "polyline",
        "points": [
            [_tenth(p["x"]), _tenth(p["y"]), p["visibility"]]
            for p in row["keypoints"] or ()
            if p["visibility"]
        ],
    }


def flat_box(box: Mapping[str, float] | None) -> list[float] | None:
    """Return a box as x, y, width and height; None of none."""
    if box is None or any(box[corner] is None for corner in _CORNERS):
        return None
    x, y, right, bottom = (box[corner] for corner in _CORNERS)
    return [_tenth(x), _tenth(y), _tenth(right - x), _tenth(bottom - y)]


def _rings(row: Mapping[str, Any]) -> list[list[float]]:
    if row["polygons"]:
        return [[_tenth(value) for value in ring] for ring in row["polygons"]]
    if row["rotated_box"]:
        return [[_tenth(value) for value in row["rotated_box"]]]
    if row["mask"] and max(row["mask"]["size"]) <= _MASK_SIDE:
        return [[_tenth(value) for value in ring] for ring in mask_rings(row["mask"])]
    return []


def _size(image: Mapping[str, Any]) -> tuple[float, float]:
    """Return width and height: those of the image, else what holds all that is drawn on it."""
    if image["width"] and image["height"]:
        return image["width"], image["height"]
    boxes = [drawn["box"] for drawn in image["shapes"] if drawn["box"]]
    return (
        max((x + width for x, _, width, _ in boxes), default=1.0),
        max((y + height for _, y, _, height in boxes), default=1.0),
    )


def _unknown(image_id: str) -> dict[str, Any]:
    empty = dict.fromkeys(("file_name", "width", "height", "split"))
    return {"image_id": image_id, **empty, "shapes": []}


def _rows(connection: duckdb.DuckDBPyConnection, query: str, asked: dict[str, Any]) -> list[dict[str, Any]]:
    named = {name: value for name, value in asked.items() if f"${name}" in query}
    rows: list[dict[str, Any]] = connection.sql(query, params=named).to_arrow_table().to_pylist()
    return rows


def _tenth(value: float) -> float:
    return round(value, 1)
