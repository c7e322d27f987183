"""What overlaps: boxes, which the kernel compares itself, masks or keypoints."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from labelduck.geometry import keypoint_oks_matrix, mask_iou_matrix
from labelduck.kernel.arrays import CROWD, Rules
from labelduck.matching import shapes
from labelduck.matching.columns import corners
from labelduck.matching.mask_overlaps import Side, fill_ious

if TYPE_CHECKING:
    from collections.abc import Callable

    import pyarrow as pa

    from labelduck.kernel import Overlaps
    from labelduck.kernel.arrays import Array, Chunk, State
    from labelduck.matching import Geometry
    from labelduck.matching.inputs import Scene

    OfImage = Callable[[slice, slice], Array]

PLACES_PER_CHUNK = {"box": 250_000, "mask": 40_000, "keypoints": 20_000}
"""Predictions that are in memory at once, with what they are compared by."""


def geometry_of(predictions: pa.Table) -> Geometry:
    """Return what a model predicted: masks (or polygons), keypoints, or boxes."""
    columns: tuple[tuple[str, Geometry], ...] = (
        ("mask", "mask"),
        ("polygons", "mask"),
        ("keypoints", "keypoints"),
    )
    for name, geometry in columns:
        if name in predictions.column_names and predictions.column(name).null_count < predictions.num_rows:
            return geometry
    return "box"


def rules_of(geometry: Geometry) -> Rules:
    """Return COCO's numbers for a geometry."""
    if geometry == "keypoints":
        return Rules(area_ranges=("all", "medium", "large"), limits=(20,))
    return Rules()


def overlaps_of(geometry: Geometry, scene: Scene) -> Overlaps | None:
    """Return what computes the overlaps of a chunk; None for boxes."""
    if geometry == "box":
        return None
    fill = {"mask": _mask_ious, "keypoints": _keypoint_similarities}[geometry]

    def overlaps(state: State, chunk: Chunk) -> tuple[Array, Array]:
        ends = state.image_start[chunk.first : chunk.last + 1] - chunk.first_place
        annotation_ends = state.annotations.start[chunk.first : chunk.last + 1] - chunk.first_annotation
        start = np.zeros(chunk.last - chunk.first + 1, np.int64)
        np.cumsum(np.diff(ends) * np.diff(annotation_ends), out=start[1:])
        ious = np.zeros(start[-1])
        left, of_image = fill(scene, state, chunk, start, ious)
        for i in left.tolist():
            found, drawn = slice(ends[i], ends[i + 1]), slice(annotation_ends[i], annotation_ends[i + 1])
            ious[start[i] : start[i + 1]] = of_image(found, drawn).ravel()
        return ious, start

    return overlaps


def _mask_ious(scene: Scene, state: State, chunk: Chunk, start: Array, ious: Array) -> tuple[Array, OfImage]:
    """Fill the IoUs of masks; return which images are left to do, and what gives theirs."""
    places, ours = (
        slice(chunk.first_place, chunk.last_place),
        slice(chunk.first_annotation, chunk.last_annotation),
    )
    sides = (
        (scene.prediction_table, state.row_at[places], state.image_start),
        (scene.annotation_table, scene.object_rows[ours], state.annotations.start),
    )
    sizes = _image_sizes(scene, chunk, sides)
    is_crowd = state.annotations.flags[ours] & CROWD > 0
    found, drawn = (
        Side(
            table,
            rows,
            sizes[_images(starts, chunk)],
            starts[chunk.first : chunk.last + 1] - starts[chunk.first],
        )
        for table, rows, starts in sides
    )
    left = fill_ious(found, drawn, is_crowd, start, ious)
    masks = [side.masks(left) for side in (found, drawn)]

    def of_image(places: slice, annotations: slice) -> Array:
        return mask_iou_matrix(
            [masks[0][n] for n in range(places.start, places.stop)],
            [masks[1][n] for n in range(annotations.start, annotations.stop)],
            is_crowd[annotations],
            trusted=True,
        )

    return left, of_image


def _keypoint_similarities(
    scene: Scene, state: State, chunk: Chunk, start: Array, ious: Array
) -> tuple[Array, OfImage]:
    """Return which images are to do, and what gives their similarities."""
    del ious
    rows = state.row_at[chunk.first_place : chunk.last_place]
    ours = slice(chunk.first_annotation, chunk.last_annotation)
    objects = scene.object_rows[ours]
    found, drawn = (
        shapes.keypoints(scene.prediction_table, rows),
        shapes.keypoints(scene.annotation_table, objects),
    )
    n_found, n_drawn = (np.array([len(points) for points in side], int) for side in (found, drawn))
    # An annotation without keypoints is compared by its box, with as many keypoints as were predicted.
    usual = int(n_found.max(initial=0))
    drawn = [points if len(points) else np.zeros((usual, 3)) for points in drawn]
    n_drawn[n_drawn == 0] = usual
    boxes = np.stack(corners(scene.annotation_table)[0], axis=1)[objects]
    areas = state.annotations.area[ours]

    def of_image(places: slice, annotations: slice) -> Array:
        ious = np.zeros((places.stop - places.start, annotations.stop - annotations.start))
        for n in np.unique(n_drawn[annotations]):
            here = np.flatnonzero(n_drawn[annotations] == n) + annotations.start
            there = np.flatnonzero(n_found[places] == n) + places.start
            if n and len(there):
                ious[np.ix_(there - places.start, here - annotations.start)] = keypoint_oks_matrix(
                    np.stack([found[p] for p in there]),
                    np.stack([drawn[a] for a in here]),
                    areas=areas[here],
                    boxes=boxes[here],
                )
        return np.nan_to_num(ious)

    return np.flatnonzero(np.diff(start)), of_image


def _image_sizes(scene: Scene, chunk: Chunk, sides: tuple[tuple[pa.Table, Array, Array], ...]) -> Array:
    """Return height and width of a chunk's images; where they are not known, of what holds all that was drawn."""
    sizes = scene.image_sizes[chunk.first : chunk.last].copy()
    lacking = np.minimum(sizes[:, 0], sizes[:, 1]) <= 0
    if lacking.any():
        sizes[lacking] = 0
        for table, rows, starts in sides:
            images = _images(starts, chunk)
            some = lacking[images]
            np.maximum.at(sizes, images[some], shapes.sizes_of_masks(table, rows[some]))
    return sizes


def _images(starts: Array, chunk: Chunk) -> Array:
    """Return the image, counted within the chunk, of each prediction or annotation."""
    counts = np.diff(starts[chunk.first : chunk.last + 1])
    return np.repeat(np.arange(len(counts)), counts)
