"""The columns of a sidecar: what they are called elsewhere, and what their values are."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa

from labelduck.importers import values

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from labelduck.importers.values import Parsed

KEYS = ("annotation_id", "image_id", "file_name", "object_index", "file_pattern")
"""Columns that say what a row is about; job and batch do where there is no other."""

FACTS: dict[str, Callable[[pa.Array], Parsed]] = {
    "annotator": values.to_text,
    "batch": values.to_text,
    "job": values.to_text,
    "source": values.to_text,
    "is_gold": values.to_flag,
    "created_at": values.to_time,
    "updated_at": values.to_time,
    "lead_time_s": values.to_seconds,
    "review_status": values.to_review,
    "reviewer": values.to_text,
    "is_crowd": values.to_flag,
    "is_ignored": values.to_flag,
    "difficult": values.to_flag,
    "occluded": values.to_share,
    "truncated": values.to_share,
    "track_id": values.to_text,
    "group_id": values.to_text,
    "z_order": values.to_whole,
    "attributes": values.to_json,
}
"""Columns of `annotations` that a sidecar may fill, and how their values are read."""

OF_IMAGES: dict[str, Callable[[pa.Array], Parsed]] = {
    "split": values.to_text,
    "uri": values.to_text,
    "video": values.to_text,
    "frame": values.to_count,
    "captured_at": values.to_time,
    "sha256": values.to_text,
    "phash": values.to_text,
}
IMAGE_FACTS = ("batch", *OF_IMAGES)
"""Columns of `images` that a sidecar may fill."""

ALIASES = {
    "annotation_id": ("ann_id", "object_id", "annotation"),
    "image_id": ("img_id",),
    "file_name": ("filename", "file", "path", "image_path", "file_path", "image_file", "image_name", "image"),
    "object_index": ("obj_index", "object", "index"),
    "file_pattern": ("pattern", "glob", "path_pattern"),
    "annotator": (
        *(
            "annotator_id",
            "annotator_name",
            "labeler",
            "labeller",
            "labeler_id",
            "labeler_login",
            "worker",
            "worker_id",
        ),
        *(
            "user",
            "username",
            "user_name",
            "completed_by",
            "annotated_by",
            "created_by",
            "creator",
            "assignee",
        ),
    ),
    "batch": ("batch_id", "batch_name", "lot", "sprint"),
    "job": ("job_id", "job_name"),
    "split": ("subset",),
    "is_gold": ("gold", "ground_truth", "is_ground_truth"),
    "created_at": ("annotated_at", "annotated_on", "created", "created_date", "timestamp", "date", "time"),
    "updated_at": ("updated", "updated_date", "modified_at", "updated_on"),
    "lead_time_s": ("lead_time", "lead_time_seconds", "duration_s", "time_spent_s"),
    "review_status": ("review_decision", "decision", "status"),
    "reviewer": ("reviewed_by", "reviewer_id", "reviewer_name"),
}
"""Other names of columns, the likelier first."""

PARSERS = (
    FACTS
    | OF_IMAGES
    | dict.fromkeys(("annotation_id", "image_id", "file_name", "file_pattern"), values.to_text)
)
PARSERS["object_index"] = values.to_count
WORDS: dict[Callable[[pa.Array], Parsed], str] = {
    values.to_flag: "true or false",
    values.to_time: "a time",
    values.to_seconds: "seconds from 0",
    values.to_count: "a whole number from 0",
    values.to_whole: "a whole number",
    values.to_share: "a share of 0 to 1, or true or false",
    values.to_json: "a JSON object",
}
_BETWEEN_WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[\s.\-]+")


@dataclass(frozen=True, slots=True)
class Unread:
    """A value that could not be understood."""

    row: int
    column: str
    value: str

    @property
    def problem(self) -> str:
        """What is wrong with it."""
        return (
            f"{self.column} is {self.value[:80]!r}, expected {WORDS[PARSERS[self.column]]}; it was left out"
        )


def understand(raw: pa.Table) -> tuple[pa.Table, list[Unread]]:
    """Return a sidecar's rows under our names and with our types, and the values that could not be understood.

    Args:
        raw: Columns under any name and of any type.

    Returns:
        The known columns; `extra` (JSON text of the other columns, null without any); and what was not understood.
    """
    names = own_names(raw.column_names)
    columns: dict[str, pa.Array] = {}
    unread: list[Unread] = []
    for name, column in names.items():
        array = _one_array(raw[column])
        columns[name], bad = PARSERS[name](array)
        unread += [Unread(row, name, str(array[row].as_py())) for row in bad]
    if columns.get("file_name") is not None:
        columns["file_name"] = pa.compute.replace_substring(columns["file_name"], "\\", "/")
    others = [column for column in raw.column_names if column not in names.values()]
    columns["extra"] = _as_json(raw.select(others))
    return pa.table(columns), unread


def own_names(columns: Iterable[str]) -> dict[str, str]:
    """Return the file's column for each of our columns; a name of ours counts before its aliases."""
    written: dict[str, str] = {}
    for column in columns:
        written.setdefault(_BETWEEN_WORDS.sub("_", column.strip()).lower(), column)
    names = {}
    for name in PARSERS:
        found = next((written[alias] for alias in (name, *ALIASES.get(name, ())) if alias in written), None)
        if found is not None:
            names[name] = found
    return names


def _one_array(column: pa.ChunkedArray) -> pa.Array:
    array = column.combine_chunks()
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array


def _as_json(others: pa.Table) -> pa.Array:
    """Return each row's filled columns as JSON text."""
    if not others.num_columns:
        return pa.nulls(others.num_rows, pa.string())
    import msgspec

    encode = msgspec.json.Encoder(enc_hook=str).encode
    filled = (
        {name: value for name, value in row.items() if value not in (None, "")} for row in others.to_pylist()
    )
    return pa.array([encode(row).decode() if row else None for row in filled], pa.string())
