"""Single values of JSON and text, which may be anything, as the numbers, sides and points that they should be."""

from __future__ import annotations

import math

from labelduck.importers.base import LARGEST_WHOLE
from labelduck.importers.drawn import DrawnError

_MOST_DIGITS = 10


def finite(value: object) -> float | None:
    """Return a number; None for what is none, true and false, no finite one, or one too large for a float."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def whole(text: object) -> int | None:
    """Return a whole number from 0 that digits spell and a size, a frame or a class can have; None for what is none."""
    digits = text.strip() if isinstance(text, str) else ""
    # Python refuses to read thousands of digits.
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= _MOST_DIGITS):
        return None
    return number if (number := int(digits)) <= LARGEST_WHOLE else None


def side(value: object) -> int | None:
    """Return a side of a picture in whole pixels, also from text; None where it is none."""
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return None
    return int(number) if 1 <= number <= LARGEST_WHOLE and not isinstance(value, bool) else None


def flat(points: object) -> list[float]:
    """Return a list of pairs [x, y] as x1, y1, x2, y2, ...; that each is a number is for `drawn` to see.

    Raises:
        DrawnError: It is no list of pairs, or empty.
    """
    if not isinstance(points, list) or not points:
        raise DrawnError("the shape has no points")
    found = []
    for point in points:
        if not isinstance(point, list) or len(point) != 2:
            raise DrawnError(f"{point!r:.40} is no point, expected [x, y]")
        found += point
    return found
