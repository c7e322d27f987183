"""Made-up work of annotators in batches beside a detector's boxes, of which one cell at most is drawn too large."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from simulated_tables import boxes, datasets, texts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulated_tables import Table

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

N_ANNOTATORS, N_BATCHES, N_CLASSES = 4, 3, 4
MEAN_OBJECTS = 4.0
DRAWN, PREDICTED = 0.02, 0.05
"""Spread of a side of a box, as a share of the box: by an annotator, and by the detector on an ordinary object."""

WRONG = {"reviews": 0.08, "suspicions": 0.05, "gold_matches": 0.1}
"""Shares of labels that are wrong by each kind of judgement."""

FIRST = np.datetime64("2026-01-05T09:00:00", "us")


@dataclass(frozen=True)
class Design:
    """What a simulated dataset looks like.

    Attributes:
        n_images: Images of each annotator in each batch; with a planted effect, those that hold the class of the effect.
        correlation: Within images, of sizes, places, the detector's faults and errors (ICC).
        scale: Factor by which one annotator draws one class in one batch; 1 where nobody differs.
    """

    n_images: int
    correlation: float
    scale: float = 1.0

    @property
    def planted(self) -> tuple[str, str, str] | None:
        """Annotator, batch and class that are drawn too large."""
        return ("a1", "b1", "k0") if self.scale != 1 else None


@dataclass(frozen=True)
class _Objects:
    """One number an object; of what is shared by the objects of an image, the same."""

    run: Ints
    image: Ints
    annotator: Ints
    batch: Ints
    place: Ints
    kind: Ints

    def __len__(self) -> int:
        return len(self.run)


def simulate(design: Design, runs: range, seed: int) -> Mapping[str, Table]:
    """Return the tables of one dataset for each run, named run0, run1, ..."""
    dice = np.random.default_rng((seed, runs.start, design.n_images, round(1000 * design.scale)))
    objects = _objects(dice, design, len(runs))
    true = _true_boxes(dice, objects, design.correlation)
    tables = {
        "annotations": _annotations(objects, _drawn(dice, objects, true, design)),
        "predictions": _predictions(dice, objects, true, design.correlation),
        "images": _images(objects),
    } | _judgements(dice, objects, design.correlation)
    return {name: datasets(table, runs.start) for name, table in tables.items()}


def _objects(dice: np.random.Generator, design: Design, runs: int) -> _Objects:
    n_cells = N_ANNOTATORS * N_BATCHES
    extra = design.n_images // 2 if design.planted else 0
    per_cell = design.n_images + extra
    n_images = runs * n_cells * per_cell
    image = np.repeat(np.arange(n_images), 1 + dice.poisson(MEAN_OBJECTS - 1, n_images))
    place = np.arange(len(image)) - np.searchsorted(image, image)
    share = np.array([0.4, 0.3, 0.2, 0.1])
    favourite = dice.choice(N_CLASSES, n_images, p=share)[image]
    follows = dice.random(len(image)) < np.sqrt(design.correlation)
    kind = np.where(follows, favourite, dice.choice(N_CLASSES, len(image), p=share))
    if design.planted:  # exactly so many images of a cell hold the class
        holds = image % per_cell < design.n_images
        kind = np.where(holds & (place == 0), 0, np.where(~holds & (kind == 0), 1, kind))
    cell = image // per_cell % n_cells
    return _Objects(image // per_cell // n_cells, image, cell // N_BATCHES, cell % N_BATCHES, place, kind)


def _together(dice: np.random.Generator, objects: _Objects, correlation: float) -> Floats:
    """Return a standard normal number an object, which correlate within images."""
    shared = dice.normal(size=objects.image[-1] + 1)[objects.image]
    return np.sqrt(correlation) * shared + np.sqrt(1 - correlation) * dice.normal(size=len(objects))


def _true_boxes(dice: np.random.Generator, objects: _Objects, correlation: float) -> Floats:
    size = np.exp(4 + 0.2 * objects.kind + 0.6 * _together(dice, objects, correlation))
    half = np.exp(0.1 * objects.kind + 0.3 * _together(dice, objects, correlation)) ** 0.5
    x, y = (500 + 150 * _together(dice, objects, correlation) for _ in "xy")
    width, height = size * half, size / half
    return np.stack([x - width / 2, y - height / 2, x + width / 2, y + height / 2], axis=1)


def _moved(corners: Floats, shares: Floats) -> Floats:
    extent = corners[:, 2:] - corners[:, :2]
    return corners + shares * np.hstack([extent, extent])


def _drawn(dice: np.random.Generator, objects: _Objects, true: Floats, design: Design) -> Floats:
    grown = np.zeros(len(objects))
    if design.planted:
        grown[(objects.annotator == 1) & (objects.batch == 1) & (objects.kind == 0)] = design.scale - 1
    larger = grown[:, None] / 2 * np.array([-1, -1, 1, 1])
    return _moved(_moved(true, larger), DRAWN * dice.normal(size=true.shape))


def _predictions(dice: np.random.Generator, objects: _Objects, true: Floats, correlation: float) -> Table:
    """Return the detector's boxes: wider than the true ones, worse the less sure it is, with heavy tails."""
    doubt = _together(dice, objects, correlation)
    noise = np.stack([_together(dice, objects, correlation) for _ in range(4)], axis=1)
    tails = np.sqrt(4 / dice.chisquare(4, len(objects))) * 0.75
    shares = 0.02 * np.array([-1, -1, 1, 1]) + noise * (PREDICTED * np.exp(0.4 * doubt) * tails)[:, None]
    return _named(objects) | {
        "prediction_id": texts("p", objects.image, objects.place),
        "model": ["m"] * len(objects),
        "confidence": 1 / (1 + np.exp(doubt - 1)),
        "box": boxes(_moved(true, np.clip(shares, -0.4, 0.4))),
    }


