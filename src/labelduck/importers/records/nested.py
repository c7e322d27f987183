"""Columns of lists and structures: as Parquet and JSON have them, or as JSON text in a CSV."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from labelduck import geometry
from labelduck.importers.values import to_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from labelduck.importers.values import Parsed

_CORNERS = ("x_min", "y_min", "x_max", "y_max")
_UNFIT = (pa.ArrowException, OverflowError, TypeError, ValueError)


def nested(kind: pa.DataType) -> tuple[Callable[[pa.Array], Parsed], str]:
    """Return how a column of lists or structures is read, and what a value has to be."""

    def parse(column: pa.Array) -> Parsed:
        if pa.types.is_dictionary(column.type):
            column = column.dictionary_decode()
        if pa.types.is_nested(column.type):
            found, bad = (column, list[int]()) if column.type == kind else _as_kind(column, kind)
            if _has_points(found):
                found, bad = _of_values(column.to_pylist(), kind, was_null=_nulls(column))
        else:
            text = to_text(column)[0]
            found, bad = _of_values(_decoded(text), kind, was_null=_nulls(text))
        return _finite(found, bad)

    return parse, f"JSON of {_told(kind)}"


def rows_to_null(column: pa.Array, rows: list[int]) -> pa.Array:
    """Return a column with nulls in some rows; a list that is null owns no items."""
    if not rows:
        return column
    kept = np.arange(len(column))
    gone = np.zeros(len(column), bool)
    gone[rows] = True
    return column.take(pa.array(kept, pa.int64(), mask=gone))


def _as_kind(column: pa.Array, kind: pa.DataType) -> Parsed:
    names = {field.name for field in kind} if pa.types.is_struct(kind) else set()
    given = {field.name for field in column.type} if pa.types.is_struct(column.type) else set()
    try:
        if names == given:
            return column.cast(kind), []
    except _UNFIT:
        pass
    return _of_values(column.to_pylist(), kind, was_null=_nulls(column))


def _decoded(text: pa.Array) -> list[Any]:
    """Return what JSON texts hold: all at once where each one is sound, else one by one; what is no JSON stays text."""
    present = text.drop_null()
    whole = b"[" + b",".join(part.encode() for part in present.to_pylist()) + b"]"
    try:
        found = iter(msgspec.json.decode(whole))
        values = [next(found) if part else None for part in text.is_valid().to_pylist()]
        if next(found, whole) is whole:
            return values
    except (msgspec.DecodeError, StopIteration, RecursionError):
        pass
    return [None if part is None else _decoded_one(part) for part in text.to_pylist()]


def _decoded_one(text: str) -> Any:  # noqa: ANN401 - whatever the text holds
    # DuckDB and Python write structures with single quotes; words with bars or commas between them are a list too.
    for written in (text, text.replace("'", '"').replace("NULL", "null").replace("None", "null")):
        try:
            return msgspec.json.decode(written)
        except (msgspec.DecodeError, RecursionError):
            continue
    return text


def _of_values(given: list[Any], kind: pa.DataType, *, was_null: list[bool]) -> Parsed:
    values = [_shaped(value, kind) for value in given]
    try:
        column = pa.array(values, kind)
        if column.null_count == sum(was_null):
            return column, []
    except _UNFIT:
        pass
    found = [_fitting(value, kind) for value in values]
    bad = [n for n, value in enumerate(found) if value is None and not was_null[n]]
    return pa.array(found, kind), bad


def _shaped(value: Any, kind: pa.DataType) -> Any:  # noqa: ANN401 - whatever JSON holds
    """Return a value in the shape wanted, where another shape is as good."""
    if pa.types.is_struct(kind):
        names = [field.name for field in kind]
        if names == list(_CORNERS) and isinstance(value, list) and len(value) == 4:
            return dict(zip(_CORNERS, value, strict=True))
        return _compressed(value) if isinstance(value, dict) and set(names) <= value.keys() else None
    inner = kind.value_type
    if isinstance(value, str):
        parts = value.strip("[](){} ").replace(";", ",").replace("|", ",")
        value = [part.strip() for part in (parts.split(",") if "," in parts else parts.split())]
        value = value if pa.types.is_string(inner) else [_number(part) for part in value]
    if not isinstance(value, list):
        return None
    if pa.types.is_list(inner):
        return _rings(value) if pa.types.is_floating(inner.value_type) else value
    if pa.types.is_struct(inner):
        return [_shaped(_point(item), inner) for item in value]
    return value


def _compressed(value: dict[str, Any]) -> dict[str, Any] | None:
    """Return a mask whose counts may be a list of run lengths, as COCO has it for crowds, with its counts as text."""
    if not isinstance(value.get("counts"), list):
        return value
    try:
        height, width = value["size"]
        return {
            "size": [height, width],
            "counts": geometry.rle_from_uncompressed(value["counts"], height, width),
        }
    except (TypeError, ValueError):
        return None


def _rings(value: list[Any]) -> list[Any]:
    """Return rings x1, y1, x2, y2, ... of one ring, of rings of points, or of one ring of points."""
    if value and not any(isinstance(item, list) for item in value):
        return [value]
    if value and all(map(_is_point, value)):
        return [[number for point in value for number in point]]
    is_of_points = [isinstance(ring, list) and bool(ring) and all(map(_is_point, ring)) for ring in value]
    return [
        [number for point in ring for number in point] if points else ring
        for ring, points in zip(value, is_of_points, strict=True)
    ]


def _is_point(item: object) -> bool:
    return isinstance(item, list) and len(item) == 2 and not any(isinstance(number, list) for number in item)


def _has_points(column: pa.Array) -> bool:
    """Tell whether rings of numbers may be points: no ring has two numbers."""
    kind = column.type
    if not (
        pa.types.is_list(kind)
        and pa.types.is_list(kind.value_type)
        and pa.types.is_floating(kind.value_type.value_type)
    ):
        return False
    return bool(pc.any(pc.equal(pc.list_value_length(column.flatten()), 2)).as_py())


def _point(item: Any) -> Any:  # noqa: ANN401 - whatever JSON holds
    if isinstance(item, list) and len(item) == 3:
        return dict(zip(("x", "y", "visibility"), item, strict=True))
    return item


def _number(part: str) -> float | None:
    try:
        return float(part)
    except ValueError:
        return None


def _fitting(value: Any, kind: pa.DataType) -> Any:  # noqa: ANN401 - whatever JSON holds
    try:
        pa.array([value], kind)
    except (*_UNFIT, UnicodeEncodeError):
        return None
    return value


def _finite(column: pa.Array, bad: list[int]) -> Parsed:
    """Take back the values in which a number is infinite or missing."""
    leaves: Any = column
    while pa.types.is_nested(leaves.type):
        if pa.types.is_struct(leaves.type):
            fields = [leaves.field(i) for i in range(leaves.type.num_fields)]
            real = [field for field in fields if pa.types.is_floating(field.type)]
            leaves = pa.concat_arrays(real) if real else pa.array([], REAL)
        else:
            leaves = leaves.flatten()
    if not pa.types.is_floating(leaves.type):
        return rows_to_null(column, bad), bad
    if pc.all(pc.is_finite(leaves)).as_py() is not False and not _has_holes(column):
        return rows_to_null(column, bad), bad
    worse = [n for n, value in enumerate(column.to_pylist()) if value is not None and not _is_sound(value)]
    bad = sorted({*bad, *worse})
    return rows_to_null(column, bad), bad


def _has_holes(column: pa.Array) -> bool:
    """Tell whether a number inside a value is missing."""
    while pa.types.is_list(column.type) or pa.types.is_fixed_size_list(column.type):
        column = column.flatten()
        if column.null_count:
            return True
    if pa.types.is_struct(column.type):
        sound = column.drop_null()
        return any(field.null_count for field in sound.flatten())
    return False


def _is_sound(value: Any) -> bool:  # noqa: ANN401 - lists and structures of numbers
    if isinstance(value, dict):
        return all(_is_sound(item) for item in value.values())
    if isinstance(value, list):
        return all(_is_sound(item) for item in value)
    return isinstance(value, str | int) or (isinstance(value, float) and abs(value) < np.inf)


def _nulls(column: pa.Array) -> list[bool]:
    return [bool(is_null) for is_null in column.is_null().to_pylist()]


def _told(kind: pa.DataType) -> str:
    if pa.types.is_struct(kind):
        return "{" + ", ".join(field.name for field in kind) + "}"
    return "numbers" if pa.types.is_primitive(kind.value_type) else "a list"


REAL = pa.float64()
