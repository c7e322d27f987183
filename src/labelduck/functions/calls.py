"""What each Python function computes: Arrow columns in, an Arrow column out, null wherever an argument is null."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from labelduck.functions.columns import (
    boxes_column,
    complete_rows,
    distinct_masks_of,
    keypoints_of,
    lists_column,
    masks_column,
    masks_of,
    offsets_of,
    reals_or_counts,
    rings_of,
)
from labelduck.geometry import (
    areas_of,
    boxes_of,
    keypoint_oks_pairs,
    mask_iou_matrix,
    mask_iou_pairs,
    polygon_iou_pairs,
    rle_from_polygons,
    rle_problems,
)
from labelduck.schema.columns import TEXT


def mask_iou(a: pa.ChunkedArray, b: pa.ChunkedArray) -> pa.Array:
    """Return the IoU of two masks; null where their sizes differ."""
    (first, second), kept = complete_rows(a, b)
    masks, numbers = distinct_masks_of(pa.concat_arrays([first, second]))
    return reals_or_counts(mask_iou_pairs(masks, numbers[: len(first)], numbers[len(first) :]), kept)


def mask_ious(predictions: pa.ChunkedArray, annotations: pa.ChunkedArray) -> pa.Array:
    """Return per image the IoU of every prediction's mask with every annotation's."""
    columns, kept = complete_rows(predictions, annotations)
    starts = [offsets_of(column) for column in columns]
    # Checked for the whole batch at once: image by image would cost more than the IoU itself.
    is_plain = not any(masks_of(column.flatten()).has_empty_runs.any() for column in columns)
    found, drawn = (column.to_pylist() for column in columns)
    matrices = [mask_iou_matrix(p, a, trusted=is_plain).ravel() for p, a in zip(found, drawn, strict=True)]
    n_found, n_drawn = (np.diff(start) for start in starts)
    inner = np.concatenate([[0], np.cumsum(np.repeat(n_drawn, n_found))])
    values = reals_or_counts(np.concatenate([np.zeros(0), *matrices]))
    rows = lists_column(inner, values, np.ones(len(inner) - 1, bool))
    spread = np.zeros(len(kept), np.int64)
    spread[kept] = n_found
    return lists_column(np.concatenate([[0], np.cumsum(spread)]), rows, kept)


def mask_area(mask: pa.ChunkedArray) -> pa.Array:
    """Return the number of foreground pixels."""
    (column,), kept = complete_rows(mask)
    return reals_or_counts(areas_of(masks_of(column)), kept)


def mask_to_box(mask: pa.ChunkedArray) -> pa.Array:
    """Return the box around the foreground; null for an empty mask."""
    (column,), kept = complete_rows(mask)
    runs = masks_of(column)
    is_drawn = areas_of(runs) > 0
    kept[kept] = is_drawn
    return boxes_column(boxes_of(runs)[is_drawn], kept)


def mask_problem(mask: pa.ChunkedArray) -> pa.Array:
    """Return what is wrong with a mask; null for a sound one."""
    (column,), kept = complete_rows(mask)
    problems = rle_problems(column.to_pylist())
    rows = np.flatnonzero(kept).tolist()
    texts: list[str | None] = [None] * len(kept)
    for number, text in problems.items():
        texts[rows[number]] = text
    return pa.array(texts, TEXT)


def polygons_to_mask(polygons: pa.ChunkedArray, height: pa.ChunkedArray, width: pa.ChunkedArray) -> pa.Array:
    """Return the mask that polygons enclose together."""
    columns, kept = complete_rows(polygons, height, width)
    masks: list[tuple[str, int, int] | None] = [None] * len(kept)
    for row, *values in zip(np.flatnonzero(kept).tolist(), *(c.to_pylist() for c in columns), strict=True):
        rings, n_rows, n_columns = values
        masks[row] = rle_from_polygons(rings, n_rows, n_columns), n_rows, n_columns
    return masks_column(masks)


def polygon_iou(a: pa.ChunkedArray, b: pa.ChunkedArray) -> pa.Array:
    """Return the IoU of two lists of rings."""
    (first, second), kept = complete_rows(a, b)
    return reals_or_counts(polygon_iou_pairs(rings_of(first), rings_of(second)), kept)


def keypoint_oks(prediction: pa.ChunkedArray, annotation: pa.ChunkedArray, area: pa.ChunkedArray) -> pa.Array:
    """Return the keypoint similarity; null where the numbers of keypoints differ or none of the annotation's is visible."""
    (first, second, areas), kept = complete_rows(prediction, annotation, area)
    (first_starts, found), (second_starts, drawn) = keypoints_of(first), keypoints_of(second)
    n_found, n_drawn = np.diff(first_starts), np.diff(second_starts)
    sizes = areas.to_numpy(zero_copy_only=False)
    similarity = np.full(len(n_drawn), np.nan)
    for count in np.unique(n_drawn[n_found == n_drawn]):
        rows = np.flatnonzero((n_drawn == count) & (n_found == count))
        steps = np.arange(count)
        similarity[rows] = keypoint_oks_pairs(
            found[first_starts[rows, None] + steps],
            drawn[second_starts[rows, None] + steps],
            areas=sizes[rows],
        )
    return reals_or_counts(similarity, kept)
