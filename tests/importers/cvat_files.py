"""CVAT files for tests, and what is read of them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from labelduck.importers import cvat
from labelduck.importers.base import ReadOptions

if TYPE_CHECKING:
    from pathlib import Path

Tables = dict[str, list[dict[str, Any]]]


def read(path: Path, **options: Any) -> Tables:
    found: Tables = defaultdict(list)
    for batch in cvat.read(path, ReadOptions(**options)):
        for table, rows in batch.items():
            found[table] += rows.to_pylist()
    return found
