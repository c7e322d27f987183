"""A JSON file as COCO writes it, read record by record in constant memory.

The file is mapped, not loaded. Its outline (which top-level lists there are, where each record begins and ends) is found
first; each record is then decoded by itself. So a record with NaN, a huge number or a strange type costs one row, not
the file, and a file of any size takes the memory of one chunk.
"""

from __future__ import annotations

import json
import mmap
import re
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from labelduck.errors import BadInputError
from labelduck.native import json_scan

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

Span = tuple[int, int]
"""Where a value begins and ends in the file, in bytes."""

_STRING = rb'"(?>[^"\\]++|\\.)*+"'


def _object_pattern(depth: int) -> bytes:
    inner = rb"|" + _object_pattern(depth - 1) if depth else b""
    return rb'\{(?>[^{}"]++|' + _STRING + inner + rb")*+\}"


# Only braces and strings tell where a record ends, so one match does it for objects nested up to eight deep.
_OBJECT = re.compile(_object_pattern(8), re.DOTALL)
_TEXT = re.compile(_STRING, re.DOTALL)
_PLAIN = re.compile(rb"[^\s,\]\[{}\":]+")
_SPACE = re.compile(rb"[ \t\r\n]*")
_TOKEN = re.compile(_STRING + rb"|[\[\]{}]", re.DOTALL)
_SPANS_AT_ONCE = 50_000
_BYTE = re.compile(r"\(byte (\d+)\)")
_decode = msgspec.json.Decoder().decode


@dataclass(frozen=True)
class Chunk:
    """Some records of a top-level list, in the order of the file.

    Attributes:
        first: Position of the first one in the list.
        starts: Byte at which each record begins.
        ends: Byte behind each record.
        columns: Their fields in columns, where the compiled scanner could read them; None without it.
    """

    first: int
    starts: Sequence[int] | NDArray[np.int64]
    ends: Sequence[int] | NDArray[np.int64]
    columns: json_scan.Columns | None

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


