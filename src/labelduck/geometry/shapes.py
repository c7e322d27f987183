"""Boxes, rings and rotated boxes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


def box_iou_matrix(
    predictions: ArrayLike, annotations: ArrayLike, is_crowd: ArrayLike | None = None
) -> NDArray[np.float64]:
    """Return the IoU of every prediction with every annotation.

    Args:
        predictions: Boxes as corners in pixels, [P, 4].
        annotations: Boxes as corners in pixels, [A, 4].
        is_crowd: Annotations that stand for many objects, [A]; none by default.

    Returns:
        IoU, [P, A]; 0 where boxes only touch or have no area. For a crowd the share of the prediction that lies in it.
    """
    found = np.asarray(predictions, np.float64).reshape(-1, 1, 4)
    drawn = np.asarray(annotations, np.float64).reshape(1, -1, 4)
    sides = np.minimum(found[..., 2:], drawn[..., 2:]) - np.maximum(found[..., :2], drawn[..., :2])
    shared = np.where((sides > 0).all(axis=-1), sides.prod(axis=-1), 0.0)
    found_area = (found[..., 2:] - found[..., :2]).prod(axis=-1)
    whole = found_area + (drawn[..., 2:] - drawn[..., :2]).prod(axis=-1) - shared
    if is_crowd is not None:
        # A crowd matches many times: divide by the prediction's area, not by the union.
        whole = np.where(np.asarray(is_crowd, bool), found_area, whole)
    iou: NDArray[np.float64] = np.divide(shared, whole, out=np.zeros_like(shared), where=shared > 0)
    return iou


def polygon_area(ring: ArrayLike) -> float:
    """Return the area of one ring in square pixels (shoelace formula); the ring may be open or closed."""
    points = np.asarray(ring, np.float64).reshape(-1, 2)
    if len(points) < 3:
        return 0.0
    # Far from the origin the products lose digits, so the first corner becomes the origin.
    x, y = (points - points[0]).T
    return float(abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2)


def box_from_points(points: ArrayLike) -> tuple[float, float, float, float]:
    """Return the smallest box around points.

    Args:
        points: Flat x1, y1, x2, y2, ... or [n, 2], in pixels.

    Returns:
        Corners x_min, y_min, x_max, y_max.

    Raises:
        ValueError: There is no point.
    """
    pairs = np.asarray(points, np.float64).reshape(-1, 2)
    if not len(pairs):
        raise ValueError("no points, expected at least one")
    (x_min, y_min), (x_max, y_max) = pairs.min(axis=0).tolist(), pairs.max(axis=0).tolist()
    return x_min, y_min, x_max, y_max


def rotated_box_corners(
    center_x: ArrayLike, center_y: ArrayLike, width: ArrayLike, height: ArrayLike, degrees: ArrayLike
) -> NDArray[np.float64]:
    """Return the corners of boxes turned around their centres.

    Args:
        center_x: Centres in pixels, any shape that broadcasts with the others.
        center_y: Likewise.
        width: Side along x before the turn, in pixels.
        height: Side along y before the turn, in pixels.
        degrees: Angle, clockwise on the screen (y points down).

    Returns:
        x1, y1, ... x4, y4, [..., 8]: the corners that were top left, top right, bottom right and bottom left.
    """
    x, y, w, h, angle = np.broadcast_arrays(
        *(np.asarray(v, np.float64) for v in (center_x, center_y, width, height, degrees))
    )
    # Quarter turns are exact: cos(90 degrees) through radians is 6e-17, not 0.
    quarter = np.asarray(angle % 90 == 0)
    cosine, sine = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    cosine = np.where(quarter, np.round(cosine), cosine)[..., None]
    sine = np.where(quarter, np.round(sine), sine)[..., None]
    right = w[..., None] / 2 * np.array([-1.0, 1.0, 1.0, -1.0])
    down = h[..., None] / 2 * np.array([-1.0, -1.0, 1.0, 1.0])
    corners = np.stack(
        [x[..., None] + right * cosine - down * sine, y[..., None] + right * sine + down * cosine], axis=-1
    )
    return corners.reshape(*x.shape, 8)
