"""Text and source fields as XML, whole columns at a time."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from labelduck.exporters.json_text import one_array

if TYPE_CHECKING:
    from collections.abc import Iterable

_TAG = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_BLANK = " \t\r\n"
_OWN = frozenset(("name", "bndbox", "difficult", "truncated", "occluded", "trackid", "track_id", "annotator"))
_OWN |= {"polygon", "part", "attributes", "object"}
"""Fields of an object that readers give a meaning of their own."""


def xml_text(text: str) -> str:
    """Return text for XML; a character that XML cannot hold becomes a replacement character."""
    return escape(_NO_XML.sub("\ufffd", text), {"\r": "&#13;", "\n": "&#10;", "\t": "&#9;"})


def element(tag: str, said: pa.Array) -> pa.Array:
    """Return elements of a column of XML text, nothing where it is null."""
    return pc.fill_null(pc.binary_join_element_wise(f"<{tag}>", said, f"</{tag}>", ""), "")


def texts(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Return a column of text as XML text."""
    words = one_array(column).dictionary_encode()
    escaped = [None if word is None else xml_text(word) for word in words.dictionary.to_pylist()]
    return pa.array(escaped, pa.string()).take(words.indices)


def numbers(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Return finite numbers as text, others as null."""
    plain = one_array(column)
    return pc.if_else(pc.is_finite(plain), plain.cast(pa.string()), None)


def are_plain(attributes: Iterable[pa.Scalar] | pa.ChunkedArray) -> bool:
    """Tell whether all source fields of some objects can be elements that are read back as they are."""
    words = pc.unique(attributes).to_pylist()
    return all(word is None or plain_fields(word) is not None for word in words)


def field_elements(column: pa.ChunkedArray) -> pa.Array:
    """Return source fields as elements; nothing for those that are not plain."""
    words = one_array(column).dictionary_encode()
    said = ["" if word is None else plain_fields(word) or "" for word in words.dictionary.to_pylist()]
    return pc.fill_null(pa.array(said, pa.string()).take(words.indices), "")


@lru_cache(maxsize=10_000)
def plain_fields(attributes: str) -> str | None:
    """Return an object's source fields as elements; None where one is no text, or has a meaning for readers."""
    fields = decoded(attributes)
    if fields is None or not _OWN.isdisjoint(fields) or not fields:
        return None
    said = [_leaf(name, value) for name, value in fields.items()]
    return None if None in said else "".join(filter(None, said))


def nested_fields(fields: dict[str, Any]) -> str | None:
    """Return an image's source fields as elements, which may hold elements themselves; None where one cannot be one."""
    said: list[str] = []
    for name, value in fields.items():
        inner = (
            [_leaf(*pair) for pair in value.items()]
            if isinstance(value, dict) and value
            else [_leaf(name, value)]
        )
        if None in inner or not _TAG.fullmatch(name):
            return None
        whole = "".join(filter(None, inner))
        said.append(f"<{name}>{whole}</{name}>" if isinstance(value, dict) else whole)
    return "".join(said)


def decoded(attributes: str) -> dict[str, Any] | None:
    """Return JSON as a dictionary; None for what is none."""
    try:
        return msgspec.json.decode(attributes, type=dict[str, Any])
    except (msgspec.DecodeError, RecursionError):
        return None


def _leaf(name: str, value: object) -> str | None:
    if (
        not isinstance(value, str)
        or value.strip(_BLANK) != value
        or _NO_XML.search(value)
        or not _TAG.fullmatch(name)
    ):
        return None
    return f"<{name}>{xml_text(value)}</{name}>"
