"""Ids that have to be unique, over all pieces of an import."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray


class UniqueIds:
    """Tells which ids came before, and makes them unique: the second "7" becomes "7#2"."""

    def __init__(self) -> None:
        self._seen: list[pa.Array] = []
        self._numbered: set[str] = set()
        self._copies: Counter[str] = Counter()

    def repeated(self, ids: pa.Array) -> list[int]:
        """Return the rows whose id occurred before, and remember the others; nulls count as none."""
        words = ids.dictionary_encode()
        codes = words.indices.fill_null(-1).to_numpy(zero_copy_only=False)
        is_first = np.zeros(len(codes), bool)
        _, first = np.unique(codes, return_index=True)
        is_first[first] = True
        known = self._known(words.dictionary)
        is_repeated = (codes >= 0) & (~is_first | known[codes] if len(known) else False)
        if known.any():
            self._seen.append(words.dictionary.filter(pa.array(~known)))
        else:
            self._seen.append(words.dictionary)
        numbered = words.dictionary.filter(pc.match_substring(words.dictionary, "#"))
        self._numbered.update(numbered.to_pylist())
        return [int(row) for row in np.flatnonzero(is_repeated)]

    def renamed(self, ids: pa.Array) -> tuple[pa.Array, dict[int, tuple[str, str]]]:
        """Return the ids with a number behind those that occurred before, and for each such row the old id and the new."""
        rows = self.repeated(ids)
        if not rows:
            return ids, {}
        texts: list[Any] = ids.to_pylist()
        changed = {}
        for row in rows:
            old = texts[row]
            texts[row] = self._free(old)
            changed[row] = (old, texts[row])
        return pa.array(texts, pa.string()), changed

    def _free(self, wanted: str) -> str:
        while True:
            self._copies[wanted] += 1
            new = f"{wanted}#{self._copies[wanted] + 1}"
            if new not in self._numbered:
                self._numbered.add(new)
                return new

    def _known(self, ids: pa.Array) -> NDArray[np.bool_]:
        """Tell for each of some different ids whether a piece before had it."""
        # The new ids are few, those seen may be many: they are looked up in the new ones, not the other way round.
        hits = [seen.filter(pc.is_in(seen, value_set=ids)) for seen in self._seen]
        hits = [hit for hit in hits if len(hit)]
        if not hits:
            return np.zeros(len(ids), bool)
        known = pc.is_in(ids, value_set=pa.concat_arrays(hits))
        return np.asarray(known.to_numpy(zero_copy_only=False), bool)


class Things:
    """Images and classes as they turn up in rows about them.

    Args:
        key: Column that names them.
    """

    def __init__(self, key: str) -> None:
        self._key = key
        self._seen: set[str] = set()

    def new(self, columns: Mapping[str, pa.Array]) -> pa.Table:
        """Return one row for each thing not seen before, with the first value of each column where it was first named."""
        rows = pa.table(dict(columns))
        words = rows[self._key].combine_chunks()
        words = words if pa.types.is_dictionary(words.type) else words.dictionary_encode()
        codes = words.indices.to_numpy(zero_copy_only=False)
        names = words.dictionary.to_pylist()
        found, first = np.unique(codes[words.is_valid().to_numpy(zero_copy_only=False)], return_index=True)
        if words.null_count:
            first = np.flatnonzero(words.is_valid().to_numpy(zero_copy_only=False))[first]
        fresh = sorted(
            int(row) for code, row in zip(found, first, strict=True) if names[int(code)] not in self._seen
        )
        self._seen.update(names[int(code)] for code in found)
        return rows.take(pa.array(fresh, pa.int64()))


class Positions:
    """Counts rows by image, so that those without an id get one: the image and their 0-based position in it."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    def ids(self, image_ids: pa.Array) -> pa.Array:
        """Return an id for each row."""
        words = image_ids if pa.types.is_dictionary(image_ids.type) else image_ids.dictionary_encode()
        codes = words.indices.to_numpy(zero_copy_only=False)
        names = words.dictionary.to_pylist()
        order = np.argsort(codes, kind="stable")
        found, starts, sizes = np.unique(codes[order], return_index=True, return_counts=True)
        before = np.array([self._counts[names[code]] for code in found], np.int64)
        positions = np.empty(len(codes), np.int64)
        positions[order] = np.arange(len(codes)) - np.repeat(starts - before, sizes)
        self._counts.update({names[code]: int(n) for code, n in zip(found, sizes, strict=True)})
        return pc.binary_join_element_wise(
            words.cast(pa.string()), pa.array(positions).cast(pa.string()), "/"
        )
