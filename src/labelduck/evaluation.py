"""`labelduck evaluate`: from two files to metrics, worst classes and a lake, in one process."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from labelduck import building
from labelduck.importers.base import ReadOptions, storable
from labelduck.matching.summary import Summary

if TYPE_CHECKING:
    from pathlib import Path

    from labelduck.importing import Imported
    from labelduck.lake import Lake
    from labelduck.transaction import Progress

WORST_CLASSES = 10

_METRIC_WORDS = {
    "AP": "average precision, IoU 0.50 to 0.95",
    "AP50": "average precision, IoU 0.50",
    "AP75": "average precision, IoU 0.75",
    "APs": "small objects",
    "APm": "medium objects",
    "APl": "large objects",
    "AR1": "average recall, 1 prediction per image and class",
    "AR10": "average recall, 10 predictions",
    "AR100": "average recall, 100 predictions",
    "AR20": "average recall, 20 predictions",
    "AR50": "average recall, IoU 0.50",
    "AR75": "average recall, IoU 0.75",
    "ARs": "small objects",
    "ARm": "medium objects",
    "ARl": "large objects",
}


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """Metrics of one model on one dataset.

    Attributes:
        annotations: What was imported as annotations.
        predictions: What was imported as predictions.
        dataset: Name of the dataset.
        model: Name of the model.
        geometry: What was matched: box, mask or keypoints.
        difficult: The rule for annotations marked difficult.
        metrics: COCO metrics by name; None where there is nothing to measure.
        worst_classes: Rows of `average_precision_by_class`, lowest first.
        hint: What to think of when most images have no prediction; else empty.
    """

    annotations: Imported
    predictions: Imported
    dataset: str
    model: str
    geometry: str
    difficult: str
    metrics: dict[str, float | None]
    worst_classes: list[dict[str, Any]]
    hint: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return what a machine reads."""
        names = ("dataset", "model", "geometry", "difficult", "metrics", "worst_classes")
        return {name: getattr(self, name) for name in names}

    def as_text(self) -> str:
        """Return what a person reads."""
        rule = "" if self.difficult == "count" else f"; difficult annotations: {self.difficult}"
        lines = [f"{self.model} on {self.dataset} (COCO protocol, {self.geometry}{rule})", ""]
        lines += [
            f"  {name:6} {_number(value)}  {_METRIC_WORDS.get(name, '')}"
            for name, value in self.metrics.items()
        ]
        lines += ["", "worst classes      AP     AP50  annotations  predictions"]
        lines += [
            f"  {row['class_name'][:14]:14} {_number(row['average_precision'])}  {_number(row['average_precision_at_50'])}  {row['n_annotations']:11,}  {row['n_predictions']:11,}"
            for row in self.worst_classes
        ]
        return "\n".join(lines)


def evaluate(
    lake: Lake,
    *,
    annotations: Path,
    predictions: Path,
    dataset: str | None = None,
    model: str | None = None,
    format: str = "auto",  # noqa: A002 - the command's word
    read: ReadOptions | None = None,
    matching: dict[str, str] | None = None,
    progress: Progress | None = None,
) -> Evaluation:
    """Import both, match them and return the metrics; the lake stays.

    What the lake held of the same dataset is replaced. Dataset and model are named after their files when None; the rest is as
    in `Lake.import_annotations` and `Lake.import_predictions`.

    Raises:
        BadInputError: One of the files cannot be used.
    """
    read = read or ReadOptions()
    dataset = dataset or storable(annotations.absolute().stem)
    model = model or storable(predictions.absolute().stem)
    with lake.folder.writing(), lake.folder.remembering():
        imported = lake.import_annotations(
            annotations, format=format, dataset=dataset, replace=True, read=read, progress=progress
        )
        predicted = lake.import_predictions(
            predictions, model=model, dataset=dataset, read=read, matching=matching, progress=progress
        )
        comparisons = lake.build(only_matches=True)
        summary = Summary(building.average_precision(lake.folder, dataset, model))
    return Evaluation(
        annotations=imported,
        predictions=predicted,
        dataset=dataset,
        model=model,
        geometry=summary.geometry,
        difficult=lake.matching_rule(dataset, model)["difficult"],
        metrics=summary.metrics(),
        worst_classes=summary.worst_classes(WORST_CLASSES),
        hint=next((c.hint for c in comparisons if (c.dataset, c.model) == (dataset, model)), ""),
    )


def _number(value: float | None) -> str:
    return "     -" if value is None else f"{value:6.4f}"
