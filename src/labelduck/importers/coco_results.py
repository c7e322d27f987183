"""Predictions in the format of COCO results."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

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
from labelduck.importers.coco_fields import NotReadableError, read_number
from labelduck.importers.coco_ids import IdIndex, as_dictionary, find_category, find_image
from labelduck.importers.coco_images import Classes
from labelduck.importers.coco_shapes import ShapeError, read_shape

if TYPE_CHECKING:
    from labelduck.importers.base import Known, Problems
    from labelduck.importers.coco_columns import (
        MaskFacts,
    )
    from labelduck.importers.coco_shapes import Shape

KEYS = frozenset(
    {"image_id", "category_id", "bbox", "segmentation", "keypoints", "score", "area", "iscrowd", "id"}
)


@dataclass
class Target:
    """What the results of one file refer to, and what is noted about them.

    Attributes:
        source_file: The file, as the caller names it.
        images: Ids of the images of the dataset.
        classes: Its classes.
        problems: Takes refused records.
        image_ids: The ids again, as an Arrow column.
        unkept: Fields that have no column, with the number of records and the place of the first.
    """

    source_file: str
    images: IdIndex
    classes: Classes
    problems: Problems
    image_ids: pa.Array
    unkept: dict[str, list[Any]] = field(default_factory=dict)

    @classmethod
    def of(cls, source_file: str, known: Known, problems: Problems) -> Target:
        """Return the target for a dataset that the lake knows."""
        ids = known.images["image_id"].to_pylist()
        names = known.classes["class_name"].to_pylist()
        indices = known.classes["class_index"].to_pylist()
        texts = [name if index is None else str(index) for name, index in zip(names, indices, strict=True)]
        classes = Classes(known.classes, IdIndex(texts, indices), names)
        return cls(source_file, IdIndex(ids), classes, problems, pa.array(ids, pa.string()))

    def report(self) -> None:
        """Note what is reported once a file."""
        self.classes.report_unknown(self.source_file, self.problems)
        for name, (count, place) in self.unkept.items():
            self.problems.add(
                self.source_file,
                place,
                f"field `{name}` of {count} predictions has no column; not kept",
                severity="warning",
            )


@dataclass(slots=True)
class Row:
    """One usable prediction; attributes as in a row of annotations."""

    position: int
    place: str
    image: int
    class_position: int
    shape: Shape
    confidence: float
    record: Any


def read_record(position: int, place: str, record: Any, target: Target) -> Row | None:  # noqa: ANN401
    """Turn one decoded record into a row, or into a problem."""
    try:
        return _read(position, place, record, target)
    except ShapeError as error:
        target.problems.add(
            target.source_file, place + error.place, error.problem + "; left out", record=record
        )
        return None


def to_table(rows: list[Row], target: Target) -> pa.Table:
    """Return rows as a table of predictions; masks that do not cover their size become problems."""
    rows, shapes, masks = _without_bad_masks(rows, target)
    return pa.table(
        {
            "prediction_id": pa.array([str(row.position) for row in rows], pa.string()),
            "image_id": as_dictionary(np.array([row.image for row in rows], np.int32), target.image_ids),
            "class_name": as_dictionary(
                np.array([row.class_position for row in rows], np.int32),
                pa.array(target.classes.names, pa.string()),
            ),
            "confidence": real_column(np.array([row.confidence for row in rows], np.float64)),
            **geometry_columns(shapes, masks),
        }
    )


def geometry_columns(shapes: Shapes, masks: MaskFacts) -> dict[str, pa.Array]:
    """Return the geometry of predictions as columns, completed as pycocotools' `loadRes` does.

    A prediction with a box has the box's area, also when it has a mask; without, box and area are those of the mask, or
    of the extent of all keypoints, seen or not.
    """
    given = shapes.has_box.copy()
    fill_boxes(shapes, masks, visible_only=False)
    by_box = given | (shapes.has_keypoints & ~shapes.has_mask & ~shapes.has_polygons)
    shapes.area[by_box] = (shapes.box[2] * shapes.box[3])[by_box]
    shapes.has_area = by_box
    fill_areas(shapes, masks)
    columns = {"box": box_column(shapes), "area": real_column(shapes.area, shapes.has_area)}
    for name, has, column in (
        ("polygons", shapes.has_polygons, polygons_column),
        ("mask", shapes.has_mask, mask_column),
        ("keypoints", shapes.has_keypoints, keypoints_column),
    ):
        if has.any():
            columns[name] = column(shapes)
    return columns


def _read(position: int, place: str, record: Any, target: Target) -> Row:  # noqa: ANN401
    image, _ = find_image(record, target.images)
    category = find_category(record)
    confidence, shape = _read_score(record.get("score")), read_shape(record)
    if shape.is_empty:
        raise ShapeError("", "has neither box nor mask, polygon or keypoints")
    for name in record.keys() - KEYS:
        target.unkept.setdefault(name, [0, f"{place}.{name}"])[0] += 1
    class_position = target.classes.find(category, place + ".category_id")
    return Row(position, place, image, class_position, shape, confidence, record)


def _read_score(value: object) -> float:
    try:
        score = read_number(value)
    except NotReadableError:
        raise ShapeError(".score", "is no finite number") from None
    if score is None:
        raise ShapeError(".score", "is missing")
    return score


def _without_bad_masks(rows: list[Row], target: Target) -> tuple[list[Row], Shapes, MaskFacts]:
    shapes = Shapes.gathered([row.shape for row in rows], [None] * len(rows))
    masks = measure_masks(shapes)
    if not masks.faults:
        return rows, shapes, masks
    for bad, fault in masks.faults.items():
        row = rows[bad]
        target.problems.add(
            target.source_file, row.place + ".segmentation", fault + "; left out", record=row.record
        )
    return _without_bad_masks([row for n, row in enumerate(rows) if n not in masks.faults], target)
