"""faster-coco-eval: 12 metrics, and a row per prediction from its dictionaries (`extra_calc`), IoU .5."""

from __future__ import annotations

import sys
from pathlib import Path

import outcome
from faster_coco_eval import COCO, COCOeval_faster

annotations, predictions, geometry, out = sys.argv[1:]
truth = COCO(annotations)
found = truth.loadRes(predictions)
evaluation = COCOeval_faster(truth, found, "segm" if geometry == "mask" else "bbox", extra_calc=True)
evaluation.run()

rows = found.anns.values()
columns = {
    "image_id": [row["image_id"] for row in rows],
    "class_id": [row["category_id"] for row in rows],
    "prediction_id": [row["id"] for row in rows],
    "confidence": [row["score"] for row in rows],
    "annotation_id": [row.get("gt_id") for row in rows],
    "iou": [row.get("iou") for row in rows],
}
outcome.write(Path(out), metrics=[float(value) for value in evaluation.stats[:12]], table=columns)
