"""Masks, polygons, boxes and keypoints that are compared with one another, and odd ones."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labelduck import native
from labelduck.geometry import read_masks, rle_from_mask
from labelduck.geometry.runs import write_runs
from labelduck.matching import MatchOptions, match, shapes
from labelduck.schema import TABLES

IMAGES = pa.table({"image_id": ["1"], "width": [20], "height": [10]})
CLASSES = pa.table({"class_name": ["cat"], "class_index": [1]})
BOX = {"x_min": 0.0, "y_min": 0.0, "x_max": 10.0, "y_max": 10.0}
SQUARE = {"size": [10, 20], "counts": rle_from_mask(np.repeat([[1, 0]], 10, axis=0).repeat(10, axis=1))}


def rows(
    annotation: dict[str, Any],
    prediction: dict[str, Any],
    *,
    images: pa.Table = IMAGES,
    geometry: str = "auto",
) -> list[dict[str, Any]]:
    common = {"image_id": "1", "class_name": "cat", "box": BOX}
    tables = (
        _table("annotations", {**common, "annotation_id": "a", **annotation}),
        _table("predictions", {**common, "prediction_id": "p", "confidence": 0.9, **prediction}),
    )
    pieces = match(images, CLASSES, *tables, model="m", options=MatchOptions(geometry=geometry))  # type: ignore[arg-type]
    return [
        row for name, piece in pieces if name in {"matches", "average_precision"} for row in piece.to_pylist()
    ]


@pytest.mark.parametrize(
    "annotation",
    [
        {"mask": SQUARE},
        {"polygons": [[0.0, 0.0, 10.0, 0.0, 10.0, 10.0, 0.0, 10.0]]},
        {},
        {"polygons": [[0.0, 0.0, 9.0, 9.0]]},
    ],
    ids=["mask", "polygon", "box", "line"],
)
def test_a_mask_is_compared_with_what_the_annotation_has(annotation: dict[str, Any]) -> None:
    found = rows(annotation, {"mask": SQUARE})

    assert (found[0]["outcome"], found[0]["iou"]) == ("true_positive", 1.0)
    assert {r["geometry"] for r in found[1:]} == {"mask"}


def test_boxes_are_compared_when_asked_for_whatever_the_prediction_has() -> None:
    found = rows({"box": {**BOX, "x_max": 5.0}, "mask": SQUARE}, {"mask": SQUARE}, geometry="box")

    assert found[0]["iou"] == 0.5


def test_without_an_image_size_polygons_are_drawn_as_large_as_the_masks_beside_them() -> None:
    polygon = {"polygons": [[0.0, 0.0, 10.0, 0.0, 10.0, 10.0, 0.0, 10.0]]}

    found = rows(polygon, {"mask": SQUARE}, images=pa.table({"image_id": ["1"]}))

    assert found[0]["iou"] == 1.0


@pytest.mark.parametrize(
    "broken",
    [
        {"size": [10, 20], "counts": "no"},
        {"size": [10, 21], "counts": SQUARE["counts"]},
        {"size": [10], "counts": SQUARE["counts"]},
        {"size": [10, None], "counts": SQUARE["counts"]},
        {"size": None, "counts": None},
        {"size": [10, 20], "counts": ""},
        {"size": [1 << 30, 1 << 30], "counts": "1"},
    ],
)
def test_a_broken_mask_overlaps_nothing(broken: dict[str, Any]) -> None:
    no_box = dict.fromkeys(BOX)

    found = rows({"mask": broken, "box": no_box}, {"mask": SQUARE})

    assert found[0]["error_kind"] == "background"


@pytest.mark.skipif(native.load() is None, reason="there is no compiled kernel")
@given(st.lists(st.lists(st.integers(-2, 40), max_size=6), min_size=1, max_size=5), st.binary(max_size=8))
@settings(max_examples=200, deadline=None)
def test_the_compiled_check_of_masks_passes_what_the_reader_passes(
    lengths: list[list[int]], junk: bytes
) -> None:
    texts = [write_runs(np.array(runs, np.int64)) if runs else "" for runs in lengths]
    texts.append("".join(chr(48 + byte % 66) for byte in junk))
    masks = [
        {"size": [1, max(sum(runs), 1)], "counts": text}
        for runs, text in zip([*lengths, [9]], texts, strict=True)
    ]
    runs = read_masks(masks)  # type: ignore[arg-type]

    odd = shapes._odd(masks)  # type: ignore[arg-type]

    assert odd == np.flatnonzero((runs.faults > 0) | runs.has_empty_runs).tolist()


def test_keypoints_of_another_number_are_not_alike() -> None:
    two = [{"x": 1.0, "y": 1.0, "visibility": 2.0}, {"x": 5.0, "y": 5.0, "visibility": 2.0}]

    same = rows({"keypoints": two, "area": 100.0}, {"keypoints": two})
    other = rows({"keypoints": two, "area": 100.0}, {"keypoints": two[:1]})

    assert (same[0]["outcome"], same[0]["iou"]) == ("true_positive", 1.0)
    assert other[0]["error_kind"] == "background"
    assert {r["area_range"] for r in same[1:] if "area_range" in r} == {"all", "medium", "large"}


def test_an_annotation_without_visible_keypoints_is_ignored() -> None:
    hidden = [{"x": 1.0, "y": 1.0, "visibility": 0.0}]

    found = rows(
        {"keypoints": hidden, "area": 100.0}, {"keypoints": [{"x": 1.0, "y": 1.0, "visibility": 1.0}]}
    )

    assert [r["outcome"] for r in found if "outcome" in r] == ["ignored", "ignored"]


def _table(name: str, record: dict[str, Any]) -> pa.Table:
    return pa.Table.from_pylist([record], schema=TABLES[name].remove_metadata())
