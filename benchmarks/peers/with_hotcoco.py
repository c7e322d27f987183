"""hotcoco: 12 metrics, and its `image_diagnostics` (status and matched annotation at IoU .5) as a row per prediction."""

from __future__ import annotations

import sys
from pathlib import Path

import outcome
from hotcoco import COCO, COCOeval

annotations, predictions, geometry, out = sys.argv[1:]
truth = COCO(annotations)
evaluation = COCOeval(truth, truth.load_res(predictions), "segm" if geometry == "mask" else "bbox")
evaluation.run()
diagnostics = evaluation.image_diagnostics()
status, match = diagnostics["dt_status"], diagnostics["dt_match"]
columns = {
    "prediction_id": list(status),
    "status": list(status.values()),
    "annotation_id": [match.get(prediction_id) for prediction_id in status],
}
outcome.write(Path(out), metrics=[float(value) for value in evaluation.stats], table=columns)
