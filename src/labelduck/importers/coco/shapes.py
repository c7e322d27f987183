"""Boxes, segmentations and keypoints of one COCO record, checked."""

from __future__ import annotations

import math
import sys
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

_LARGEST = 1e12
"""Largest coordinate in pixels; beyond, areas and differences of coordinates would lose all meaning."""

_NUMBERS = frozenset((int, float))

Box = tuple[float, float, float, float]


class ShapeError(ValueError):
    """A shape cannot be used.

    Args:
        place: Where, below the record, for example `.bbox`.
        problem: What is wrong.
    """

    def __init__(self, place: str, problem: str) -> None:
        super().__init__(problem)
        self.place, self.problem = place, problem


class Shape(NamedTuple):
    """The geometry of one record.

    Attributes:
        box: x, y, width, height in pixels, as in the source.
        polygons: Rings.
        mask: Height, width and compressed counts.
        keypoints: x, y, visibility of each keypoint, one after the other.
        is_nested_badly: Whether the one ring was not in a list of rings.
    """

    box: Box | None = None
    polygons: list[list[float]] | None = None
    mask: tuple[int, int, str] | None = None
    keypoints: list[float] | None = None
    is_nested_badly: bool = False

    @property
    def is_empty(self) -> bool:
        """Tell whether there is no geometry at all."""
        return self.box is None and self.polygons is None and self.mask is None and self.keypoints is None


def read_shape(record: Mapping[str, object]) -> Shape:
    """Return the geometry of a record.

    Raises:
        ShapeError: A number is missing, infinite or no number, or a mask does not cover its size.
    """
    polygons, mask, is_flat = None, None, False
    segmentation = record.get("segmentation")
    if isinstance(segmentation, dict):
        mask = _read_mask(segmentation)
    elif segmentation not in (None, [], ""):
        polygons, is_flat = _read_polygons(segmentation)
    return Shape(
        box=_read_box(record.get("bbox")),
        polygons=polygons,
        mask=mask,
        keypoints=_read_keypoints(record.get("keypoints")),
        is_nested_badly=is_flat,
    )


def read_area(value: object) -> float | None:
    """Return an area in square pixels, None when it is not given; ShapeError for what is no finite number."""
    return None if value is None else _numbers([value], ".area", largest=sys.float_info.max)[0]


def _read_box(value: object) -> Box | None:
    if value is None or value == []:
        return None
    if not isinstance(value, list):
        raise ShapeError(".bbox", f"{type(value).__name__}, expected 4 numbers")
    if len(value) != 4:
        raise ShapeError(".bbox", f"{len(value)} numbers, expected 4")
    x, y, width, height = _numbers(value, ".bbox")
    return x, y, width, height


def _read_polygons(value: object) -> tuple[list[list[float]], bool]:
    if not isinstance(value, list):
        raise ShapeError(".segmentation", f"{type(value).__name__}, expected rings or a run-length mask")
    is_flat = not isinstance(value[0], list)
    rings = [_numbers(ring, f".segmentation[{n}]") for n, ring in enumerate([value] if is_flat else value)]
    for n, ring in enumerate(rings):
        if len(ring) < 6 or len(ring) % 2:
            raise ShapeError(
                f".segmentation[{n}]", f"{len(ring)} numbers, expected x, y of at least 3 points"
            )
    return rings, is_flat


def _read_mask(value: Mapping[str, object]) -> tuple[int, int, str]:
    from labelduck import geometry

    size, counts = value.get("size"), value.get("counts")
    if (
        not isinstance(size, list)
        or len(size) != 2
        or not all(type(side) is int and side > 0 for side in size)
    ):
        raise ShapeError(".segmentation.size", "expected height and width in whole pixels")
    height, width = size
    try:
        if isinstance(counts, list):
            # numpy would take true for 1.
            if not all(type(run) is int for run in counts):
                raise ShapeError(".segmentation.counts", "expected whole numbers")
            return height, width, geometry.rle_from_uncompressed(counts, height, width)
    except (ValueError, OverflowError) as error:
        raise ShapeError(".segmentation.counts", str(error)) from error
    if not isinstance(counts, str):
        raise ShapeError(".segmentation.counts", "expected text or a list of runs")
    if height * width > geometry.MAX_PIXELS:
        raise ShapeError(".segmentation.size", f"{height} x {width} is larger than any mask may be")
    return height, width, counts


def _read_keypoints(value: object) -> list[float] | None:
    if value is None or value == []:
        return None
    points = _numbers(value, ".keypoints")
    if len(points) % 3:
        raise ShapeError(".keypoints", f"{len(points)} numbers, expected x, y, visibility of each")
    return points


def _numbers(values: object, place: str, *, largest: float = _LARGEST) -> list[float]:
    if not isinstance(values, list):
        raise ShapeError(place, f"{type(values).__name__}, expected numbers")
    # Four passes at the speed of C are quicker than one loop; true is no number here, so types are compared.
    if not _NUMBERS.issuperset(map(type, values)):
        raise ShapeError(place, "holds something that is no number")
    try:
        numbers = list(map(float, values))
    except OverflowError:
        raise ShapeError(place, "a number is too large") from None
    if not sum(map(abs, numbers)) <= largest:
        if not all(map(math.isfinite, numbers)):
            raise ShapeError(place, "holds NaN or infinity")
        if max(map(abs, numbers)) > largest:
            raise ShapeError(place, "a number is too large")
    return numbers
