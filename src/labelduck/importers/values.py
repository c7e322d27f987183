"""Values of a column, whatever their type, as text, numbers, flags and times.

Each function returns the column and the rows whose value it could not understand, which are null in the column.
"""

from __future__ import annotations

import json
import math
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Callable

Parsed = tuple[pa.Array, list[int]]

FLAGS = {"1": True, "true": True, "yes": True, "y": True, "t": True} | dict.fromkeys(
    ("0", "false", "no", "n", "f"), False
)
REVIEWS = {
    "accepted": ("accept", "accepted", "approve", "approved", "ok", "pass", "passed"),
    "rejected": ("reject", "rejected", "fail", "failed", "declined"),
    "fixed": ("fix", "fixed", "corrected", "fixed_and_accepted", "fix_and_accept", "fix+accepted"),
}
_REVIEW = {word: status for status, words in REVIEWS.items() for word in words}
PERSON = ("email", "username", "name", "id")
_EPOCH_UNITS = ((1e11, 1.0), (1e14, 1e3), (1e17, 1e6), (math.inf, 1e9))


def to_text(values: pa.Array) -> Parsed:
    """Return values as text without blanks around it; empty text is null, 7.0 is 7, a person is their e-mail or name."""
    kind = values.type
    if pa.types.is_dictionary(kind):
        values, kind = values.dictionary_decode(), kind.value_type
    if pa.types.is_floating(kind):
        values = _whole_numbers(values)
    elif pa.types.is_nested(kind) or pa.types.is_binary(kind):
        values = pa.array([_said(value) for value in values.to_pylist()], pa.string())
    text = pc.utf8_trim_whitespace(values.cast(pa.string()))
    return pc.if_else(pc.equal(text, ""), None, text), []


def to_review(values: pa.Array) -> Parsed:
    """Return review decisions as accepted, rejected or fixed; other words stay."""
    text, _ = to_text(values)
    words = text.dictionary_encode()
    names = [_REVIEW.get(word.lower().replace(" ", "_"), word) for word in words.dictionary.to_pylist()]
    return pa.array(names, pa.string()).take(words.indices), []


def to_number(values: pa.Array) -> Parsed:
    """Return values as finite numbers; durations in seconds."""
    if pa.types.is_null(values.type) or pa.types.is_boolean(values.type) or pa.types.is_nested(values.type):
        values = to_text(values)[0]
    if pa.types.is_duration(values.type):
        values = pc.divide(values.cast(pa.duration("us"), safe=False).cast(pa.int64()), 1e6)
    try:
        numbers = values.cast(pa.float64())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):  # of times nothing is a number
        return _one_by_one(to_text(values)[0], float, pa.float64())
    finite = pc.is_finite(numbers)
    return pc.if_else(finite, numbers, None), _false_rows(finite)


def to_seconds(values: pa.Array) -> Parsed:
    """Return durations in seconds; negative ones are not understood."""
    numbers, bad = to_number(values)
    positive = pc.greater_equal(numbers, 0)
    return pc.if_else(positive, numbers, None), sorted({*bad, *_false_rows(positive)})


def to_count(values: pa.Array) -> Parsed:
    """Return whole numbers from 0."""
    numbers, bad = to_number(values)
    whole = pc.and_(
        pc.equal(pc.floor(numbers), numbers), pc.and_(pc.greater_equal(numbers, 0), pc.less(numbers, 1 << 31))
    )
    counts = pc.if_else(whole, numbers, None).cast(pa.int64())
    return counts, sorted({*bad, *_false_rows(whole)})


def to_whole(values: pa.Array) -> Parsed:
    """Return whole numbers of 32 bits, below 0 too."""
    numbers, bad = to_number(values)
    whole = pc.and_(pc.equal(pc.floor(numbers), numbers), pc.less(pc.abs(numbers), 1 << 31))
    counts = pc.if_else(whole, numbers, None).cast(pa.int32())
    return counts, sorted({*bad, *_false_rows(whole)})


