"""The geometry of many COCO objects in columns, on the way from JSON to Arrow."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from labelduck.importers.coco.shapes import Shape

_MASK_TEXT_AT_ONCE = 1 << 20


@dataclass(eq=False, repr=False)
class Shapes:
    """The geometry of n objects, one after the other.

    Lists of several objects lie behind one another; `ends[i]` tells where those of object i end.

    Attributes:
        box: x, y, width, height in pixels as the source gives them, [4, n].
        has_box: Which objects have one, [n].
        area: Square pixels, [n].
        has_area: Which objects have one, [n].
        numbers: x1, y1, x2, y2, ... of all rings.
        ring_ends: Where each ring ends in `numbers`.
        polygon_ends: Where the rings of each object end in `ring_ends`, [n].
        counts: Bytes of the compressed run-length masks.
        counts_ends: Where those of each object end, [n].
        sizes: Height and width of each mask, 0 for none, [2, n].
        keypoints: x, y, visibility of all keypoints.
        keypoints_ends: Where those of each object end, [n].
    """

    box: NDArray[np.float64]
    has_box: NDArray[np.bool_]
    area: NDArray[np.float64]
    has_area: NDArray[np.bool_]
    numbers: NDArray[np.float64]
    ring_ends: NDArray[np.int64]
    polygon_ends: NDArray[np.int64]
    counts: NDArray[np.uint8]
    counts_ends: NDArray[np.int64]
    sizes: NDArray[np.int64]
    keypoints: NDArray[np.float64]
    keypoints_ends: NDArray[np.int64]

    @classmethod
    def gathered(cls, shapes: Sequence[Shape], areas: Sequence[float | None]) -> Shapes:
        """Return checked shapes of single records as columns."""
        rings = [shape.polygons or [] for shape in shapes]
        texts = [shape.mask[2].encode() if shape.mask else b"" for shape in shapes]
        points = [shape.keypoints or [] for shape in shapes]
        boxes = np.array([shape.box or (0.0,) * 4 for shape in shapes], np.float64).reshape(-1, 4)
        flat = list(chain.from_iterable(rings))
        return cls(
            box=np.ascontiguousarray(boxes.T),
            has_box=np.array([shape.box is not None for shape in shapes], bool),
            area=np.array([0.0 if area is None else area for area in areas], np.float64),
            has_area=np.array([area is not None for area in areas], bool),
            numbers=np.array(list(chain.from_iterable(flat)), np.float64),
            ring_ends=_ends(flat),
            polygon_ends=_ends(rings),
            counts=np.frombuffer(b"".join(texts), np.uint8),
            counts_ends=_ends(texts),
            sizes=np.array([shape.mask[:2] if shape.mask else (0, 0) for shape in shapes], np.int64)
            .reshape(-1, 2)
            .T,
            keypoints=np.array(list(chain.from_iterable(points)), np.float64),
            keypoints_ends=_ends(points),
        )

    @property
    def has_seen_keypoints(self) -> NDArray[np.bool_]:
        """Which objects have keypoints of visibility above 0, [n]."""
        return self.n_seen_keypoints > 0

    @property
    def n_seen_keypoints(self) -> NDArray[np.int64]:
        """How many keypoints of visibility above 0 each object has, [n]."""
        if not len(self.keypoints):
            return np.zeros(len(self.keypoints_ends), np.int64)
        seen = np.concatenate([[0], np.cumsum(self.keypoints[2::3] > 0)])[self.keypoints_ends // 3]
        return np.diff(seen, prepend=0)

    @property
    def is_upside_down(self) -> NDArray[np.bool_]:
        """Which boxes have a negative side, [n]."""
        return np.asarray((self.box[2] < 0) | (self.box[3] < 0))

    @property
    def has_mask(self) -> NDArray[np.bool_]:
        """Which objects have a run-length mask, [n]."""
        return np.asarray(self.sizes[0] > 0)

    @property
    def has_polygons(self) -> NDArray[np.bool_]:
        """Which objects have rings, [n]."""
        return _have_any(self.polygon_ends)

    @property
    def has_keypoints(self) -> NDArray[np.bool_]:
        """Which objects have keypoints, [n]."""
        return _have_any(self.keypoints_ends)


class MaskFacts(NamedTuple):
    """What the masks of n objects cover.

    Attributes:
        area: Pixels, 0 without a mask, [n].
        box: Corners, zeros without a mask, [n, 4].
        faults: What is wrong with each bad mask, by its position.
    """

    area: NDArray[np.float64]
    box: NDArray[np.float64]
    faults: dict[int, str]


def measure_masks(shapes: Shapes) -> MaskFacts:
    """Return area, box and faults of all masks; bounded memory, whatever their number."""
    owners, n = np.flatnonzero(shapes.has_mask), len(shapes.has_mask)
    area, box, faults = np.zeros(n), np.zeros((n, 4)), dict[int, str]()
    if not len(owners):
        return MaskFacts(area, box, faults)
    from labelduck.geometry import areas_of, boxes_of, read_runs

    starts = np.concatenate([[0], shapes.counts_ends])
    while len(owners):
        start = starts[owners[0]]
        n_now = max(1, int(np.searchsorted(shapes.counts_ends[owners], start + _MASK_TEXT_AT_ONCE)))
        some, owners = owners[:n_now], owners[n_now:]
        ends = shapes.counts_ends[some]
        runs = read_runs(shapes.counts[start : ends[-1]], ends - start, *shapes.sizes[:, some])
        faults.update((int(some[bad]), runs.fault_text(int(bad))) for bad in np.flatnonzero(runs.faults))
        if not runs.faults.any():
            area[some], box[some] = areas_of(runs), boxes_of(runs)
    return MaskFacts(area, box, faults)


def fill_boxes(shapes: Shapes, masks: MaskFacts, *, visible_only: bool) -> None:
    """Give each object without a box the one around its mask, rings or keypoints, in place.

    Args:
        shapes: The objects.
        masks: What their masks cover.
        visible_only: Whether keypoints of visibility 0 are left out.
    """
    lacking = ~shapes.has_box
    if not lacking.any():
        return
    extents = [(shapes.has_mask, masks.box)]
    if (lacking & shapes.has_polygons).any():
        ring_ends = np.concatenate([[0], shapes.ring_ends])
        points = _Points(shapes.numbers[::2], shapes.numbers[1::2], ring_ends[shapes.polygon_ends] // 2)
        extents.append(points.extents())
    if (lacking & shapes.has_keypoints).any():
        x, y, visibility = (shapes.keypoints[axis::3] for axis in range(3))
        seen = visibility > 0 if visible_only else np.ones(len(x), bool)
        ends = np.concatenate([[0], np.cumsum(seen)])[shapes.keypoints_ends // 3]
        extents.append(_Points(x[seen], y[seen], ends).extents())
    for has_points, corners in extents:
        rows = np.flatnonzero(lacking & has_points)
        x_min, y_min, x_max, y_max = corners[rows].T
        shapes.box[:, rows] = x_min, y_min, x_max - x_min, y_max - y_min
        lacking[rows] = False
    shapes.has_box |= ~lacking


def fill_areas(shapes: Shapes, masks: MaskFacts) -> None:
    """Give each object without an area that of its mask, rings or box, in place."""
    lacking = ~shapes.has_area
    if not lacking.any():
        return
    rows = np.flatnonzero(lacking & shapes.has_mask)
    shapes.area[rows] = masks.area[rows]
    rows = np.flatnonzero(lacking & shapes.has_polygons & ~shapes.has_mask)
    if len(rows):
        _fill_polygon_areas(shapes, rows)
    rows = np.flatnonzero(lacking & shapes.has_box & ~shapes.has_polygons & ~shapes.has_mask)
    shapes.area[rows] = shapes.box[2, rows] * shapes.box[3, rows]
    shapes.has_area |= shapes.has_box | shapes.has_mask | shapes.has_polygons


def _fill_polygon_areas(shapes: Shapes, rows: NDArray[np.int64]) -> None:
    from labelduck.geometry import polygon_area

    starts = np.concatenate([[0], shapes.ring_ends])
    for row in rows:
        rings = range(shapes.polygon_ends[row - 1] if row else 0, shapes.polygon_ends[row])
        shapes.area[row] = sum(polygon_area(shapes.numbers[starts[n] : shapes.ring_ends[n]]) for n in rings)


class _Points(NamedTuple):
    """Points of n objects, one after the other; those of object i end at `ends[i]`."""

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    ends: NDArray[np.int64]

    def extents(self) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
        """Return which objects have points, and the box around them as corners, [n, 4]."""
        starts = np.concatenate([[0], self.ends[:-1]])
        has_points = self.ends > starts
        corners = np.zeros((len(self.ends), 4))
        first = starts[has_points]
        if len(first):
            corners[has_points] = np.stack(
                [
                    np.minimum.reduceat(self.x, first),
                    np.minimum.reduceat(self.y, first),
                    np.maximum.reduceat(self.x, first),
                    np.maximum.reduceat(self.y, first),
                ],
                axis=1,
            )
        return has_points, corners


def _have_any(ends: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell which objects have part of a list, from where theirs end in it, [n]."""
    if not len(ends) or not ends[-1]:
        return np.zeros(len(ends), bool)
    return np.diff(ends, prepend=0) > 0


def _ends(parts: Sequence[Sequence[object] | bytes]) -> NDArray[np.int64]:
    return np.cumsum([len(part) for part in parts], dtype=np.int64)
