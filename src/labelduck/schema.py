"""The Arrow schema of every table in a lake.

A field's metadata carries its comment, which becomes the column's COMMENT in the catalogue; a schema's metadata carries
the table's. Geometry is one convention everywhere: absolute pixels, 0-based, boxes as corners. Ids are text, times are
UTC without a zone.
"""

from __future__ import annotations

import pyarrow as pa

TEXT, REAL, COUNT, FLAG = pa.string(), pa.float64(), pa.int64(), pa.bool_()
TIME = pa.timestamp("us")
BOX = pa.struct([(corner, REAL) for corner in ("x_min", "y_min", "x_max", "y_max")])
POLYGONS = pa.list_(pa.list_(REAL))
MASK = pa.struct([("size", pa.list_(pa.int32())), ("counts", TEXT)])
KEYPOINTS = pa.list_(pa.struct([("x", REAL), ("y", REAL), ("visibility", REAL)]))

Column = tuple[str, pa.DataType, str]


def _table(comment: str, *columns: Column) -> pa.Schema:
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
    ("box", BOX, "corners in pixels, 0-based; x_max and y_max lie on the far edge"),
    ("area", REAL, "area in square pixels, as the source gives it, else of the mask, polygons or box"),
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

_IMPORTED = {
    "images": _table(
        "One row per image.",
        IMAGE_ID,
        ("file_name", TEXT, "path as the source gives it"),
        ("uri", TEXT, "where the picture can be fetched"),
        ("width", pa.int32(), "pixels"),
        ("height", pa.int32(), "pixels"),
        ("split", TEXT, "train, val, test, ..."),
        ("video", TEXT, "video that the frame belongs to"),
        ("frame", COUNT, "frame number in the video"),
        BATCH,
        ("captured_at", TIME, "when the picture was taken (UTC)"),
        (
            "is_annotated",
            FLAG,
            "false when nobody has looked yet; an annotated image may still hold no object",
        ),
        ("sha256", TEXT, "hash of the picture file"),
        ("phash", TEXT, "perceptual hash, 16 hexadecimal digits"),
        ("tags", pa.list_(TEXT), "tags of the source"),
        ATTRIBUTES,
    ),
    "classes": _table(
        "One row per class of the taxonomy.",
        CLASS_NAME,
        ("class_index", COUNT, "number of the class in the source, for example COCO's category id"),
        ("supercategory", TEXT, "parent of the class"),
        ("definition", TEXT, "what the guideline says the class is"),
        ("is_frozen", FLAG, "true when the class must not change any more"),
        ("risk", TEXT, "what an error of this class costs: low, medium, high"),
        ("keypoint_names", pa.list_(TEXT), "names of the keypoints, in order"),
        ("skeleton", pa.list_(pa.list_(pa.int32())), "pairs of keypoint numbers, 1-based, that are joined"),
        ATTRIBUTES,
    ),
    "annotations": _table(
        "One row per object that a human (or a gold set) drew.",
        ANNOTATION_ID,
        IMAGE_ID,
        CLASS_NAME,
        ("geometry", TEXT, "box, rotated_box, polygon, mask, keypoints, polyline, point, ellipse or cuboid"),
        *GEOMETRY,
        ("rotated_box", pa.list_(REAL), "corners x1, y1, ... x4, y4 in pixels of a rotated box or ellipse"),
        ("rotation", REAL, "degrees clockwise around the centre"),
        ("is_crowd", FLAG, "true for a region of many objects (COCO iscrowd)"),
        ("is_ignored", FLAG, "true when neither finding nor missing it counts"),
        ("difficult", FLAG, "true when the guideline calls it difficult (Pascal VOC)"),
        ("occluded", REAL, "how far it is hidden, 0 to 1"),
        ("truncated", REAL, "how far it leaves the image, 0 to 1"),
        ("track_id", TEXT, "object over the frames of a video"),
        ("group_id", TEXT, "objects that belong together"),
        ("z_order", pa.int32(), "drawing order, higher lies on top"),
        ATTRIBUTES,
        ANNOTATOR,
        BATCH,
        JOB,
        ("source", TEXT, "manual, model, model_assisted, consensus or imported"),
        IS_GOLD,
        CREATED_AT,
        UPDATED_AT,
        ("lead_time_s", REAL, "seconds of work on it"),
        ("review_status", TEXT, "last review: accepted, rejected, fixed; null when unreviewed"),
        ("reviewer", TEXT, "who reviewed it last"),
        ("source_file", TEXT, "file that it came from"),
        ("source_ref", TEXT, "id or place in that file"),
    ),
    "image_labels": _table(
        "One row per annotator's class for one image or text.",
        IMAGE_ID,
        ("field", TEXT, "question that was answered"),
        CLASS_NAME,
        ANNOTATOR,
        BATCH,
        IS_GOLD,
        CREATED_AT,
        ("lead_time_s", REAL, "seconds of work on it"),
        ("source", TEXT, "manual, model, model_assisted, consensus or imported"),
    ),
    "assignments": _table(
        "One row per annotator who looked at an image, also when nothing was drawn.",
        IMAGE_ID,
        ANNOTATOR,
        BATCH,
        JOB,
        ("status", TEXT, "completed, skipped, in_progress"),
    ),
    "jobs": _table(
        "One row per annotation job or task.",
        JOB,
        ("task", TEXT, "task that the job is part of"),
        ("project", TEXT, "project that the task is part of"),
        BATCH,
        ("type", TEXT, "annotation, gold or consensus"),
        ("stage", TEXT, "annotation, validation or acceptance"),
        ("state", TEXT, "new, in_progress, completed or rejected"),
        ("assignee", TEXT, "annotator of the job"),
        ("reviewer", TEXT, "reviewer of the job"),
        CREATED_AT,
        UPDATED_AT,
    ),
    "events": _table(
        "One row per change of an annotation or job.",
        ("event_id", TEXT, "event, unique within the dataset"),
        ("at", TIME, "when it happened (UTC)"),
        ("actor", TEXT, "who did it"),
        ("action", TEXT, "create, update, delete, submit, accept, reject or fix"),
        ANNOTATION_ID,
        IMAGE_ID,
        JOB,
        ("from_class", TEXT, "class before"),
        ("to_class", TEXT, "class after"),
        ("iou_before_after", REAL, "IoU of the shape before and after"),
        ("reason", TEXT, "why, as the source says"),
    ),
    "reviews": _table(
        "One row per review decision.",
        ("review_id", TEXT, "decision, unique within the dataset"),
        ANNOTATION_ID,
        IMAGE_ID,
        JOB,
        ANNOTATOR,
        ("reviewer", TEXT, "who decided"),
        ("round", pa.int32(), "1 for the first review of the annotation"),
        ("decision", TEXT, "accepted, rejected or fixed"),
        ("error_kind", TEXT, "missing_label, wrong_class, bad_box, extra_label or duplicate_label"),
        ("reason", TEXT, "why, as the reviewer says"),
        ("reviewed_at", TIME, "when it was decided (UTC)"),
        ("sampling", TEXT, "how the annotation was chosen: random, risk or all"),
    ),
    "issues": _table(
        "One row per reviewer's comment thread.",
        ("issue_id", TEXT, "thread, unique within the dataset"),
        JOB,
        IMAGE_ID,
        ANNOTATOR,
        CREATED_AT,
        ("resolved_at", TIME, "when it was settled (UTC)"),
        ("category", TEXT, "kind of issue"),
        ("message", TEXT, "first message"),
    ),
    "tags": _table(
        "One row per tag or number that a tool gave an image, annotation or prediction.",
        *TARGET,
        IMAGE_ID,
        ("tag", TEXT, "name of the tag"),
        ("value", TEXT, "its value as text"),
        ("score", REAL, "its value as a number"),
        ("tool", TEXT, "tool that gave it"),
        ("eval_key", TEXT, "evaluation run that it belongs to"),
    ),
    "models": _table(
        "One row per model run that made predictions.",
        MODEL,
        ("trained_on_dataset", TEXT, "dataset that it was trained on"),
        ("trained_on_version", COUNT, "version of that dataset"),
        ("is_out_of_sample", FLAG, "false when it was trained on the images that it predicts"),
        ("params", TEXT, "settings of the run, as JSON"),
    ),
    "predictions": _table(
        "One row per predicted object.",
        (
            "prediction_id",
            TEXT,
            "prediction, unique within dataset and model; the position in the file when it has no id",
        ),
        MODEL,
        IMAGE_ID,
        CLASS_NAME,
        ("confidence", REAL, "the model's score"),
        *GEOMETRY,
        ("class_scores", pa.list_(REAL), "scores of all classes, in the order of class_index"),
    ),
    "predicted_labels": _table(
        "One row per predicted class of an image or text.",
        MODEL,
        IMAGE_ID,
        CLASS_NAME,
        ("confidence", REAL, "the model's score of that class"),
        ("class_scores", pa.list_(REAL), "scores of all classes, in the order of class_index"),
    ),
    "embeddings": _table(
        "One row per vector of an image or object.",
        *TARGET,
        MODEL,
        ("vector", pa.list_(pa.float32()), "embedding"),
    ),
    "guidelines": _table(
        "One row per rule of the labelling guide.",
        ("guideline_version", TEXT, "version of the guide"),
        CLASS_NAME,
        ("topic", TEXT, "what the rule is about"),
        ("rule", TEXT, "the rule"),
        UPDATED_AT,
    ),
    "import_problems": _table(
        "One row per record that an import refused or repaired.",
        ("import_id", TEXT, "import run"),
        ("source_file", TEXT, "file of the record"),
        ("location", TEXT, "place in the file"),
        ("problem", TEXT, "what is wrong, and what was done"),
        ("severity", TEXT, "error (left out), repaired (changed) or warning (kept as it is)"),
        ("record", TEXT, "the record as JSON text"),
    ),
}

