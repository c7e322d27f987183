"""Predictions in the format of COCO results."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyarrow as pa

from labelduck.importers.coco.arrow import box_column, list_columns, real_column
from labelduck.importers.coco.classes import Classes
from labelduck.importers.coco.columns import Shapes, fill_areas, fill_boxes, measure_masks
from labelduck.importers.coco.fields import NotReadableError, read_number
from labelduck.importers.coco.ids import IdIndex, as_dictionary, find_category, find_image
from labelduck.importers.coco.scanned import merged, plain_records, shapes_of
from labelduck.importers.coco.shapes import ShapeError, read_shape
from labelduck.native import json_scan as scan
from labelduck.native.json_ids import text_column

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from labelduck.importers.base import Batch, Known, Problems
    from labelduck.importers.coco.columns import MaskFacts
    from labelduck.importers.coco.document import Chunk, Document
    from labelduck.importers.coco.shapes import Shape

KEYS = frozenset(
    {"image_id", "category_id", "bbox", "segmentation", "keypoints", "score", "area", "iscrowd", "id"}
    | {"labelduck_image", "labelduck_class"}
)
_NEEDED = scan.IMAGE | scan.CATEGORY | scan.SCORE


@dataclass(eq=False, repr=False)
class Target:
    """What the results of one file refer to, and what is noted about them.

    Attributes:
        source_file: The file, as the caller names it.
        section: Top-level key of the records, "" for a bare list.
        images: Ids of the images of the dataset.
        classes: Its classes.
        problems: Takes refused records.
        unkept: Fields that have no column: number of records, position and place of the first.
    """

    source_file: str
    section: str
    images: IdIndex
    classes: Classes
    problems: Problems
    unkept: dict[str, tuple[int, str]] = field(default_factory=dict)

    def report(self) -> None:
        """Note what is reported once a file."""
        self.classes.report_unknown(self.source_file, self.problems)
        for name, (n, place) in sorted(self.unkept.items()):
            problem = f"field `{name}` of {n} predictions has no column; not kept"
            self.problems.add(self.source_file, place, problem, severity="warning")


class _Row(NamedTuple):
    position: int
    place: str
    image: int
    class_position: int
    shape: Shape
    confidence: float
    record: Any


def target(source_file: str, section: str, known: Known, problems: Problems) -> Target:
    """Return what the results of a file refer to in a dataset that the lake knows."""
    ids = known.images["image_id"].to_numpy().tolist()
    names = known.classes["class_name"].to_pylist()
    numbers = known.classes["class_index"].to_pylist()
    texts = [name if number is None else str(number) for name, number in zip(names, numbers, strict=True)]
    classes = Classes(known.classes, IdIndex(texts, numbers), names)
    return Target(source_file, section, IdIndex(ids), classes, problems)


def to_batch(document: Document, chunk: Chunk, known: Target) -> Batch:
    """Return a chunk of results as a table in the order of the file, and the problems of those left out."""
    is_plain, plain = _plain_table(chunk, known)
    rows: list[_Row] = []
    for position in (np.flatnonzero(~is_plain) + chunk.first).tolist():
        place, record = f"{known.section}[{position}]", document.decode(chunk.span(position))
        try:
            rows.append(_read(position, place, record, known))
        except ShapeError as error:
            _refuse(place + error.place, error.problem, record, known)
    rows, others = _row_table(rows, known)
    table = merged(plain, is_plain, chunk.first, others, [row.position for row in rows])
    return {"predictions": table, "import_problems": known.problems.take()}


def _plain_table(chunk: Chunk, known: Target) -> tuple[NDArray[np.bool_], pa.Table]:
    """Return which records need no reading one by one, and a table with a row for each record of the chunk."""
    columns = chunk.columns
    images = known.images.find(columns.image)
    is_plain = plain_records(columns, images, needed=_NEEDED, unwanted=scan.N_KEYPOINTS)

    def place(row: int) -> tuple[int, str]:
        return chunk.first + row, f"{known.section}[{chunk.first + row}].category_id"

    classes = known.classes.find_many(columns.category, is_plain, place)
    return is_plain, _table(
        known,
        positions=np.arange(chunk.first, chunk.first + len(chunk)),
        images=images,
        classes=classes,
        confidence=columns.score,
        geometry=shapes_of(columns),
    )


def _row_table(rows: list[_Row], known: Target) -> tuple[list[_Row], pa.Table]:
    """Return rows as a table, and those of them that it holds: a mask that does not cover its size is refused here."""
    shapes = Shapes.gathered([row.shape for row in rows], [None] * len(rows))
    masks = measure_masks(shapes)
    if masks.faults:
        for bad, fault in masks.faults.items():
            _refuse(rows[bad].place + ".segmentation", fault, rows[bad].record, known)
        return _row_table([row for n, row in enumerate(rows) if n not in masks.faults], known)
    return rows, _table(
        known,
        positions=np.array([row.position for row in rows], np.int64),
        images=np.array([row.image for row in rows], np.int32),
        classes=np.array([row.class_position for row in rows], np.int32),
        confidence=np.array([row.confidence for row in rows], np.float64),
        geometry=(shapes, masks),
    )


def _table(
    known: Target,
    *,
    positions: NDArray[np.int64],
    images: NDArray[np.int32],
    classes: NDArray[np.int32],
    confidence: NDArray[np.float64],
    geometry: tuple[Shapes, MaskFacts],
) -> pa.Table:
    return pa.table(
        {
            "prediction_id": text_column(positions),
            "image_id": as_dictionary(images, pa.array(known.images.ids, pa.string())),
            "class_name": as_dictionary(classes, pa.array(known.classes.names, pa.string())),
            "confidence": real_column(confidence),
            **_geometry(*geometry),
        }
    )


def _geometry(shapes: Shapes, masks: MaskFacts) -> dict[str, pa.Array]:
    """Return the geometry as columns, completed as `loadRes` of pycocotools does.

    A prediction with a box has the box's area, also when it has a mask; without, box and area are those of the mask, or
    of the extent of all keypoints, seen or not. What the source says of the area does not count.
    """
    shapes.has_area = np.zeros(len(shapes.has_box), bool)
    by_box = shapes.has_box | ~(shapes.has_mask | shapes.has_polygons)
    fill_boxes(shapes, masks, visible_only=False)
    shapes.area = np.where(by_box, shapes.box[2] * shapes.box[3], 0.0)
    shapes.has_area |= by_box & shapes.has_box
    fill_areas(shapes, masks)
    return {
        "box": box_column(shapes),
        "area": real_column(shapes.area, shapes.has_area),
        **list_columns(shapes),
    }


def _read(position: int, place: str, record: Any, known: Target) -> _Row:  # noqa: ANN401
    image, _ = find_image(_with_own_ids(record), known.images)
    category = find_category(record)
    confidence, shape = _read_score(record.get("score")), read_shape(record)
    if shape.is_empty:
        raise ShapeError("", "has neither box nor mask, polygon or keypoints")
    for name in record.keys() - KEYS:
        n, first = known.unkept.get(name, (0, f"{place}.{name}"))
        known.unkept[name] = (n + 1, first)
    own_class = record.get("labelduck_class")
    if own_class in known.classes.names:
        class_position = known.classes.names.index(own_class)
    else:
        class_position = known.classes.find(category, position, place + ".category_id")
    return _Row(position, place, image, class_position, shape, confidence, record)


def _with_own_ids(record: Any) -> Any:  # noqa: ANN401
    """Return a record with the id that its image has in the lake, which an export keeps beside a number."""
    own = record.get("labelduck_image") if isinstance(record, dict) else None
    return record if own is None else record | {"image_id": own}


def _read_score(value: object) -> float:
    try:
        score = read_number(value)
    except NotReadableError:
        raise ShapeError(".score", "is no finite number") from None
    if score is None:
        raise ShapeError(".score", "is missing")
    return score


def _refuse(place: str, problem: str, record: object, known: Target) -> None:
    known.problems.add(known.source_file, place, problem + "; left out", record=record)
