"""What goes into a comparison of predictions with annotations and what comes out, as numpy arrays.

Arrays called *by row* follow the source's order; those *by place* follow the order of matching: image, class, falling
confidence, source. Annotations are in the order of their images.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
Boxes = tuple[Array, Array, Array, Array]

CROWD, IGNORED, REUSABLE, NEVER_TP, DIFFICULT = 1, 2, 4, 8, 16
"""Marks of an annotation: overlap divided by the prediction's area; does not count; matched many times; pycocotools'
annotation id 0; left out by the Pascal VOC rules."""

FALSE_POSITIVE, TRUE_POSITIVE, PREDICTION_IGNORED = 0, 1, 2
NO_ERROR, WRONG_CLASS, BAD_BOX, BOTH, DUPLICATE, BACKGROUND = range(6)
FOUND, MISSED, EXPLAINED, ANNOTATION_IGNORED = range(4)

VOC_POINTS = 11
_SIDES = {"all": (0.0, 1e5), "small": (0.0, 32.0), "medium": (32.0, 96.0), "large": (96.0, 1e5)}


@dataclass(frozen=True, kw_only=True)
class Rules:
    """Numbers that define the metrics; the defaults are COCO's for boxes and masks.

    Attributes:
        area_ranges: Names of the area ranges; the first one must be `all`.
        limits: Predictions allowed per image and class, rising, at most 255.
        thresholds: Rising IoU thresholds, at most ten; the first one decides outcomes.
        recalls: Rising recall points, from 0, at most 101.
        pair_floor: IoU from which a pair is listed, and a false positive has touched an annotation.
    """

    area_ranges: tuple[str, ...] = ("all", "small", "medium", "large")
    limits: tuple[int, ...] = (1, 10, 100)
    thresholds: Array = field(default_factory=lambda: np.linspace(0.5, 0.95, 10))
    recalls: Array = field(default_factory=lambda: np.linspace(0.0, 1.0, 101))
    pair_floor: float = 0.1

    def __post_init__(self) -> None:
        """Refuse more than the compiled kernel has room for."""
        sizes = len(self.area_ranges), len(self.limits), len(self.thresholds), len(self.recalls)
        most = (4, 3, 10, 101)
        if (
            any(size > room or not size for size, room in zip(sizes, most, strict=True))
            or self.limits[-1] > 255
        ):
            raise ValueError(f"{sizes} area ranges, limits, thresholds and recall points, at most {most}")

    @property
    def area_low(self) -> Array:
        """Smallest area of each range in square pixels, inclusive."""
        return np.array([_SIDES[name][0] ** 2 for name in self.area_ranges])

    @property
    def area_high(self) -> Array:
        """Largest area of each range in square pixels, inclusive."""
        return np.array([_SIDES[name][1] ** 2 for name in self.area_ranges])

    @property
    def all_bits(self) -> int:
        """Mask with a bit for each threshold."""
        return (1 << len(self.thresholds)) - 1


@dataclass(frozen=True, kw_only=True)
class Predictions:
    """Predictions by row.

    Attributes:
        image: Number of the image, int32; -1 for an image that is not compared.
        class_index: Number of the class, int32; -1 for a class outside the taxonomy.
        confidence: float64.
        box: Corners x_min, y_min, x_max, y_max in pixels, float64; None where overlaps are given.
        area: In square pixels, float64; None for the box's.
    """

    image: Array
    class_index: Array
    confidence: Array
    box: Boxes | None = None
    area: Array | None = None


@dataclass(frozen=True, kw_only=True)
class Annotations:
    """Annotations in the order of their images.

    Attributes:
        start: First annotation of each image, and the end, int64.
        class_index: Number of the class, int32; -1 for a class outside the taxonomy.
        area: In square pixels, float64.
        flags: CROWD, IGNORED, REUSABLE, NEVER_TP and DIFFICULT, uint8.
        box: Corners in pixels, float64; None where overlaps are given.
    """

    start: Array
    class_index: Array
    area: Array
    flags: Array
    box: Boxes | None = None


class State:
    """Results by place that stay until the curves are drawn: about 26 bytes per prediction.

    Attributes:
        image_start: First place of each image, and the end, int64.
        row_at: Row at each place, uint32.
        tp: Masks by place and area range, uint16: bit t is set when matched at threshold t.
        ignore: Likewise: does not count.
        rank: Within image and class, uint8, from 0; 255 stands for more too.
        voc: Outcome by the Pascal VOC rules, uint8.
    """

    def __init__(
        self, rules: Rules, predictions: Predictions, annotations: Annotations, n_classes: int
    ) -> None:
        self.rules, self.predictions, self.annotations = rules, predictions, annotations
        self.n_classes, self.n_images = n_classes, len(annotations.start) - 1
        self.image_start = np.zeros(self.n_images + 1, np.int64)
        self.row_at = np.empty(len(predictions.image), np.uint32)

    def make_room(self) -> None:
        """Allocate what is kept by place; places are known once rows are grouped by image."""
        self.row_at = self.row_at[: self.image_start[-1]]
        n, areas = len(self.row_at), len(self.rules.area_ranges)
        self.tp = np.empty((n, areas), np.uint16)
        self.ignore = np.empty((n, areas), np.uint16)
        self.rank = np.empty(n, np.uint8)
        self.voc = np.empty(n, np.uint8)

    def count_positives(self) -> tuple[Array, Array]:
        """Count the annotations that the metrics want found.

        Returns:
            By class and area range, by COCO's rules; by class, by Pascal VOC's.
        """
        ours = self.annotations
        known = ours.class_index >= 0
        counted = known & (ours.flags & IGNORED == 0)
        by_area = [
            np.bincount(
                ours.class_index[counted & (ours.area >= low) & (ours.area <= high)], minlength=self.n_classes
            )
            for low, high in zip(self.rules.area_low, self.rules.area_high, strict=True)
        ]
        voc = np.bincount(ours.class_index[known & (ours.flags & DIFFICULT == 0)], minlength=self.n_classes)
        return np.ascontiguousarray(np.stack(by_area, axis=1), np.int64), voc.astype(np.int64)


class Chunk:
    """Results of the images first .. last - 1; arrays by place and by annotation start at the first image's.

    Attributes:
        first_place, last_place: Range of places.
        first_annotation, last_annotation: Range of annotations.
        full_rank: By place, int32, from 0.
        named: Annotation that explains the outcome, int32, counted over all images; -1 for none.
        named_iou: Overlap with it, float64.
        outcome, error_kind: uint8, see the constants above.
        same, other: Best annotation of the same and of another class, int32; -1 for none.
        same_iou, other_iou: Overlaps with them, float64; 0 for none.
        found: By annotation, uint16: bit t is set when it is found at threshold t.
        state: By annotation, uint8, see the constants above.
        matched: By place and threshold, int32: annotation matched in area range `all`; None unless asked for.
        pair_place, pair_annotation, pair_iou: Pairs that overlap, whatever their classes.
    """

    def __init__(self, state: State, first: int, last: int, *, with_matched: bool) -> None:
        self.first, self.last = first, last
        self.first_place, self.last_place = (int(state.image_start[i]) for i in (first, last))
        self.first_annotation, self.last_annotation = (int(state.annotations.start[i]) for i in (first, last))
        n, n_annotations = self.last_place - self.first_place, self.last_annotation - self.first_annotation
        self.full_rank, self.named, self.same, self.other = (np.empty(n, np.int32) for _ in range(4))
        self.named_iou, self.same_iou, self.other_iou = (np.empty(n) for _ in range(3))
        self.outcome, self.error_kind = (np.empty(n, np.uint8) for _ in range(2))
        self.found, self.state = np.empty(n_annotations, np.uint16), np.empty(n_annotations, np.uint8)
        self.matched = np.full((n, len(state.rules.thresholds)), -1, np.int32) if with_matched else None
        self.pair_place, self.pair_annotation = np.empty(0, np.uint32), np.empty(0, np.uint32)
        self.pair_iou = np.empty(0)

    def shorten(self, state: State, n_images: int) -> None:
        """Keep the results of the first images only."""
        self.last = self.first + n_images
        self.last_place = int(state.image_start[self.last])
        self.last_annotation = int(state.annotations.start[self.last])
        n, n_annotations = self.last_place - self.first_place, self.last_annotation - self.first_annotation
        for name, values in list(vars(self).items()):
            if isinstance(values, np.ndarray) and not name.startswith("pair_"):
                setattr(self, name, values[: n_annotations if name in ("found", "state") else n])


class CurveBlock:
    """Curves of the classes first .. last - 1.

    Attributes:
        precision, scores: class, threshold, area range, limit kept, recall point; -1 without annotations.
        average, recall: class, threshold, area range, limit; -1 without annotations.
        n_counted: Likewise, int64: predictions that count.
    """

    def __init__(self, rules: Rules, first: int, last: int, *, keep: Literal["all", "largest"]) -> None:
        self.first, self.last = first, last
        self.first_kept = 0 if keep == "all" else len(rules.limits) - 1
        cells = (last - first, len(rules.thresholds), len(rules.area_ranges))
        kept = (*cells, len(rules.limits) - self.first_kept, len(rules.recalls))
        self.precision, self.scores = np.empty(kept), np.empty(kept)
        limits = (*cells, len(rules.limits))
        self.average, self.recall, self.n_counted = (
            np.empty(limits),
            np.empty(limits),
            np.empty(limits, np.int64),
        )


class VocCurves:
    """Pascal VOC's metrics at the first threshold, by class.

    Attributes:
        average: class, (mean of eleven points, area under the curve); -1 without annotations.
        recall: class; -1 without annotations.
        precision, scores: class, point.
        n_counted: class: predictions that count.
    """

    def __init__(self, n_classes: int) -> None:
        self.average, self.recall = np.full((n_classes, 2), -1.0), np.full(n_classes, -1.0)
        self.precision, self.scores = np.zeros((n_classes, VOC_POINTS)), np.zeros((n_classes, VOC_POINTS))
        self.n_counted = np.zeros(n_classes, np.int64)
