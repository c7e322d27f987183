"""pycocotools: 12 metrics, and a row per prediction from `evalImgs` at IoU .5 (loops in Python: it offers no table)."""

from __future__ import annotations

import sys
from pathlib import Path

import outcome
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

ALL_AREAS = [0, int(1e10)]

annotations, predictions, geometry, out = sys.argv[1:]
truth = COCO(annotations)
evaluation = COCOeval(truth, truth.loadRes(predictions), "segm" if geometry == "mask" else "bbox")
evaluation.evaluate()
evaluation.accumulate()
evaluation.summarize()

names = ("image_id", "class_id", "prediction_id", "confidence", "annotation_id", "is_ignored")
columns: dict[str, list[object]] = {name: [] for name in names}
for cell in evaluation.evalImgs:
    if cell is None or [int(area) for area in cell["aRng"]] != ALL_AREAS:
        continue
    n = len(cell["dtIds"])
    columns["image_id"] += [cell["image_id"]] * n
    columns["class_id"] += [cell["category_id"]] * n
    columns["prediction_id"] += cell["dtIds"]
    columns["confidence"] += cell["dtScores"]
    columns["annotation_id"] += cell["dtMatches"][0].astype("int64").tolist()
    columns["is_ignored"] += cell["dtIgnore"][0].astype("bool").tolist()
outcome.write(Path(out), metrics=evaluation.stats.tolist(), table=columns)
