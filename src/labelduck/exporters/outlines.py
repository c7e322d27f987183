"""Ellipses, turned boxes, lines and cuboids for formats that do not know them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from labelduck.exporters.json_text import one_array
from labelduck.geometry import rotated_box_corners

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Collection

    from numpy.typing import NDArray

    Reals = NDArray[np.float64]
    Flags = NDArray[np.bool_]

ELLIPSE_POINTS = 64
NOT_TURNED = "oriented boxes that are not turned became boxes"
NO_RECTANGLE = "oriented boxes that are no rectangles became polygons"
_PLURALS = {"box": "boxes", "rotated_box": "oriented boxes", "keypoints": "keypoints"}
_CLOSE = 1e-7
"""Share of its size by which a corner may miss that of a rectangle."""


@dataclass(frozen=True)
class Turned:
    """Turned boxes and ellipses among n objects.

    Attributes:
        is_box: Which are turned boxes that their upright form and the angle give again, [n].
        upright: Corners of the upright form of these, [n, 4].
        degrees: Their angles clockwise on the screen, [n].
        has_ring: Which are other turned shapes, [n].
        rings: Points around these as x1, y1, ..., one array each, None for others.
        is_ellipse: Which are ellipses, [n].
    """

    is_box: Flags
    upright: Reals
    degrees: Reals
    has_ring: Flags
    rings: NDArray[np.object_]
    is_ellipse: Flags


def corners(piece: pa.Table) -> Reals:
    """Return the column `box` as x_min, y_min, x_max, y_max, NaN for none, [n, 4]."""
    box = one_array(piece["box"])
    sides = [pc.struct_field(box, name) for name in ("x_min", "y_min", "x_max", "y_max")]
    return np.stack([side.to_numpy(zero_copy_only=False) for side in sides], axis=1).astype(np.float64)


def turned_shapes(piece: pa.Table) -> Turned:
    """Return the turned boxes and ellipses of rows with geometry, rotated_box and rotation."""
    n = piece.num_rows
    given = one_array(piece["rotated_box"])
    has_corners = np.asarray(pc.fill_null(pc.equal(pc.list_value_length(given), 8), False))
    none = np.zeros(n, np.bool_)
    found = Turned(
        none, np.zeros((n, 4)), np.full(n, np.nan), none.copy(), np.full(n, None, object), none.copy()
    )
    rows = np.flatnonzero(has_corners)
    if not len(rows):
        return found
    flat = np.asarray(given.take(pa.array(rows)).flatten()).reshape(-1, 8)
    geometry = one_array(piece["geometry"])
    is_ellipse = np.asarray(pc.fill_null(pc.equal(geometry, "ellipse"), False))[rows]
    is_turned = np.asarray(pc.fill_null(pc.equal(geometry, "rotated_box"), False))[rows]
    angles = piece["rotation"].to_numpy()[rows]
    found.upright[rows], found.degrees[rows], is_rectangle = upright_forms(flat, angles)
    found.is_box[rows] = is_turned & is_rectangle
    found.is_ellipse[rows] = is_ellipse
    found.has_ring[rows] = is_ellipse | (is_turned & ~is_rectangle)
    for row in np.flatnonzero(found.has_ring).tolist():
        ring = flat[np.searchsorted(rows, row)]
        found.rings[row] = ellipse_rings(ring[None])[0] if found.is_ellipse[row] else ring
    return found


def count_changes(piece: pa.Table, turned: Turned, changed: Counter[str], *, kept: Collection[str]) -> None:
    """Count what becomes of shapes in a format that knows boxes, turned boxes, and what is `kept`, and of ellipses polygons."""
    counts = {item["values"]: item["counts"] for item in pc.value_counts(piece["geometry"]).to_pylist()}
    for name in ("polyline", "cuboid", "point"):
        if counts.get(name) and name not in kept:
            changed[became(name, "keypoints" if name == "point" else "box")] += counts[name]
    is_straight = turned.is_box & (turned.degrees == 0)
    told = {
        became("ellipse", "polygon"): turned.is_ellipse,
        NO_RECTANGLE: turned.has_ring & ~turned.is_ellipse,
        NOT_TURNED: is_straight,
    }
    changed.update({words: int(rows.sum()) for words, rows in told.items() if rows.any()})


def became(geometry: str, other: str) -> str:
    """Return the words for shapes of one kind that became another: "ellipses became polygons"."""
    return f"{_PLURALS.get(geometry, geometry + 's')} became {_PLURALS.get(other, other + 's')}"


def ellipse_rings(boxes: Reals) -> Reals:
    """Return rings around ellipses.

    Args:
        boxes: Corners x1, y1, ... x4, y4 of the turned boxes that hold them, [n, 8].

    Returns:
        x1, y1, x2, y2, ... of points on the ellipse, [n, 2 * ELLIPSE_POINTS].
    """
    points = boxes.reshape(-1, 4, 2)
    center = points.mean(axis=1)[:, None, :]
    across = (points[:, 1] - points[:, 0])[:, None, :] / 2
    down = (points[:, 3] - points[:, 0])[:, None, :] / 2
    angle = np.linspace(0, 2 * np.pi, ELLIPSE_POINTS, endpoint=False)[None, :, None]
    rings: Reals = center + across * np.cos(angle) + down * np.sin(angle)
    return rings.reshape(len(points), -1)


def upright_forms(boxes: Reals, degrees: Reals) -> tuple[Reals, Reals, Flags]:
    """Return turned boxes as they were before the turn.

    Args:
        boxes: x1, y1, ... x4, y4 in pixels, [n, 8].
        degrees: Angles clockwise on the screen; NaN where the first edge tells it, [n].

    Returns:
        x_min, y_min, x_max, y_max of the upright form, [n, 4]; the angles, [n]; and which of them are rectangles that the
        form and the angle give again, [n].
    """
    points = boxes.reshape(-1, 4, 2)
    edge = points[:, 1] - points[:, 0]
    told = np.degrees(np.arctan2(edge[:, 1], edge[:, 0]))
    angles = np.where(np.isnan(degrees), told, degrees)
    center = points.mean(axis=1)
    sides = np.stack([np.hypot(*edge.T), np.hypot(*(points[:, 3] - points[:, 0]).T)], axis=1)
    (x, y), (width, height) = center.T, sides.T
    again = rotated_box_corners(x, y, width, height, angles)
    size = sides.sum(axis=1)
    is_rectangle: Flags = np.abs(again - boxes).max(axis=1, initial=0.0) <= _CLOSE * np.maximum(size, 1.0)
    return np.concatenate([center - sides / 2, center + sides / 2], axis=1), angles, is_rectangle
