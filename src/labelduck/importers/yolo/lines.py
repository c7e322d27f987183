"""The numbers of many small label files, parsed at once.

Opening a file costs ten times what parsing its numbers costs, so files are slurped one by one and their numbers
parsed together: white space becomes line breaks, and a CSV reader reads one column of numbers.
"""

from __future__ import annotations

import errno
import os
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

BREAK, JUNK = 10, ord("?")
NUMBER = r"^\+?-?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$"
# Every byte that no number has becomes a question mark, so that a stray comma or a byte of UTF-16 cannot move a column.
TO_TOKENS = bytes(
    BREAK
    if byte in b" \t\n\v\f\r"
    else byte
    if (chr(byte).isalnum() and byte < 128) or byte in b"+-."
    else JUNK
    for byte in range(256)
)
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
READ, MOST = 1 << 16, 1 << 28


@dataclass(frozen=True)
class Lines:
    """The lines of some files that hold anything, L of them in source order, with their numbers.

    Attributes:
        values: All numbers, one line after the other; NaN where a word is no number.
        starts: Where each line's numbers begin in `values`, [L].
        counts: Numbers of each line, [L].
        file: File that each line is from, [L].
        number: Line in that file, counted from 1, [L].
        text: Bytes of all files.
        breaks: Where the lines of `text` end.
        row: Line of `text`, [L].
    """

    values: NDArray[np.float64]
    starts: NDArray[np.int64]
    counts: NDArray[np.int64]
    file: NDArray[np.int64]
    number: NDArray[np.int64]
    text: bytes
    breaks: NDArray[np.int64]
    row: NDArray[np.int64]

    def __len__(self) -> int:
        """Return the number of lines."""
        return len(self.starts)

    @cached_property
    def position(self) -> NDArray[np.int64]:
        """Return the place of each line among those of its file that hold anything, counted from 0, [L]."""
        place = np.arange(len(self))
        is_first = np.diff(self.file, prepend=-1) != 0
        return place - np.maximum.accumulate(np.where(is_first, place, 0))

    @property
    def classes(self) -> NDArray[np.float64]:
        """Return the first number of each line, [L]."""
        return self.values[self.starts]

    def said(self, line: int) -> str:
        """Return a line as it stands in its file."""
        row = self.row[line]
        start = self.breaks[row - 1] + 1 if row else 0
        return self.text[start : self.breaks[row]].decode("utf-8", "replace").strip()

    def gather(self, lines: NDArray[np.int64], first: int, count: int) -> NDArray[np.float64]:
        """Return `count` numbers of each of some lines from their number `first` on, [n, count]."""
        return np.asarray(self.values[self.starts[lines, None] + np.arange(first, first + count)])


def slurp(path: str) -> bytes:
    """Return a file's bytes; OSError when it cannot be read."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        data = os.read(descriptor, READ)
        if len(data) < READ:
            return data
        if os.fstat(descriptor).st_size > MOST:
            raise OSError(errno.EFBIG, "larger than any label file")
        parts = [data]
        while data := os.read(descriptor, READ):
            parts.append(data)
        return b"".join(parts)
    finally:
        os.close(descriptor)


def parse(files: Sequence[bytes]) -> Lines:
    """Return the numbers of files, given as their bytes."""
    text = b"\n".join(files) + b"\n"
    if b"\r" in text or BYTE_ORDER_MARK in text:
        files = [_plain(file) for file in files]
        text = b"\n".join(files) + b"\n"
    sizes = np.fromiter((len(file) for file in files), np.int64, len(files))
    tokens = text.translate(TO_TOKENS)
    is_blank = np.frombuffer(tokens, np.uint8) == BREAK
    is_break = np.frombuffer(text, np.uint8) == BREAK
    is_start = ~is_blank
    is_start[1:] &= is_blank[:-1]
    rows = np.cumsum(is_break, dtype=np.int32)
    row_of_token = rows[is_start]
    starts = np.flatnonzero(np.diff(row_of_token, prepend=-1)).astype(np.int64)
    row = row_of_token[starts].astype(np.int64)
    offsets = np.cumsum(sizes + 1) - sizes - 1
    first_row = np.concatenate([[0], rows[offsets[1:] - 1]]) if files else offsets
    file = np.searchsorted(first_row, row, side="right") - 1
    return Lines(
        values=_numbers(tokens, len(row_of_token)),
        starts=starts,
        counts=np.diff(starts, append=len(row_of_token)),
        file=file,
        number=row - first_row[file] + 1,
        text=text,
        breaks=np.flatnonzero(is_break),
        row=row,
    )


def _plain(file: bytes) -> bytes:
    return file.removeprefix(BYTE_ORDER_MARK).replace(b"\r\n", b"\n").replace(b"\r", b"\n")


def _numbers(tokens: bytes, count: int) -> NDArray[np.float64]:
    if not count:
        return np.empty(0)
    try:
        return np.asarray(_column(tokens, pa.float64()))
    except pa.ArrowInvalid:  # some word is no number: those become NaN, which no line may hold
        words = _column(tokens, pa.string())
        words = pc.if_else(pc.match_substring_regex(words, NUMBER), pc.utf8_ltrim(words, "+"), "nan")
        return np.asarray(pc.cast(words, pa.float64()))


def _column(tokens: bytes, kind: pa.DataType) -> pa.Array:
    table = csv.read_csv(
        pa.BufferReader(tokens),
        read_options=csv.ReadOptions(column_names=["value"], use_threads=False, block_size=len(tokens) + 1),
        parse_options=csv.ParseOptions(delimiter=",", quote_char=False),
        convert_options=csv.ConvertOptions(column_types={"value": kind}, null_values=[]),
    )
    return table["value"].combine_chunks()
