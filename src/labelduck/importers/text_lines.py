"""Lines of label files that are plain text."""

from __future__ import annotations

import csv
from io import StringIO
from typing import TYPE_CHECKING

from labelduck.importers.files import UnreadableFileError

if TYPE_CHECKING:
    from collections.abc import Iterator


def text_of(data: bytes) -> str:
    """Return bytes as text.

    Raises:
        UnreadableFileError: They are no UTF-8.
    """
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableFileError(f"is no UTF-8 (byte {error.start}); save it as UTF-8") from error


def lines_of(data: bytes) -> Iterator[tuple[str, str]]:
    """Yield the place and the text of each line that is not blank; UnreadableFileError as `text_of`."""
    # Only line ends count: names may hold other characters at which Python would split.
    for number, line in enumerate(text_of(data).split("\n"), 1):
        if stripped := line.strip():
            yield f"line {number}", stripped


def rows_of_csv(data: bytes, *, delimiter: str = ",") -> Iterator[tuple[str, list[str]]]:
    """Yield the place and the cells of each row of a CSV that is not empty.

    Raises:
        UnreadableFileError: It is no UTF-8 or no CSV.
    """
    rows = csv.reader(StringIO(text_of(data), newline=""), delimiter=delimiter, skipinitialspace=True)
    try:
        for row in rows:
            if row:
                yield f"line {rows.line_num}", row
    except csv.Error as error:
        raise UnreadableFileError(f"line {rows.line_num}: is no CSV: {error}") from error
