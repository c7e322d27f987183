"""Ids of COCO files: numbers or text in the source, text in the lake."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from labelduck.importers.coco.shapes import ShapeError
from labelduck.native import json_ids

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

DIGITS = re.compile(r"-?[0-9]{1,18}")
"""Text that is a number of 64 bits."""
_WIDEST_TABLE = 1 << 22
_LARGEST = 10**18


def id_text(value: object) -> str | None:
    """Return an id as text; None for what cannot be one."""
    if isinstance(value, str):
        return value or None
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else None


def find_image(record: Any, images: IdIndex) -> tuple[int, str]:  # noqa: ANN401
    """Return the position and the id of a record's image; ShapeError when it has none or an unknown one."""
    if not isinstance(record, dict):
        raise ShapeError("", "is no object")
    image_id = id_text(record.get("image_id"))
    if image_id is None:
        raise ShapeError(".image_id", "is missing or no id")
    image = images.get(image_id)
    if image < 0:
        raise ShapeError(".image_id", f"image {image_id} is not among the images")
    return image, images.ids[image]


def find_category(record: dict[str, Any]) -> str:
    """Return the id of a record's class as text; ShapeError when it has none."""
    category = id_text(record.get("category_id"))
    if category is None:
        raise ShapeError(".category_id", "is missing or no id")
    return category


class IdIndex:
    """Positions of ids: one at a time by text, many at once by number.

    Args:
        ids: Ids as text, in the order of their positions.
        numbers: Number of each id where it is not the text itself; None for none.
    """

    def __init__(self, ids: Sequence[str], numbers: Iterable[int | None] | None = None) -> None:
        self.ids = list(ids)
        if numbers is not None or not self._index_numbers():
            self._index_texts(numbers)
        self._table = self._lookup_table()

    @cached_property
    def _positions(self) -> dict[str, int]:
        return {text: position for position, text in reversed(list(enumerate(self.ids)))}

    def _index_numbers(self) -> bool:
        """Index ids that are all numbers, as Python writes them, and different; tell whether they are."""
        try:
            numbers = np.array(list(map(int, self.ids)), np.int64)
        except (ValueError, OverflowError):
            return False
        order = np.argsort(numbers, kind="stable").astype(np.int32)
        keys = numbers[order]
        if list(map(str, numbers.tolist())) != self.ids or (keys[1:] == keys[:-1]).any():
            return False
        self._keys, self._values = keys, order
        return not len(keys) or -_LARGEST < keys[0] <= keys[-1] < _LARGEST

    def _index_texts(self, numbers: Iterable[int | None] | None) -> None:
        if numbers is None:
            numbers = [int(text) if DIGITS.fullmatch(text) else None for text in self.ids]
        # "000001" is found as 1 too, unless there is a "1": results number the images of data without ids.
        pairs = [(n, position) for position, n in enumerate(numbers) if n is not None]
        pairs.sort(key=lambda pair: (pair[0], self.ids[pair[1]] != str(pair[0]), pair[1]))
        keys, first = np.unique(np.array([n for n, _ in pairs], np.int64), return_index=True)
        self._keys = keys
        self._values = np.array([position for _, position in pairs], np.int32)[first]

    def get(self, text: str) -> int:
        """Return the position of an id, -1 when it is unknown."""
        position = self._positions.get(text)
        if position is not None:
            return position
        return int(self.find(np.array([int(text)]))[0]) if DIGITS.fullmatch(text) else -1

    def rename(self, ids: Sequence[str]) -> None:
        """Give the positions other ids; they are still found by those that they had."""
        self._positions  # noqa: B018 - made from the old ids, before these are gone
        self.ids = list(ids)

    def find(self, numbers: NDArray[np.int64]) -> NDArray[np.int32]:
        """Return the position of each id, -1 for unknown ones."""
        if not len(self._keys):
            return np.full(len(numbers), -1, np.int32)
        if self._table is not None:
            return json_ids.look_up(numbers, int(self._keys[0]), self._table)
        place = np.minimum(np.searchsorted(self._keys, numbers), len(self._keys) - 1)
        return np.where(self._keys[place] == numbers, self._values[place], np.int32(-1))

    def _lookup_table(self) -> NDArray[np.int32] | None:
        # A direct table is ten times quicker than a search, where the ids lie close together.
        if not len(self._keys) or int(self._keys[-1]) - int(self._keys[0]) >= _WIDEST_TABLE:
            return None
        table = np.full(int(self._keys[-1]) - int(self._keys[0]) + 1, -1, np.int32)
        table[self._keys - self._keys[0]] = self._values
        return table


class UniqueIds:
    """Makes repeated ids unique: the second "7" becomes "7#2"."""

    def __init__(self) -> None:
        self._seen: set[str] = set()
        self._numbers: list[NDArray[np.int64]] = []
        self._counts: dict[str, int] = {}

    def claim(self, text: str) -> str:
        """Return the id itself, or a new one when it was seen before."""
        if text not in self._seen and not self._has_number(text):
            self._seen.add(text)
            return text
        while True:
            self._counts[text] = self._counts.get(text, 1) + 1
            new = f"{text}#{self._counts[text]}"
            if new not in self._seen:
                self._seen.add(new)
                return new

    def are_new(self, numbers: NDArray[np.int64]) -> bool:
        """Tell whether none of these ids was seen before, nor occurs twice among them; they count as seen if so."""
        ordered = np.sort(numbers)
        if (ordered[1:] == ordered[:-1]).any() or any(_share_an_id(ordered, seen) for seen in self._numbers):
            return False
        if self._seen and not self._seen.isdisjoint(map(str, numbers.tolist())):
            return False
        self._numbers.append(ordered)
        return True

    def _has_number(self, text: str) -> bool:
        if not DIGITS.fullmatch(text) or str(int(text)) != text:
            return False
        number = np.array([int(text)])
        return any(_share_an_id(number, seen) for seen in self._numbers)


def as_dictionary(positions: NDArray[np.int32], values: pa.Array) -> pa.DictionaryArray:
    """Return the values at positions as a dictionary column; a negative position gives null."""
    indices = np.ascontiguousarray(positions, np.int32)
    known = indices >= 0
    validity = None if known.all() else pa.py_buffer(np.packbits(known, bitorder="little"))
    numbers = pa.Array.from_buffers(pa.int32(), len(indices), [validity, pa.py_buffer(indices)])
    return pa.DictionaryArray.from_arrays(numbers, values)


def as_numbers(texts: pa.ChunkedArray) -> NDArray[np.int64] | None:
    """Return a text column as whole numbers; None when one is not written as Python writes numbers."""
    try:
        numbers = texts.cast(pa.int64())
    except pa.ArrowInvalid:
        return None
    return np.asarray(numbers) if numbers.cast(pa.string()).equals(texts) else None


def _share_an_id(first: NDArray[np.int64], second: NDArray[np.int64]) -> bool:
    """Tell whether two sorted lists of ids have one in common."""
    if not (len(first) and len(second)) or first[0] > second[-1] or second[0] > first[-1]:
        return False
    place = np.minimum(np.searchsorted(second, first), len(second) - 1)
    return bool((second[place] == first).any())
