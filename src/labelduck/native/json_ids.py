"""Ids of many records at once, by compiled code where it is there: as text, and looked up in a table."""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from labelduck import native

if TYPE_CHECKING:
    from numpy.typing import NDArray

_MOST_AT_ONCE = (1 << 31) // 20
"""So many texts fit Arrow's offsets, however long they are."""


def text_column(numbers: NDArray[np.int64]) -> pa.Array:
    """Return whole numbers as a column of text, written as Python writes them, [n]."""
    numbers = np.ascontiguousarray(numbers, np.int64)
    library, n = _library("ld_texts"), len(numbers)
    if library is None or n > _MOST_AT_ONCE:
        return pa.Array.from_buffers(pa.int64(), n, [None, pa.py_buffer(numbers)]).cast(pa.string())
    offsets = np.empty(n + 1, np.int32)
    library.ld_text_offsets.restype = ctypes.c_int64
    n_bytes = library.ld_text_offsets(ctypes.c_int64(n), _pointer(numbers), _pointer(offsets))
    texts = np.empty(n_bytes, np.uint8)
    library.ld_texts(ctypes.c_int64(n), _pointer(numbers), _pointer(texts))
    return pa.Array.from_buffers(pa.string(), n, [None, pa.py_buffer(offsets), pa.py_buffer(texts)])


def look_up(numbers: NDArray[np.int64], first: int, table: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return the entry of each number in a table that begins with the entry of FIRST; -1 outside, [n]."""
    library = _library("ld_look_up")
    if library is None:
        inside = (numbers >= first) & (numbers < first + len(table))
        return np.where(inside, table[np.where(inside, numbers - first, 0)], np.int32(-1))
    numbers, found = np.ascontiguousarray(numbers, np.int64), np.empty(len(numbers), np.int32)
    library.ld_look_up(
        ctypes.c_int64(len(numbers)),
        _pointer(numbers),
        ctypes.c_int64(first),
        ctypes.c_int64(len(table)),
        _pointer(table),
        _pointer(found),
    )
    return found


def _library(function: str) -> Any:  # noqa: ANN401 - the compiled library has no types
    library = native.load()
    return library if library is not None and hasattr(library, function) else None


def _pointer(values: NDArray[Any]) -> ctypes.c_void_p:
    return ctypes.c_void_p(values.ctypes.data)
