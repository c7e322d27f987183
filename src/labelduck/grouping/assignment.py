"""One-to-one pairs with the largest sum of overlaps: what the Hungarian method finds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from labelduck.kernel.arrays import Array


def best_pairs(first: Array, second: Array, iou: Array) -> Array:
    """Tell which pairs belong to a one-to-one choice with the largest sum of overlaps, [pairs].

    Objects that overlap one other alone need no method; only those that compete for partners are solved, each knot of them
    apart.

    Args:
        first: Number of one object of each pair, [pairs].
        second: Number of the other, of the other side, [pairs].
        iou: Their overlap, above 0, [pairs].
    """
    chosen: Array = np.ones(len(first), bool)
    first, second = (np.unique(numbers, return_inverse=True)[1] for numbers in (first, second))
    competing = np.flatnonzero((np.bincount(first)[first] > 1) | (np.bincount(second)[second] > 1))
    chosen[competing] = False
    knot = _knots(first[competing], second[competing])
    order = np.argsort(knot, kind="stable")
    for pairs in np.split(competing[order], np.flatnonzero(np.diff(knot[order])) + 1):
        rows, row = np.unique(first[pairs], return_inverse=True)
        columns, column = np.unique(second[pairs], return_inverse=True)
        overlap = np.zeros((len(rows), len(columns)))
        overlap[row, column] = iou[pairs]
        chosen[pairs] = _partner(overlap)[row] == column
    return chosen


def _knots(first: Array, second: Array) -> Array:
    """Return for each pair the smallest number of a pair that it hangs together with."""
    knot = np.arange(len(first))
    while True:
        before = knot
        for ends in (first, second):
            lowest = np.full(int(ends.max(initial=-1)) + 1, len(knot))
            np.minimum.at(lowest, ends, knot)
            knot = lowest[ends]
        if np.array_equal(before, knot):
            return knot


def _partner(overlap: Array) -> Array:
    """Return the column that each row gets so that the sum is largest; -1 where a row is left over.

    Rows come in one after the other; each takes the cheapest chain of moves (Jonker and Volgenant's form of the method).
    After: Kuhn (1955), doi 10.1002/nav.3800020109; Jonker and Volgenant (1987), doi 10.1007/BF02278710
    """
    if overlap.shape[0] > overlap.shape[1]:
        turned = np.full(overlap.shape[0], -1)
        turned[_partner(overlap.T)] = np.arange(overlap.shape[1])
        return turned
    n_rows, n_columns = overlap.shape
    row_price, column_price = np.zeros(n_rows), np.zeros(n_columns + 1)
    owner = np.full(n_columns + 1, -1)  # the last column is where a new row starts from
    for row in range(n_rows):
        owner[-1] = row
        cheapest, came_from = np.full(n_columns, np.inf), np.full(n_columns, n_columns)
        visited = np.zeros(n_columns + 1, bool)
        column: int = n_columns
        while owner[column] >= 0:
            visited[column] = True
            at = owner[column]
            cost = -overlap[at] - row_price[at] - column_price[:-1]
            is_better = ~visited[:-1] & (cost < cheapest)
            cheapest[is_better], came_from[is_better] = cost[is_better], column
            nearest = int(np.where(visited[:-1], np.inf, cheapest).argmin())
            step = cheapest[nearest]
            row_price[owner[visited]] += step
            column_price[visited] -= step
            cheapest[~visited[:-1]] -= step
            column = nearest
        while column != n_columns:
            owner[column] = owner[came_from[column]]
            column = int(came_from[column])
    partner = np.full(n_rows, -1)
    held = np.flatnonzero(owner[:-1] >= 0)
    partner[owner[held]] = held
    return partner
