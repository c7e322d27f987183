"""Annotations of a COCO file, record by record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from labelduck.importers.coco.fields import ANNOTATION_FIELDS, as_json, flattened, recognise
from labelduck.importers.coco.ids import find_category, find_image, id_text
from labelduck.importers.coco.panoptic import objects
from labelduck.importers.coco.scene import NEGATIVE_SIDE, Row
from labelduck.importers.coco.sessions import event_rows, provenance_of, sessions_of
from labelduck.importers.coco.shapes import ShapeError, read_area, read_shape

if TYPE_CHECKING:
    from labelduck.importers.coco.scene import Rows, Scene
    from labelduck.importers.coco.shapes import Shape

KEYS = frozenset(
    {
        "id",
        "labelduck_id",
        "image_id",
        "category_id",
        "bbox",
        "segmentation",
        "keypoints",
        "num_keypoints",
        "area",
    }
)
_SHAPE_KEYS = ("bbox", "segmentation", "keypoints")
_LABEL_COLUMNS = ("annotator", "batch", "is_gold", "created_at", "lead_time_s", "source")


def read_record(position: int, record: Any, scene: Scene, rows: Rows) -> None:  # noqa: ANN401
    """Turn one decoded record of `annotations` into rows of their tables, or into problems."""
    for place, single in objects(position, record, scene):
        try:
            _read(position, place, single, scene, rows)
        except ShapeError as error:
            scene.refuse(place + error.place, error.problem, single)


def read_attributions(records: Any) -> dict[str, dict[str, Any]]:  # noqa: ANN401
    """Return the columns that a top-level list `attributions` gives, by annotation id."""
    given: dict[str, dict[str, Any]] = {}
    for record in records if isinstance(records, list) else []:
        annotation_id = id_text(record.get("annotation_id")) if isinstance(record, dict) else None
        if annotation_id is not None:
            given.setdefault(annotation_id, {}).update(recognise(record, ANNOTATION_FIELDS)[0])
    return given


def _read(position: int, place: str, record: Any, scene: Scene, rows: Rows) -> None:  # noqa: ANN401
    image, image_id = find_image(record, scene.images.index)
    if "caption" in record and not any(record.get(key) for key in _SHAPE_KEYS):
        rows.tags.append(_caption(record, image_id))
        return
    category = find_category(record)
    shape, area = read_shape(record), read_area(record.get("area"))
    if shape.is_empty and any(record.get(key) is not None for key in _SHAPE_KEYS):
        raise ShapeError("", "has neither box nor mask, polygon or keypoints")
    class_position = scene.classes.find(category, position, place + ".category_id")
    columns = _columns(position, place, record, shape, scene)
    if shape.is_empty:
        rows.labels.append(_label(columns, image_id, scene.classes.names[class_position]))
        return
    # Where ids are no numbers, an export for tools that need numbers keeps them beside.
    annotation_id = id_text(record.get("labelduck_id")) or id_text(record.get("id"))
    if annotation_id is None:
        scene.note("have no id; theirs is now image/position", position, place)
        annotation_id = f"{image_id}/{position}"
    if "events" in record:
        sessions = sessions_of(record)
        columns = provenance_of(sessions) | columns
        rows.events.extend(event_rows(sessions, annotation_id, image_id))
    row = Row(position, place, annotation_id, image, class_position, shape, area, columns, record)
    rows.annotations.append(row)


def _columns(position: int, place: str, record: dict[str, Any], shape: Shape, scene: Scene) -> dict[str, Any]:
    columns, rest = recognise(flattened(record, KEYS), ANNOTATION_FIELDS)
    if scene.attributions:
        for name, value in scene.attributions.get(id_text(record.get("id")) or "", {}).items():
            if columns.setdefault(name, value) != value:
                problem = f"give another {name} than `attributions` does; their own is kept"
                scene.note(problem, position, place)
    visible = sum(visibility > 0 for visibility in (shape.keypoints or [])[2::3])
    if "num_keypoints" in record and record["num_keypoints"] != visible:
        rest["num_keypoints"] = record["num_keypoints"]
    if shape.is_nested_badly:
        problem = "hold one ring where a list of rings belongs; read as one polygon"
        scene.note(problem, position, place + ".segmentation")
    if shape.box and min(shape.box[2:]) < 0:
        scene.note(NEGATIVE_SIDE, position, place + ".bbox")
    if rest:
        columns["attributes"] = as_json(rest)
    return columns


def _caption(record: dict[str, Any], image_id: str) -> dict[str, Any]:
    row = {"target": "image", "target_id": image_id, "image_id": image_id}
    return row | {"tag": "caption", "value": str(record["caption"]), "tool": "coco"}


def _label(columns: dict[str, Any], image_id: str, class_name: str) -> dict[str, Any]:
    kept = {name: columns[name] for name in _LABEL_COLUMNS if name in columns}
    return {"image_id": image_id, "field": "category", "class_name": class_name, **kept}
