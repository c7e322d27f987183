"""What the environment lets labelduck take: LABELDUCK_THREADS, LABELDUCK_MEMORY and, of time, LABELDUCK_LOCK_TIMEOUT."""

from __future__ import annotations

import math
import os
import re

from labelduck.errors import UsageError

MEMORY_LIMIT = "2GB"
"""From here on DuckDB moves what waits to the disk, unless LABELDUCK_MEMORY says otherwise."""

LOCK_TIMEOUT_S = 60
"""Seconds that a writer waits for another, unless LABELDUCK_LOCK_TIMEOUT says otherwise."""

_MEMORY = re.compile(r"\d+(\.\d+)?\s*([KMGT]i?B|B|%)", re.IGNORECASE)


def threads() -> int | None:
    """Return how many threads may be used; None where nothing is said.

    Raises:
        UsageError: LABELDUCK_THREADS is no whole number from 1 on.
    """
    told = os.environ.get("LABELDUCK_THREADS", "").strip()
    if not told:
        return None
    if not (told.isascii() and told.isdecimal() and int(told)):
        raise UsageError(f"LABELDUCK_THREADS is {told!r}: give a whole number from 1 on")
    return int(told)


def memory() -> str:
    """Return how much memory a computation on all rows may take, as DuckDB reads it.

    Raises:
        UsageError: LABELDUCK_MEMORY is no number with a unit.
    """
    told = os.environ.get("LABELDUCK_MEMORY", "").strip() or MEMORY_LIMIT
    if not _MEMORY.fullmatch(told):
        raise UsageError(f"LABELDUCK_MEMORY is {told!r}: give a number with a unit, 2GB for example")
    return told


def lock_timeout() -> float:
    """Return how many seconds a writer waits for another; below 0 for ever.

    Raises:
        UsageError: LABELDUCK_LOCK_TIMEOUT is no number.
    """
    told = os.environ.get("LABELDUCK_LOCK_TIMEOUT", "").strip()
    try:
        seconds = float(told or LOCK_TIMEOUT_S)
    except ValueError:
        seconds = math.nan
    if not math.isfinite(seconds):
        raise UsageError(f"LABELDUCK_LOCK_TIMEOUT is {told!r}: give seconds")
    return seconds