_DERIVED = {
    "pairs": _table(
        "One row per annotation and prediction that overlap with IoU >= 0.1, whatever their classes.",
        MODEL,
        IMAGE_ID,
        ANNOTATION_ID,
        ("prediction_id", TEXT, "prediction"),
        ("annotation_class", TEXT, "class that the annotator chose"),
        ("prediction_class", TEXT, "class that the model predicted"),
        ("iou", REAL, "IoU, keypoint similarity, or the share of the prediction in a crowd"),
    ),
    "matches": _table(
        "One row per prediction, and one per annotation that no true positive at IoU 0.5 names.",
        MODEL,
        IMAGE_ID,
        ("prediction_id", TEXT, "prediction; null in a row of an annotation alone"),
        ("annotation_id", TEXT, "annotation matched, or the one that explains a false positive"),
        ("prediction_class", TEXT, "class that the model predicted"),
        ("annotation_class", TEXT, "class of annotation_id"),
        ("confidence", REAL, "the model's score"),
        ("iou", REAL, "overlap of the prediction with annotation_id, as in pairs"),
        ("outcome", TEXT, "at IoU 0.5: true_positive, false_positive, false_negative or ignored"),
        # After TIDE. A false negative that a bad_box or wrong_class explains has no kind: it is told by the prediction.
        ("error_kind", TEXT, "wrong_class, bad_box, both, duplicate, background or missed; else null"),
        ("rank", pa.int32(), "1 for the prediction with the highest confidence of its class in the image"),
        ("tp_mask", pa.uint16(), "bit t set: the prediction is a true positive at IoU 0.5 + 0.05 t"),
        ("ignore_mask", pa.uint16(), "bit t set: the prediction does not count at that IoU"),
        ("found_mask", pa.uint16(), "bit t set: annotation_id is found at that IoU by any prediction"),
        ("best_same_iou", REAL, "highest IoU with an annotation of its class that counts, or 0"),
        ("best_same_id", TEXT, "that annotation"),
        ("best_other_iou", REAL, "highest IoU with one of another class that counts, or 0"),
        ("best_other_id", TEXT, "that annotation"),
    ),
    "average_precision": _table(
        "One row per class, IoU, area range and number of predictions allowed per image.",
        MODEL,
        CLASS_NAME,
        ("protocol", TEXT, "coco; voc_2007 (11 points) or voc_2010 (area), without difficult objects"),
        ("geometry", TEXT, "what was matched: box, mask or keypoints"),
        ("min_iou", REAL, "IoU from which a pair counts"),
        ("area_range", TEXT, "all, small, medium or large"),
        ("max_detections", pa.int32(), "predictions allowed per image and class; null for no limit"),
        ("average_precision", REAL, "average precision; null without annotations"),
        ("recall", REAL, "highest recall reached; null without annotations"),
        ("n_annotations", COUNT, "annotations that count"),
        ("n_predictions", COUNT, "predictions that count"),
        (
            "precision",
            pa.list_(REAL),
            "at recall 0 to 1 (101 or 11 points); for the largest max_detections",
        ),
        ("confidence", pa.list_(REAL), "at which each recall point is reached; likewise"),
    ),
}

TABLES: dict[str, pa.Schema] = _IMPORTED | _DERIVED
"""Schema by table name."""

IMPORTED = tuple(_IMPORTED)
"""Tables that importers fill, in reading order."""

DERIVED = tuple(_DERIVED)
"""Tables that `labelduck build` makes."""
