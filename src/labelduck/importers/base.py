"""What all importers share: the batch they yield, the options they take, the problems they report.

An importer is one file with `read(path, options) -> Iterator[Batch]` for annotations and, where the format has them,
`read_predictions(path, known, options) -> Iterator[Batch]`. It converts to the lake's conventions at the door (boxes as
corners in absolute pixels, ids as text) and yields only the columns that it knows: the lake adds `dataset` and
fills the rest with nulls. A record that cannot be used becomes a problem, never an exception.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import pyarrow as pa

from labelduck.schema import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

Severity = Literal["error", "repaired", "warning"]

Batch = dict[str, pa.Table]
"""Rows by table name. Batches of one import follow one another in source order."""

MAX_RECORD_TEXT = 2_000

_MOST_LEVELS = 50

LARGEST_COORDINATE = 1e12
"""Pixels; beyond, areas and differences of coordinates would lose all meaning."""

LARGEST_WHOLE = (1 << 31) - 1
"""Largest side of a picture and number of a class."""


@dataclass(frozen=True, kw_only=True)
class ReadOptions:
    """What a caller may tell an importer; each one ignores what its format does not need.

    Attributes:
        images: Folder or zip in which the pictures lie, for sizes that the annotations do not give.
        sizes: CSV of file_name, width, height, when the pictures are not here.
        class_names: Names by class number, when the format has numbers only.
        class_map: File that maps values to class names (mask PNG).
        task: YOLO line layout: detect, segment, obb or pose; None lets data.yaml or the lines decide.
        split: Split to record when the format does not say.
        voc_offset: What to subtract from VOC corners' low edge: 1 for 1-based inclusive pixels, 0 for plain coordinates.
        box_layout: What four numbers of a box mean where no header says it: xyxy, xywh or relative_cxcywh.
    """

    images: Path | None = None
    sizes: Path | None = None
    class_names: tuple[str, ...] = ()
    class_map: Path | None = None
    task: str | None = None
    split: str | None = None
    voc_offset: Literal[0, 1] | None = None
    box_layout: str | None = None


@dataclass(frozen=True)
class Known:
    """What the lake already knows of a dataset when predictions arrive.

    Attributes:
        images: Table with image_id, file_name, width, height.
        classes: Table with class_name, class_index.
    """

    images: pa.Table
    classes: pa.Table


@dataclass
class Problems:
    """Refused and repaired records of one import, gathered until the next batch takes them."""

    rows: list[dict[str, Any]] = field(default_factory=list)

    def add(
        self,
        source_file: str,
        location: str,
        problem: str,
        *,
        severity: Severity = "error",
        record: object = None,
    ) -> None:
        """Note one record.

        Args:
            source_file: File that the record came from.
            location: Place in the file, for example `annotations[3].bbox` or `line 7`.
            problem: What is wrong; for a repair also what was done.
            severity: `error` for a record that was left out, `repaired` for one that was changed, `warning` for one kept as it is.
            record: The record itself, kept as JSON text so that nothing is lost.
        """
        text = record if isinstance(record, str) or record is None else dumped(record)
        source_file, location, problem = map(storable, (source_file, location, problem))
        if text is not None and len(text) > MAX_RECORD_TEXT:
            text = text[:MAX_RECORD_TEXT] + "..."
        self.rows.append(
            {
                "source_file": source_file,
                "location": location,
                "problem": problem,
                "severity": severity,
                "record": text and storable(text),
            }
        )

    def take(self) -> pa.Table:
        """Return the rows gathered so far as an `import_problems` table, and forget them."""
        rows, self.rows = self.rows, []
        return rows_to_table("import_problems", rows)


def dumped(value: object) -> str:
    """Return a value as JSON text; of one that nests deeper than JSON can be written, the outer levels."""
    try:
        return json.dumps(value, default=str)
    except RecursionError:
        return json.dumps(_outer(value, levels=_MOST_LEVELS), default=str)


def _outer(value: object, *, levels: int) -> object:
    if isinstance(value, dict):
        return {key: _outer(each, levels=levels - 1) for key, each in value.items()} if levels else "..."
    if isinstance(value, list):
        return [_outer(each, levels=levels - 1) for each in value] if levels else "..."
    return value


def storable(text: str) -> str:
    """Return text with question marks where halves of a character stand alone, which no file in UTF-8 can hold.

    JSON may escape them, and Python puts them where the bytes of a file's name are no UTF-8.
    """
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def why_unreadable(error: Exception, what: str) -> str:
    """Return in one line why a file cannot be read as what it should be, and what to do where the encoding is wrong."""
    said = getattr(error, "strerror", None) or error
    if isinstance(error, UnicodeDecodeError):
        said = f"it is not UTF-8 (byte {error.start}); save it as UTF-8"
    return f"cannot be read as {what}: " + " ".join(str(said).split())


def rows_to_table(table: str, rows: Iterable[Mapping[str, Any]]) -> pa.Table:
    """Return dictionaries as an Arrow table of the columns that occur in them, with the types of the schema.

    For formats with few records; large ones build their columns directly.
    """
    rows = list(rows)
    present = {name for row in rows for name in row}
    schema = pa.schema([f.remove_metadata() for f in TABLES[table] if f.name in present])
    return pa.Table.from_pylist(rows, schema=schema)


def box_array(x_min: Any, y_min: Any, x_max: Any, y_max: Any, *, valid: Any = None) -> pa.StructArray:  # noqa: ANN401
    """Return a `box` column from four numpy arrays of corners in pixels; `valid` marks the rows that have a box."""
    mask = None if valid is None else pa.array(~valid)
    return pa.StructArray.from_arrays(
        [pa.array(values, pa.float64()) for values in (x_min, y_min, x_max, y_max)],
        names=["x_min", "y_min", "x_max", "y_max"],
        mask=mask,
    )
