"""Problems that may come a million times: the first ones one by one, the others as one row with their number."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from labelduck.importers.base import Problems, Severity

MAX_OF_A_KIND = 1_000


class Repeats:
    """Adds to `problems`, up to `limit` rows of a kind, and counts the rest.

    Args:
        problems: Where the rows go.
        limit: Rows of one kind that are listed.
    """

    def __init__(self, problems: Problems, *, limit: int = MAX_OF_A_KIND) -> None:
        self._problems = problems
        self._limit = limit
        self._seen: Counter[tuple[str, Severity]] = Counter()

    def add(
        self,
        kind: str,
        source_file: str,
        location: str,
        problem: str | None = None,
        *,
        severity: Severity = "error",
        record: object = None,
    ) -> None:
        """Note one record; `kind` is the problem without its particulars, and the text when there is no other."""
        self._seen[kind, severity] += 1
        if self._seen[kind, severity] <= self._limit:
            self._problems.add(source_file, location, problem or kind, severity=severity, record=record)

    def add_many(
        self,
        kind: str,
        source_file: str,
        n: int,
        describe: Callable[[int], tuple[str, str, object]],
        *,
        severity: Severity = "error",
    ) -> None:
        """Note `n` records at once; location, problem and record are asked for only where they are listed."""
        listed = min(n, max(0, self._limit - self._seen[kind, severity]))
        for i in range(listed):
            location, problem, record = describe(i)
            self._problems.add(source_file, location, problem, severity=severity, record=record)
        self._seen[kind, severity] += n

    def finish(self, source_file: str) -> None:
        """Add one row for each kind of which more came than are listed."""
        for (kind, severity), n in self._seen.items():
            if n > self._limit:
                problem = f"{kind}: {n - self._limit:,} more of this kind, {n:,} in all"
                self._problems.add(source_file, "", problem, severity=severity)
        self._seen.clear()
