"""How a table becomes a Parquet file: encodings, compression, statistics, and the way of the bytes to the disk."""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from labelduck.schema import DERIVED

if TYPE_CHECKING:
    from pathlib import Path

ROWS_PER_GROUP = 245_760  # DuckDB reads one row group per thread and skips groups by their image_id range
TEMPORARY_SUFFIX = ".tmp"

# Text with few distinct values; only these are worth a dictionary in the file.
_REPEATING = {
    "dataset", "image_id", "class_name", "model", "annotation_class", "prediction_class", "annotation_id", "outcome",
    "error_kind", "geometry", "annotator", "batch", "job", "split", "video", "source", "source_file", "review_status",
    "reviewer", "protocol", "area_range", "field", "status", "tag", "tool", "eval_key", "import_id", "problem",
    "severity", "supercategory", "decision", "action", "actor", "best_same_id", "best_other_id", "prediction_id",
}  # fmt: skip
_UNIQUE = {
    "annotations": {"annotation_id"},
    "predictions": {"prediction_id"},
    "matches": {"prediction_id"},
    "pairs": {"prediction_id"},
}

# What queries filter by, and what `has_values` asks for; statistics of the rest would only cost.
_WITH_STATISTICS = {"dataset", "model", "image_id", "mask", "polygons", "keypoints"}


class HashingFile:
    """A file that hashes what passes through, so that nothing is read again for its name."""

    def __init__(self, path: Path) -> None:
        self.sink = self
        self.closed = False
        self._raw = path.open("wb")
        self._hash = hashlib.sha256()
        self._n_bytes = 0

    def write(self, data: bytes) -> int:
        """Write and hash; what comes after `abandon` goes nowhere."""
        if self._raw.closed:
            return len(data)
        self._hash.update(data)
        self._n_bytes += len(data)
        return self._raw.write(data)

    def flush(self) -> None:
        """Pass on what waits."""
        if not self._raw.closed:
            self._raw.flush()

    def tell(self) -> int:
        """Return the number of bytes written."""
        return self._n_bytes

    def close(self) -> None:
        """Do nothing yet: `finish` or `abandon` says how it ends."""
        self.closed = True

    def finish(self) -> tuple[int, str]:
        """Force the bytes to the disk and return their number and hash."""
        self._raw.flush()
        os.fsync(self._raw.fileno())
        self._raw.close()
        return self._n_bytes, self._hash.hexdigest()

    def abandon(self) -> None:
        """Let go of the file; on a full disk even closing it may fail."""
        with suppress(OSError):
            self._raw.close()


class NamedFile:
    """A file whose name is known beforehand, so that its bytes need not pass through Python."""

    def __init__(self, path: Path) -> None:
        self.sink = pa.OSFile(str(path), "wb")
        self._path = path

    def finish(self) -> tuple[int, str]:
        """Force the bytes to the disk and return their number; there is no hash."""
        self.sink.close()
        with self._path.open("rb") as file:
            os.fsync(file.fileno())
        return self._path.stat().st_size, ""

    def abandon(self) -> None:
        """Let go of the file; the writer may still close it."""


def open_writer(file: HashingFile | NamedFile, schema: pa.Schema, table: str) -> pq.ParquetWriter:
    """Return a writer of one table's rows into a file."""
    leaves = [leaf for field in schema for leaf in _leaves(field.name, field.type)]
    # A network's real numbers hardly shrink, and derived tables are made anew at will: theirs are not even tried.
    shrinks_reals = table not in (*DERIVED, "predictions")
    return pq.ParquetWriter(
        file.sink,
        schema,
        compression={
            name: "lz4" if shrinks_reals or kind != pa.float64() else "none" for name, kind in leaves
        },
        use_dictionary=[name for name in schema.names if is_repeating(table, name)],
        write_statistics=[name for name, _ in leaves if name.partition(".")[0] in _WITH_STATISTICS],
        write_batch_size=1 << 17,
        store_schema=False,  # readers see plain types, whatever the encoding in memory was
    )


def _leaves(name: str, kind: pa.DataType) -> list[tuple[str, pa.DataType]]:
    """Return the columns of the file that hold one column of a table, as Parquet names them."""
    if pa.types.is_struct(kind):
        parts = [kind.field(i) for i in range(kind.num_fields)]
        return [leaf for part in parts for leaf in _leaves(f"{name}.{part.name}", part.type)]
    if pa.types.is_list(kind):
        return _leaves(f"{name}.list.element", kind.value_type)
    return [(name, kind)]


def is_repeating(table: str, column: str) -> bool:
    """Tell whether a text column has few distinct values, so that it is worth a dictionary."""
    return column in _REPEATING and column not in _UNIQUE.get(table, ())
