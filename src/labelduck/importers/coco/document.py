"""A JSON file as COCO writes it, read record by record in constant memory.

The file is mapped, not loaded. Its outline (which top-level lists there are, where each record begins and ends) is found
first; each record is then decoded by itself. So a record with NaN, a huge number or a strange type costs one row, not
the file, and a file of any size takes the memory of one chunk.
"""

from __future__ import annotations

import mmap
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from labelduck.errors import BadInputError
from labelduck.importers.coco.text import TEXT, JsonText
from labelduck.native import json_scan

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from labelduck.importers.coco.text import Span

_SPANS_AT_ONCE = 50_000


@dataclass(eq=False, repr=False)
class Chunk:
    """Some records of a top-level list, in the order of the file.

    Attributes:
        first: Position of the first one in the list.
        starts: Byte at which each record begins.
        ends: Byte behind each record.
        columns: Their fields in columns, as far as they are plain.
    """

    first: int
    starts: Sequence[int] | NDArray[np.int64]
    ends: Sequence[int] | NDArray[np.int64]
    columns: json_scan.Columns

    def __len__(self) -> int:
        """Return the number of records."""
        return len(self.starts)

    def span(self, position: int) -> Span:
        """Return where the record at a position of the list lies."""
        return int(self.starts[position - self.first]), int(self.ends[position - self.first])


@contextmanager
def open_document(path: Path) -> Iterator[Document]:
    """Open a COCO file and find its outline.

    Raises:
        BadInputError: It is empty, cut off, no JSON, or neither an object nor a list.
    """
    try:
        with path.open("rb") as file:
            if not path.stat().st_size:
                raise BadInputError(path, "", "is empty; export it again")
            # Never closed by hand: numpy may still look at it when an error passes through here.
            text = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except OSError as error:
        raise BadInputError(path, "", f"cannot be read: {error.strerror or error}") from error
    yield Document(path, text)


class Document(JsonText):
    """The outline of a COCO file.

    Attributes:
        path: The file.
        text: Its bytes, mapped.
        is_list: True for a bare list of records (COCO results).
        sections: Where the value of each top-level key lies; a bare list is the section "".
    """

    def __init__(self, path: Path, text: mmap.mmap) -> None:
        super().__init__(path, text)
        start = self.space(3 if text[:3] == b"\xef\xbb\xbf" else 0)
        first = text[start : start + 1]
        if first not in (b"{", b"["):
            raise BadInputError(path, f"byte {start}", "is no COCO JSON: expected { or [")
        self.is_list = first == b"["
        self.sections: dict[str, Span] = {}
        if self.is_list:
            # Its end is found while its records are read.
            self.sections[""] = (start, len(text))
        else:
            self._check_end(self._outline(start))

    def value(self, section: str) -> Any:  # noqa: ANN401
        """Return the decoded value of a top-level key, None where the key is absent."""
        return self.decode(self.sections[section]) if section in self.sections else None

    def has_list(self, section: str) -> bool:
        """Tell whether a top-level key holds a list."""
        return section in self.sections and self.text[self.sections[section][0]] == ord("[")

    def spans(self, section: str) -> Iterator[Span]:
        """Yield where each record of a top-level list lies; nothing when there is no such list."""
        if self.has_list(section):
            end = yield from self.items(self.sections[section][0])
            if not section:
                self._check_end(end)

    def chunks(self, section: str) -> Iterator[Chunk]:
        """Yield the records of a top-level list in chunks, and forget the text of those behind."""
        if not self.has_list(section):
            return
        chunks = (
            self._spans_in_chunks(section) if self._bytes is None else self._scanned(section, self._bytes)
        )
        for chunk in chunks:
            yield chunk
            self._release(int(chunk.starts[0]), int(chunk.ends[-1]))

    def _outline(self, start: int) -> int:
        at = self.space(start + 1)
        while self.text[at : at + 1] != b"}":
            if self.sections:
                if self.text[at : at + 1] != b",":
                    raise self.broken(at, "expected , or }")
                at = self.space(at + 1)
            name = TEXT.match(self.text, at)
            if not name:
                raise self.broken(at, "expected a name in quotes")
            colon = self.space(name.end())
            if self.text[colon : colon + 1] != b":":
                raise self.broken(colon, "expected :")
            value = self.space(colon + 1)
            key = str(self.decode(name.span()))
            if key in self.sections:
                raise BadInputError(self.path, f"byte {at}", f"`{key}` occurs twice; merge the two")
            self.sections[key] = (value, self.skip_section(value))
            at = self.space(self.sections[key][1])
        return at + 1

    def _spans_in_chunks(self, section: str) -> Iterator[Chunk]:
        from labelduck.importers.coco.typed import box_columns

        spans, first = self.spans(section), 0
        while some := list(islice(spans, _SPANS_AT_ONCE)):
            starts, ends = zip(*some, strict=True)
            yield Chunk(first, starts, ends, box_columns(self.text, starts, ends))
            first += len(some)

    def _scanned(self, section: str, text: NDArray[np.uint8]) -> Iterator[Chunk]:
        start, stop = self.sections[section]
        while text[stop - 1] in b" \t\r\n":
            stop -= 1
        at, first = self.space(start + 1), 0
        if self.text[at : at + 1] == b"]" or text[stop - 1] != ord("]"):
            # Nothing to scan: what follows only sees to the end, or says what is wrong with it.
            yield from self._spans_in_chunks(section)
            return
        chunks = json_scan.scan(text[:stop], at)
        try:
            while True:
                columns = next(chunks)
                yield Chunk(first, columns.start, columns.end, columns)
                first += len(columns.start)
        except StopIteration as done:
            at = self.space(int(done.value))
        except json_scan.MalformedError as error:
            self.refuse(error.at)
        if at + 1 != stop:
            raise self.broken(at, "expected , or ]")

    def _check_end(self, end: int) -> None:
        if self.space(end) != len(self.text):
            raise self.broken(self.space(end), "there is more after the end")

    def _release(self, start: int, end: int) -> None:
        """Let the system take back the memory of text that has been read."""
        if hasattr(mmap, "MADV_DONTNEED"):
            start -= start % mmap.PAGESIZE
            self.text.madvise(mmap.MADV_DONTNEED, start, end - start)
