"""Fields of a dump, whatever a server, an older one or a damaged file puts there: a value of its kind, or None."""

from __future__ import annotations

from typing import Any

MAX_ID = (1 << 63) - 1
MAX_FRAME = (1 << 31) - 1

Record = dict[str, Any]
"""An object of a dump."""


def record(value: object) -> Record:
    """Return an object, an empty one where there is none."""
    return value if isinstance(value, dict) else {}


def items(value: object) -> list[Any]:
    """Return a list, an empty one where there is none."""
    return value if isinstance(value, list) else []


def whole(value: object, *, most: int = MAX_ID) -> int | None:
    """Return a whole number from 0, also where it is written as text or as 7.0."""
    if type(value) is not int:
        value = _as_whole(value)
    return value if value is not None and 0 <= value <= most else None


def _as_whole(value: object) -> int | None:
    if isinstance(value, str) and len(value) < 20 and value.isascii() and value.isdigit():
        return int(value)
    return int(value) if isinstance(value, float) and value.is_integer() else None


def frame_number(value: object) -> int | None:
    """Return the number of a frame in its task."""
    return whole(value, most=MAX_FRAME)


def frame_numbers(value: object) -> list[int]:
    """Return the numbers of frames that a list holds."""
    return [number for each in items(value) if (number := frame_number(each)) is not None]


def text(value: object) -> str | None:
    """Return text that says something, of a number its digits."""
    if isinstance(value, str):
        return value.strip() or None
    number = whole(value)
    return None if number is None else str(number)


def word(value: object) -> str | None:
    """Return a word of a closed list in the lake's spelling: `in progress` is in_progress."""
    said = text(value)
    return said and said.lower().replace(" ", "_").replace("-", "_")
