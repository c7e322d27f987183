"""The metrics that COCO's own program prints, from rows of `average_precision`.

The view `coco_metrics` says the same in SQL; here it is for a program that has the rows at hand.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

# metric: what is averaged, IoU, area range, predictions allowed (None: the most)
_BOXES = {
    "AP": ("average_precision", None, "all", None),
    "AP50": ("average_precision", 0.5, "all", None),
    "AP75": ("average_precision", 0.75, "all", None),
    "APs": ("average_precision", None, "small", None),
    "APm": ("average_precision", None, "medium", None),
    "APl": ("average_precision", None, "large", None),
    "AR1": ("recall", None, "all", 1),
    "AR10": ("recall", None, "all", 10),
    "AR100": ("recall", None, "all", 100),
    "ARs": ("recall", None, "small", None),
    "ARm": ("recall", None, "medium", None),
    "ARl": ("recall", None, "large", None),
}
_KEYPOINTS = {
    **{name: _BOXES[name] for name in ("AP", "AP50", "AP75", "APm", "APl")},
    "AR": ("recall", None, "all", None),
    "AR50": ("recall", 0.5, "all", None),
    "AR75": ("recall", 0.75, "all", None),
    **{name: _BOXES[name] for name in ("ARm", "ARl")},
}


class Summary:
    """Means over the rows of one model.

    Args:
        average_precision: Rows of that table, of one dataset and model.
    """

    def __init__(self, average_precision: pa.Table) -> None:
        rows = average_precision.unify_dictionaries()
        is_coco = _codes_of(rows, "protocol", "coco")
        self._numbers = {
            name: np.asarray(rows[name].to_numpy(), np.float64)[is_coco]
            for name in (
                "min_iou",
                "max_detections",
                "average_precision",
                "recall",
                "n_annotations",
                "n_predictions",
            )
        }
        self._area = {
            name: _codes_of(rows, "area_range", name)[is_coco] for name in ("all", "small", "medium", "large")
        }
        self._class_code = _indices(rows, "class_name")[is_coco]
        self._class_names = _dictionary(rows, "class_name")
        self._most = float(self._numbers["max_detections"].max(initial=0))
        self.geometry = str(rows["geometry"][0]) if rows.num_rows else "box"

    def metrics(self) -> dict[str, float | None]:
        """Return the twelve COCO metrics (of keypoints: ten) by name; None where there is nothing to measure."""
        wanted = _KEYPOINTS if self.geometry == "keypoints" else _BOXES
        return {name: self._mean(*what) for name, what in wanted.items()}

    def worst_classes(self, n: int) -> list[dict[str, Any]]:
        """Return the n classes with the lowest average precision, lowest first, as rows of `average_precision_by_class`."""
        at = (
            self._area["all"]
            & (self._numbers["max_detections"] == self._most)
            & (self._numbers["n_annotations"] > 0)
        )
        rows = [
            self._class(at & (self._class_code == code), code) for code in np.unique(self._class_code[at])
        ]
        return sorted(rows, key=lambda row: (row["average_precision"], row["class_name"]))[:n]

    def _class(self, at: NDArray[np.bool_], code: int) -> dict[str, Any]:
        at_half = np.flatnonzero(at & np.isclose(self._numbers["min_iou"], 0.5))[0]
        return {
            "class_name": self._class_names[code],
            "average_precision": _mean(self._numbers["average_precision"][at]),
            "average_precision_at_50": float(self._numbers["average_precision"][at_half]),
            "n_annotations": int(self._numbers["n_annotations"][at_half]),
            "n_predictions": int(self._numbers["n_predictions"][at_half]),
        }

    def _mean(self, measure: str, min_iou: float | None, area: str, allowed: int | None) -> float | None:
        at = self._area[area] & (self._numbers["max_detections"] == (allowed or self._most))
        if min_iou is not None:
            at = at & np.isclose(self._numbers["min_iou"], min_iou)
        return _mean(self._numbers[measure][at])


def _mean(values: NDArray[np.float64]) -> float | None:
    known = values[~np.isnan(values)]
    return math.fsum(known) / len(known) if len(known) else None


def _indices(rows: pa.Table, name: str) -> NDArray[np.int32]:
    chunks = [chunk.indices.to_numpy(zero_copy_only=False) for chunk in rows[name].chunks]
    return np.concatenate(chunks) if chunks else np.empty(0, np.int32)


def _dictionary(rows: pa.Table, name: str) -> list[str]:
    chunks = rows[name].chunks
    return list(chunks[0].dictionary.to_pylist()) if chunks else []


def _codes_of(rows: pa.Table, name: str, value: str) -> NDArray[np.bool_]:
    names = _dictionary(rows, name)
    return np.asarray(_indices(rows, name) == (names.index(value) if value in names else -1))
