"""Made-up scenes with the statistics of COCO: images, annotations and a detector's predictions as numpy columns.

The numbers are drawn from one seed per workload. Annotations and images keep the proportions of COCO val2017 (7.4
annotations an image, 1.2 % crowds, four in ten objects smaller than 32 x 32 pixels, a long tail of classes), predictions
those of a mid-range detector (about 90 an image, most of them background of low confidence, AP near .41). They are
made from the annotations, not by a network: compare ratios between programs, not with figures from real detectors.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Ints: TypeAlias = npt.NDArray[np.int64]
Floats: TypeAlias = npt.NDArray[np.float64]

ANNOTATIONS_PER_IMAGE = 7.356
CROWDS = 0.012
SIZES = np.array([(640, 480), (480, 640), (640, 427), (500, 375), (427, 640), (612, 612)])
TOPICS = 3
"""Classes that most objects of one image belong to."""


@dataclass(frozen=True)
class Workload:
    """One set of files to measure with.

    Attributes:
        name: Name of its folder.
        n_images: Images.
        n_predictions: Predictions.
        n_classes: Classes.
        geometry: box or mask, of the predictions.
    """

    name: str
    n_images: int
    n_predictions: int
    n_classes: int = 80
    geometry: str = "box"


WORKLOADS = {
    workload.name: workload
    for workload in (
        Workload("smoke", 40, 3_600),
        Workload("labels_48k", 1_000, 40_644),
        Workload("boxes_100k", 1_111, 100_000),
        Workload("boxes_450k", 5_000, 450_000),
        Workload("boxes_1m", 11_111, 1_000_000),
        Workload("boxes_2m", 22_222, 2_000_000),
        Workload("boxes_2m_365_classes", 50_000, 2_000_000, 365),
        Workload("boxes_5m", 55_556, 5_000_000),
        Workload("annotations_1m", 140_000, 1_800_000),
        Workload("masks_200k", 2_222, 200_000, geometry="mask"),
    )
}


@dataclass(frozen=True)
class Boxes:
    """Objects in columns, all of one length.

    Attributes:
        image: Position of the image.
        label: Position of the class.
        xywh: Left, top, width, height in pixels, two decimals; shape (n, 4).
    """

    image: Ints
    label: Ints
    xywh: Floats


@dataclass(frozen=True)
class Scene:
    """What the files of a workload are written from.

    Attributes:
        image_ids: Ids of the images, ascending with gaps.
        image_sizes: Width and height; shape (n_images, 2).
        class_ids: Ids of the classes, ascending with gaps.
        annotation_ids: Ids of the annotations: unique, without order, never 0.
        annotations: Annotations in no order.
        is_crowd: Whether an annotation is a region of many objects.
        predictions: Predictions, image by image.
        confidence: Confidence of each prediction, five decimals; falling within an image.
    """

    image_ids: Ints
    image_sizes: Ints
    class_ids: Ints
    annotation_ids: Ints
    annotations: Boxes
    is_crowd: npt.NDArray[np.bool_]
    predictions: Boxes
    confidence: Floats


def draw(workload: Workload) -> Scene:
    """Return the scene of a workload: the same at every call."""
    seed = list(workload.name.encode())
    rng = np.random.default_rng(seed)
    sizes = SIZES[rng.integers(len(SIZES), size=workload.n_images)]
    topics = _classes(rng, workload.n_images * TOPICS, workload.n_classes).reshape(-1, TOPICS)
    annotations = _annotations(rng, workload, sizes, topics)
    is_crowd = rng.random(len(annotations.image)) < CROWDS
    objects = take(annotations, ~is_crowd)
    predictions, confidence = _predictions(rng, workload, sizes, topics, objects)
    return Scene(
        image_ids=_ids(rng, workload.n_images, 8),
        image_sizes=sizes,
        class_ids=_ids(rng, workload.n_classes, 1.125),
        annotation_ids=rng.permutation(_ids(rng, len(annotations.image), 2.5)),
        annotations=annotations,
        is_crowd=is_crowd,
        predictions=predictions,
        confidence=confidence,
    )


def take(boxes: Boxes, rows: npt.NDArray[np.bool_]) -> Boxes:
    """Return the objects of some rows."""
    return Boxes(boxes.image[rows], boxes.label[rows], boxes.xywh[rows])


def _ids(rng: np.random.Generator, n: int, spread: float) -> Ints:
    return np.sort(rng.choice(int(n * spread) + 10, size=n, replace=False)) + 1


def _classes(rng: np.random.Generator, n: int, n_classes: int) -> Ints:
    weights = 1 / (np.arange(n_classes) + 4.0)
    ends = np.cumsum(weights / weights.sum())
    return np.minimum(np.searchsorted(ends, rng.random(n)), n_classes - 1)


def _labels(rng: np.random.Generator, image: Ints, topics: Ints, n_classes: int, on_topic: float) -> Ints:
    topic = topics[image, rng.integers(TOPICS, size=len(image))]
    return np.where(rng.random(len(image)) < on_topic, topic, _classes(rng, len(image), n_classes))


def _annotations(rng: np.random.Generator, workload: Workload, sizes: Ints, topics: Ints) -> Boxes:
    n = round(workload.n_images * ANNOTATIONS_PER_IMAGE)
    crowding = rng.gamma(1.3, size=workload.n_images)
    image = rng.choice(workload.n_images, size=n, p=crowding / crowding.sum())
    label = _labels(rng, image, topics, workload.n_classes, 0.8)
    return Boxes(image, label, _inside(_random_boxes(rng, sizes[image]), sizes[image]))


def _random_boxes(rng: np.random.Generator, sizes: Ints) -> Floats:
    n = len(sizes)
    side = np.exp(rng.normal(3.85, 1.05, n))
    aspect = np.exp(rng.normal(0, 0.4, n))
    extent = np.minimum(np.stack([side * aspect, side / aspect], axis=1), sizes * 0.98)
    corner = rng.random((n, 2)) * (sizes - extent)
    return np.concatenate([corner, extent], axis=1)


def _inside(xywh: Floats, sizes: Ints) -> Floats:
    low = np.clip(xywh[:, :2], 0, sizes - 2)
    high = np.clip(xywh[:, :2] + xywh[:, 2:], low + 1, sizes)
    return np.round(np.concatenate([low, high - low], axis=1), 2)


def _predictions(
    rng: np.random.Generator, workload: Workload, sizes: Ints, topics: Ints, objects: Boxes
) -> tuple[Boxes, Floats]:
    """Return found objects, second boxes of them, mistaken classes, and background for the rest."""
    parts = [_found(rng, objects)]
    parts.append(_again(rng, *parts[0], share=0.5))
    parts.append(_mistaken(rng, *parts[0], share=0.3, n_classes=workload.n_classes))
    n_background = workload.n_predictions - sum(len(confidence) for _, confidence in parts)
    parts.append(_background(rng, n_background, sizes, topics, workload.n_classes))
    image = np.concatenate([boxes.image for boxes, _ in parts])
    confidence = np.round(np.concatenate([confidence for _, confidence in parts]), 5)
    order = np.lexsort((-confidence, image))[: workload.n_predictions]
    image = image[order]
    label = np.concatenate([boxes.label for boxes, _ in parts])[order]
    xywh = np.concatenate([boxes.xywh for boxes, _ in parts])[order]
    return Boxes(image, label, _inside(xywh, sizes[image])), confidence[order]


def _found(rng: np.random.Generator, objects: Boxes) -> tuple[Boxes, Floats]:
    side = np.sqrt(objects.xywh[:, 2] * objects.xywh[:, 3])
    ease = 1 / (1 + np.exp(-1.6 * (np.log(side) - 2.2)))
    hit = rng.random(len(side)) < 0.97 * ease
    found, ease = take(objects, hit), ease[hit]
    blur = rng.gamma(1.8, 0.041, len(ease)) / np.sqrt(ease)
    confidence = rng.beta(2.6 * ease + 0.3, 0.8 + 6 * blur)
    return Boxes(found.image, found.label, _jittered(rng, found.xywh, blur)), confidence


def _again(
    rng: np.random.Generator, found: Boxes, confidence: Floats, *, share: float
) -> tuple[Boxes, Floats]:
    kept = np.flatnonzero(rng.random(len(confidence)) < share)
    xywh = _jittered(rng, found.xywh[kept], np.full(len(kept), 0.2))
    return Boxes(found.image[kept], found.label[kept], xywh), confidence[kept] * rng.beta(1.5, 3, len(kept))


def _mistaken(
    rng: np.random.Generator, found: Boxes, confidence: Floats, *, share: float, n_classes: int
) -> tuple[Boxes, Floats]:
    kept = np.flatnonzero(rng.random(len(confidence)) < share)
    xywh = _jittered(rng, found.xywh[kept], np.full(len(kept), 0.05))
    label = _classes(rng, len(kept), n_classes)
    return Boxes(found.image[kept], label, xywh), confidence[kept] * rng.beta(1.2, 3, len(kept))


def _background(
    rng: np.random.Generator, n: int, sizes: Ints, topics: Ints, n_classes: int
) -> tuple[Boxes, Floats]:
    image = rng.integers(len(sizes), size=n)
    label = _labels(rng, image, topics, n_classes, 0.55)
    return Boxes(image, label, _random_boxes(rng, sizes[image])), rng.beta(0.7, 11, n)


def _jittered(rng: np.random.Generator, xywh: Floats, blur: Floats) -> Floats:
    noise = rng.normal(size=(len(blur), 4)) * blur[:, None]
    extent = xywh[:, 2:] * np.exp(noise[:, 2:])
    centre = xywh[:, :2] + xywh[:, 2:] / 2 + noise[:, :2] * xywh[:, 2:]
    return np.concatenate([centre - extent / 2, extent], axis=1)
