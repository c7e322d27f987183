"""The times that a cron expression names, in a time zone: given and taken as UTC without zone.

Summer time is as in Debian's cron: what falls into the hour that is left out in spring runs once, right after it; what falls
into the hour that comes twice in autumn runs once; but what runs every hour or every few minutes goes by real time.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import islice, takewhile
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from labelduck.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

_FIELDS = "minute hour day month weekday"


def check(expression: str, zone: str) -> None:
    """Refuse what is no cron expression, or no time zone.

    Raises:
        UsageError: With the place and a remedy.
    """
    next(_slots(expression, zone, datetime(2026, 1, 1)), None)  # noqa: DTZ001 - UTC by the house's rule


def latest(expression: str, zone: str, now: datetime) -> datetime | None:
    """Return the last slot at or before now; None where there was none in fifty years."""
    return next(_slots(expression, zone, now + timedelta(seconds=1), is_backward=True), None)


def following(expression: str, zone: str, now: datetime) -> datetime | None:
    """Return the next slot after now; None where there is none in fifty years."""
    return next(_slots(expression, zone, now), None)


def between(expression: str, zone: str, after: datetime, until: datetime, *, most: int) -> list[datetime]:
    """Return the slots after one time and up to another, the oldest first; of more than `most`, the newest."""
    backward = _slots(expression, zone, until + timedelta(seconds=1), is_backward=True)
    return list(islice(takewhile(lambda slot: slot > after, backward), most))[::-1]


def _slots(expression: str, zone: str, start: datetime, *, is_backward: bool = False) -> Iterator[datetime]:
    from cronsim import CronSim, CronSimError

    if len(expression.split()) != len(_FIELDS.split()):
        raise UsageError(
            f"schedule {expression[:60]!r} is no cron expression: it has the five fields {_FIELDS}"
        )
    try:
        local = start.replace(tzinfo=UTC).astimezone(ZoneInfo(zone))
        slots = CronSim(expression, local, reverse=is_backward)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise UsageError(f"zone {zone[:60]!r} is unknown; write one as Europe/Berlin or UTC") from error
    except CronSimError as error:
        raise UsageError(f"schedule {expression[:60]!r} is no cron expression: {error}") from error
    for slot in slots:
        yield slot.astimezone(UTC).replace(tzinfo=None)
