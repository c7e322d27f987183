"""Shapes in COCO's words: bbox, segmentation, keypoints and area, whole columns at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from labelduck.exporters import json_text, outlines
from labelduck.schema.columns import POLYGONS

if TYPE_CHECKING:
    from collections import Counter

    from numpy.typing import NDArray

    Reals = NDArray[np.float64]
    Flags = NDArray[np.bool_]

RESULT_COLUMNS = ("box", "area", "polygons", "mask", "keypoints")
SHAPE_COLUMNS = (*RESULT_COLUMNS, "geometry", "rotated_box", "rotation")
SHORT_RING = "rings of fewer than 3 points were left out"
_LEAST_NUMBERS = 6


def annotation_shapes(piece: pa.Table, changed: Counter[str]) -> tuple[dict[str, pa.Array], pa.Array]:
    """Return the shapes of annotations as JSON by field, and the angle of those that are turned boxes, else null.

    Args:
        piece: Rows with `SHAPE_COLUMNS`.
        changed: Counts what COCO does not know.
    """
    turned = outlines.turned_shapes(piece)
    outlines.count_changes(piece, turned, changed, kept=("polygon", "mask", "keypoints"))
    corners = outlines.corners(piece)
    corners[turned.is_box] = turned.upright[turned.is_box]
    is_line = pc.equal(piece["geometry"], "polyline").combine_chunks()
    rings = pc.if_else(pc.fill_null(is_line, False), None, _segmentations(piece, changed))
    if turned.has_ring.any():
        drawn = json_text.rings(turned.rings[turned.has_ring])
        rings = pc.replace_with_mask(rings, pa.array(turned.has_ring), drawn)
    fields = {"bbox": _boxes(corners), "area": json_text.numbers(piece["area"]), "segmentation": rings}
    degrees = pa.array(turned.degrees, mask=~turned.is_box)
    return fields | _keypoints(piece), degrees


def result_shapes(piece: pa.Table) -> dict[str, pa.Array]:
    """Return the shapes of predictions as JSON by field.

    A record with `bbox` has the area of the box for readers of results, so masks of another area go without theirs.
    """
    corners = outlines.corners(piece)
    said = _segmentations(piece, None)
    sides = corners[:, 2:] - corners[:, :2]
    area = piece["area"].to_numpy()
    is_of_box = np.isclose(sides.prod(axis=1), area, rtol=1e-12, atol=0) | np.isnan(area)
    corners[~is_of_box & said.is_valid().to_numpy(zero_copy_only=False)] = np.nan
    points = _keypoints(piece)
    return {"bbox": _boxes(corners), "segmentation": said, "keypoints": points["keypoints"]}


def _boxes(corners: Reals) -> pa.Array:
    """Return corners, NaN for none, as x, y, width and height."""
    x_min, y_min, x_max, y_max = corners.T
    sides = (x_min, y_min, x_max - x_min, y_max - y_min)
    # A corner that is missing is null, and so is all that is joined with it.
    parts = [json_text.numbers(pa.array(side, from_pandas=True)) for side in sides]
    return pc.binary_join_element_wise("[", pc.binary_join_element_wise(*parts, ","), "]", "")


def _segmentations(piece: pa.Table, changed: Counter[str] | None) -> pa.Array:
    """Return masks and rings as JSON; where an object has both, the mask."""
    rings = _sound_rings(json_text.one_array(piece["polygons"]), changed)
    each = rings.flatten()
    said = json_text.lists(rings, json_text.lists(each, json_text.numbers(each.flatten())))
    mask = json_text.one_array(piece["mask"])
    if mask.null_count == len(mask):
        return said
    size, counts = (pc.struct_field(mask, name) for name in ("size", "counts"))
    sides = json_text.lists(size, json_text.numbers(size.flatten()))
    words = pc.binary_join_element_wise('{"size":', sides, ',"counts":', json_text.texts(counts), "}", "")
    return pc.coalesce(words, said)


def _sound_rings(rings: pa.Array, changed: Counter[str] | None) -> pa.Array:
    """Return the rings without those that are none, and null for objects that have none left."""
    lengths = pc.list_value_length(rings.flatten())
    numbers = np.asarray(pc.fill_null(lengths, 0))
    is_bad = (numbers < _LEAST_NUMBERS) | (numbers % 2 == 1)
    is_empty = pc.equal(pc.list_value_length(rings), 0)
    if not is_bad.any() and not pc.any(is_empty).as_py():
        return rings
    if changed is not None and is_bad.any():
        changed[SHORT_RING] += int(is_bad.sum())
    sound = (
        [ring for ring in each or () if ring and len(ring) >= _LEAST_NUMBERS and len(ring) % 2 == 0]
        for each in rings.to_pylist()
    )
    return pa.array([each or None for each in sound], POLYGONS)


def _keypoints(piece: pa.Table) -> dict[str, pa.Array]:
    points = json_text.one_array(piece["keypoints"])
    lengths = pc.list_value_length(points)
    if not pc.any(pc.greater(lengths, 0)).as_py():
        nothing = pa.nulls(len(points), pa.string())
        return {"keypoints": nothing, "num_keypoints": nothing}
    flat = points.flatten()
    parts = [pc.fill_null(pc.struct_field(flat, name), 0.0) for name in ("x", "y", "visibility")]
    each = pc.binary_join_element_wise(*(json_text.numbers(part) for part in parts), ",")
    said = pc.if_else(pc.greater(lengths, 0), json_text.lists(points, each), None)
    seen = np.concatenate([[0], np.cumsum(np.asarray(parts[2]) > 0)])
    ends = np.cumsum(np.asarray(pc.fill_null(lengths, 0)))
    count = pa.array(np.diff(seen[ends], prepend=0), mask=~said.is_valid().to_numpy(zero_copy_only=False))
    return {"keypoints": said, "num_keypoints": json_text.numbers(count)}
