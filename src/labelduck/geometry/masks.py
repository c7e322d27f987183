"""COCO run-length masks: made, measured and compared. Only this module and `drawing` know pycocotools."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from labelduck.geometry.runs import MAX_PIXELS, canonical, check_size, read_masks, write_runs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from labelduck.geometry.runs import Mask, Runs


def rle_from_uncompressed(counts: ArrayLike, height: int, width: int) -> str:
    """Return compressed counts from run lengths in column order, background first.

    Raises:
        ValueError: A length is negative or no whole number, or they do not cover the image.
    """
    check_size(height, width)
    try:
        lengths = np.asarray(counts)
    except (ValueError, OverflowError):
        lengths = np.zeros(0)
    if lengths.ndim != 1 or lengths.dtype.kind not in "iu":
        raise ValueError("counts must be a list of whole numbers")
    if len(lengths) and (int(lengths.min()) < 0 or int(lengths.max()) > MAX_PIXELS):
        raise ValueError("counts hold a run that is negative or longer than any image")
    lengths = lengths.astype(np.int64)
    if int(lengths.sum()) != height * width:
        raise ValueError(
            f"counts cover {lengths.sum()} pixels, but size {height} x {width} has {height * width}"
        )
    return write_runs(canonical(lengths))


def rle_from_mask(mask: ArrayLike) -> str:
    """Return the compressed counts of a mask [height, width], in which all but 0 and False is foreground."""
    return rles_from_labels(np.asarray(mask) != 0, background=None).get(1, "") or _empty(np.shape(mask))


def rles_from_labels(labels: ArrayLike, *, background: int | None = 0) -> dict[int, str]:
    """Return the compressed counts of each value of a label image, in one pass over the pixels.

    Args:
        labels: Whole numbers [height, width], for example the object or class that each pixel belongs to.
        background: Value that is no object and left out; None to get all values.
    """
    image = np.asarray(labels)
    check_size(*image.shape)
    flat = image.ravel(order="F")
    first = np.concatenate([[0], np.flatnonzero(flat[1:] != flat[:-1]) + 1])
    ends = np.concatenate([first[1:], [flat.size]])
    order = np.argsort(flat[first], kind="stable")
    values, splits = np.unique(flat[first][order], return_index=True)
    pieces = np.split(order, splits[1:])
    return {
        int(value): write_runs(_runs_between(first[runs], ends[runs], flat.size))
        for value, runs in zip(values, pieces, strict=True)
        if value != background
    }


def rle_from_crop(crop: ArrayLike, *, left: int, top: int, height: int, width: int) -> str:
    """Return the compressed counts of a picture's mask of which only a piece is given; all outside the piece is background.

    Costs what the piece costs, however large the picture.

    Args:
        crop: The piece [rows, columns], wholly inside the picture; all but 0 and False is foreground.
        left: Column of the picture at which the piece begins.
        top: Row likewise.
        height: Of the picture in pixels.
        width: Of the picture in pixels.

    Raises:
        ValueError: The size is none of a mask, or the piece reaches out of the picture.
    """
    check_size(height, width)
    pixels = np.asarray(crop) != 0
    rows, columns = pixels.shape
    if min(left, top) < 0 or left + columns > width or top + rows > height:
        raise ValueError(f"a piece of {columns} x {rows} at {left}, {top} is not inside {width} x {height}")
    framed = np.zeros((columns, rows + 2), np.int8)
    framed[:, 1:-1] = pixels.T
    steps = np.diff(framed, axis=1).ravel()
    first, ends = np.flatnonzero(steps == 1), np.flatnonzero(steps == -1)
    in_frame = (left + np.arange(columns)) * height + top
    first, ends = (in_frame[at // (rows + 1)] + at % (rows + 1) for at in (first, ends))
    # A column's last pixel and the next one's first are neighbours in the text.
    is_apart = first[1:] != ends[:-1]
    first, ends = first[np.append(True, is_apart)[: len(first)]], ends[np.append(is_apart, True)[: len(ends)]]
    if not len(first):
        return _empty((height, width))
    return write_runs(_runs_between(first, ends, height * width))


def mask_from_rle(counts: str, height: int, width: int) -> NDArray[np.bool_]:
    """Return a mask as booleans [height, width].

    Raises:
        ValueError: The counts are broken or do not cover the size.
    """
    runs = read_masks([{"size": [height, width], "counts": counts}]).refuse_faults()
    return np.repeat(runs.is_foreground, runs.lengths).reshape(width, height).T


def rle_area(counts: str, height: int, width: int) -> int:
    """Return the number of foreground pixels; ValueError as `mask_from_rle`."""
    return int(rle_areas([{"size": [height, width], "counts": counts}])[0])


def rle_areas(masks: Sequence[Mask]) -> NDArray[np.int64]:
    """Return the numbers of foreground pixels of many masks, [n]; ValueError as `mask_from_rle`."""
    return areas_of(read_masks(masks).refuse_faults())


def rle_box(counts: str, height: int, width: int) -> tuple[float, float, float, float]:
    """Return the box around the foreground: outer edges of its pixels, zeros for an empty mask; ValueError as above."""
    x_min, y_min, x_max, y_max = rle_boxes([{"size": [height, width], "counts": counts}])[0].tolist()
    return x_min, y_min, x_max, y_max


def rle_boxes(masks: Sequence[Mask]) -> NDArray[np.float64]:
    """Return the boxes around the foreground of many masks, [n, 4]; zeros for empty ones; ValueError as above."""
    return boxes_of(read_masks(masks).refuse_faults())


def mask_iou_matrix(
    predictions: Sequence[Mask],
    annotations: Sequence[Mask],
    is_crowd: ArrayLike | None = None,
    *,
    trusted: bool = False,
) -> NDArray[np.float64]:
    """Return the IoU of every prediction with every annotation of one image; exactly as pycocotools.

    Args:
        predictions: Masks, P of them.
        annotations: Masks, A of them.
        is_crowd: Annotations that stand for many objects, [A]; none by default.
        trusted: Skip the check of the texts: only for masks that `rle_problems` has passed and in which no run
            but the first is empty, as all are that this package has written.

    Returns:
        IoU, [P, A]; for a crowd the share of the prediction that lies in it. Masks of different sizes cannot overlap: 0.

    Raises:
        ValueError: A mask is broken.
    """
    from pycocotools import mask as coco

    if not (len(predictions) and len(annotations)):
        return np.zeros((len(predictions), len(annotations)))
    found, drawn = (list(masks) if trusted else _sound(masks) for masks in (predictions, annotations))
    crowds = np.zeros(len(drawn), np.uint8) if is_crowd is None else np.asarray(is_crowd, np.uint8)
    # pycocotools says -1 for different sizes, which a threshold treats as 0 and a mean does not.
    return np.asarray(np.maximum(coco.iou(found, drawn, crowds.tolist()), 0.0))


def mask_iou_pairs(
    masks: Runs, first: NDArray[np.integer[Any]], second: NDArray[np.integer[Any]]
) -> NDArray[np.float64]:
    """Return the IoU of pairs of masks, [n]; NaN where sizes differ, 0 where both are empty. No loop, no pixels.

    Args:
        masks: Sound masks.
        first: Numbers of the masks to compare, [n].
        second: Numbers of those to compare them with, [n].
    """
    boxes, areas = boxes_of(masks), areas_of(masks)
    is_comparable = (masks.heights[first] == masks.heights[second]) & (
        masks.widths[first] == masks.widths[second]
    )
    low = np.maximum(boxes[first, :2], boxes[second, :2])
    high = np.minimum(boxes[first, 2:], boxes[second, 2:])
    meet = np.flatnonzero(is_comparable & (low < high).all(axis=1))
    shared: NDArray[np.float64] = np.zeros(len(first))
    shared[meet] = _shared_pixels(masks, first[meet], second[meet])
    whole = areas[first] + areas[second] - shared
    iou: NDArray[np.float64] = np.divide(shared, whole, out=np.zeros_like(shared), where=whole > 0)
    iou[~is_comparable] = np.nan
    return iou


def areas_of(runs: Runs) -> NDArray[np.int64]:
    """Return the numbers of foreground pixels, [n]."""
    return runs.sum_of(np.where(runs.is_foreground, runs.lengths, 0))


def boxes_of(runs: Runs) -> NDArray[np.float64]:
    """Return the boxes around the foreground as corners, [n, 4]; zeros for empty masks."""
    ends = np.cumsum(runs.lengths)
    ends -= np.repeat(np.concatenate([[0], ends])[runs.starts[:-1]], np.diff(runs.starts))
    drawn = runs.is_foreground & (runs.lengths > 0)
    owners, ends, lengths = runs.owners[drawn], ends[drawn], runs.lengths[drawn]
    heights = runs.heights[owners]
    (left, top), (right, bottom) = np.divmod(ends - lengths, heights), np.divmod(ends - 1, heights)
    # A run over the foot of a column goes on at the top of the next: it touches both edges.
    top, bottom = np.where(left < right, 0, top), np.where(left < right, heights - 1, bottom)
    boxes = np.zeros((4, len(runs.heights)))
    counts = np.bincount(owners, minlength=len(runs.heights))
    is_drawn = counts > 0
    if is_drawn.any():
        first = (np.cumsum(counts) - counts)[is_drawn]
        boxes[0, is_drawn] = np.minimum.reduceat(left, first)
        boxes[1, is_drawn] = np.minimum.reduceat(top, first)
        boxes[2, is_drawn] = np.maximum.reduceat(right, first) + 1
        boxes[3, is_drawn] = np.maximum.reduceat(bottom, first) + 1
    return boxes.T


def _shared_pixels(
    masks: Runs, first: NDArray[np.integer[Any]], second: NDArray[np.integer[Any]]
) -> NDArray[np.float64]:
    """Return how many foreground pixels pairs of masks of the same size share.

    The pixels of all masks lie on one line, one mask after the other. The second mask's foreground before each edge of
    the first one's runs is then a difference of running totals.
    """
    if not len(first):
        return np.zeros(0)
    ends = np.cumsum(masks.lengths)
    covered = np.cumsum(np.where(masks.is_foreground, masks.lengths, 0))
    # Every second run is foreground, the first is not.
    n_drawn = np.diff(masks.starts)[first] // 2
    pair = np.repeat(np.arange(len(first)), n_drawn)
    place = np.arange(len(pair)) - np.repeat(np.cumsum(n_drawn) - n_drawn, n_drawn)
    run = masks.starts[first][pair] + 1 + 2 * place
    base = np.concatenate([[0], np.cumsum(masks.sums)])
    end = ends[run] + (base[second] - base[first])[pair]
    before = []
    for at in (end, end - masks.lengths[run]):
        holder = np.minimum(np.searchsorted(ends, at, side="right"), len(ends) - 1)
        beyond = np.minimum(at - ends[holder], 0)
        before.append(covered[holder] + np.where(masks.is_foreground[holder], beyond, 0))
    return np.bincount(pair, weights=before[0] - before[1], minlength=len(first)).astype(np.float64)


def _sound(masks: Sequence[Mask]) -> list[dict[str, Any]]:
    """Return masks that C code may read: checked, and without runs of no pixels."""
    runs = read_masks(masks).refuse_faults()
    safe: list[dict[str, Any]] = [{"size": list(mask["size"]), "counts": mask["counts"]} for mask in masks]
    for number in np.flatnonzero(runs.has_empty_runs).tolist():
        lengths = runs.lengths[runs.starts[number] : runs.starts[number + 1]]
        safe[number]["counts"] = write_runs(canonical(lengths))
    return safe


def _runs_between(first: NDArray[np.int64], ends: NDArray[np.int64], n_pixels: int) -> NDArray[np.int64]:
    """Return run lengths of foreground pieces that do not touch, in order."""
    edges = np.stack([first, ends], axis=1).ravel()
    lengths = np.diff(edges, prepend=0)
    return np.append(lengths, n_pixels - edges[-1]) if edges[-1] < n_pixels else lengths


def _empty(shape: tuple[int, ...]) -> str:
    return write_runs(np.array([shape[0] * shape[1]]))
