"""Two simulated detectors. They never saw the labels: they see the truth, dimly.

A clear view (large, not hidden, common class) makes a detection likely, confident, well placed and rightly named.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from generator.canvas import HEIGHT, WIDTH
from generator.contours import box_iou
from generator.plans import SEED
from generator.truth import CLASSES, CONFUSED_WITH

if TYPE_CHECKING:
    from generator.contours import Box
    from generator.plans import Shot
    from generator.truth import Truth

RARE = {"excavator": 0.7, "forklift": 0.35, "head": 0.4}
FALSE_ALARMS = (0.34, 0.14, 0.12, 0.28, 0.08, 0.04)
"""How often background is taken for each of `CLASSES`."""


@dataclass(frozen=True, kw_only=True)
class Detector:
    """How well a simulated detector sees.

    Attributes:
        name: Name of the model.
        sight: Log-odds of finding an object of 16 pixels.
        noise: Edge noise as a share of the side.
        blur: Edge noise in pixels.
        n_false: False alarms per picture.
        confusion: Chance of a wrong class at even odds of being found.
    """

    name: str
    sight: float
    noise: float
    blur: float
    n_false: float
    confusion: float


GOOD = Detector(name="detector-a", sight=1.35, noise=0.028, blur=0.3, n_false=1.3, confusion=0.1)
WEAK = Detector(name="detector-b", sight=0.15, noise=0.055, blur=0.6, n_false=2.6, confusion=0.2)


class Detection(NamedTuple):
    """One COCO result; `bbox` is x, y, width, height in pixels."""

    image_id: int
    category_id: int
    bbox: list[float]
    score: float


def detections(detector: Detector, shots: list[Shot], truths: dict[int, list[Truth]]) -> list[Detection]:
    """Return COCO results for all pictures, most confident first within a picture."""
    found: list[Detection] = []
    for shot in shots:
        rng = random.Random(f"{SEED}/{detector.name}/{shot.image_id}")
        here: list[tuple[float, str, Box]] = []
        for truth in truths[shot.image_id]:
            here += _seen(detector, truth, rng)
        here += _false_alarms(detector, truths[shot.image_id], rng)
        here.sort(key=lambda one: -one[0])
        found += [_result(shot.image_id, *one) for one in here if one[0] >= 0.04]
    return found


def _seen(detector: Detector, truth: Truth, rng: random.Random) -> list[tuple[float, str, Box]]:
    odds = (
        detector.sight
        + 0.75 * math.log2(truth.size / 16)
        - 3.0 * truth.occluded
        - RARE.get(truth.class_name, 0.0)
    )
    clarity = min(odds, 3.2) + rng.gauss(0, 1.1)
    confidence = 1 / (1 + math.exp(-clarity))
    if truth.is_crowd:
        confidence *= 0.5
    if rng.random() > 0.25 + confidence:
        return []  # overlooked
    spread = 1.5 - 0.8 * confidence
    box = _shifted(truth.box, detector, rng, spread)
    other = CONFUSED_WITH[truth.class_name]
    doubt = detector.confusion * 2 * (1 - confidence) + 0.01
    if truth.class_name in ("person", "vest"):
        doubt *= 0.15  # their shapes differ too much
    if rng.random() < doubt:
        return [(confidence * rng.uniform(0.5, 0.9), other, box)]
    seen = [(confidence, truth.class_name, box)]
    if rng.random() < doubt:
        seen.append((confidence * rng.uniform(0.05, 0.4), other, _shifted(truth.box, detector, rng, spread)))
    if rng.random() < 0.05:
        seen.append(
            (confidence * rng.uniform(0.05, 0.5), truth.class_name, _shifted(truth.box, detector, rng, 3.2))
        )
    return seen


def _false_alarms(
    detector: Detector, truths: list[Truth], rng: random.Random
) -> list[tuple[float, str, Box]]:
    alarms = []
    for _ in range(sum(rng.random() < detector.n_false / 6 for _ in range(6))):
        class_name = rng.choices(CLASSES, FALSE_ALARMS)[0]
        tall = rng.uniform(40, 120) if class_name not in ("hard_hat", "head") else rng.uniform(7, 26)
        wide = tall * {"person": 0.42, "vest": 0.7, "hard_hat": 1.5, "head": 0.85}.get(class_name, 1.2)
        x, y = rng.uniform(0, WIDTH - wide), rng.uniform(90, HEIGHT - min(tall, 300))
        box = (x, y, x + wide, min(y + tall, HEIGHT))
        if all(box_iou(box, truth.box) < 0.3 for truth in truths):
            alarms.append((rng.betavariate(1.1, 5.0), class_name, box))
    return alarms


def _shifted(box: Box, detector: Detector, rng: random.Random, spread: float) -> Box:
    width, height = box[2] - box[0], box[3] - box[1]
    sigmas = [spread * (detector.blur + detector.noise * side) for side in (width, height) * 2]
    x_min, y_min, x_max, y_max = (edge + rng.gauss(0, sigma) for edge, sigma in zip(box, sigmas, strict=True))
    x_min, y_min = max(0.0, min(x_min, WIDTH - 2)), max(0.0, min(y_min, HEIGHT - 2))
    return x_min, y_min, min(WIDTH, max(x_max, x_min + 1)), min(HEIGHT, max(y_max, y_min + 1))


def _result(image_id: int, confidence: float, class_name: str, box: Box) -> Detection:
    x_min, y_min, x_max, y_max = box
    bbox = [round(v, 1) for v in (x_min, y_min, x_max - x_min, y_max - y_min)]
    return Detection(image_id, CLASSES.index(class_name) + 1, bbox, round(confidence, 4))
