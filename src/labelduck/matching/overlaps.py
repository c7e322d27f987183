"""What overlaps: boxes, masks or keypoints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from labelduck.kernel.arrays import Rules

if TYPE_CHECKING:
    import pyarrow as pa

    from labelduck.kernel import Overlaps
    from labelduck.matching import Geometry
    from labelduck.matching.inputs import Scene


def geometry_of(predictions: pa.Table) -> Geometry:
    """Return what a model predicted: masks (or polygons), keypoints, or boxes."""
    for name, geometry in (("mask", "mask"), ("polygons", "mask"), ("keypoints", "keypoints")):
        if name in predictions.column_names and predictions.column(name).null_count < predictions.num_rows:
            return geometry  # type: ignore[return-value]
    return "box"


def rules_of(geometry: Geometry) -> Rules:
    """Return COCO's numbers for a geometry."""
    if geometry == "keypoints":
        return Rules(area_ranges=("all", "medium", "large"), limits=(20,))
    return Rules()


def overlaps_of(geometry: Geometry, scene: Scene) -> Overlaps | None:
    """Return what computes the overlaps of a chunk; None for boxes, which the kernel does itself."""
    del scene
    if geometry == "box":
        return None
    raise NotImplementedError(geometry)
