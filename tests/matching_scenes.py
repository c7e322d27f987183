"""Hostile scenes in COCO's format: ties, crowds, empty boxes, areas on the edge, repeated ids, unknown classes."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st

IMAGES = [10, 2, 33, 4]  # unsorted, and in another order as text than as numbers
CLASSES = [7, 1, 3]
UNKNOWN_CLASS = 99

_side = st.one_of(
    st.sampled_from([0, 1, 4, 8, 8, 8, 16, 32, 32, 96, 97, -3]), st.integers(0, 1300).map(lambda n: n / 10)
)
_corner = st.one_of(st.sampled_from([0, 0, 2, 4, 5]), st.integers(-20, 400).map(lambda n: n / 10))
_box = st.tuples(_corner, _corner, _side, _side).map(list)
_score = st.sampled_from([0.9, 0.5, 0.5, 0.25, 0.1, 0.0, -0.0, 0.30000000000000004])
_class = st.sampled_from([*CLASSES, 1, 1, 1, UNKNOWN_CLASS])


@st.composite
def _annotation(draw: st.DrawFn) -> dict[str, Any]:
    box = draw(_box)
    areas = st.sampled_from([box[2] * box[3], 1024, 9216, 1024.0000000000002, 0, 64, 2e10])
    return {
        "id": draw(st.integers(-1, 30)),
        "image_id": draw(st.sampled_from([*IMAGES, 10, 10])),
        "category_id": draw(_class),
        "bbox": box,
        "area": draw(areas),
        "iscrowd": draw(st.sampled_from([0, 0, 0, 1])),
        "ignore": draw(st.integers(0, 1)),
    }


_anywhere = st.fixed_dictionaries(
    {"image_id": st.sampled_from(IMAGES[:3]), "category_id": _class, "bbox": _box, "score": _score}
)


@st.composite
def _like(draw: st.DrawFn, annotations: list[dict[str, Any]]) -> dict[str, Any]:
    """Draw a prediction that has found an annotation, though not always quite."""
    annotation = draw(st.sampled_from(annotations))
    x, y, width, height = annotation["bbox"]
    share = draw(st.sampled_from([1, 1, 1, 0.5, 0.55, 0.6, 0.7, 0.75, 0.9]))  # IoUs at the thresholds
    return {
        "image_id": annotation["image_id"],
        "category_id": draw(st.sampled_from([annotation["category_id"]] * 5 + CLASSES)),
        "bbox": [x + draw(st.sampled_from([0, 0, 0.5, 2])), y, width * share, height],
        "score": draw(_score),
    }


@st.composite
def coco_scenes(draw: st.DrawFn) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    annotations = draw(st.lists(_annotation(), max_size=14))
    if draw(st.booleans()):  # ids that are in order
        for position, annotation in enumerate(annotations):
            annotation["id"] = position + 1
    predicted = st.one_of(_like(annotations), _like(annotations), _anywhere) if annotations else _anywhere
    predictions = draw(st.lists(predicted, max_size=25))
    if predictions and draw(st.integers(0, 9)) == 0:  # beyond the largest limit
        predictions = [dict(p) for p in predictions * (130 // len(predictions) + 1)]
    truth = {
        "images": [{"id": i} for i in IMAGES],
        "categories": [{"id": c, "name": f"class {c}"} for c in CLASSES],
        "annotations": annotations,
    }
    return truth, predictions


def crowded_scene(seed: int, *, n_images: int = 6, n_annotations: int = 60, n_predictions: int = 400) -> Any:
    """Return a scene in which much overlaps: boxes on a coarse grid, few confidences."""
    random = np.random.default_rng(seed)
    boxes = np.stack([random.integers(0, 24, n_annotations) * 4.0 for _ in range(2)], axis=1)
    sides = random.choice([8.0, 16.0, 24.0, 32.0, 96.0, 100.0], (n_annotations, 2))
    boxes[1::3], sides[1::3] = boxes[::3], sides[::3]  # the same box twice: equal overlaps
    annotations = [
        {
            "id": int(i) + 1,
            "image_id": int(random.integers(n_images)),
            "category_id": int(random.integers(1, 4)),
            "bbox": [*boxes[i].tolist(), *sides[i].tolist()],
            "area": float(sides[i].prod() * random.choice([1.0, 0.5])),
            "iscrowd": int(random.random() < 0.1),
        }
        for i in range(n_annotations)
    ]
    predictions = []
    for _ in range(n_predictions):
        like = annotations[random.integers(n_annotations)]
        by = random.choice([0.0, 0.0, 1.0, 2.0, 4.0], 4)
        predictions.append(
            {
                "image_id": like["image_id"],
                "category_id": like["category_id"] if random.random() < 0.8 else int(random.integers(1, 4)),
                "bbox": (np.array(like["bbox"]) + by).tolist(),
                "score": float(random.integers(1, 20)) / 20,
            }
        )
    truth = {
        "images": [{"id": i} for i in range(n_images)],
        "categories": [{"id": c, "name": f"class {c}"} for c in (1, 2, 3)],
        "annotations": annotations,
    }
    return truth, predictions
