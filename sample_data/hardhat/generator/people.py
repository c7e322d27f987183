"""The annotators' first pass: who draws how exactly, how fast, and which errors slip in."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.canvas import HEIGHT, WIDTH
from generator.contours import box_iou, fitted, on_grid
from generator.labels import Annotation, Error, Work, drawn, use_mask
from generator.plans import SEED, START
from generator.truth import CLASSES, CONFUSED_WITH

if TYPE_CHECKING:
    from generator.contours import Box
    from generator.plans import Shot
    from generator.truth import Truth

SYSTEMATIC = ("north-7", "batch-05")
"""The contractor's batch in which every hard-hat box goes around the whole head."""

GUIDE_CHANGED = "batch-04"
"""First batch after version 2 of the guideline, which tells excavators from forklifts."""


@dataclass(frozen=True)
class Hand:
    """How somebody works: edge noise as a share of the side, errors relative to `ERROR_RATES`, seconds per object."""

    noise: float
    errors: float
    seconds: float


HANDS = {
    "ana": Hand(0.018, 0.6, 17.0),
    "ben": Hand(0.028, 1.35, 13.0),
    "chloe": Hand(0.022, 0.9, 20.0),
    "north-7": Hand(0.03, 1.15, 8.0),
}
ERROR_RATES = {
    "missing_label": 0.022,
    "wrong_class": 0.016,
    "bad_box": 0.024,
    "extra_label": 0.014,
    "duplicate_label": 0.012,
}


def first_pass(shots: list[Shot], truths: dict[int, list[Truth]], mislabelled: set[int]) -> Work:
    """Let each picture's annotator label it.

    Args:
        shots: Pictures.
        truths: Objects by picture.
        mislabelled: Object ids of excavators that are called forklifts.
    """
    work, clocks = Work(), _Clocks()
    for shot in shots:
        desk = _Desk(work, shot, shot.annotator, f"{shot.batch}/{shot.annotator}", mislabelled)
        desk.label(truths[shot.image_id], clocks)
    return work


def overlap_pass(shots: list[Shot], truths: dict[int, list[Truth]], annotators: tuple[str, ...]) -> Work:
    """Let everybody else label the gold pictures too; excavators are mistaken as often as in the first pass."""
    work, clocks = Work(), _Clocks()
    for shot in shots:
        for annotator in annotators:
            if not shot.is_gold or annotator == shot.annotator:
                continue
            rng = random.Random(f"{SEED}/overlap/excavator/{shot.image_id}/{annotator}")
            chance = 0.12 if shot.batch >= GUIDE_CHANGED else 0.6
            wrong = {
                t.object_id
                for t in truths[shot.image_id]
                if t.class_name == "excavator" and rng.random() < chance
            }
            desk = _Desk(work, shot, annotator, f"{shot.batch}/overlap/{annotator}", wrong)
            desk.label(truths[shot.image_id], clocks)
    return work


class _Clocks:
    """When each annotator has time for the next picture of a batch."""

    def __init__(self) -> None:
        self._next: dict[tuple[str, str], dt.datetime] = {}

    def stamp(self, shot: Shot, annotator: str, made: list[Annotation], rng: random.Random) -> None:
        """Write times of work into the annotations of one picture."""
        monday = START + dt.timedelta(days=7 * int(shot.batch[-2:]) - 7)
        clock = self._next.get((shot.batch, annotator)) or monday + dt.timedelta(
            seconds=rng.randint(60, 3000)
        )
        for annotation in made:
            slow = 1.9 if annotation.polygons or annotation.has_mask else 1.0
            annotation.lead_time_s = round(HANDS[annotator].seconds * slow * rng.lognormvariate(0.0, 0.4), 1)
            clock += dt.timedelta(seconds=round(annotation.lead_time_s + rng.uniform(1, 5)))
            annotation.created_at = clock
        clock += dt.timedelta(seconds=rng.randint(240, 1500))
        if clock.hour >= 16:  # the rest is done the next morning
            clock = clock.replace(hour=8, minute=rng.randint(0, 20)) + dt.timedelta(days=1)
        self._next[shot.batch, annotator] = clock


