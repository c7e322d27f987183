"""Tables that `labelduck build` makes."""

from __future__ import annotations

import pyarrow as pa

from labelduck.schema.columns import (
    ANNOTATION_ID,
    BOX,
    CLASS_NAME,
    COUNT,
    FLAG,
    IMAGE_ID,
    MODEL,
    REAL,
    TEXT,
    table,
)

TABLES = {
    "pairs": table(
        "One row per annotation and prediction that overlap with IoU >= 0.1, whatever their classes.",
        MODEL,
        IMAGE_ID,
        ANNOTATION_ID,
        ("prediction_id", TEXT, "prediction"),
        ("annotation_class", TEXT, "class that the annotator chose"),
        ("prediction_class", TEXT, "class that the model predicted"),
        ("iou", REAL, "IoU, keypoint similarity, or the share of the prediction in a crowd"),
    ),
    "matches": table(
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
    "average_precision": table(
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
    "suspicions": table(
        "One row per label that may be wrong and reason; every candidate is a row, however little suspicious.",
        IMAGE_ID,
        ("annotation_id", TEXT, "annotation; null for missing_label"),
        (
            "prediction_id",
            TEXT,
            "prediction that speaks loudest; null where it is the lack of one, and for duplicate_label",
        ),
        ("model", TEXT, "its model; null for duplicate_label"),
        ("issue", TEXT, "missing_label, wrong_class, bad_box, extra_label or duplicate_label"),
        ("suspicion", REAL, "0 to 1, higher is worse"),
        ("suggested_class", TEXT, "class that the label should have: for wrong_class and missing_label"),
        ("suggested_box", BOX, "box that it should have: for bad_box and missing_label"),
        ("evidence", TEXT, "what each model says, the loudest first"),
        ("n_models", COUNT, "models that could judge it; 0 for duplicate_label, which needs none"),
        ("n_agreeing", COUNT, "of these, those that hold it for an error"),
        ("is_out_of_sample", FLAG, "false when every model that says so was trained on the image"),
    ),
}
