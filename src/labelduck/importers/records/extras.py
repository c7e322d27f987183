"""Columns that no table has a place for, as JSON text of each row."""

from __future__ import annotations

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from labelduck.importers.values import to_text

_ENCODE = msgspec.json.Encoder(enc_hook=str).encode


def as_attributes(others: pa.Table, given: pa.Array | None) -> pa.Array | None:
    """Return the filled values of each row as a JSON object; null where there are none.

    Args:
        others: The columns.
        given: Attributes that the file has as such, to which they are added.

    Returns:
        None when there is nothing to tell at all.
    """
    parts = [
        part for name in others.column_names for part in [_members(name, others[name])] if part is not None
    ]
    if given is not None:
        parts.insert(0, _inner(given))
    if not parts:
        return None
    members = parts[0]
    for part in parts[1:]:
        # Not null_handling="skip", which loses rows in which all are null (pyarrow 25).
        members = pc.coalesce(pc.binary_join_element_wise(members, part, ","), members, part)
    return pc.binary_join_element_wise("{", members, "}", "")


def _members(name: str, column: pa.ChunkedArray) -> pa.Array | None:
    """Return `"name":value` for each row, null where it has no value; None when it never has one."""
    values = column.combine_chunks()
    values = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
    if pa.types.is_dictionary(values.type):
        values = values.dictionary_decode()
    if values.null_count == len(values):
        return None
    return pc.binary_join_element_wise(_ENCODE(name).decode() + ":", _json(values), "")


def _json(values: pa.Array) -> pa.Array:
    """Return values as JSON text, each distinct one written once."""
    kind = values.type
    if pa.types.is_integer(kind) or pa.types.is_boolean(kind):
        return values.cast(pa.string())
    if pa.types.is_string(kind):
        text = pc.if_else(pc.equal(values, ""), None, values)
        words = text.dictionary_encode()
        written = [_ENCODE(word).decode() for word in words.dictionary.to_pylist()]
        return pa.array(written, pa.string()).take(words.indices)
    return pa.array(
        [None if value is None else _ENCODE(value).decode() for value in values.to_pylist()], pa.string()
    )


def _inner(given: pa.Array) -> pa.Array:
    """Return the members of attributes given as JSON objects; other text is kept as the member `attributes`."""
    words = to_text(given)[0].dictionary_encode()
    return pa.array([_inner_of(word) for word in words.dictionary.to_pylist()], pa.string()).take(
        words.indices
    )


def _inner_of(text: str) -> str | None:
    try:
        found = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        found = text
    if not isinstance(found, dict):
        return f'"attributes":{_ENCODE(found).decode()}'
    return text.strip()[1:-1].strip() or None
