"""vernier: 12 metrics and its `per_detection` Arrow table (outcome at IoU .5, best IoU) in one call."""

from __future__ import annotations

import sys
from pathlib import Path

import outcome
import pyarrow as pa
from vernier.instance import Bbox, CocoDataset, Evaluator, Segm

annotations, predictions, geometry, out = sys.argv[1:]
evaluator = Evaluator(iou=Segm() if geometry == "mask" else Bbox(), parity_mode="strict")
result = evaluator.evaluate(
    CocoDataset.from_json(Path(annotations).read_bytes()),
    Path(predictions).read_bytes(),
    tables=("per_detection",),
    num_threads=1,
)
# Its public property imports polars; the Arrow batch behind it is the quicker way to the same table.
table = pa.table(pa.record_batch(result._per_detection_batch))  # noqa: SLF001 - its docstring recommends this
outcome.write(Path(out), metrics=list(result.summary.stats), table=table)
