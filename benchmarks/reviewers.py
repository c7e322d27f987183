"""A reviewer who knows which errors were planted, and decides on the suspects of a worklist by that."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

Row = dict[str, Any]


class Reviewer:
    """Decides by the truth that `planted_errors.plant` wrote.

    Args:
        truth: Its truth.json.
    """

    def __init__(self, truth: Path) -> None:
        told = json.loads(truth.read_text())
        self.errors: dict[str, str] = told["errors"]
        self.twins = {frozenset((name, str(original))) for name, original in told["twins"].items()}
        self.missing: dict[str, list[Row]] = {}
        for row in told["missing"]:
            self.missing.setdefault(str(row["image_id"]), []).append(row)

    def decide(self, suspects: Sequence[Row]) -> list[Row]:
        """Return a decision on each suspect, as rows of `decisions`; an object that was left out is found once."""
        return [self._decision(suspect) for suspect in suspects]

    def _decision(self, suspect: Row) -> Row:
        is_missing = suspect["issue"] == "missing_label"
        columns = ("dataset", "image_id", "annotation_id", "model", "prediction_id", "issue", "suspicion")
        return {name: suspect[name] for name in columns} | {
            "class_name": suspect["suggested_class" if is_missing else "class_name"],
            "box": suspect["suggested_box" if is_missing else "box"],
            "decision": "confirm" if self._is_error(suspect) else "reject",
            "reviewer": "simulated",
        }

    def _is_error(self, suspect: Row) -> bool:
        if suspect["issue"] == "duplicate_label":
            return frozenset((suspect["annotation_id"], suspect["other_annotation_id"])) in self.twins
        if suspect["issue"] != "missing_label":
            return self.errors.get(suspect["annotation_id"]) == suspect["issue"]
        waiting = self.missing.get(suspect["image_id"], [])
        for row in waiting:
            if _iou(suspect["suggested_box"], row["bbox"]) >= 0.5:
                waiting.remove(row)
                return True
        return False


def _iou(a: Row, bbox: Sequence[float]) -> float:
    x, y, w, h = bbox
    width = min(a["x_max"], x + w) - max(a["x_min"], x)
    height = min(a["y_max"], y + h) - max(a["y_min"], y)
    shared = max(width, 0.0) * max(height, 0.0)
    return shared / ((a["x_max"] - a["x_min"]) * (a["y_max"] - a["y_min"]) + w * h - shared)
