"""How alike two sets of keypoints are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

# Source: cocodataset.org, keypoint evaluation: nose, eyes, ears, shoulders, elbows, wrists, hips, knees, ankles.
# Divided in two steps, as there: to the last bit.
_COCO_SIGMAS = (26, 25, 25, 35, 35, 79, 79, 72, 72, 62, 62, 107, 107, 87, 87, 89, 89)
COCO_SIGMAS: NDArray[np.float64] = np.array(_COCO_SIGMAS) / 100.0 / 10.0
COCO_SIGMAS.flags.writeable = False


def sigmas_for(n_keypoints: int) -> NDArray[np.float64]:
    """Return the spread of each keypoint: COCO's for 17 keypoints, else 1 / n for each of n.

    1 / n is the value of Ultralytics' pose validation for keypoints that are not COCO's.
    """
    if n_keypoints == len(COCO_SIGMAS):
        return COCO_SIGMAS
    return np.full(n_keypoints, 1.0 / max(n_keypoints, 1))


def keypoint_oks_matrix(
    predictions: ArrayLike,
    annotations: ArrayLike,
    *,
    areas: ArrayLike,
    boxes: ArrayLike | None = None,
    sigmas: ArrayLike | None = None,
) -> NDArray[np.float64]:
    """Return the object keypoint similarity of every prediction with every annotation.

    The similarity is the mean over the annotation's visible keypoints of exp(-d^2 / (2 area (2 sigma)^2)), d being the
    distance. An annotation without visible keypoints is compared by its box instead: d is then how far a predicted
    keypoint lies outside the box grown to three times its sides. To the last bit as COCOeval.computeOks of pycocotools.

    Args:
        predictions: x, y (and anything) per keypoint in pixels, [P, K, 2 or more].
        annotations: x, y, visibility per keypoint, [A, K, 3]; visible means above 0.
        areas: Areas of the annotations in square pixels, [A].
        boxes: Corners of the annotations in pixels, [A, 4]; needed where no keypoint is visible.
        sigmas: Spread of each keypoint relative to the object, [K]; `sigmas_for(K)` by default.

    Returns:
        Similarity 0..1, [P, A]; NaN where an annotation has neither a visible keypoint nor a box.

    Raises:
        ValueError: Predictions and annotations differ in their number of keypoints.
    """
    found, drawn = np.asarray(predictions, np.float64), np.asarray(annotations, np.float64)
    if not (len(found) and len(drawn)):
        return np.zeros((len(found), len(drawn)))
    if found.shape[1] != drawn.shape[1]:
        raise ValueError(f"{found.shape[1]} predicted keypoints, but the annotations have {drawn.shape[1]}")
    spread = sigmas_for(drawn.shape[1]) if sigmas is None else np.asarray(sigmas, np.float64)
    variances = (spread * 2) ** 2
    sizes = np.asarray(areas, np.float64) + np.spacing(1)
    similarity = np.full((len(found), len(drawn)), np.nan)
    for number, points in enumerate(drawn):
        visible = points[:, 2] > 0
        if visible.any():
            offsets = found[:, :, :2] - points[:, :2]
        elif boxes is not None and len(points):
            offsets, visible = _outside(found[:, :, :2], np.asarray(boxes, np.float64)[number]), ~visible
        else:
            continue
        exponents = (offsets[..., 0] ** 2 + offsets[..., 1] ** 2) / variances / sizes[number] / 2
        # A contiguous last axis makes numpy add in the same order as for a single pair.
        kept = np.ascontiguousarray(exponents[:, visible])
        similarity[:, number] = np.exp(-kept).sum(axis=1) / kept.shape[1]
    return similarity


def keypoint_oks_pairs(
    predictions: ArrayLike, annotations: ArrayLike, *, areas: ArrayLike, sigmas: ArrayLike | None = None
) -> NDArray[np.float64]:
    """Return the object keypoint similarity of the i-th prediction with the i-th annotation.

    Args:
        predictions: x, y (and anything) per keypoint in pixels, [n, K, 2 or more].
        annotations: x, y, visibility per keypoint, [n, K, 3]; visible means above 0.
        areas: Areas of the annotations in square pixels, [n].
        sigmas: Spread of each keypoint relative to the object, [K]; `sigmas_for(K)` by default.

    Returns:
        Similarity 0..1, [n]; NaN where no keypoint of the annotation is visible.
    """
    found, drawn = np.asarray(predictions, np.float64), np.asarray(annotations, np.float64)
    spread = sigmas_for(drawn.shape[1]) if sigmas is None else np.asarray(sigmas, np.float64)
    squares = ((found[..., :2] - drawn[..., :2]) ** 2).sum(axis=-1)
    sizes = np.asarray(areas, np.float64)[:, None] + np.spacing(1)
    visible = drawn[..., 2] > 0
    likeness = np.where(visible, np.exp(-squares / (spread * 2) ** 2 / sizes / 2), 0.0).sum(axis=1)
    counts = visible.sum(axis=1)
    similarity: NDArray[np.float64] = np.full(len(counts), np.nan)
    np.divide(likeness, counts, out=similarity, where=counts > 0)
    return similarity


def _outside(points: NDArray[np.float64], box: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how far points lie outside the box grown by its own sides on every side, along x and y."""
    low, sides = box[:2], box[2:] - box[:2]
    below = np.maximum(0.0, (low - sides) - points)
    above = np.maximum(0.0, points - (low + sides * 2))
    return np.asarray(below + above)
