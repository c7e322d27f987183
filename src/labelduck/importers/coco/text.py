"""JSON text taken apart without decoding it: where values begin and end, and what is wrong where they do not."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from labelduck.errors import BadInputError
from labelduck.importers.base import storable
from labelduck.native import json_scan

if TYPE_CHECKING:
    import mmap
    from collections.abc import Generator
    from pathlib import Path

Span = tuple[int, int]
"""Where a value begins and ends in the file, in bytes."""

_STRING = rb'"(?>[^"\\]++|\\.)*+"'


def _object_pattern(depth: int) -> bytes:
    inner = rb"|" + _object_pattern(depth - 1) if depth else b""
    return rb'\{(?>[^{}"]++|' + _STRING + inner + rb")*+\}"


@cache
def _object() -> re.Pattern[bytes]:
    # Only braces and strings tell where a record ends, so one match does it for objects nested up to eight deep.
    return re.compile(_object_pattern(8), re.DOTALL)


TEXT = re.compile(_STRING, re.DOTALL)
"""Text in quotes."""
_PLAIN = re.compile(rb"[^\s,\]\[{}\":]+")
_NOTHING = re.compile(rb"(?!)")
_SPACE = re.compile(rb"[ \t\r\n]*")
_TOKEN = re.compile(_STRING + rb"|[\[\]{}]", re.DOTALL)
_BYTE = re.compile(r"\(byte (\d+)\)")
_decode = msgspec.json.Decoder().decode


class JsonText:
    """The bytes of a JSON file.

    Attributes:
        path: The file.
        text: Its bytes, mapped.
    """

    def __init__(self, path: Path, text: mmap.mmap) -> None:
        self.path, self.text = path, text
        self._bytes = np.frombuffer(text, np.uint8) if json_scan.is_available() else None

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
        """Return where the value that begins at START ends; what lies in its brackets is not looked at."""
        first = self.text[start : start + 1]
        if self._bytes is not None and first in (b"[", b"{"):
            end = json_scan.end_of_value(self._bytes, start)
            if end >= 0:
                return end
        pattern = _object() if first == b"{" else {b"[": _NOTHING, b'"': TEXT}.get(first, _PLAIN)
        match = pattern.match(self.text, start)
        if match:
            return match.end()
        return self._skip_deep(start) if first in (b"[", b"{") else self.refuse(start)

    def skip_section(self, start: int) -> int:
        """Return where a top-level value ends, seeing to the commas of a list."""
        if self._bytes is not None or self.text[start : start + 1] != b"[":
            return self.skip(start)
        # Record by record is much quicker than bracket by bracket.
        items = self.items(start)
        while True:
            try:
                next(items)
            except StopIteration as stop:
                return int(stop.value)

    def items(self, start: int) -> Generator[Span, None, int]:
        """Yield the spans of a list's items; returns the byte behind the list."""
        text, space, find_object = self.text, _SPACE.match, _object().match
        at = self.space(start + 1)
        if text[at : at + 1] == b"]":
            return at + 1
        while True:
            record = find_object(text, at)
            after = record.end() if record else self.skip(at)
            yield at, after
            at = space(text, after).end()  # type: ignore[union-attr]
            if text[at : at + 1] != b",":
                break
            at = space(text, at + 1).end()  # type: ignore[union-attr]
        if text[at : at + 1] != b"]":
            raise self.broken(at, "expected , or ]")
        return at + 1

    def space(self, at: int) -> int:
        """Return the byte of the first character from AT that is no white space."""
        return _SPACE.match(self.text, at).end()  # type: ignore[union-attr]

    def broken(self, at: int, problem: str) -> BadInputError:
        """Return the error for JSON that is malformed at a byte."""
        if at >= len(self.text):
            return BadInputError(
                self.path, f"byte {len(self.text)}", "the JSON is cut off here; export or copy the file again"
            )
        return BadInputError(self.path, f"byte {at}", f"is no valid JSON: {problem}")

    def _skip_deep(self, start: int) -> int:
        depth = 0
        for token in _TOKEN.finditer(self.text, start):
            depth += {b"[": 1, b"{": 1, b"]": -1, b"}": -1}.get(token.group(), 0)
            if not depth:
                return token.end()
        return self.refuse(start)

    def refuse(self, start: int) -> int:
        """Raise the error for a value that does not end, as precisely as a parser can tell."""
        try:
            _decode(self.text[start:])
        except msgspec.DecodeError as error:
            place = _BYTE.search(str(error))
            raise self.broken(
                start + int(place[1]) if place else len(self.text), "unexpected character"
            ) from None
        except (RecursionError, UnicodeDecodeError):
            pass
        raise self.broken(start, "a value that does not end")

    def _decode_tolerantly(self, raw: bytes, start: int, error: msgspec.MsgspecError) -> Any:  # noqa: ANN401
        try:
            return _storable(json.loads(raw))
        except (ValueError, RecursionError):
            place = _BYTE.search(str(error))
            raise self.broken(
                start + (int(place[1]) if place else len(raw)), "unexpected character"
            ) from None


def _storable(value: Any) -> Any:  # noqa: ANN401
    """Return a value whose texts can be stored: Python's decoder lets halves of characters pass."""
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, list):
        return [_storable(item) for item in value]
    return {storable(k): _storable(v) for k, v in value.items()} if isinstance(value, dict) else value
