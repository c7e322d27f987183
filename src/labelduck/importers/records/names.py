"""Which column of a file is which of ours, and which table a file is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from labelduck.errors import BadInputError
from labelduck.importers.records import box_names
from labelduck.importers.records.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from labelduck.importers.records.tables import RecordTable

INDEX_COLUMNS = frozenset(("", "unnamed:_0", "__index_level_0__", "dataset"))
"""Columns that say nothing of a row: its number, as pandas writes it, and the dataset, which the import names."""
CLEAR = 0.25
"""By how many columns the best table must fit better than the second."""
_BETWEEN_WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[\s.\-/]+")
_VECTOR = re.compile(r"(?:v|x|e|f|dim|emb|embedding|vector|feature|feat)?_?(\d+)")


def plain(name: str) -> str:
    """Return a column's name in small letters, with _ between words."""
    return _BETWEEN_WORDS.sub("_", name.strip().removeprefix("\ufeff")).lower()


def own_names(columns: Iterable[str], table: RecordTable) -> dict[str, str]:
    """Return the file's column for each of the table's; no column is taken twice, and a name of ours counts before others."""
    written: dict[str, str] = {}
    for column in columns:
        written.setdefault(plain(column), column)
    taken = set(box_names.found(written, table.columns))
    names = {own: written[own] for own in table.columns if own in written and own not in taken}
    taken |= set(names)
    for own in table.columns:
        if own not in names:
            found = next(
                (name for name in table.names_of(own) if name in written and name not in taken), None
            )
            if found is not None:
                names[own] = written[found]
                taken.add(found)
    return names


def box_columns(columns: Iterable[str], table: RecordTable) -> box_names.BoxColumns | None:
    """Return the file's columns that make a box, where it is given number by number."""
    written = {plain(column): column for column in reversed(list(columns))}
    return box_names.box_columns(written, table.columns)


def vector_columns(columns: Iterable[str]) -> list[str]:
    """Return the columns that are the numbers of a vector, v0, v1, ... or dim_0, dim_1, ..., in their order."""
    families: dict[str, dict[int, str]] = {}
    for column in columns:
        found = _VECTOR.fullmatch(plain(column))
        if found:
            families.setdefault(plain(column)[: found.start(1)], {})[int(found[1])] = column
    best = max(families.values(), key=len, default={})
    first = min(best, default=0)
    is_whole = first in (0, 1) and sorted(best) == list(range(first, first + len(best)))
    return [best[n] for n in sorted(best)] if is_whole and len(best) > 1 else []


def has_boxes(columns: Iterable[str]) -> bool:
    """Tell whether a file has columns of boxes, whichever table it is."""
    written = {plain(column): column for column in columns}
    return bool({"box", "bbox"} & written.keys()) or box_names.box_columns(written, ("box",)) is not None


def lacking(columns: Iterable[str], table: RecordTable, *, has_class: bool = False) -> list[tuple[str, ...]]:
    """Return the groups of columns of which the table needs one and the file has none.

    Args:
        columns: Of the file.
        table: What it may be.
        has_class: The caller told the only class that there is.
    """
    columns = list(columns)
    there = set(own_names(columns, table)) | ({"class_name"} if has_class else set())
    if box_columns(columns, table):
        there.add("box")
    if "vector" in table.columns and vector_columns(columns):
        there.add("vector")
    return [group for group in table.needs if not there.intersection(group)]


def check(path: Path, columns: list[str], name: str, table: RecordTable, *, has_class: bool = False) -> None:
    """Raise BadInputError when a column that the table needs is not there, with the names that it may have."""
    for group in lacking(columns, table, has_class=has_class):
        accepted = list(dict.fromkeys(known for own in group for known in table.names_of(own)[:6]))
        if "box" in group:
            accepted += ["(x_min, y_min, x_max, y_max)", "(x, y, w, h)", "(cx, cy, w, h)"]
        if "vector" in group:
            accepted += ["v0, v1, ..."]
        if "class_name" in group:
            accepted += ["or one name for all with --class-names"]
        told = ", ".join(columns[:30]) + (", ..." if len(columns) > 30 else "")
        raise BadInputError(
            path,
            "",
            f"has no column for {' or '.join(group)} of {name}; its columns are {told}; accepted are {', '.join(accepted)}",
        )


def fitting(columns: Iterable[str], tables: Mapping[str, RecordTable] = TABLES) -> list[str]:
    """Return the tables that a file with these columns may be: one where that is clear, the likely ones where it is not.

    A file with boxes is no table that has no place for them, whatever else fits.
    """
    columns = [column for column in columns if plain(column) not in INDEX_COLUMNS]
    boxed = has_boxes(columns)
    scores = {
        name: _fit(columns, table)
        for name, table in tables.items()
        if not lacking(columns, table) and (not boxed or "box" in table.columns)
    }
    best = max(scores.values(), default=0.0)
    if best < len(columns) / 2:
        return []
    return sorted(
        (name for name, score in scores.items() if score > best - CLEAR), key=lambda name: -scores[name]
    )


def _fit(columns: list[str], table: RecordTable) -> float:
    """Return how many columns the table has a place for; one under another name counts three quarters."""
    names = own_names(columns, table)
    box = box_columns(columns, table)
    points = sum(1.0 if plain(column) == own else 0.75 for own, column in names.items())
    points += 4.0 if box else 0.0
    if "vector" in table.columns and "vector" not in names:
        points += len(vector_columns(columns))
    return points
