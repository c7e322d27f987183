"""Masks agree with pycocotools to the last bit."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from pycocotools import mask as coco

from labelduck import geometry

pixels = hnp.arrays(np.bool_, st.tuples(st.integers(1, 12), st.integers(1, 12)), fill=st.booleans())
images_of_masks = st.tuples(st.integers(1, 9), st.integers(1, 9)).flatmap(
    lambda size: st.lists(hnp.arrays(np.bool_, size, fill=st.booleans()), min_size=1, max_size=6)
)


def as_mask(image):
    return {"size": list(image.shape), "counts": geometry.rle_from_mask(image)}


def oracle(image):
    return coco.encode(np.asfortranarray(image.astype(np.uint8)))


@given(pixels)
def test_a_mask_is_written_as_pycocotools_writes_it_and_read_back(image):
    counts = geometry.rle_from_mask(image)

    assert counts == oracle(image)["counts"].decode()
    assert (geometry.mask_from_rle(counts, *image.shape) == image).all()


@given(pixels)
def test_area_and_box_agree_with_pycocotools(image):
    counts = geometry.rle_from_mask(image)

    x, y, width, height = coco.toBbox(oracle(image)).tolist()
    assert geometry.rle_area(counts, *image.shape) == image.sum()
    assert geometry.rle_box(counts, *image.shape) == (x, y, x + width, y + height)


@given(images_of_masks, st.lists(st.booleans(), min_size=6, max_size=6))
def test_the_iou_of_all_pairs_is_that_of_pycocotools(images, crowds):
    masks = [as_mask(image) for image in images]
    is_crowd = crowds[: len(masks)]

    found = geometry.mask_iou_matrix(masks, masks, is_crowd)

    expected = coco.iou([oracle(i) for i in images], [oracle(i) for i in images], [int(c) for c in is_crowd])
    assert found.dtype == np.float64
    assert (found == expected).all()


@given(images_of_masks)
def test_the_iou_pair_by_pair_is_that_of_the_matrix(images):
    masks = [as_mask(image) for image in images]

    first, second = np.indices((len(masks), len(masks))).reshape(2, -1)
    pairs = geometry.mask_iou_pairs(geometry.read_masks(masks), first, second)

    assert (pairs == geometry.mask_iou_matrix(masks, masks).ravel()).all()


def test_masks_of_different_sizes_do_not_overlap():
    small, large = as_mask(np.ones((2, 2))), as_mask(np.ones((3, 3)))

    matrix = geometry.mask_iou_matrix([small, large], [small])
    pairs = geometry.mask_iou_pairs(geometry.read_masks([large, small]), np.array([0, 1]), np.array([1, 1]))

    assert matrix.tolist() == [[1.0], [0.0]]
    assert np.isnan(pairs[0])
    assert pairs[1] == 1.0


def test_no_masks_give_an_empty_matrix():
    mask = as_mask(np.ones((2, 2)))

    assert geometry.mask_iou_matrix([], [mask]).shape == (0, 1)
    assert geometry.mask_iou_matrix([mask], []).shape == (1, 0)


def test_a_thousand_masks_are_measured_at_once():
    # pycocotools itself fails on 256 and more under NumPy 2.4.
    masks = [as_mask(np.arange(12).reshape(3, 4) < n % 12) for n in range(1000)]

    assert geometry.rle_areas(masks).tolist() == [n % 12 for n in range(1000)]
    assert geometry.rle_boxes(masks[:2]).tolist() == [[0, 0, 0, 0], [0, 0, 1, 1]]
    assert geometry.mask_iou_matrix(masks, masks[:300]).shape == (1000, 300)


@given(hnp.arrays(np.int16, st.tuples(st.integers(1, 9), st.integers(1, 9)), elements=st.integers(-2, 3)))
def test_every_value_of_a_label_image_becomes_one_mask(labels):
    masks = geometry.rles_from_labels(labels)

    assert masks == {
        int(value): geometry.rle_from_mask(labels == value) for value in np.unique(labels) if value != 0
    }


def test_a_label_image_may_keep_its_background():
    masks = geometry.rles_from_labels(np.array([[0, 0], [7, 0]]), background=None)

    assert {value: geometry.rle_area(counts, 2, 2) for value, counts in masks.items()} == {0: 3, 7: 1}


def test_uncompressed_counts_are_compressed_as_pycocotools_does():
    lengths = [3, 5, 40, 2, 1000, 1, 149]

    counts = geometry.rle_from_uncompressed(lengths, 40, 30)

    assert counts == coco.frPyObjects({"counts": lengths, "size": [40, 30]}, 40, 30)["counts"].decode()


def test_runs_without_pixels_do_not_hide_the_rest_of_a_mask():
    # pycocotools stops comparing where both masks have such a run at the same place.
    counts = geometry.rle_from_uncompressed([1, 2, 0, 1, 4], 2, 4)

    assert counts == geometry.rle_from_uncompressed([1, 3, 4], 2, 4)


def test_a_text_with_runs_without_pixels_has_the_iou_of_its_pixels():
    lazy = {"size": [2, 4], "counts": "120O4"}
    neat = {"size": [2, 4], "counts": geometry.rle_from_mask(geometry.mask_from_rle(lazy["counts"], 2, 4))}

    assert geometry.mask_iou_matrix([lazy, neat], [lazy, neat]).tolist() == [[1.0, 1.0], [1.0, 1.0]]


@pytest.mark.parametrize(
    ("lengths", "message"),
    [
        ([1, 2], "cover 3 pixels, but size 2 x 2 has 4"),
        ([5, -1], "negative"),
        ([2**40], "longer than any image"),
        ([2**70], "whole numbers"),
        ([1.5, 2.5], "whole numbers"),
        ([[1, 3]], "whole numbers"),
        ([[1], 3], "whole numbers"),
        (["1", "3"], "whole numbers"),
        ([], "whole numbers"),
    ],
)
def test_broken_uncompressed_counts_are_refused(lengths, message):
    with pytest.raises(ValueError, match=message):
        geometry.rle_from_uncompressed(lengths, 2, 2)


rings = st.lists(
    st.lists(st.floats(-15, 40, width=32), min_size=6, max_size=16).map(lambda v: v[: len(v) // 2 * 2]),
    min_size=1,
    max_size=3,
)


@given(rings, st.integers(1, 30), st.integers(1, 30))
def test_polygons_cover_the_pixels_that_pycocotools_gives_them(polygons, height, width):
    counts = geometry.rle_from_polygons(polygons, height, width)

    assert counts == coco.merge(coco.frPyObjects(polygons, height, width))["counts"].decode()
    assert not geometry.rle_problems([{"size": [height, width], "counts": counts}])


@pytest.mark.parametrize(
    ("polygons", "message"),
    [
        ([], "no polygon"),
        ([[0, 0, 4, 4]], "ring 0 must be .* at least 3 points"),
        ([[0, 0, 4, 0, 4, 4], [0, 0, 4, 0, 4, 4, 5]], "ring 1 must be"),
        ([[0, 0, 4, 0, 4, float("nan")]], "not finite"),
        ([[0, 0, 4, 0, 4, float("inf")]], "not finite"),
        ([[0, 0, 1e9, 0, 4, 4]], "too far"),
        ([[1e9, 1e9, 1e9, 1e9, 1e9, 1e9]], "too far"),
        ([["a", 0, 4, 0, 4, 4]], "flat list of numbers"),
        ([[[0, 0], [4, 0], [4, 4]]], "ring 0 must be"),
    ],
)
def test_polygons_that_cannot_be_drawn_are_refused(polygons, message):
    with pytest.raises(ValueError, match=message):
        geometry.rle_from_polygons(polygons, 10, 10)


@pytest.mark.parametrize("size", [(0, 5), (5, -1), (1 << 15, 1 << 15)])
def test_an_impossible_size_is_refused(size):
    with pytest.raises(ValueError, match="must be at least 1 x 1"):
        geometry.rle_from_polygons([[0, 0, 4, 0, 4, 4]], *size)


@pytest.mark.shared_data
def test_real_polygons_and_detected_masks_are_those_of_pycocotools(shared):
    folder = shared("coco_val2014_100")
    truth = json.loads(next(folder.rglob("instances_val2014_100.json")).read_text())
    sizes = {image["id"]: (image["height"], image["width"]) for image in truth["images"]}
    drawn = [a for a in truth["annotations"] if isinstance(a["segmentation"], list)]
    found = json.loads(next(folder.rglob("*fakesegm100_results.json")).read_text())

    polygons = [geometry.rle_from_polygons(a["segmentation"], *sizes[a["image_id"]]) for a in drawn]
    boxes = geometry.rle_boxes([result["segmentation"] for result in found])

    expected = [
        coco.merge(coco.frPyObjects(a["segmentation"], *sizes[a["image_id"]]))["counts"].decode()
        for a in drawn
    ]
    assert polygons == expected
    assert not geometry.rle_problems([result["segmentation"] for result in found])
    assert (
        boxes[:, 2:] - boxes[:, :2] == coco.toBbox([result["segmentation"] for result in found])[:, 2:]
    ).all()


def test_a_piece_of_a_mask_has_the_text_of_the_whole():
    rng = np.random.default_rng(5)
    for _ in range(300):
        height, width = rng.integers(1, 12, 2).tolist()
        rows, columns = int(rng.integers(0, height + 1)), int(rng.integers(0, width + 1))
        top, left = int(rng.integers(0, height - rows + 1)), int(rng.integers(0, width - columns + 1))
        crop = rng.random((rows, columns)) < rng.random()

        counts = geometry.rle_from_crop(crop, left=left, top=top, height=height, width=width)

        whole = np.zeros((height, width), bool)
        whole[top : top + rows, left : left + columns] = crop
        assert counts == geometry.rle_from_mask(whole)


def test_a_piece_that_reaches_out_of_the_picture_is_refused():
    with pytest.raises(ValueError, match="not inside 3 x 3"):
        geometry.rle_from_crop(np.ones((2, 2)), left=2, top=0, height=3, width=3)
