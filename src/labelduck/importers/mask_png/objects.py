"""From the values of masks to objects: one per class of an image, or one per instance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from labelduck.geometry import rle_areas, rle_boxes, rles_from_labels
from labelduck.importers.mask_png.classes import CITYSCAPES_THINGS

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from labelduck.geometry import Mask


@dataclass(frozen=True)
class Region:
    """Pixels of one object, or of one class.

    Attributes:
        value: Value in the mask.
        class_value: Value of the class.
        mask: Run-length mask.
        area: Pixels.
        box: Outer edges of the pixels: x_min, y_min, x_max, y_max.
        is_crowd: Whether it may hold many objects of a class that has instances.
        note: What was doubtful about it.
    """

    value: int
    class_value: int
    mask: Mask
    area: float
    box: tuple[float, float, float, float]
    is_crowd: bool = False
    note: str = ""


def class_regions(values: NDArray[np.int32], kind: str) -> list[Region]:
    """Return the regions of a mask whose values tell the class, one per value, values rising.

    Args:
        values: Values [height, width].
        kind: How a value tells the class and the instance; see `CLASS_OF`.
    """
    regions = _regions(values, CLASS_OF.get(kind, int))
    if kind != "instanceIds":
        return regions
    # Cityscapes leaves the number away where it could not tell the objects apart: a group.
    return [
        Region(r.value, r.class_value, r.mask, r.area, r.box, is_crowd=CITYSCAPES_THINGS <= r.value < 1000)
        for r in regions
    ]


def paired_regions(
    classes: NDArray[np.int32],
    objects: NDArray[np.int32],
    is_no_class: Callable[[int], bool],
    *,
    void_object: int,
) -> list[Region]:
    """Return the regions of a mask of objects, each with the class that most of its pixels have in the class mask.

    Args:
        classes: Class mask [height, width].
        objects: Object mask of the same shape; 0 is no object.
        is_no_class: Tells values that are background or void, which do not vote.
        void_object: Value of the object mask that is void.

    Returns:
        Objects; then, so that no pixel is lost, void and what the class mask shows outside all objects.
    """
    free = (objects == 0) | (objects == void_object)
    numbers, kinds, votes = _votes(np.where(free, 0, objects), classes)
    votes_of_class = votes * [not is_no_class(kind) for kind in kinds.tolist()]
    elected = (_elected(kinds, *row) for row in zip(votes, votes_of_class, strict=True))
    winners = dict(zip(numbers.tolist(), elected, strict=True))
    found = _regions(np.where(free, 0, objects), lambda number: winners[number][0], without=0)
    noted = [Region(r.value, r.class_value, r.mask, r.area, r.box, note=winners[r.value][1]) for r in found]
    rest = _regions(np.where(free, classes, -1), int, without=-1)
    loose = "the class mask shows this class where the object mask has no object"
    return noted + [
        Region(r.value, r.class_value, r.mask, r.area, r.box, note="" if is_no_class(r.value) else loose)
        for r in rest
    ]


CLASS_OF: dict[str, Callable[[int], int]] = {
    "instanceIds": lambda value: value // 1000 if value >= 1000 else value,
    "shifted": lambda value: value >> 8,
    "mots": lambda value: value // 1000,
}
"""Class value by value of the mask, for masks that tell instances too."""


def _elected(
    kinds: NDArray[np.int32], votes: NDArray[np.int64], votes_of_class: NDArray[np.int64]
) -> tuple[int, str]:
    """Return the class value with most votes, and what is doubtful about the election."""
    if not votes_of_class.any():
        return int(kinds[votes.argmax()]), "the class mask shows no class under this object"
    best = int(votes_of_class.argmax())
    minority = int(votes_of_class.sum() - votes_of_class[best])
    note = f"{minority} of its {int(votes.sum())} pixels are of another class" if minority else ""
    return int(kinds[best]), note


def _votes(
    objects: NDArray[np.int32], classes: NDArray[np.int32]
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int64]]:
    """Return the objects, the classes and the pixels that each object shares with each class, [objects, classes]."""
    flat_objects, flat_classes = objects.ravel(), classes.ravel()
    # Runs, not pixels: sorting a hundred thousand pixels would take most of the time.
    is_new = (flat_objects[1:] != flat_objects[:-1]) | (flat_classes[1:] != flat_classes[:-1])
    first = np.concatenate([[0], np.flatnonzero(is_new) + 1])
    lengths = np.diff(first, append=flat_objects.size)
    numbers, rows = np.unique(flat_objects[first], return_inverse=True)
    kinds, columns = np.unique(flat_classes[first], return_inverse=True)
    cells = np.bincount(rows * len(kinds) + columns, lengths, minlength=len(numbers) * len(kinds))
    return numbers, kinds, cells.astype(np.int64).reshape(len(numbers), len(kinds))


def _regions(
    values: NDArray[np.int32], class_of: Callable[[int], int], *, without: int | None = None
) -> list[Region]:
    height, width = values.shape
    counts = rles_from_labels(values, background=without)
    masks: list[Mask] = [{"size": [height, width], "counts": text} for text in counts.values()]
    if not masks:
        return []
    measured = zip(counts, masks, rle_areas(masks).tolist(), rle_boxes(masks).tolist(), strict=True)
    return [Region(value, class_of(value), mask, area, tuple(box)) for value, mask, area, box in measured]
