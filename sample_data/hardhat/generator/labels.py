"""What people made: annotations, reviews, events, and the errors that were planted in them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from generator.contours import ring_area

if TYPE_CHECKING:
    from generator.contours import Box, Ring
    from generator.plans import Shot
    from generator.truth import Truth


@dataclass(kw_only=True)
class Annotation:
    """One object as an annotator drew it. `planted` names what is wrong with it, if anything is."""

    image_id: int
    class_name: str
    box: Box
    polygons: list[Ring]
    truth: Truth | None
    annotator: str
    batch: str
    job: str
    annotation_id: int = 0
    has_mask: bool = False
    created_at: dt.datetime = dt.datetime(2025, 1, 1)  # noqa: DTZ001 - UTC without a zone, as in the lake
    updated_at: dt.datetime | None = None
    lead_time_s: float = 0.0
    review_status: str | None = None
    reviewer: str | None = None
    planted: Error | None = None

    @property
    def is_crowd(self) -> bool:
        """True for a region of many people."""
        return bool(self.truth and self.truth.is_crowd)

    @property
    def area(self) -> float:
        """Area in square pixels of the mask, else of the polygons, else of the box."""
        if self.has_mask and self.truth:
            return float(self.truth.mask.sum())
        if self.polygons:
            return round(sum(abs(ring_area(ring)) for ring in self.polygons), 3)
        return (self.box[2] - self.box[0]) * (self.box[3] - self.box[1])


@dataclass(kw_only=True)
class Error:
    """A planted error: the truth that a detector of label errors should find.

    Attributes:
        kind: missing_label, wrong_class, bad_box, extra_label or duplicate_label.
        cause: noise, or the name of the systematic cause.
        image_id: Picture.
        truth: The true object; None for an extra label.
        annotator: Who made it.
        batch: Batch of work.
        annotation: The wrong annotation; None for a missing label.
        class_name: Class that was drawn; None for a missing label.
        box: Box that was drawn, likewise.
        state: open, or fixed when a review put it right.
    """

    kind: str
    cause: str
    image_id: int
    truth: Truth | None
    annotator: str
    batch: str
    annotation: Annotation | None = None
    class_name: str | None = None
    box: Box | None = None
    state: str = "open"


@dataclass
class Work:
    """Everything that one round of work left behind; `rows` holds the side tables by name."""

    annotations: list[Annotation] = field(default_factory=list)
    errors: list[Error] = field(default_factory=list)
    rows: dict[str, list[dict[str, object]]] = field(default_factory=dict)


def drawn(truth: Truth, shot: Shot, annotator: str, job: str) -> Annotation:
    """Return the annotation that is exactly the truth."""
    annotation = Annotation(
        image_id=shot.image_id,
        class_name=truth.class_name,
        box=truth.box,
        polygons=truth.polygons,
        truth=truth,
        annotator=annotator,
        batch=shot.batch,
        job=job,
    )
    if truth.is_crowd:
        use_mask(annotation)
    return annotation


def use_mask(annotation: Annotation) -> None:
    """Make an annotation a mask: its box is then the mask's."""
    if annotation.truth is None:
        return
    mask = annotation.truth.mask
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    annotation.has_mask, annotation.polygons = True, []
    annotation.box = float(columns[0]), float(rows[0]), float(columns[-1] + 1), float(rows[-1] + 1)
