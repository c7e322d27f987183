"""Class numbers and their names."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from labelduck.importers.base import rows_to_table

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from labelduck.importers.yolo.config import Config


class Classes:
    """Names by number; a number without a name is called after its number.

    Args:
        names: Class name by class number.
        other: What a class without a name is called, before its number.
    """

    def __init__(self, names: dict[int, str], *, other: str = "class") -> None:
        self.names = names
        self._other = other
        self.unnamed: dict[int, int] = {}
        """Numbers without a name, with how often they came."""

    def column(self, numbers: NDArray[np.int64]) -> tuple[pa.DictionaryArray, NDArray[np.bool_]]:
        """Return the names of class numbers [N], and which of them have none [N]."""
        present, places, counts = np.unique(numbers, return_inverse=True, return_counts=True)
        is_unnamed = np.array([number not in self.names for number in present.tolist()], bool)
        for number, count in zip(present[is_unnamed].tolist(), counts[is_unnamed].tolist(), strict=True):
            self.unnamed[number] = self.unnamed.get(number, 0) + count
        names = pa.array([self.name(number) for number in present.tolist()], pa.string())
        return pa.DictionaryArray.from_arrays(pa.array(places, pa.int32()), names), is_unnamed[places]

    def name(self, number: int) -> str:
        """Return the name of a class number."""
        if number in self.names:
            return self.names[number]
        name = f"{self._other} {number}"
        return f"{name} (without a name)" if name in self.names.values() else name


def class_table(config: Config, classes: Classes) -> pa.Table:
    """Return the rows of `classes`: those that have a name, with what the configuration says besides."""
    extra = json.dumps(config.extra, ensure_ascii=False) if config.extra else None
    rows = [
        {
            "class_name": name,
            "class_index": number,
            "keypoint_names": config.keypoint_names.get(number),
            "attributes": extra,
        }
        for number, name in sorted(classes.names.items())
    ]
    return rows_to_table("classes", rows)


def unnamed_table(classes: Classes) -> pa.Table:
    """Return the rows of `classes` for the numbers that came without having a name."""
    rows = [{"class_name": classes.name(number), "class_index": number} for number in sorted(classes.unnamed)]
    return rows_to_table("classes", rows)