@dataclass
class _Desk:
    """One annotator before one picture."""

    work: Work
    shot: Shot
    annotator: str
    job: str
    mislabelled: set[int]

    def __post_init__(self) -> None:
        self.rng = random.Random(f"{SEED}/labels/{self.shot.image_id}/{self.annotator}")
        self.rates = {kind: rate * HANDS[self.annotator].errors for kind, rate in ERROR_RATES.items()}

    def label(self, truths: list[Truth], clocks: _Clocks) -> None:
        made = len(self.work.annotations)
        for truth in truths:
            self._object(truth)
        if truths and self._happens("extra_label", len(truths)):
            self._extra(truths)
        clocks.stamp(self.shot, self.annotator, self.work.annotations[made:], self.rng)

    def _object(self, truth: Truth) -> None:
        spared = (
            truth.is_crowd or truth.class_name == "excavator"
        )  # their errors are planted by cause, not by chance
        if not spared and self._happens("missing_label", 2.0 if truth.size < 14 else 0.8):
            self._note("missing_label", truth, None)
            return
        annotation = drawn(truth, self.shot, self.annotator, self.job)
        self.work.annotations.append(annotation)
        if truth.is_crowd:
            return
        self._shape(annotation, truth, spared=spared)
        if not spared and self._happens("duplicate_label"):
            again = drawn(truth, self.shot, self.annotator, self.job)
            again.class_name = annotation.class_name
            _jitter(again, self.rng, 0.04)
            self.work.annotations.append(again)
            self._note("duplicate_label", truth, again)

    def _shape(self, annotation: Annotation, truth: Truth, *, spared: bool) -> None:
        noise = HANDS[self.annotator].noise
        if (self.annotator, self.shot.batch) == SYSTEMATIC and truth.whole_box:
            annotation.box, annotation.polygons = truth.whole_box, truth.whole_polygons
            _jitter(annotation, self.rng, noise)
            _stretch(annotation)
            self._note("bad_box", truth, annotation, cause="box around the whole head")
            return
        if not spared and self._happens("bad_box"):
            _spoil(annotation, self.rng)
            self._note("bad_box", truth, annotation)
            return
        _jitter(annotation, self.rng, noise)
        if truth.class_name == "excavator" and self.annotator == "chloe":
            use_mask(annotation)  # she draws them with the brush
        is_mistaken = truth.object_id in self.mislabelled
        if is_mistaken or (not spared and self._happens("wrong_class")):
            annotation.class_name = CONFUSED_WITH[truth.class_name]
            self._note(
                "wrong_class",
                truth,
                annotation,
                cause="excavator called forklift" if is_mistaken else "noise",
            )

    def _extra(self, truths: list[Truth]) -> None:
        """Label something that is none of the classes: a barrel, a crate, a shadow."""
        rng = self.rng
        for _ in range(40):
            side = rng.uniform(14, 44)
            x, y = rng.uniform(5, WIDTH - 55), rng.uniform(150, HEIGHT - 60)
            box = (on_grid(x), on_grid(y), on_grid(x + side), on_grid(y + side * rng.uniform(0.7, 1.3)))
            if any(box_iou(box, t.box) > 0.02 for t in truths):
                continue
            extra = Annotation(
                image_id=self.shot.image_id,
                class_name=rng.choice([c for c in CLASSES if c != "excavator"]),
                box=box,
                polygons=[],
                truth=None,
                annotator=self.annotator,
                batch=self.shot.batch,
                job=self.job,
            )
            self.work.annotations.append(extra)
            self._note("extra_label", None, extra)
            return

    def _happens(self, kind: str, factor: float = 1.0) -> bool:
        return self.rng.random() < self.rates[kind] * factor

    def _note(
        self, kind: str, truth: Truth | None, annotation: Annotation | None, *, cause: str = "noise"
    ) -> None:
        error = Error(
            kind=kind,
            cause=cause,
            image_id=self.shot.image_id,
            truth=truth,
            annotator=self.annotator,
            batch=self.shot.batch,
            annotation=annotation,
            class_name=annotation.class_name if annotation else None,
            box=annotation.box if annotation else None,
        )
        self.work.errors.append(error)
        if annotation:
            annotation.planted = error


def _jitter(annotation: Annotation, rng: random.Random, noise: float) -> None:
    """Move each edge a little, as hands do."""
    width, height = annotation.box[2] - annotation.box[0], annotation.box[3] - annotation.box[1]
    steps = [
        max(-2 * s, min(2 * s, rng.gauss(0, s))) for s in (0.2 + noise * width, 0.2 + noise * height) * 2
    ]
    _move(annotation, [edge + step for edge, step in zip(annotation.box, steps, strict=True)])


def _stretch(annotation: Annotation) -> None:
    """Draw the whole head generously: down to the collar, ears included."""
    x_min, y_min, x_max, y_max = annotation.box
    side, down = 0.04 * (x_max - x_min), 0.12 * (y_max - y_min)
    _move(annotation, [x_min - side, y_min, x_max + side, y_max + down])


def _spoil(annotation: Annotation, rng: random.Random) -> None:
    """Move the box so that it overlaps the truth by an IoU between 0.3 and 0.65."""
    right = annotation.box
    width, height = right[2] - right[0], right[3] - right[1]
    for _ in range(200):
        grow_x, grow_y = rng.uniform(0.65, 1.5), rng.uniform(0.65, 1.5)
        x = (right[0] + right[2]) / 2 + rng.uniform(-0.3, 0.3) * width
        y = (right[1] + right[3]) / 2 + rng.uniform(-0.3, 0.3) * height
        wrong = (
            x - grow_x * width / 2,
            y - grow_y * height / 2,
            x + grow_x * width / 2,
            y + grow_y * height / 2,
        )
        clipped = (max(0.0, wrong[0]), max(0.0, wrong[1]), min(WIDTH, wrong[2]), min(HEIGHT, wrong[3]))
        if 0.3 < box_iou(right, clipped) < 0.65:
            _move(annotation, list(clipped))
            return


def _move(annotation: Annotation, edges: list[float]) -> None:
    limits = (WIDTH, HEIGHT, WIDTH, HEIGHT)
    x_min, y_min, x_max, y_max = (
        on_grid(min(max(e, 0.0), top)) for e, top in zip(edges, limits, strict=True)
    )
    new: Box = (x_min, y_min, max(x_max, x_min + 1), max(y_max, y_min + 1))
    annotation.polygons = fitted(annotation.polygons, annotation.box, new)
    annotation.box = new
