"""Votes of annotators on items, as arrays of numbers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Integers = NDArray[np.int64]
    Numbers = NDArray[np.float64]
    Flags = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class Votes:
    """One vote of an annotator on an item at each position.

    Attributes:
        item: [votes] number of the item, never falling.
        annotator: [votes] number of the annotator.
        given: [votes] number of the class that was given.
        n_items: Items, also those without a vote.
        n_annotators: Annotators.
        n_classes: Classes that can be given.
    """

    item: Integers
    annotator: Integers
    given: Integers
    n_items: int
    n_annotators: int
    n_classes: int

    @cached_property
    def n_of_item(self) -> Integers:
        """[items] votes on each."""
        return np.bincount(self.item, minlength=self.n_items)

    @cached_property
    def starts(self) -> Integers:
        """[items + 1] where each item's votes begin, and where the last one's end."""
        return np.concatenate([[0], np.cumsum(self.n_of_item)])

    def of(self, items: slice) -> slice:
        """Return where the votes of a run of items stand."""
        return slice(int(self.starts[items.start]), int(self.starts[items.stop]))

    def counts(self, items: slice) -> Numbers:
        """Return [items of the run, classes] votes for each class."""
        chosen = self.of(items)
        cells = (self.item[chosen] - items.start) * self.n_classes + self.given[chosen]
        counted = np.bincount(cells, minlength=(items.stop - items.start) * self.n_classes)
        return counted.reshape(-1, self.n_classes).astype(np.float64)

    def mean_by_annotator(self, values: Numbers | Flags, among: Flags | None = None) -> Numbers:
        """Return [annotators] mean of a value over their votes, `among` some; NaN where there are none."""
        chosen = slice(None) if among is None else among
        n = np.bincount(self.annotator[chosen], minlength=self.n_annotators)
        total = np.bincount(self.annotator[chosen], weights=values[chosen], minlength=self.n_annotators)
        return np.where(n > 0, total / np.maximum(n, 1), np.nan)


def runs(n_items: int, n_classes: int, *, cells: int = 1 << 22) -> list[slice]:
    """Return slices over all items, each with so few that a matrix of items x classes stays small."""
    step = max(1, cells // max(1, n_classes))
    return [slice(start, min(start + step, n_items)) for start in range(0, n_items, step)]
