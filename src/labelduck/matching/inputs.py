"""Arrow tables of the lake -> arrays of the kernel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from labelduck.kernel.arrays import (
    CROWD,
    DIFFICULT,
    IGNORED,
    NEVER_TP,
    REUSABLE,
    Annotations,
    Predictions,
)
from labelduck.kernel.boxes import at
from labelduck.matching import duplicates
from labelduck.matching.columns import corners, flags, numbers, positions, unknown
from labelduck.matching.shapes import fill_mask_areas, has_any, n_visible

if TYPE_CHECKING:
    from labelduck.kernel.arrays import (
        Array,
        Boxes,
    )
    from labelduck.matching import Geometry, MatchOptions


_SHAPES = {"box": (), "mask": ("mask", "polygons"), "keypoints": ("keypoints",)}


@dataclass(frozen=True, kw_only=True)
class Scene:
    """One comparison as the kernel sees it, and the way back to the tables.

    Attributes:
        image_ids: In the order of matching.
        image_sizes: Height and width by image in pixels, 0 where unknown, [n, 2].
        class_names: Classes of the taxonomy, in its order.
        all_class_names: These, and then the classes of annotations and predictions that it does not know.
        annotations, predictions: Arrays of the kernel.
        object_rows: Row of the table whose box, area and marks each annotation of the kernel has.
        annotation_ids: By annotation of the kernel.
        annotation_class: Number in all_class_names by annotation of the kernel.
        prediction_ids: By row.
        prediction_class: Number in all_class_names by row.
        annotation_table, prediction_table: The tables, for geometry that only overlaps.py looks at.
    """

    image_ids: pa.Array
    image_sizes: Array
    class_names: pa.Array
    all_class_names: pa.Array
    annotations: Annotations
    predictions: Predictions
    object_rows: Array
    annotation_ids: pa.Array
    annotation_class: Array
    prediction_ids: pa.ChunkedArray
    prediction_class: Array
    annotation_table: pa.Table
    prediction_table: pa.Table


def read(
    images: pa.Table,
    classes: pa.Table,
    annotations: pa.Table,
    predictions: pa.Table,
    *,
    options: MatchOptions,
    geometry: Geometry,
) -> Scene:
    """Return the scene of a comparison; see `match` for the arguments."""
    image_ids = _ordered_images(images)
    n_known = len(names := _ordered_classes(classes))
    for table in (annotations, predictions):
        names = pa.concat_arrays([names, unknown(table.column("class_name"), names)])
    annotation_class = positions(annotations.column("class_name"), names)
    prediction_class = positions(predictions.column("class_name"), names)
    image = _image_numbers(annotations, image_ids)
    rows, object_rows = duplicates.rows_by_image(
        annotations, image, annotation_class < n_known, collapse=options.mode == "coco"
    )
    starts = np.searchsorted(image[object_rows], np.arange(len(image_ids) + 1))
    classes_at = _known(annotation_class, n_known)
    return Scene(
        image_ids=image_ids,
        image_sizes=_image_sizes(images, image_ids),
        class_names=names.slice(0, n_known),
        all_class_names=names,
        annotations=_annotations(
            annotations, classes_at, object_rows, starts, options=options, geometry=geometry
        ),
        predictions=_predictions(
            predictions, _known(prediction_class, n_known), _image_numbers(predictions, image_ids), geometry
        ),
        object_rows=object_rows,
        annotation_ids=annotations.column("annotation_id").take(pa.array(rows)).combine_chunks(),
        annotation_class=annotation_class[rows],
        prediction_ids=predictions.column("prediction_id"),
        prediction_class=prediction_class,
        annotation_table=annotations,
        prediction_table=predictions,
    )


def _ordered_images(images: pa.Table) -> pa.Array:
    """Return the image ids in the order that decides ties: numeric when all are integers, else as text."""
    ids = images.column("image_id").cast(pa.string()).unique()
    try:
        values = ids.cast(pa.int64())
    except pa.ArrowInvalid:
        return ids.take(pc.sort_indices(ids))
    if not values.cast(pa.string()).equals(ids):  # 007 is a name, not a number
        return ids.take(pc.sort_indices(ids))
    return ids.take(pc.sort_indices(values))


def _image_sizes(images: pa.Table, image_ids: pa.Array) -> Array:
    sizes = np.zeros((len(image_ids), 2), np.int64)
    at = positions(images.column("image_id"), image_ids)
    for side, name in enumerate(("height", "width")):
        if name in images.column_names:
            sizes[at, side] = np.nan_to_num(numbers(images.column(name)))
    return sizes


def _ordered_classes(classes: pa.Table) -> pa.Array:
    index = classes.column("class_index").to_pylist() if "class_index" in classes.column_names else None
    names = classes.column("class_name").to_pylist()
    index = index or [None] * len(names)
    order = sorted(zip(index, names, strict=True), key=lambda c: (c[0] is None, c[0] or 0, c[1]))
    return pa.array(list(dict.fromkeys(name for _, name in order)), pa.string())


def _image_numbers(table: pa.Table, image_ids: pa.Array) -> Array:
    found = positions(table.column("image_id"), image_ids)
    found[found == len(image_ids)] = -1
    return found


def _areas(table: pa.Table, box: Boxes) -> Array:
    """Return areas as the source gives them, as pycocotools takes them; where it gives none, of the mask or box."""
    of_box: Array = (box[2] - box[0]) * (box[3] - box[1])
    given = np.full(table.num_rows, np.nan)
    if "area" in table.column_names:
        given = numbers(table.column("area")).copy()
    fill_mask_areas(table, given)
    return np.where(np.isnan(given), of_box, given)


def _marks(annotations: pa.Table, options: MatchOptions, *, has_shape: Array) -> Array:
    crowd, difficult = flags(annotations, "is_crowd"), flags(annotations, "difficult")
    ignored = flags(annotations, "is_ignored") & (options.mode == "corrected")
    left_out = difficult | crowd | ignored
    if options.difficult == "crowd":
        crowd = crowd | difficult
    elif options.difficult == "ignore":
        ignored = ignored | difficult
    marks = np.where(crowd, CROWD | IGNORED | REUSABLE, 0) | np.where(ignored, IGNORED | REUSABLE, 0)
    marks |= np.where(left_out, DIFFICULT, 0) | np.where(has_shape, 0, IGNORED | DIFFICULT)
    if options.mode == "coco":
        ids = annotations.column("annotation_id").cast(pa.string())
        is_zero = pc.match_substring_regex(ids, r"^0(#\d+)?$")  # also the second annotation of that id
        marks |= np.where(is_zero.to_numpy(zero_copy_only=False).astype(bool), NEVER_TP, 0)
    return marks.astype(np.uint8)


def _annotations(
    table: pa.Table,
    class_index: Array,
    rows: Array,
    start: Array,
    *,
    options: MatchOptions,
    geometry: Geometry,
) -> Annotations:
    box, has_box = corners(table)
    marks = _marks(table, options, has_shape=has_box | has_any(table, *_SHAPES[geometry]))
    if geometry == "keypoints":
        marks |= np.where(n_visible(table) == 0, IGNORED | DIFFICULT, 0).astype(np.uint8)
    return Annotations(
        start=start.astype(np.int64),
        class_index=class_index[rows],
        area=_areas(table, box)[rows],
        flags=marks[rows],
        box=at(box, rows) if geometry == "box" else None,
    )


def _predictions(table: pa.Table, class_index: Array, image: Array, geometry: Geometry) -> Predictions:
    box, has_box = corners(table)
    has_shape = has_any(table, *_SHAPES[geometry])
    class_index[~(has_shape if geometry == "keypoints" else has_shape | has_box)] = -1
    area = numbers(table.column("area")) if "area" in table.column_names else None
    return Predictions(
        image=image,
        class_index=class_index,
        confidence=numbers(table.column("confidence")),
        box=box if geometry == "box" else None,
        area=area if geometry == "box" else _areas(table, box),
    )


def _known(class_index: Array, n_known: int) -> Array:
    """Return numbers of classes with -1 for those outside the taxonomy."""
    return np.where(class_index < n_known, class_index, -1).astype(np.int32)
