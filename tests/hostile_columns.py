"""Ways to harm the columns of a binary table: other types, nulls, lists and odd numbers where none belong."""

from __future__ import annotations

import contextlib
import datetime
import io
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from pyarrow import parquet

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from random import Random

CELLS = (
    None, True, 0, -1, 2**63 - 1, 2**31, 1.5, float("nan"), float("-inf"), 1e308, "", "7", "x" * 9_000, "\x00", "{}", "[[1, 2",
    b"\xff", [], [1.0], [None], [[1.0, 2.0], [3.0]], ["a"], {}, {"x_min": 1.0}, {"size": [3, 3], "counts": [9]},
    {"x_min": float("nan"), "y_min": 0.0, "x_max": 9.0, "y_max": 9.0}, [1e308] * 4, Decimal("1.5"), datetime.date(1, 1, 1),
    datetime.datetime(9999, 12, 31, tzinfo=datetime.UTC), datetime.timedelta(days=-1), datetime.time(1),
)  # fmt: skip
ARRAYS: tuple[Callable[[np.ndarray], np.ndarray], ...] = (
    lambda a: a[:0], lambda a: a[..., None], np.ravel, lambda a: a.astype("S3"), lambda a: a[:-1],
    lambda a: np.zeros(a.shape), lambda a: np.full(a.shape, np.nan), lambda a: np.full(a.shape, -(2**63)),
    lambda a: np.full(a.shape, True), lambda a: np.zeros(a.shape, "complex64"), lambda a: np.zeros(a.shape, "M8[ns]"),
    lambda a: np.full(a.shape, "\ud800"), lambda a: np.zeros(a.shape, "f2"), lambda a: np.zeros(a.shape, "u8"),
    lambda a: np.zeros(a.shape, [("a", "i4")]), lambda _: np.zeros((0, 5)), lambda _: np.array(7), np.asfortranarray,
)  # fmt: skip


def replace_parquet(data: bytes, random: Random) -> bytes:
    """Write the rows again with a column or a cell replaced, removed, renamed or doubled."""
    try:
        rows = parquet.read_table(io.BytesIO(data))
        names, columns = rows.column_names, list(rows.columns)
    except (pa.ArrowException, OSError, MemoryError, UnicodeDecodeError):  # harmed before
        return data
    if not names:
        return data
    place, how = random.randrange(len(names)), random.randrange(5)
    if how == 0:
        del names[place], columns[place]
    elif how == 1:
        names[place] = random.choice((*names, "", "ID", names[place].upper()))
    elif how == 2:
        columns[place] = _column([random.choice(CELLS)] * len(rows)) or columns[place]
    elif how == 3:
        with contextlib.suppress(UnicodeDecodeError):  # harmed before
            cells = columns[place].to_pylist()
            if cells:
                cells[random.randrange(len(cells))] = random.choice(CELLS)
            columns[place] = _column(cells) or columns[place]
    else:
        with contextlib.suppress(pa.ArrowException):
            columns[place] = columns[place].combine_chunks().dictionary_encode()
    with contextlib.suppress(pa.ArrowException):
        file = io.BytesIO()
        parquet.write_table(pa.table(columns, names=names), file)
        return file.getvalue()
    return data


def replace_arrays(data: bytes, random: Random) -> bytes:
    """Write the arrays of an npz again, one of them with another shape, type or name."""
    try:
        with np.load(io.BytesIO(data)) as archive:
            arrays = dict(archive)
    except Exception:  # noqa: BLE001 - harmed before
        return data
    if not arrays:
        return data
    name, file = random.choice(sorted(arrays)), io.BytesIO()
    with contextlib.suppress(ValueError, TypeError, IndexError, OverflowError, RuntimeError):
        array = arrays.pop(name)
        arrays[random.choice((name, name, name, "", "x", "labels"))] = random.choice(ARRAYS)(array)
    with contextlib.suppress(ValueError):
        np.savez(file, **arrays)
        return file.getvalue()
    return data


COLUMNS: Mapping[str, Callable[[bytes, Random], bytes]] = {
    ".parquet": replace_parquet,
    ".npz": replace_arrays,
}
"""By the end of a file's name, what harms its columns."""


def _column(cells: list[object]) -> pa.ChunkedArray | None:
    """Return cells as a column; None where Arrow has no type for them."""
    with contextlib.suppress(pa.ArrowException, OverflowError, TypeError, ValueError):
        return pa.chunked_array([pa.array(cells)])
    return None
