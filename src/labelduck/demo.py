"""`labelduck demo`: the main job on the sample data, in a minute."""

from __future__ import annotations

from typing import TYPE_CHECKING

from labelduck import resources
from labelduck.importers.base import ReadOptions

if TYPE_CHECKING:
    from collections.abc import Callable

    import duckdb

    from labelduck.lake import Lake

DATASET, MODEL = "hardhat", "detector"

QUESTIONS = (
    (
        "How good is the model, it seems?",
        "select metric, value from coco_metrics where metric in ('AP', 'AP50', 'AP75')",
    ),
    (
        "Which classes hold it down?",
        "select class_name, ap, ap50, n_annotations from average_precision_by_class order by ap",
    ),
)
