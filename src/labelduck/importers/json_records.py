"""Records of JSON files, with errors that say where."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator

_BOM = b"\xef\xbb\xbf"


class UnreadableJsonError(ValueError):
    """The bytes are no JSON, or not of the form expected; the message says what and where."""


def document(data: bytes | memoryview) -> Any:  # noqa: ANN401 - whatever the file holds
    """Return what a JSON text holds.

    NaN and infinite numbers, which some writers produce against the standard, are read as such: whoever needs a number refuses them.

    Raises:
        UnreadableJsonError: It is no JSON, no UTF-8, or nests too deep.
    """
    data = _without_bom(data)
    try:
        return msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        try:
            return json.loads(bytes(data))
        except (ValueError, RecursionError):
            raise UnreadableJsonError(f"is no JSON: {error}") from error


def records(data: bytes | memoryview) -> Iterator[Any]:
    """Yield the items of a JSON list, decoding one at a time, so that memory holds the text and one record.

    An object counts as a list of one; so do JSON lines, an object a line, as the list of them.

    Raises:
        UnreadableJsonError: As `document`.
    """
    data = _without_bom(data)
    try:
        raw = msgspec.json.decode(data, type=list[msgspec.Raw])
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        yield from _odd_records(data)
        return
    for number, item in enumerate(raw):
        try:
            yield msgspec.json.decode(item)
        except (
            msgspec.DecodeError,
            UnicodeDecodeError,
            RecursionError,
        ) as error:  # text is looked at only now
            raise UnreadableJsonError(f"record {number} is no JSON: {error}") from error


def _odd_records(data: bytes | memoryview) -> Iterator[Any]:
    try:
        whole = document(data)
    except UnreadableJsonError as error:
        if not bytes(data).strip():  # nothing but blanks would count as no lines
            raise
        try:
            yield from msgspec.json.Decoder().decode_lines(data)
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
            raise error from None
        return
    yield from whole if isinstance(whole, list) else [whole]


def _without_bom(data: bytes | memoryview) -> bytes | memoryview:
    return data[3:] if data[:3] == _BOM else data
