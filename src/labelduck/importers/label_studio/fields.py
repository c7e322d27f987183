"""Fields of the records beside regions: reviews, steps of a history, comments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from labelduck.importers.base import storable
from labelduck.importers.label_studio.reading import id_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from labelduck.importers.label_studio.reading import Reading, Record


def objects_in(reading: Reading, record: Record, key: str, place: str) -> Iterator[tuple[str, Record]]:
    """Yield place and content of each object in a list of a record; what is no object is noted."""
    many: Any = record.get(key)
    if many is None:
        return
    if not isinstance(many, list):
        reading.note(f"{key} are no list", f"{place}.{key}", record=many)
        return
    for n, each in enumerate(many):
        if isinstance(each, dict):
            yield f"{place}.{key}[{n}]", each
        else:
            text = f"one of the {key} is no object"
            reading.note(text, f"{place}.{key}[{n}]", record=each)


def own_id(reading: Reading, table: str, record: Record, where: str) -> str:
    """Return the id of a row from that of its record, else from its place."""
    wanted = id_text(record.get("id")) or where
    return reading.rows.unique_id(table, wanted, source_file=reading.source_file, location=where)


def when(placed: tuple[str, Record]) -> str:
    """Return when an object of `objects_in` came about, as a key to sort by."""
    return str(placed[1].get("created_at") or "")


def text_of(value: object) -> str | None:
    """Return text that says something; None for anything else."""
    return storable(value) if isinstance(value, str) and value else None


def time_of(value: object) -> str | float | None:
    """Return what may be a time; None for anything else."""
    return (
        value
        if isinstance(value, str | int | float) and not isinstance(value, bool) and value != ""
        else None
    )
