"""Some rows of a file, as whichever reader hands them on."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray


class Piece(NamedTuple):
    """Some rows of a file.

    Attributes:
        rows: Columns under the file's names, of any type.
        numbers: Number of each row in the file; of a CSV, the header is row 1.
        skipped: Place and text of rows that had to be left out.
        form: How a place in the file is told.
    """

    rows: pa.Table
    numbers: Sequence[int] | NDArray[np.int64]
    skipped: list[tuple[str, str]]
    form: str = "row {}"

    def place(self, row: int) -> str:
        """Tell where a row of the piece stands."""
        return self.form.format(self.numbers[row])


def with_columns(found: Iterable[Piece]) -> Iterator[Piece]:
    """Yield pieces that have all columns of those before: objects of JSON need not all name the same."""
    names: list[str] = []
    for piece in found:
        rows = piece.rows
        names = list(dict.fromkeys((*names, *rows.column_names)))
        for name in names:
            if name not in rows.column_names:
                rows = rows.append_column(name, pa.nulls(rows.num_rows, pa.string()))
        yield piece._replace(rows=rows)
