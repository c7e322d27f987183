"""One region as the columns of `annotations`, whoever drew it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from labelduck.importers.base import storable
from labelduck.importers.drawn import DrawnError
from labelduck.importers.label_studio.answers import class_names, plain
from labelduck.importers.label_studio.shapes import draw, pose

if TYPE_CHECKING:
    from labelduck.importers.drawn import Columns
    from labelduck.importers.label_studio.reading import Reading, Record, Shown
    from labelduck.importers.label_studio.regions import Region

ORIGINS = {"manual": "manual", "prediction": "model", "prediction-changed": "model_assisted"}
_KEPT = ("hidden", "locked", "readonly", "item_index", "score", "image_rotation", "parentID")
_UNSAID = (None, False)
_NO_SIZE = (
    "the size of its picture is not known; name the pictures with --images, or their sizes with --sizes"
)


def shape_columns(reading: Reading, region: Region, shown: Shown) -> Columns | None:
    """Return geometry and class of a region; None, and a problem, where it is no shape."""
    size = shown.size(reading, region.result)
    if size is None:
        reading.note(_NO_SIZE, region.place, record=region.result)
        return None
    try:
        columns = draw(region.shape or "", region.value, *size)
        if region.keypoints:
            columns |= pose(region.keypoints, max(reading.config.keypoints.values()) + 1, *size)
    except DrawnError as error:
        reading.note("a region is no shape", f"{region.place}.value", str(error), record=region.result)
        return None
    columns["class_name"] = class_of(reading, region)
    if region.keypoints and columns["class_name"] is not None:
        reading.posed.add(columns["class_name"])
    columns["image_id"] = shown.image_id
    return columns


def class_of(reading: Reading, region: Region) -> str | None:
    """Return the class of a region: its first label, else what was chosen for it."""
    labels = region.labels
    if labels:
        if len(labels) > 1:
            text = f"the region has {len(labels)} labels: the first is its class, all stand in its attributes"
            reading.note("a region has several labels", region.place, text, severity="warning")
    else:
        labels = [
            name
            for kind, told in region.answers.values()
            if kind in ("choices", "taxonomy")
            for name in class_names(kind, told)
        ]
        if not labels:
            reading.note("a region has no label", region.place, severity="warning")
            return None
    if labels[0] not in reading.class_names:
        reading.class_names[labels[0]] = None
    return labels[0]


def attributes_of(region: Region) -> Record:
    """Return what a region says beyond shape and class."""
    result = region.result
    found: Record = {"from_name": result["from_name"]} if "from_name" in result else {}
    if len(region.labels) > 1:
        found["labels"] = region.labels
    for name, (_, told) in region.answers.items():
        found[name] = plain(told)
    for key in _KEPT:
        if key in result and result[key] not in _UNSAID:
            found[key] = result[key]
    if (meta := result.get("meta")) and isinstance(meta, dict):
        found |= {f"meta_{key}": value for key, value in meta.items() if key != "labelduck" and value}
    if "format" not in region.value and region.shape == "keypoint" and "width" in region.value:
        found["point_width_percent"] = region.value["width"]
    return found


def source_of(region: Region, *, is_from_prediction: bool) -> str | None:
    """Return who drew a region: its origin, else what its annotation began with; None where our exporter knew of neither."""
    origin = region.result.get("origin")
    fallback = "model_assisted" if is_from_prediction else "manual"
    if isinstance(origin, str):
        return ORIGINS.get(origin, fallback)
    own = own_columns(region)
    return fallback if own is None else own.get("source")


def own_columns(region: Region) -> dict[str, Any] | None:
    """Return the columns that our own exporter wrote beside a region; None for a region of anybody else."""
    meta = region.result.get("meta")
    told = meta.get("labelduck") if isinstance(meta, dict) else None
    if not isinstance(told, dict):
        return None
    return {name: value for name, kind in OWN.items() if (value := _typed(told.get(name), kind)) is not None}


def _typed(value: object, kind: str) -> object:
    if kind == "flag":
        return value if isinstance(value, bool) else None
    if kind == "text":
        return storable(value) if isinstance(value, str) else None
    if kind == "json":
        return value if isinstance(value, str | dict) and value else None
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 1 << 31:
        return None
    return int(value) if kind == "whole" else float(value)


OWN = {
    "is_crowd": "flag",
    "is_ignored": "flag",
    "difficult": "flag",
    "occluded": "real",
    "truncated": "real",
    "area": "real",
    "track_id": "text",
    "group_id": "text",
    "z_order": "whole",
    "attributes": "json",
    "batch": "text",
    "job": "text",
    "source": "text",
    "created_at": "text",
    "updated_at": "text",
    "lead_time_s": "real",
    "review_status": "text",
    "reviewer": "text",
    "source_file": "text",
    "source_ref": "text",
}
"""Columns that our exporter writes into `meta.labelduck` of a region, with their types."""
