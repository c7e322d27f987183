"""Greedy joining by falling IoU, at most one object of each party in a group."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from labelduck.kernel.arrays import Array


@dataclass(frozen=True)
class Joined:
    """The order in which objects came together.

    Attributes:
        parent: Object that each one was joined to, [n]; itself where it was not.
        level: IoU at which it was, [n]; minus infinity where it was not. Never rises on the way up.
    """

    parent: Array
    level: Array

    def labels(self, min_iou: float) -> Array:
        """Return for each object one of its group at a threshold: the first, the same for all of the group."""
        label = np.arange(len(self.parent))
        while (rising := self.level[label] >= min_iou).any():
            label = np.where(rising, self.parent[label], label)
        return label

    def pairs(self) -> tuple[Array, Array, Array]:
        """Return all pairs that ever share a group: first < second, and the highest threshold at which they do."""
        label = self.labels(-1.0)
        order = np.argsort(label, kind="stable")
        sorted_labels = label[order]
        parts = [np.empty((2, 0), np.int64)]
        for distance in range(1, len(order)):
            at = np.flatnonzero(sorted_labels[distance:] == sorted_labels[:-distance])
            if not len(at):
                break
            parts.append(np.stack([order[at], order[at + distance]]))
        first, second = np.concatenate(parts, axis=1)
        order = np.lexsort((second, first))
        first, second = first[order], second[order]
        return first, second, self._common_level(first, second)

    def _common_level(self, first: Array, second: Array) -> Array:
        first, second = first.copy(), second.copy()
        common = np.full(len(first), np.inf)
        while len(apart := np.flatnonzero(first != second)):
            one, other = self.level[first[apart]], self.level[second[apart]]
            common[apart] = np.minimum(common[apart], np.maximum(one, other))
            # Whichever was joined earlier climbs.
            first[apart] = np.where(one >= other, self.parent[first[apart]], first[apart])
            second[apart] = np.where(one >= other, second[apart], self.parent[second[apart]])
        return common


def join(first: Array, second: Array, iou: Array, *, scene: Array, party: Array) -> Joined:
    """Join objects pair by pair in the order given, unless a group would then hold two of one party.

    Taking in each round all pairs that come first for both of their groups gives what one pair at a time gives.

    Args:
        first: Number of one object of each pair, [pairs].
        second: Number of the other, of the same scene and another party, [pairs].
        iou: Their overlap, falling, [pairs].
        scene: What only objects of one meet in, [n].
        party: Who drew it, [n].
    """
    n = len(scene)
    held = _sets(scene, party)
    parent, level = np.arange(n), np.full(n, -np.inf)
    one, other, number = first.copy(), second.copy(), np.arange(len(first))
    while len(number):
        best = np.full(n, len(iou))
        # Of several values given to one place the last one stays: the pair that comes first.
        best[one[::-1]] = number[::-1]
        reverse = np.full(n, len(iou))
        reverse[other[::-1]] = number[::-1]
        best = np.minimum(best, reverse)
        won = (best[one] == number) & (best[other] == number)
        low, high = np.minimum(one[won], other[won]), np.maximum(one[won], other[won])
        parent[high], level[high] = low, iou[number[won]]
        held[low] |= held[high]
        one, other = _moved(one, low, high, n), _moved(other, low, high, n)
        kept = (one != other) & ~(held[one] & held[other]).any(axis=1)
        one, other, number = one[kept], other[kept], number[kept]
    return Joined(parent, level)


def _moved(objects: Array, low: Array, high: Array, n: int) -> Array:
    place = np.arange(n)
    place[high] = low
    return place[objects]


def _sets(scene: Array, party: Array) -> Array:
    """Return a set of one party for each object, as bits of the scene's parties, [n, words]."""
    pairs, inverse = np.unique(np.stack([scene, party], axis=1), axis=0, return_inverse=True)
    begins = np.searchsorted(pairs[:, 0], pairs[:, 0])
    rank = (np.arange(len(pairs)) - begins)[inverse.ravel()]
    held = np.zeros((len(scene), 1 + int(rank.max(initial=0)) // 64), np.uint64)
    held[np.arange(len(scene)), rank // 64] = np.uint64(1) << (rank % 64).astype(np.uint64)
    return held
