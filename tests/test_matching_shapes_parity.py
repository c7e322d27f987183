"""Masks and keypoints against pycocotools: whole arrays and every match, to the last bit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pycocotools import mask as coco_mask

from coco_oracle import assert_same, our_results, pycocotools_results
from labelduck.geometry import mask_from_rle, rle_from_polygons

HEIGHT, WIDTH = 120, 140


@given(st.integers(0, 10**9))
@settings(max_examples=25, deadline=None)
def test_masks_are_matched_and_measured_as_pycocotools_does(seed: int) -> None:
    scene = _mask_scene(np.random.default_rng(seed))
    theirs = pycocotools_results(*scene, geometry="mask")

    ours = our_results(*scene, geometry="mask")

    assert_same(ours, theirs)


@given(st.integers(0, 10**9))
@settings(max_examples=25, deadline=None)
def test_keypoints_are_matched_and_measured_as_pycocotools_does(seed: int) -> None:
    scene = _keypoint_scene(np.random.default_rng(seed))
    theirs = pycocotools_results(*scene, geometry="keypoints")

    ours = our_results(*scene, geometry="keypoints")

    assert_same(ours, theirs)


@pytest.mark.parametrize("geometry", ["mask", "keypoints"])
def test_both_kernels_agree_on_given_overlaps(geometry: str, monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(5)
    scene = _mask_scene(random) if geometry == "mask" else _keypoint_scene(random)
    compiled = our_results(*scene, geometry=geometry)
    monkeypatch.setenv("LABELDUCK_NATIVE", "0")

    plain = our_results(*scene, geometry=geometry)

    assert_same(plain, compiled)


def _mask_scene(random: np.random.Generator) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    annotations, results = [], []
    for number in range(random.integers(1, 14)):
        polygon = _polygon(random)
        record = {
            "id": int(number + random.integers(0, 2)),
            "image_id": int(random.integers(3)),
            "category_id": int(random.integers(1, 3)),
            "bbox": [0.0, 0.0, 1.0, 1.0],
            "area": float(random.choice([1024, 500, 9216])),
            "iscrowd": int(random.random() < 0.2),
            "segmentation": [polygon],
        }
        if record["iscrowd"]:
            drawn = mask_from_rle(rle_from_polygons([polygon], HEIGHT, WIDTH), HEIGHT, WIDTH)
            record["segmentation"] = {"size": [HEIGHT, WIDTH], "counts": _uncompressed(drawn)}
        annotations.append(record)
        for _ in range(random.integers(0, 4)):
            moved = (np.array(polygon) + random.choice([0, 0, 0.5, 3], len(polygon))).tolist()
            rle = coco_mask.frPyObjects([moved], HEIGHT, WIDTH)[0]
            results.append(
                {
                    "image_id": record["image_id"],
                    "category_id": int(random.choice([record["category_id"], 1])),
                    "segmentation": {"size": rle["size"], "counts": rle["counts"].decode()},
                    "score": float(random.integers(1, 5)) / 5,
                }
            )
    return _truth(annotations), results


def _keypoint_scene(random: np.random.Generator) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    annotations, results = [], []
    for number in range(random.integers(1, 12)):
        points = random.uniform(10, 90, (17, 2)).round(1)
        visibility = random.choice([0, 1, 2], 17) * (random.random() < 0.8)
        record = {
            "id": int(number + random.integers(0, 2)),
            "image_id": int(random.integers(3)),
            "category_id": 1,
            "bbox": [10.0, 20.0, float(random.integers(5, 80)), float(random.integers(5, 80))],
            "area": float(random.choice([1024, 5000, 9216, 200])),
            "iscrowd": int(random.random() < 0.2),
            "num_keypoints": int((visibility > 0).sum()),
            "keypoints": np.column_stack([points, visibility]).ravel().tolist(),
        }
        annotations.append(record)
        for _ in range(random.integers(0, 10)):
            moved = points + random.normal(0, random.choice([0.1, 2, 6]), points.shape).round(2)
            results.append(
                {
                    "image_id": record["image_id"],
                    "category_id": 1,
                    "keypoints": np.column_stack([moved, np.ones(17)]).ravel().tolist(),
                    "score": float(random.integers(1, 9)) / 9,
                }
            )
    return _truth(annotations), results


def _truth(annotations: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "images": [{"id": i, "height": HEIGHT, "width": WIDTH} for i in range(3)],
        "categories": [{"id": c, "name": f"class {c}"} for c in (1, 2)],
        "annotations": annotations,
    }


def _polygon(random: np.random.Generator) -> list[float]:
    x, y = random.integers(0, 100, 2)
    w, h = random.integers(3, 60, 2)
    corners = [x, y, x + w, y + 1, x + w, y + h, x - 1, y + h]
    return [float(c) + float(random.choice([0.0, 0.25])) for c in corners]


def _uncompressed(drawn: np.ndarray) -> list[int]:
    flat = drawn.ravel(order="F")
    changes = np.flatnonzero(np.diff(flat)) + 1
    lengths = np.diff(np.concatenate([[0], changes, [flat.size]])).tolist()
    return lengths if flat[0] == 0 else [0, *lengths]
