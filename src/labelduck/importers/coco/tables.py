"""Annotations of a COCO file as Arrow tables, a chunk of records at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from labelduck.importers.base import rows_to_table
from labelduck.importers.coco.arrow import box_column, flag_column, list_columns, real_column
from labelduck.importers.coco.columns import Shapes, fill_areas, fill_boxes, measure_masks
from labelduck.importers.coco.ids import as_dictionary, as_numbers
from labelduck.importers.coco.scanned import merged, plain_records, shapes_of
from labelduck.importers.coco.scene import NEGATIVE_SIDE, Rows
from labelduck.native import json_scan as scan
from labelduck.native.json_ids import text_column
from labelduck.schema import TABLES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from labelduck.importers.base import Batch
    from labelduck.importers.coco.columns import MaskFacts
    from labelduck.importers.coco.document import Chunk, Document
    from labelduck.importers.coco.scene import Row, Scene

_NEEDED = scan.ID | scan.IMAGE | scan.CATEGORY
_GEOMETRIES = pa.array(["box", "rotated_box", "polygon", "mask", "keypoints"])


def to_batch(document: Document, chunk: Chunk, scene: Scene) -> Batch:
    """Return a chunk of `annotations` as tables in the order of the file."""
    is_plain, plain = _plain_table(chunk, scene)
    rows = _read_rows(document, chunk, is_plain, scene)
    others: list[Row] = []
    numbers: NDArray[np.int64] | None
    if is_plain.all():
        table, numbers = plain, chunk.columns.id
    else:
        others, table = _row_table(rows.annotations, scene)
        table = merged(plain, is_plain, chunk.first, table, [row.position for row in others])
        numbers = as_numbers(table["source_ref"])
    refs = table["source_ref"]
    if numbers is not None and scene.ids.are_new(numbers):
        table = table.append_column("annotation_id", refs)
    else:
        records = [(row.position, row.place, row.record) for row in others]
        records.extend(
            (position, f"annotations[{position}]", document.decode(chunk.span(position)))
            for position in (np.flatnonzero(is_plain) + chunk.first).tolist()
        )
        table = table.append_column("annotation_id", _unique_ids(refs.to_pylist(), records, scene))
    batch = {"annotations": table}
    if rows.labels:
        batch["image_labels"] = rows_to_table("image_labels", rows.labels)
    if rows.tags:
        batch["tags"] = rows_to_table("tags", rows.tags)
    if rows.events:
        batch["events"] = rows_to_table("events", rows.events)
    return batch | {"import_problems": scene.problems.take()}


def _read_rows(document: Document, chunk: Chunk, is_plain: NDArray[np.bool_], scene: Scene) -> Rows:
    rows, others = Rows(), np.flatnonzero(~is_plain) + chunk.first
    if len(others):
        from labelduck.importers.coco.annotations import read_record

        for position in others.tolist():
            read_record(position, document.decode(chunk.span(position)), scene, rows)
    return rows


def _plain_table(chunk: Chunk, scene: Scene) -> tuple[NDArray[np.bool_], pa.Table]:
    """Return which records need no reading one by one, and a table with a row for each record of the chunk."""
    columns = chunk.columns
    if scene.attributions:
        return np.zeros(len(chunk), bool), pa.table({})
    images = scene.images.index.find(columns.image)
    is_plain = plain_records(columns, images, needed=_NEEDED, unwanted=scan.SCORE)
    shapes, masks = shapes_of(columns)
    counted = (columns.seen & scan.N_KEYPOINTS) > 0
    is_plain &= ~counted | (columns.n_keypoints == shapes.n_seen_keypoints)

    def place(row: int, field: str = ".category_id") -> tuple[int, str]:
        return chunk.first + row, f"annotations[{chunk.first + row}]{field}"

    upside_down = np.flatnonzero(is_plain & shapes.is_upside_down)
    if len(upside_down):
        scene.note(NEGATIVE_SIDE, *place(int(upside_down[0]), ".bbox"), len(upside_down))
    classes = scene.classes.find_many(columns.category, is_plain, place)
    others: dict[str, pa.Array] = {"is_crowd": flag_column(columns.crowd > 0)}
    table = {
        "source_ref": text_column(columns.id),
        **_references(images, classes, scene),
        **_geometry(shapes, masks),
        **_provenance(others, images, scene),
    }
    return is_plain, pa.table(table)


def _row_table(rows: list[Row], scene: Scene) -> tuple[list[Row], pa.Table]:
    """Return rows as a table, and those of them that it holds: a mask that does not cover its size is refused here."""
    shapes = Shapes.gathered([row.shape for row in rows], [row.area for row in rows])
    masks = measure_masks(shapes)
    if masks.faults:
        for bad, fault in masks.faults.items():
            scene.refuse(rows[bad].place + ".segmentation", fault, rows[bad].record)
        return _row_table([row for n, row in enumerate(rows) if n not in masks.faults], scene)
    images = np.array([row.image for row in rows], np.int32)
    classes = np.array([row.class_position for row in rows], np.int32)
    table = {
        "source_ref": pa.array([row.annotation_id for row in rows], pa.string()),
        **_references(images, classes, scene),
        **_geometry(shapes, masks, [row.columns.get("rotation") for row in rows]),
        **_provenance(_given_columns([row.columns for row in rows]), images, scene),
    }
    return rows, pa.table(table)


def _references(images: NDArray[np.int32], classes: NDArray[np.int32], scene: Scene) -> dict[str, pa.Array]:
    return {
        "image_id": as_dictionary(images, pa.array(scene.images.index.ids, pa.string())),
        "class_name": as_dictionary(classes, pa.array(scene.classes.names, pa.string())),
        "source_file": as_dictionary(np.zeros(len(images), np.int32), pa.array([scene.source_file])),
    }


def _geometry(
    shapes: Shapes, masks: MaskFacts, rotations: Sequence[float | None] = ()
) -> dict[str, pa.Array]:
    kinds = np.zeros(len(shapes.has_box), np.int32)
    has_more = shapes.has_polygons | shapes.has_mask | shapes.has_keypoints
    has_points = shapes.has_seen_keypoints | (shapes.has_keypoints & ~shapes.has_box)
    for kind, has in ((2, shapes.has_polygons), (3, shapes.has_mask), (4, has_points)):
        kinds[has] = kind
    fill_boxes(shapes, masks, visible_only=True)
    fill_areas(shapes, masks)
    columns: dict[str, pa.Array] = {}
    rotated = np.array([bool(angle) for angle in rotations] or False) & ~has_more
    if rotated.any():
        kinds[rotated] = 1
        columns["rotated_box"] = _rotated_boxes(shapes, rotated, rotations)
    return {
        "geometry": as_dictionary(kinds, _GEOMETRIES),
        "box": box_column(shapes),
        "area": real_column(shapes.area, shapes.has_area),
        **columns,
        **list_columns(shapes),
    }


def _rotated_boxes(shapes: Shapes, rotated: NDArray[np.bool_], rotations: Sequence[float | None]) -> pa.Array:
    x, y, width, height = shapes.box
    angles = np.array([angle or 0.0 for angle in rotations])
    from labelduck.geometry import rotated_box_corners

    corners = rotated_box_corners(x + width / 2, y + height / 2, width, height, angles)
    _put_around(shapes, rotated, corners)
    values = [ring if has else None for ring, has in zip(corners.tolist(), rotated, strict=True)]
    return pa.array(values, pa.list_(pa.float64()))


def _put_around(shapes: Shapes, rotated: NDArray[np.bool_], corners: NDArray[np.float64]) -> None:
    """Let the boxes of turned boxes be the upright ones around them, as in every other format, in place."""
    points = corners.reshape(-1, 4, 2)[rotated]
    low, high = points.min(axis=1), points.max(axis=1)
    shapes.box[:, rotated] = np.concatenate([low, high - low], axis=1).T


def _given_columns(rows: list[dict[str, Any]]) -> dict[str, pa.Array]:
    kinds = TABLES["annotations"]
    names = sorted({name for row in rows for name in row} | {"is_crowd"})
    columns = {name: pa.array([row.get(name) for row in rows], kinds.field(name).type) for name in names}
    return columns | {"is_crowd": columns["is_crowd"].fill_null(False)}


def _provenance(columns: dict[str, pa.Array], images: NDArray[np.int32], scene: Scene) -> dict[str, pa.Array]:
    """Return the columns with the image's annotator and batch where an annotation names none."""
    for name, by_image in (("annotator", scene.images.annotators), ("batch", scene.images.batches)):
        if by_image:
            theirs = as_dictionary(images, pa.array(by_image, pa.string())).dictionary_decode()
            columns[name] = columns[name].fill_null(theirs) if name in columns else theirs
    return columns


def _unique_ids(refs: list[str], records: list[tuple[int, str, Any]], scene: Scene) -> pa.Array:
    """Return the ids of the source made unique, the second "7" as "7#2", with a problem that says so.

    Args:
        refs: Ids of the source, in the order of the file.
        records: Position, place and content of the same records, in any order.
        scene: Knows the ids of earlier chunks.
    """
    ids = []
    for ref, (_, place, record) in zip(refs, sorted(records, key=lambda record: record[0]), strict=True):
        unique = scene.ids.claim(ref)
        ids.append(unique)
        if unique != ref:
            problem = f"repeats annotation id {ref}; now {unique}"
            scene.problems.add(scene.source_file, place + ".id", problem, severity="repaired", record=record)
    return pa.array(ids, pa.string())
