"""Provenance that is written in paths: `(?P<annotator>[^/]+)/labels/` and the like."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from labelduck.errors import UsageError
from labelduck.provenance.columns import FACTS, IMAGE_FACTS, PARSERS

if TYPE_CHECKING:
    from collections.abc import Sequence

ALLOWED = tuple(dict.fromkeys((*FACTS, *IMAGE_FACTS)))


class PathPattern:
    """Reads columns from paths.

    Args:
        pattern: Regular expression with named groups; a group's name is the column's. It may fit anywhere in a path.

    Raises:
        UsageError: It is no regular expression, or its groups are no columns.
    """

    def __init__(self, pattern: str) -> None:
        try:
            self._pattern = re.compile(pattern)
        except re.error as error:
            raise UsageError(f"the path pattern {pattern!r} is no regular expression: {error}") from error
        self.columns = tuple(self._pattern.groupindex)
        unknown = [name for name in self.columns if name not in ALLOWED]
        if unknown or not self.columns:
            what = f"names {unknown[0]!r}" if unknown else "has no named group"
            raise UsageError(
                f"the path pattern {pattern!r} {what}; write (?P<name>...) with a name of {', '.join(ALLOWED)}"
            )

    def read(self, paths: Sequence[pa.Array]) -> dict[str, pa.Array]:
        """Return the columns.

        Args:
            paths: Columns of paths of equal length; in each row the first one that fits counts.
        """
        found: dict[str, pa.Array] = {}
        for column in paths:
            words = column.dictionary_encode() if not pa.types.is_dictionary(column.type) else column
            matches = [self._pattern.search(path) if path else None for path in words.dictionary.to_pylist()]
            for name in self.columns:
                texts = pa.array([match and match[name] for match in matches], pa.string())
                values = PARSERS[name](texts)[0].take(words.indices)
                found[name] = pc.coalesce(found[name], values) if name in found else values
        return found
