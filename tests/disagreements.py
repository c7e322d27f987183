"""Scenes that three annotators drew with one known kind of disagreement each, and draws of datasets with a known rate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.random import Generator

    from catalog_lake import Row

CLASSES = ("person", "car", "bike", "dog", "sign")
ANNOTATORS = ("ana", "ben", "cy")
WIDTH, HEIGHT = 1280, 960
HABITS: dict[str, dict[str, float]] = {
    "clean": {},
    "missing_10": {"missing": 0.1},
    "extra_10": {"extra": 0.1},
    "flipped_10": {"flipped": 0.1},
    "jitter_8": {"jitter": 0.08},
    "jitter_12": {"jitter": 0.12},
}
"""Scenarios: shares of objects left out, invented or given another class, and the spread of each side in sizes of the box."""

STEADY = 0.02
"""Spread of each side in sizes of the box where nothing else is said: no hand draws a box twice alike."""


def drawn_alike(scenario: str, seed: int, n_images: int = 60) -> dict[str, list[Row]]:
    """Return annotations and assignments of the scenario, all of the dataset of its name and seed.

    Args:
        scenario: One of `HABITS`.
        seed: Of everything random.
        n_images: Images, with 4 to 10 objects each that hardly overlap; all annotators look at all of them.
    """
    dice, habits = np.random.default_rng(seed), HABITS[scenario]
    annotations: list[Row] = []
    common = {"dataset": f"{scenario}-{seed}"}
    for image in range(n_images):
        boxes = _apart(dice, int(dice.integers(4, 11)))
        classes = dice.integers(len(CLASSES), size=len(boxes))
        for annotator in ANNOTATORS:
            for box, class_index in _as_seen(dice, boxes, classes, habits):
                who = {"image_id": f"{image}", "annotator": annotator, "class_name": CLASSES[class_index]}
                sides = dict(zip(("x_min", "y_min", "x_max", "y_max"), map(float, box), strict=True))
                annotations.append(common | who | {"annotation_id": f"{len(annotations)}", "box": sides})
    assignments = [
        common | {"image_id": f"{image}", "annotator": annotator}
        for image in range(n_images)
        for annotator in ANNOTATORS
    ]
    return {"annotations": annotations, "assignments": assignments}


def _as_seen(dice: Generator, boxes: Any, classes: Any, habits: dict[str, float]) -> list[tuple[Any, int]]:
    seen = dice.random(len(boxes)) >= habits.get("missing", 0)
    flipped = dice.random(len(boxes)) < habits.get("flipped", 0)
    other = (classes + dice.integers(1, len(CLASSES), size=len(boxes))) % len(CLASSES)
    found = list(zip(boxes[seen], np.where(flipped, other, classes)[seen], strict=True))
    n_extra = int(dice.binomial(len(boxes), habits.get("extra", 0)))
    found += [(box, int(dice.integers(len(CLASSES)))) for box in _boxes(dice, n_extra)]
    spread = habits.get("jitter", STEADY)
    return [(_moved(dice, box, spread), int(class_index)) for box, class_index in found]


def _moved(dice: Generator, box: Any, spread: float) -> Any:
    size = np.tile(box[2:] - box[:2], 2)
    moved = box + dice.normal(0, spread, 4) * size
    return np.concatenate([np.minimum(moved[:2], moved[2:] - 2), moved[2:]])


def _boxes(dice: Generator, n: int) -> Any:
    size = dice.uniform(40, 160, (n, 2))
    corner = dice.random((n, 2)) * (np.array([WIDTH, HEIGHT]) - size)
    return np.concatenate([corner, corner + size], axis=1)


def _apart(dice: Generator, n: int) -> Any:
    """Return boxes of which no two meet by more than a tenth of the smaller."""
    kept: list[Any] = []
    while len(kept) < n:
        (box,) = _boxes(dice, 1)
        shared = [
            np.prod(np.maximum(np.minimum(box[2:], o[2:]) - np.maximum(box[:2], o[:2]), 0)) for o in kept
        ]
        small = [min(np.prod(box[2:] - box[:2]), np.prod(o[2:] - o[:2])) for o in kept]
        if all(s <= 0.1 * a for s, a in zip(shared, small, strict=True)):
            kept.append(box)
    return np.array(kept)
