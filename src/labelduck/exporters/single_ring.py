"""One ring around an object, for formats that know no more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from labelduck.exporters import outlines
from labelduck.exporters.tracing import mask_rings, one_ring

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Mapping

SHAPES = ("polygons", "mask", "rotated_box")
ONE_RING = "polygons of several rings became one ring"
LEAST_NUMBERS = 6


def ring_around(shapes: Mapping[str, Any], kind: str, changed: Counter[str]) -> list[float]:
    """Return one ring around an object, empty where it has no outline, and count what that changes.

    Args:
        shapes: The columns `SHAPES` of its row.
        kind: What it is, in the words of `geometry`.
        changed: Counts shapes that become another kind.
    """
    if kind == "polyline":
        return []
    if kind in {"ellipse", "rotated_box"} and len(shapes["rotated_box"] or ()) == 8:
        changed[outlines.became(kind, "polygon")] += 1
        corners = np.array(shapes["rotated_box"])
        ring: list[float] = (
            outlines.ellipse_rings(corners[None])[0] if kind == "ellipse" else corners
        ).tolist()
        return ring
    rings = [ring for ring in shapes["polygons"] or () if len(ring) >= LEAST_NUMBERS and len(ring) % 2 == 0]
    if shapes["mask"] is not None and (kind == "mask" or not rings):
        rings = mask_rings(shapes["mask"])
        changed[outlines.became("mask", "polygon")] += 1
    elif len(rings) > 1:
        changed[ONE_RING] += 1
    return one_ring(rings) if rings else []
