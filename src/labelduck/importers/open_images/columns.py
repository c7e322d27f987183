"""CSV files of Open Images in portions, all of it as text; columns that a file lacks are null."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from labelduck.errors import BadInputError
from labelduck.importers.base import storable, why_unreadable
from labelduck.importers.tabular import refuse_other_encodings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from labelduck.importers.repeats import Repeats

_BLOCK = 1 << 24


def portions(file: Path, columns: tuple[str, ...], repeats: Repeats) -> Iterator[tuple[int, pa.Table]]:
    """Yield portions of a CSV file with the number of rows before each; columns are text, empty text is null.

    Rows with too few or too many cells are left out and noted.

    Raises:
        BadInputError: It is no CSV in UTF-8.
    """
    from pyarrow import csv

    name = storable(str(file))

    def skip(row: csv.InvalidRow) -> str:
        told = f"{row.actual_columns} cells, expected {row.expected_columns}; the row is left out"
        repeats.add("the row is left out", name, f"line {row.number}", told, record=row.text)
        return "skip"

    before = 0
    try:
        refuse_other_encodings(file)
        with file.open("rb") as opened:
            reader = csv.open_csv(
                opened,
                csv.ReadOptions(use_threads=False, block_size=_BLOCK),
                csv.ParseOptions(invalid_row_handler=skip),
                csv.ConvertOptions(
                    column_types=dict.fromkeys(columns, pa.string()), strings_can_be_null=True
                ),
            )
            for batch in reader:
                rows = pa.table({column: _text(batch, column) for column in columns})
                yield before, rows
                before += rows.num_rows
    except (OSError, pa.ArrowException, UnicodeDecodeError) as error:
        raise BadInputError(file, "", why_unreadable(error, "a CSV of Open Images")) from error


def numbers(text: pa.Array) -> NDArray[np.float64]:
    """Return a column of numbers, NaN where there is none; a comma may stand for the decimal point."""
    text = pc.replace_substring(text, ",", ".")
    try:
        column = text.cast(pa.float64())
    except pa.ArrowInvalid:
        column = pa.array([_number(value) for value in text.to_pylist()], pa.float64())
    return np.asarray(pc.fill_null(column, np.nan), np.float64)


def flags(text: pa.Array) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return a column of 1, 0 and -1 (unknown): which rows are true, and of which it is known."""
    values = numbers(text)
    return values == 1, (values == 0) | (values == 1)


def _text(batch: pa.RecordBatch, column: str) -> pa.Array:
    if column not in batch.schema.names:
        return pa.nulls(batch.num_rows, pa.string())
    return batch[column]


def _number(text: str | None) -> float | None:
    try:
        return None if text is None else float(text)
    except ValueError:
        return None