def _named(objects: _Objects) -> Table:
    return {
        "run": objects.run,
        "image_id": texts("i", objects.image),
        "class_name": texts("k", objects.kind),
    }


def _annotations(objects: _Objects, drawn: Floats) -> Table:
    return _named(objects) | {
        "annotation_id": texts("o", objects.image, objects.place),
        "annotator": texts("a", objects.annotator),
        "batch": texts("b", objects.batch),
        "created_at": FIRST + _hours(objects) * np.timedelta64(3600, "s"),
        "box": boxes(drawn),
    }


def _hours(objects: _Objects) -> Ints:
    """Return when each image was drawn: batch after batch."""
    return objects.batch * 10_000 + objects.image % 10_000


def _images(objects: _Objects) -> Table:
    image, first = np.unique(objects.image, return_index=True)
    size = np.full(len(image), 1000)
    return {"run": objects.run[first], "image_id": texts("i", image), "width": size, "height": size}


def _judgements(dice: np.random.Generator, objects: _Objects, correlation: float) -> Mapping[str, Table]:
    """Return what a review, a model's doubts and gold say of every label."""
    ids = texts("o", objects.image, objects.place)
    who = {"run": objects.run, "image_id": texts("i", objects.image), "annotation_id": ids}
    reviewed, doubted, right = (_is_wrong(dice, objects, rate, correlation) for rate in WRONG.values())
    of_gold = (
        _named(objects)
        | who
        | {
            "annotator": texts("a", objects.annotator),
            "gold_annotation_id": texts("g", objects.image, objects.place),
        }
    )
    of_review = who | {"review_id": ids, "decision": np.where(reviewed, "rejected", "accepted").tolist()}
    n = len(objects)
    return {
        "reviews": of_review | {"sampling": ["all"] * n},
        "suspicions": who | {"issue": ["wrong_class"] * n, "suspicion": np.where(doubted, 0.9, 0.1)},
        "gold_matches": of_gold
        | {"gold_class_name": texts("k", (objects.kind + right) % N_CLASSES), "iou": np.full(n, 0.9)},
    }


def _is_wrong(
    dice: np.random.Generator, objects: _Objects, rate: float, correlation: float
) -> npt.NDArray[np.bool_]:
    n_images = objects.image[-1] + 1
    strength = 1 / correlation - 1 if correlation else None
    rates = (
        dice.beta(rate * strength, (1 - rate) * strength, n_images) if strength else np.full(n_images, rate)
    )
    return dice.random(len(objects)) < rates[objects.image]
