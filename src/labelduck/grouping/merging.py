"""Groups in which every two objects overlap enough: what is merged into one annotation of several people.

As CVAT merges replicas: no chain of overlaps makes one object of two. A group that is tight already stays; the objects of
others are joined again by falling IoU, two groups only where each object of one overlaps each of the other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from labelduck.kernel.arrays import Array


def tight(label: Array, first: Array, second: Array, iou: Array, min_iou: float) -> Array:
    """Return for each object one of its merged group: the first, the same for all of the group, [n].

    Args:
        label: Group of each object at the threshold, as the number of its first object, [n].
        first: Number of one object of each pair that shares a group at any threshold, [pairs].
        second: Number of the other, [pairs].
        iou: Their overlap, [pairs].
        min_iou: Overlap that every two objects of a merged group have at least.
    """
    is_near = (label[first] == label[second]) & (iou >= min_iou)
    first, second, iou = first[is_near], second[is_near], iou[is_near]
    size = np.bincount(label, minlength=len(label))
    n_near = np.bincount(label[first], minlength=len(label))
    is_loose = n_near < size * (size - 1) // 2
    apart: Array = np.where(is_loose[label], np.arange(len(label)), label)
    of_loose = np.flatnonzero(is_loose[label[first]])
    order = of_loose[np.lexsort((second[of_loose], first[of_loose], -iou[of_loose]))]
    return _joined(apart, first[order], second[order])


def _joined(label: Array, one: Array, other: Array) -> Array:
    """Join groups in the order of their pairs, where all pairs between them are given."""
    n = len(label)
    size = np.bincount(label, minlength=n)
    place = np.arange(n)
    rank = np.arange(len(one))
    while len(rank):
        low, high = np.minimum(one, other), np.maximum(one, other)
        key, of_key, n_near = np.unique(low * n + high, return_inverse=True, return_counts=True)
        # Groups with a pair too few between them never come together: they only grow.
        is_whole = (n_near == size[key // n] * size[key % n])[of_key]
        low, high, rank = low[is_whole], high[is_whole], rank[is_whole]
        best = np.full(n, len(label) + rank.max(initial=0) + 1)
        np.minimum.at(best, low, rank)
        np.minimum.at(best, high, rank)
        won = (best[low] == rank) & (best[high] == rank)
        moved = np.arange(n)
        moved[high[won]] = low[won]
        size[low[won]] += size[high[won]]
        place = moved[place]
        one, other = moved[low], moved[high]
        is_left = one != other
        one, other, rank = one[is_left], other[is_left], rank[is_left]
    joined: Array = place[label]
    return joined
