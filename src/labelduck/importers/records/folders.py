"""The files of a folder of tables, and what their names tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from labelduck.errors import BadInputError
from labelduck.importers.base import storable
from labelduck.importers.image_sizes import stem, walk
from labelduck.importers.records.reading import SPLITS
from labelduck.importers.records.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from labelduck.importers.base import Batch

SUFFIXES = frozenset((".csv", ".tsv", ".json", ".jsonl", ".ndjson", ".parquet", ".pq", ".npz", ".gz"))
_WORK = ("annotations", "image_labels")


def files_of(path: Path, name: str | None) -> Iterator[tuple[Path, str | None]]:
    """Yield the file, or those of a folder, each with the table that it is: the one asked for, else the one it is named after.

    Raises:
        BadInputError: A folder has no such file.
    """
    if not path.is_dir():
        yield path, name
        return
    files = sorted(walk(path, SUFFIXES))
    if not files:
        raise BadInputError(
            path, "", f"holds no table; expected files that end in {', '.join(sorted(SUFFIXES))}"
        )
    # What others refer to comes first.
    order = {word: n for n, word in enumerate(("images", "classes", "models"))}
    for file in sorted(files, key=lambda file: order.get(_word(file), len(order))):
        yield path / file, name or (_word(file) if _word(file) in TABLES else None)


def told_by_name(batch: Batch, file: Path, path: Path) -> Batch:
    """Return rows of one file of a folder with the file's name as annotator, where no column says who: one file a person."""
    if file == path:
        return batch
    who = storable(_word(file.name))
    if who in TABLES or any(part in SPLITS for part in who.lower().replace("-", "_").split("_")):
        return batch
    return {
        table: rows.append_column("annotator", pa.array([who] * rows.num_rows, pa.string()))
        if table in _WORK and "annotator" not in rows.column_names
        else rows
        for table, rows in batch.items()
    }


def _word(file: str) -> str:
    return stem(file.removesuffix(".gz").rpartition("/")[2])
