"""Annotations of a COCO file, record by record."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from labelduck.geometry import rotated_box_corners
from labelduck.importers.base import rows_to_table
from labelduck.importers.coco_columns import (
    Shapes,
    box_column,
    fill_areas,
    fill_boxes,
    keypoints_column,
    mask_column,
    measure_masks,
    polygons_column,
    real_column,
)
from labelduck.importers.coco_fields import ANNOTATION_FIELDS, as_json, flattened, recognise
from labelduck.importers.coco_ids import UniqueIds, as_dictionary, find_category, find_image, id_text
from labelduck.importers.coco_shapes import ShapeError, read_area, read_shape
from labelduck.schema import TABLES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from labelduck.importers.base import Batch, Problems
    from labelduck.importers.coco_columns import (
        MaskFacts,
    )
    from labelduck.importers.coco_images import Classes, Images
    from labelduck.importers.coco_shapes import Shape

KEYS = frozenset(
    {"id", "image_id", "category_id", "bbox", "segmentation", "keypoints", "num_keypoints", "area"}
)
_SHAPE_KEYS = ("bbox", "segmentation", "keypoints")
_GEOMETRIES = pa.array(["box", "rotated_box", "polygon", "mask", "keypoints"])
_LABEL_COLUMNS = ("annotator", "batch", "is_gold", "created_at", "lead_time_s", "source")


@dataclass
class Scene:
    """What the annotations of one file refer to, and what is noted about them.

    Attributes:
        source_file: The file, as the caller names it.
        images: Its images.
        classes: Its classes.
        problems: Takes refused and repaired records.
        attributions: Fields by annotation id, of the top-level list `attributions`.
        ids: Annotation ids so far.
        counts: Occurrences of what is reported once a file, by problem.
        places: Place of the first of these.
    """

    source_file: str
    images: Images
    classes: Classes
    problems: Problems
    attributions: dict[str, dict[str, Any]] = field(default_factory=dict)
    ids: UniqueIds = field(default_factory=UniqueIds)
    counts: Counter[str] = field(default_factory=Counter)
    places: dict[str, str] = field(default_factory=dict)

    def count(self, problem: str, place: str, n: int = 1) -> None:
        """Note a harmless problem that may be frequent; `report` makes one row of all."""
        self.counts[problem] += n
        self.places.setdefault(problem, place)

    def report(self) -> None:
        """Turn what was counted into problems."""
        self.classes.report_unknown(self.source_file, self.problems)
        for problem, n in self.counts.items():
            self.problems.add(
                self.source_file, self.places[problem], f"{n} objects {problem}", severity="warning"
            )


@dataclass(slots=True)
class Row:
    """One usable annotation.

    Attributes:
        position: Number of the record in the file.
        place: Place in the file.
        annotation_id: Id as text, None when it has none.
        image: Position of its image.
        class_position: Position of its class.
        shape: Geometry.
        area: Square pixels, None when not given.
        columns: Other columns.
        record: The record itself, for problems.
    """

    position: int
    place: str
    annotation_id: str | None
    image: int
    class_position: int
    shape: Shape
    area: float | None
    columns: dict[str, Any]
    record: Any


@dataclass
class Rows:
    """Usable records of one chunk, by the table that they go to."""

    annotations: list[Row] = field(default_factory=list)
    labels: list[dict[str, Any]] = field(default_factory=list)
    tags: list[dict[str, Any]] = field(default_factory=list)


def read_record(position: int, place: str, record: Any, scene: Scene, rows: Rows) -> None:  # noqa: ANN401
    """Turn one decoded record into a row of its table, or into a problem."""
    try:
        _read(position, place, record, scene, rows)
    except ShapeError as error:
        scene.problems.add(
            scene.source_file, place + error.place, error.problem + "; left out", record=record
        )


def read_attributions(records: Any) -> dict[str, dict[str, Any]]:  # noqa: ANN401
    """Return the columns that a top-level list `attributions` gives, by annotation id."""
    given: dict[str, dict[str, Any]] = {}
    for record in records if isinstance(records, list) else []:
        annotation_id = id_text(record.get("annotation_id")) if isinstance(record, dict) else None
        if annotation_id is not None:
            given.setdefault(annotation_id, {}).update(recognise(record, ANNOTATION_FIELDS)[0])
    return given


def to_batch(rows: Rows, scene: Scene) -> Batch:
    """Return the rows of a chunk as tables; masks that do not cover their size become problems."""
    annotations, shapes, masks = _without_bad_masks(rows.annotations, scene)
    fill_boxes(shapes, masks, visible_only=True)
    fill_areas(shapes, masks)
    images = np.array([row.image for row in annotations], np.int32)
    classes = np.array([row.class_position for row in annotations], np.int32)
    batch = {
        "annotations": pa.table(
            {
                **_ids(annotations, scene),
                "image_id": as_dictionary(images, pa.array(scene.images.index.ids, pa.string())),
                "class_name": as_dictionary(classes, pa.array(scene.classes.names, pa.string())),
                **geometry_columns(shapes, [row.columns.get("rotation") for row in annotations]),
                **_other_columns([row.columns for row in annotations], images, scene),
            }
        )
    }
    if rows.labels:
        batch["image_labels"] = rows_to_table("image_labels", rows.labels)
    if rows.tags:
        batch["tags"] = rows_to_table("tags", rows.tags)
    return batch


def geometry_columns(shapes: Shapes, rotations: Sequence[float | None] = ()) -> dict[str, pa.Array]:
    """Return the geometry of annotations as columns; those that nobody has are left out."""
    kinds = np.zeros(len(shapes.has_box), np.int32)
    has_box_only = ~(shapes.has_polygons | shapes.has_mask | shapes.has_keypoints)
    rotated = np.array([bool(angle) for angle in rotations], bool) & has_box_only if rotations else None
    for kind, has in (
        (2, shapes.has_polygons),
        (3, shapes.has_mask),
        (4, shapes.has_keypoints),
        (1, rotated),
    ):
        if has is not None:
            kinds[has] = kind
    columns = {
        "geometry": as_dictionary(kinds, _GEOMETRIES),
        "box": box_column(shapes),
        "area": real_column(shapes.area, shapes.has_area),
    }
    if rotated is not None and rotated.any():
        columns["rotated_box"] = _rotated_boxes(shapes, rotated, rotations)
    for name, has, column in (
        ("polygons", shapes.has_polygons, polygons_column),
        ("mask", shapes.has_mask, mask_column),
        ("keypoints", shapes.has_keypoints, keypoints_column),
    ):
        if has.any():
            columns[name] = column(shapes)
    return columns


def inherited(own: pa.Array | None, by_image: list[str | None], images: NDArray[np.int32]) -> pa.Array | None:
    """Return a column in which a row without a value takes that of its image."""
    if not by_image:
        return own
    theirs = as_dictionary(images, pa.array(by_image, pa.string())).dictionary_decode()
    return theirs if own is None else pc.coalesce(own, theirs)


def _read(position: int, place: str, record: Any, scene: Scene, rows: Rows) -> None:  # noqa: ANN401
    image, image_id = find_image(record, scene.images.index)
    if "caption" in record and not any(record.get(key) for key in _SHAPE_KEYS):
        rows.tags.append(_caption(record, image_id))
        return
    category = find_category(record)
    shape, area = read_shape(record), read_area(record.get("area"))
    if shape.is_empty and any(record.get(key) is not None for key in _SHAPE_KEYS):
        raise ShapeError("", "has neither box nor mask, polygon or keypoints")
    class_position = scene.classes.find(category, place + ".category_id")
    columns = _columns(record, place, shape, scene)
    if shape.is_empty:
        rows.labels.append(_label(columns, image_id, scene.classes.names[class_position]))
    else:
        annotation_id = id_text(record.get("id"))
        rows.annotations.append(
            Row(position, place, annotation_id, image, class_position, shape, area, columns, record)
        )


def _columns(record: dict[str, Any], place: str, shape: Shape, scene: Scene) -> dict[str, Any]:
    columns, rest = recognise(flattened(record, KEYS), ANNOTATION_FIELDS)
    for name, value in scene.attributions.get(id_text(record.get("id")) or "", {}).items():
        if columns.setdefault(name, value) != value:
            scene.count(f"give another {name} than `attributions` does; their own is kept", place)
    visible = sum(visibility > 0 for visibility in (shape.keypoints or [])[2::3])
    if "num_keypoints" in record and record["num_keypoints"] != visible:
        rest["num_keypoints"] = record["num_keypoints"]
    if shape.is_nested_badly:
        scene.count(
            "hold one ring where a list of rings belongs; read as one polygon", place + ".segmentation"
        )
    if shape.box and min(shape.box[2:]) < 0:
        scene.count("have a box of negative width or height; kept", place + ".bbox")
    columns["attributes"] = as_json(rest)
    return columns


def _caption(record: dict[str, Any], image_id: str) -> dict[str, Any]:
    row = {"target": "image", "target_id": image_id, "image_id": image_id}
    return row | {"tag": "caption", "value": str(record["caption"]), "tool": "coco"}


def _label(columns: dict[str, Any], image_id: str, class_name: str) -> dict[str, Any]:
    kept = {name: columns[name] for name in _LABEL_COLUMNS if name in columns}
    return {"image_id": image_id, "field": "category", "class_name": class_name, **kept}


def _without_bad_masks(rows: list[Row], scene: Scene) -> tuple[list[Row], Shapes, MaskFacts]:
    shapes = Shapes.gathered([row.shape for row in rows], [row.area for row in rows])
    masks = measure_masks(shapes)
    if not masks.faults:
        return rows, shapes, masks
    for bad, fault in masks.faults.items():
        row = rows[bad]
        scene.problems.add(
            scene.source_file, row.place + ".segmentation", fault + "; left out", record=row.record
        )
    return _without_bad_masks([row for n, row in enumerate(rows) if n not in masks.faults], scene)


def _ids(rows: list[Row], scene: Scene) -> dict[str, pa.Array]:
    ids = []
    for row in rows:
        if row.annotation_id is None:
            scene.count("have no id; theirs is now image/position", row.place)
            row.annotation_id = f"{scene.images.index.ids[row.image]}/{row.position}"
        unique = scene.ids.claim(row.annotation_id)
        if unique != row.annotation_id:
            problem = f"repeats annotation id {row.annotation_id}; now {unique}"
            scene.problems.add(
                scene.source_file, row.place + ".id", problem, severity="repaired", record=row.record
            )
        ids.append(unique)
    refs = [row.annotation_id for row in rows]
    return {"annotation_id": pa.array(ids, pa.string()), "source_ref": pa.array(refs, pa.string())}


def _other_columns(
    rows: list[dict[str, Any]], images: NDArray[np.int32], scene: Scene
) -> dict[str, pa.Array]:
    kinds = TABLES["annotations"]
    names = sorted({name for row in rows for name, value in row.items() if value is not None} | {"is_crowd"})
    columns = {name: pa.array([row.get(name) for row in rows], kinds.field(name).type) for name in names}
    columns["is_crowd"] = pc.fill_null(columns["is_crowd"], False)
    for name, by_image in (("annotator", scene.images.annotators), ("batch", scene.images.batches)):
        column = inherited(columns.get(name), by_image, images)
        if column is not None:
            columns[name] = column
    source = pa.array([scene.source_file])
    return columns | {"source_file": as_dictionary(np.zeros(len(rows), np.int32), source)}


def _rotated_boxes(shapes: Shapes, rotated: NDArray[np.bool_], rotations: Sequence[float | None]) -> pa.Array:
    x, y, width, height = shapes.box
    angles = np.array([angle or 0.0 for angle in rotations])
    corners = rotated_box_corners(x + width / 2, y + height / 2, width, height, angles).tolist()
    return pa.array(
        [c if has else None for c, has in zip(corners, rotated, strict=True)], pa.list_(pa.float64())
    )
