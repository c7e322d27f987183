"""ultrafast-pycocotools: 12 metrics, and its `per_instance` columns of predictions and annotations at IoU .5."""

from __future__ import annotations

import sys
from pathlib import Path

import outcome
from ultrafast_pycocotools import COCO, COCOeval

annotations, predictions, geometry, out = sys.argv[1:]
truth = COCO(annotations)
evaluation = COCOeval(truth, truth.loadRes(predictions), "segm" if geometry == "mask" else "bbox")
evaluation.run()
found, annotated = evaluation.per_instance(iou_thr=0.5)
outcome.write(Path(out), metrics=evaluation.stats.tolist(), table=found, more=annotated)
