"""Columns as JSON text, a whole column at a time: what a JSON format of a million records is made of."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import numpy as np
    from numpy.typing import NDArray

_NEEDS_ESCAPES = r'["\\\x00-\x1f]'


def texts(column: pa.Array) -> pa.Array:
    """Return text as JSON strings; null stays null."""
    plain = one_array(column)
    if pa.types.is_dictionary(plain.type):
        words = pa.array([_encoded(word) for word in plain.dictionary.to_pylist()], pa.string())
        return words.take(plain.indices)
    is_odd = pc.match_substring_regex(plain, _NEEDS_ESCAPES)
    quoted = pc.binary_join_element_wise('"', plain, '"', "")
    if not pc.any(is_odd).as_py():
        return quoted
    odd = plain.filter(pc.fill_null(is_odd, False)).to_pylist()
    escaped = pa.array([_encoded(text) for text in odd], pa.string())
    return pc.replace_with_mask(quoted, pc.fill_null(is_odd, False), escaped)


def numbers(column: pa.Array) -> pa.Array:
    """Return numbers as JSON, in as many digits as give the same number again; null, NaN and infinity become null."""
    plain = one_array(column)
    said = plain.cast(pa.string())
    return pc.if_else(pc.is_finite(plain), said, None) if pa.types.is_floating(plain.type) else said


def flags(column: pa.Array, *, as_numbers: bool = False) -> pa.Array:
    """Return truth values as true and false, or as 1 and 0."""
    true, false = ("1", "0") if as_numbers else ("true", "false")
    return pc.if_else(one_array(column), true, false)


def times(column: pa.Array) -> pa.Array:
    """Return times as JSON strings in ISO 8601."""
    return pc.binary_join_element_wise('"', one_array(column).cast(pa.string()), '"', "")


def lists(items: pa.ListArray, said: pa.Array) -> pa.Array:
    """Return lists as JSON from the JSON of their items.

    Args:
        items: The column; its offsets and nulls count.
        said: JSON of each of its items, `items.flatten()` in order.
    """
    lengths = pc.fill_null(pc.list_value_length(items), 0)
    offsets = pa.concat_arrays([pa.array([0], pa.int64()), pc.cumulative_sum(lengths.cast(pa.int64()))])
    joined = pc.binary_join(pa.LargeListArray.from_arrays(offsets, said), ",")
    whole = pc.binary_join_element_wise("[", joined.cast(pa.string()), "]", "")
    return pc.if_else(pc.is_valid(items), whole, None)


def objects(fields: Mapping[str, pa.Array]) -> pa.Array:
    """Return records as JSON objects from the JSON of their fields; a field that is null is left out.

    Args:
        fields: Name and column of each field; the first one holds no null.
    """
    parts = [pc.binary_join_element_wise(f'"{name}":', said, "") for name, said in fields.items()]
    return pc.binary_join_element_wise(
        "{", pc.binary_join_element_wise(*parts, ",", null_handling="skip"), "}", ""
    )


def values(column: pa.Array) -> pa.Array:
    """Return a column of any type as JSON: lists, structures, text, numbers, flags, times; null stays null."""
    kind = column.type
    if pa.types.is_list(kind):
        return lists(column, pc.fill_null(values(column.flatten()), "null"))
    if pa.types.is_struct(kind):
        fields = {
            field.name: pc.fill_null(values(pc.struct_field(column, field.name)), "null") for field in kind
        }
        return pc.if_else(column.is_valid(), objects(fields), None)
    if pa.types.is_string(kind):
        return texts(column)
    if pa.types.is_boolean(kind):
        return flags(column)
    return times(column) if pa.types.is_timestamp(kind) else numbers(column)


def documents(column: pa.Array) -> pa.Array:
    """Return JSON texts that are objects as they are, and any other text as an object with the text under `text`."""
    plain = one_array(column)
    held = plain.drop_null()
    if not len(held):
        return plain
    try:
        whole = msgspec.json.decode(_joined(held), type=list[dict[str, msgspec.Raw]])
        if len(whole) == len(held):
            return plain
    except msgspec.DecodeError:
        pass
    return pa.array([None if text is None else _document(text) for text in plain.to_pylist()], pa.string())


def rings(points: Iterable[NDArray[np.float64]]) -> pa.Array:
    """Return one ring x1, y1, x2, y2, ... each as JSON of a list of rings."""
    items = pa.array([ring.tolist() for ring in points], pa.list_(pa.float64()))
    return pc.binary_join_element_wise("[", lists(items, numbers(items.flatten())), "]", "")


def one_array(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Return a column as one array."""
    if isinstance(column, pa.ChunkedArray):
        whole = column.combine_chunks()
        return pa.concat_arrays(whole.chunks) if isinstance(whole, pa.ChunkedArray) else whole
    return column


def write_list(file: IO[bytes], pieces: Iterable[pa.Array]) -> None:
    """Write the JSON of records as one list, a record a line."""
    before = b"[\n"
    for piece in pieces:
        if len(piece):
            file.write(before)
            file.write(_with_breaks(piece))
            before = b",\n"
    file.write(b"[]" if before == b"[\n" else b"\n]")


def _with_breaks(piece: pa.Array) -> memoryview:
    return memoryview(_join(piece, ",\n").as_buffer())


def _joined(held: pa.Array) -> bytes:
    return b"".join((b"[", _join(held, ",").as_buffer(), b"]"))


def _join(piece: pa.Array, between: str) -> pa.Scalar:
    offsets = pa.array([0, len(piece)], pa.int64())
    return pc.binary_join(
        pa.LargeListArray.from_arrays(offsets, piece.cast(pa.large_string())),
        pa.scalar(between, pa.large_string()),
    )[0]


def _document(text: str) -> str:
    try:
        msgspec.json.decode(text, type=dict[str, msgspec.Raw])
    except (msgspec.DecodeError, msgspec.ValidationError):
        return msgspec.json.encode({"text": text}).decode()
    return text


def _encoded(text: str | None) -> str | None:
    return None if text is None else msgspec.json.encode(text).decode()
