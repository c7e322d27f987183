"""Types and columns that several tables share."""

from __future__ import annotations

import pyarrow as pa

TEXT, REAL, COUNT, FLAG = pa.string(), pa.float64(), pa.int64(), pa.bool_()
TIME = pa.timestamp("us")
BOX = pa.struct([(corner, REAL) for corner in ("x_min", "y_min", "x_max", "y_max")])
POLYGONS = pa.list_(pa.list_(REAL))
MASK = pa.struct([("size", pa.list_(pa.int32())), ("counts", TEXT)])
KEYPOINTS = pa.list_(pa.struct([("x", REAL), ("y", REAL), ("visibility", REAL)]))

Column = tuple[str, pa.DataType, str]


def table(comment: str, *columns: Column) -> pa.Schema:
    """Return the schema of a table: `dataset` first, comments as metadata."""
    fields = [pa.field(name, kind, metadata={"comment": text}) for name, kind, text in (DATASET, *columns)]
    return pa.schema(fields, metadata={"comment": comment})


DATASET: Column = ("dataset", TEXT, "dataset that the row belongs to")
IMAGE_ID: Column = ("image_id", TEXT, "image, unique within the dataset")
ANNOTATION_ID: Column = ("annotation_id", TEXT, "annotation, unique within the dataset")
CLASS_NAME: Column = ("class_name", TEXT, "class, as named in the taxonomy")
ANNOTATOR: Column = ("annotator", TEXT, "who drew or chose it")
BATCH: Column = ("batch", TEXT, "batch of work that it came in")
JOB: Column = ("job", TEXT, "annotation job or task")
IS_GOLD: Column = ("is_gold", FLAG, "true for ground truth that annotators are measured against")
CREATED_AT: Column = ("created_at", TIME, "when it was made (UTC)")
UPDATED_AT: Column = ("updated_at", TIME, "when it was last changed (UTC)")
MODEL: Column = ("model", TEXT, "model run")
ATTRIBUTES: Column = ("attributes", TEXT, "source fields without a column of their own, as JSON")
GEOMETRY: tuple[Column, ...] = (
    ("geometry", TEXT, "box, rotated_box, polygon, mask, keypoints, polyline, point, ellipse or cuboid"),
    ("box", BOX, "corners in pixels, 0-based; x_max and y_max lie on the far edge"),
    ("area", REAL, "area in square pixels, as the source gives it, else of the mask, polygons or box"),
    ("rotated_box", pa.list_(REAL), "corners x1, y1, ... x4, y4 in pixels of a rotated box or ellipse"),
    ("rotation", REAL, "degrees clockwise around the centre"),
    ("polygons", POLYGONS, "rings or polyline as x1, y1, x2, y2, ... in pixels"),
    ("mask", MASK, "COCO run-length mask: size (height, width) and compressed counts"),
    (
        "keypoints",
        KEYPOINTS,
        "x, y in pixels and visibility (0 absent, 1 hidden, 2 visible), in the class's order",
    ),
)
TARGET: tuple[Column, ...] = (
    ("target", TEXT, "image, annotation or prediction"),
    ("target_id", TEXT, "id of the target"),
)
