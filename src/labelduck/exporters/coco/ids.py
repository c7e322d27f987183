"""Numbers for COCO: ids that are numbers stay what they are, others are numbered behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray


NUMBER = r"^(0|[1-9][0-9]{0,14})$"
"""Text that is a number as JSON writes it, and small enough for every program that reads JSON."""


class Ids:
    """Numbers of ids, all different.

    Args:
        ids: All of the ids, in columns.
    """

    def __init__(self, ids: Iterable[pa.Array]) -> None:
        largest = 0
        for piece in ids:
            numbers = piece.filter(are_numbers(piece)).cast(pa.int64())
            largest = max(largest, pc.max(numbers).as_py() or 0)
        self._next = largest + 1

    def numbers(self, ids: pa.Array) -> tuple[NDArray[np.int64], pa.Array]:
        """Return the numbers of the next ids, each asked for once, and those ids that are none as text, else null."""
        is_number = are_numbers(ids)
        given = pc.if_else(is_number, ids, None)
        numbers = pc.fill_null(given.cast(pa.int64()), 0).to_numpy(zero_copy_only=False).copy()
        others = np.flatnonzero(~is_number.to_numpy(zero_copy_only=False))
        numbers[others] = np.arange(self._next, self._next + len(others))
        self._next += len(others)
        return numbers, pc.if_else(is_number, None, ids)


def are_numbers(ids: pa.Array) -> pa.Array:
    """Tell which ids are numbers."""
    return pc.match_substring_regex(ids, NUMBER)