def to_share(values: pa.Array) -> Parsed:
    """Return shares of 0 to 1; true and yes are 1."""
    text, _ = to_text(values)
    return _one_by_one(text, _share, pa.float64())


def to_json(values: pa.Array) -> Parsed:
    """Return JSON objects as compact text; what is none is not understood."""
    text, _ = to_text(values)
    return _one_by_one(text, _json_object, pa.string())


def to_flag(values: pa.Array) -> Parsed:
    """Return true or false."""
    if pa.types.is_boolean(values.type):
        return values, []
    return _one_by_one(to_text(values)[0], lambda text: FLAGS[text.lower()], pa.bool_())


def to_time(values: pa.Array) -> Parsed:
    """Return times in UTC without a zone.

    Text is ISO 8601, in UTC where it has no zone. Numbers are seconds, milli-, micro- or nanoseconds since 1970, told
    apart by their size.
    """
    kind = values.type
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
        zoned = pa.types.is_timestamp(kind) and kind.tz is not None
        safe = pa.timestamp("us", "UTC" if zoned else None)
        return values.cast(safe, safe=False).cast(pa.timestamp("us")), []
    text, _ = to_text(values)
    for written in (pa.timestamp("us"), pa.timestamp("us", "UTC")):
        try:
            return text.cast(written).cast(pa.timestamp("us")), []
        except pa.ArrowInvalid:
            continue
    return _one_by_one(text, _time, pa.timestamp("us"))


def _time(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        number = float(text)
        unit = next(unit for limit, unit in _EPOCH_UNITS if abs(number) < limit)
        moment = datetime.fromtimestamp(number / unit, UTC)
    return (
        moment.replace(tzinfo=None) if moment.tzinfo is None else moment.astimezone(UTC).replace(tzinfo=None)
    )


def _share(text: str) -> float:
    word = FLAGS.get(text.lower())
    number = float(text) if word is None else float(word)
    if not 0 <= number <= 1:
        raise ValueError(text)
    return number


def _json_object(text: str) -> str:
    import msgspec

    return msgspec.json.encode(msgspec.json.decode(text, type=dict[str, Any])).decode()


def _one_by_one(text: pa.Array, parse: Callable[[str], Any], kind: pa.DataType) -> Parsed:
    """Parse each distinct text once; NaN, infinite and unknown values are not understood."""
    words = text.dictionary_encode()
    parsed = [_tried(parse, word) for word in words.dictionary.to_pylist()]
    column = pa.array(parsed, kind).take(words.indices)
    bad = pc.and_(pc.is_valid(text), pc.is_null(column))
    return column, np.flatnonzero(bad.to_numpy(zero_copy_only=False)).tolist()


def _tried(parse: Callable[[str], Any], word: str) -> Any:  # noqa: ANN401 - the type is the caller's
    try:
        value = parse(word)
    except (ValueError, KeyError, OverflowError, OSError, StopIteration, RecursionError):
        return None
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _false_rows(flags: pa.Array) -> list[int]:
    """Return the rows that are false; null is neither."""
    false = pc.fill_null(pc.invert(flags), False)
    return [int(row) for row in np.flatnonzero(false.to_numpy(zero_copy_only=False))]


def _whole_numbers(values: pa.Array) -> pa.Array:
    """Return numbers as text; ids that became 7.0, because another row had none, are 7 again."""
    try:
        return values.cast(pa.int64()).cast(pa.string())
    except pa.ArrowInvalid:
        return pa.array(
            [None if value is None else f"{value:.17g}" for value in values.to_pylist()], pa.string()
        )


def _said(value: object) -> str | None:
    if isinstance(value, dict):
        value = next((value[key] for key in PERSON if value.get(key) is not None), value)
    if value is None or isinstance(value, str):
        return value
    return value.hex() if isinstance(value, bytes) else json.dumps(value, default=str)
