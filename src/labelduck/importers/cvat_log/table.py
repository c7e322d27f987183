"""The events CSV in pieces: the columns that are read, as text, so that memory does not grow with the file."""

from __future__ import annotations

from codecs import getincrementaldecoder
from collections.abc import Callable
from typing import IO, TYPE_CHECKING, NamedTuple

import pyarrow as pa

from labelduck.importers.base import why_unreadable
from labelduck.importers.cvat_log.sniff import NEEDED

if TYPE_CHECKING:
    from collections.abc import Iterator

COLUMNS = (
    *NEEDED, "obj_name", "obj_id", "obj_val", "duration", "project_id", "task_id", "job_id", "user_id", "user_name", "user_email",
)  # fmt: skip
BLOCKS = (1 << 20, 1 << 23, 1 << 27, 1 << 30)
"""Bytes read at once: a row, which may list thousands of objects, has to fit into one."""


Opener = Callable[[], IO[bytes]]


class UnreadableLogError(ValueError):
    """The file is no log of events; the message says why."""


class Skipped(NamedTuple):
    """A line that is no row."""

    line: int | None
    why: str


def pieces(opened: Opener, skip: Callable[[Skipped], None]) -> Iterator[dict[str, pa.Array]]:
    """Yield the rows in order, a piece at a time, all columns as text.

    Args:
        opened: Opens the file from its beginning.
        skip: Told of each line with too few or too many cells.

    Raises:
        UnreadableLogError: It cannot be read.
    """
    try:
        _refuse_other_encodings(opened)
        size = next((block for block in BLOCKS if block > 2 * _longest_line(opened)), BLOCKS[-1])
        yield from _read(opened, size, skip)
    except (OSError, pa.ArrowException, UnicodeDecodeError) as error:
        raise UnreadableLogError(why_unreadable(error, "a CSV of events")) from error


def _read(opened: Opener, size: int, skip: Callable[[Skipped], None]) -> Iterator[dict[str, pa.Array]]:
    from pyarrow import csv

    def refuse(row: csv.InvalidRow) -> str:
        skip(
            Skipped(
                row.number,
                f"has {row.actual_columns} cells, expected {row.expected_columns}: {row.text:.200}",
            )
        )
        return "skip"

    with opened() as file:
        reader = csv.open_csv(
            file,
            csv.ReadOptions(use_threads=False, block_size=size),
            csv.ParseOptions(newlines_in_values=True, invalid_row_handler=refuse),
            csv.ConvertOptions(
                column_types=dict.fromkeys(COLUMNS, pa.string()),
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
                null_values=["", "None", "\\N"],
            ),
        )
        for batch in reader:
            names = batch.schema.names
            yield {
                name: batch.column(names.index(name))
                if name in names
                else pa.nulls(batch.num_rows, pa.string())
                for name in COLUMNS
            }


def _refuse_other_encodings(opened: Opener) -> None:
    decoder = getincrementaldecoder("utf-8")()
    with opened() as file:
        while piece := file.read(1 << 20):
            decoder.decode(piece)
        decoder.decode(b"", final=True)


def _longest_line(opened: Opener) -> int:
    """Return the most bytes between two line ends; a quoted cell of the log holds none."""
    longest = current = 0
    with opened() as file:
        while piece := file.read(1 << 20):
            lines = piece.split(b"\n")
            longest = max(longest, current + len(lines[0]), *map(len, lines[1:]))
            current = len(lines[-1]) if len(lines) > 1 else current + len(piece)
    return longest