class Document:
    """The outline of a COCO file.

    Attributes:
        path: The file.
        text: Its bytes, mapped.
        is_list: True for a bare list of records (COCO results).
        sections: Where the value of each top-level key lies; a bare list is the section "".
    """

    def __init__(self, path: Path, text: mmap.mmap) -> None:
        self.path, self.text = path, text
        self._bytes = np.frombuffer(text, np.uint8) if json_scan.is_available() else None
        start = self._space(3 if text[:3] == b"\xef\xbb\xbf" else 0)
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
            end = yield from self._items(self.sections[section][0])
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

    def decode(self, span: Span) -> Any:  # noqa: ANN401
        """Return the value in a span; NaN and Infinity are read as numbers, for the importer to refuse.

        Raises:
            BadInputError: It is no JSON.
        """
        raw = self.text[span[0] : span[1]]
        try:
            return _decode(raw)
        except UnicodeDecodeError as error:
            raise BadInputError(
                self.path, f"byte {span[0]}", "is not UTF-8; convert the file to UTF-8"
            ) from error
        except msgspec.MsgspecError as error:
            return self._decode_tolerantly(raw, span[0], error)
        except RecursionError:
            raise self.broken(span[0], "is nested too deep") from None

    def skip(self, start: int) -> int:
        """Return where the value that begins at START ends."""
        first = self.text[start : start + 1]
        if self._bytes is not None and first in (b"[", b"{"):
            end = json_scan.end_of_value(self._bytes, start)
            if end >= 0:
                return end
        if first == b"[":
            items = self._items(start)
            while True:
                try:
                    next(items)
                except StopIteration as stop:
                    return int(stop.value)
        pattern = {b"{": _OBJECT, b'"': _TEXT}.get(first, _PLAIN)
        match = pattern.match(self.text, start)
        if match:
            return match.end()
        return self._skip_deep(start) if first == b"{" else self._refuse(start)

    def broken(self, at: int, problem: str) -> BadInputError:
        """Return the error for JSON that is malformed at a byte."""
        if at >= len(self.text):
            return BadInputError(
                self.path, f"byte {len(self.text)}", "the JSON is cut off here; export or copy the file again"
            )
        return BadInputError(self.path, f"byte {at}", f"is no valid JSON: {problem}")

    def _outline(self, start: int) -> int:
        at = self._space(start + 1)
        while self.text[at : at + 1] != b"}":
            if self.sections:
                if self.text[at : at + 1] != b",":
                    raise self.broken(at, "expected , or }")
                at = self._space(at + 1)
            name = _TEXT.match(self.text, at)
            if not name:
                raise self.broken(at, "expected a name in quotes")
            colon = self._space(name.end())
            if self.text[colon : colon + 1] != b":":
                raise self.broken(colon, "expected :")
            value = self._space(colon + 1)
            key = str(self.decode(name.span()))
            if key in self.sections:
                raise BadInputError(self.path, f"byte {at}", f"`{key}` occurs twice; merge the two")
            self.sections[key] = (value, self.skip(value))
            at = self._space(self.sections[key][1])
        return at + 1

    def _items(self, start: int) -> Generator[Span, None, int]:
        """Yield the spans of a list's items; returns the byte behind the list."""
        text, space = self.text, _SPACE.match
        at = self._space(start + 1)
        if text[at : at + 1] == b"]":
            return at + 1
        while True:
            record = _OBJECT.match(text, at)
            after = record.end() if record else self.skip(at)
            yield at, after
            at = space(text, after).end()  # type: ignore[union-attr]
            if text[at : at + 1] != b",":
                break
            at = space(text, at + 1).end()  # type: ignore[union-attr]
        if text[at : at + 1] != b"]":
            raise self.broken(at, "expected , or ]")
        return at + 1

    def _spans_in_chunks(self, section: str) -> Iterator[Chunk]:
        spans, first = self.spans(section), 0
        while some := list(islice(spans, _SPANS_AT_ONCE)):
            starts, ends = zip(*some, strict=True)
            yield Chunk(first, starts, ends, None)
            first += len(some)

    def _scanned(self, section: str, text: NDArray[np.uint8]) -> Iterator[Chunk]:
        start, stop = self.sections[section]
        while text[stop - 1] in b" \t\r\n":
            stop -= 1
        at, first = self._space(start + 1), 0
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
            at = self._space(int(done.value))
        except json_scan.MalformedError as error:
            self._refuse(error.at)
        if at + 1 != stop:
            raise self.broken(at, "expected , or ]")

    def _check_end(self, end: int) -> None:
        if self._space(end) != len(self.text):
            raise self.broken(self._space(end), "there is more after the end")

    def _release(self, start: int, end: int) -> None:
        """Let the system take back the memory of text that has been read."""
        if hasattr(mmap, "MADV_DONTNEED"):
            start -= start % mmap.PAGESIZE
            self.text.madvise(mmap.MADV_DONTNEED, start, end - start)

    def _space(self, at: int) -> int:
        return _SPACE.match(self.text, at).end()  # type: ignore[union-attr]

    def _skip_deep(self, start: int) -> int:
        depth = 0
        for token in _TOKEN.finditer(self.text, start):
            depth += {b"[": 1, b"{": 1, b"]": -1, b"}": -1}.get(token.group(), 0)
            if not depth:
                return token.end()
        return self._refuse(start)

    def _refuse(self, start: int) -> int:
        """Raise the error for a value that does not end, as precisely as a parser can tell."""
        try:
            _decode(self.text[start:])
        except msgspec.DecodeError as error:
            place = _BYTE.search(str(error))
            raise self.broken(
                start + int(place[1]) if place else len(self.text), "unexpected character"
            ) from None
        raise self.broken(start, "unexpected character")

    def _decode_tolerantly(self, raw: bytes, start: int, error: msgspec.MsgspecError) -> Any:  # noqa: ANN401
        try:
            return json.loads(raw)
        except ValueError:
            place = _BYTE.search(str(error))
            raise self.broken(
                start + (int(place[1]) if place else len(raw)), "unexpected character"
            ) from None
