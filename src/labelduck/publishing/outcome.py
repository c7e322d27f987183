"""How a run of a report ended."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from labelduck.reports import Document


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How a run ended.

    Attributes:
        report: Its report.
        slot: When it was due; None for a run by hand.
        status: done, failed, skipped or busy.
        detail: Why, or where it went.
        files: What was written into a folder by hand.
        document: The report of a run by hand: its tables and charts.
    """

    report: str
    slot: datetime | None
    status: str
    detail: str = ""
    files: tuple[str, ...] = ()
    document: Document | None = field(default=None, repr=False, compare=False)

    def told(self) -> dict[str, object]:
        """Return how the run ended, as JSON tells it."""
        names = [f.name for f in fields(self) if f.name != "document"]
        return {name: getattr(self, name) for name in names}
