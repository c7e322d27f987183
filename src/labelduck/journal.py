"""Lines that are only ever appended: on the disk when the writer is told so, whole whatever kills it.

    LAKE/decisions/2026-03-01.jsonl     a file a day
    LAKE/runs/gates-2026-03.jsonl       a file a month; also reports-2026-03.jsonl

A line is written in one piece. A writer that is killed leaves at worst the beginning of a line: readers pass over what is no
JSON, and the next writer begins a new line. Text is ASCII, so that a line may break off anywhere and the file still is text.
"""

from __future__ import annotations

import json
import math
import os
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from labelduck.errors import LabelduckEnvironmentError, LakeLockedError, UsageError
from labelduck.parquet import TEMPORARY_SUFFIX
from labelduck.schema.histories import HISTORIES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

LOCK_SECONDS = 10.0
"""How long a writer waits for another one, which needs milliseconds."""


def append(lake: Path, history: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add rows to a history of the lake, this month's file of it; they are on the disk on return, all or none.

    Args:
        lake: Folder of the lake.
        history: View that shows them: `gate_results` or `report_runs`.
        rows: Values by column of the view; times are datetimes, in UTC where they have no zone.

    Raises:
        UsageError: There is no lake.
        ValueError: A row has an unknown column.
        LakeLockedError: Another process kept the history to itself.
        LabelduckEnvironmentError: It cannot be written; it is as it was.
    """
    columns = HISTORIES[history].columns
    if unknown := {name for row in rows for name in row} - columns.keys():
        raise ValueError(f"{history} has no {min(unknown)!r}; it has {', '.join(columns)}")
    content = b"".join(line({name: row.get(name) for name in columns}) for row in rows)
    folder_name, _, pattern = HISTORIES[history].files.partition("/")
    with writing(lake, folder_name, lost="nothing was recorded") as folder:
        add(folder / pattern.replace("*", f"-{datetime.now(UTC):%Y-%m}"), content)


def line(row: Mapping[str, Any]) -> bytes:
    """Return a row as a line; columns without a value are left out."""
    told = {name: _plain(value) for name, value in row.items() if value is not None}
    told = {name: value for name, value in told.items() if value is not None}
    return json.dumps(told, ensure_ascii=True, allow_nan=False).encode("ascii") + b"\n"


@contextmanager
def writing(lake: Path, folder_name: str, *, lost: str) -> Iterator[Path]:
    """Hold the lock of a folder of lines, which is its own, so that no line waits for an import.

    Args:
        lake: Folder of the lake.
        folder_name: Folder in it; made where it is absent.
        lost: What an error says did not happen.
    """
    from filelock import FileLock, Timeout

    if not (lake / "tables").is_dir():
        raise UsageError(f"{lake}: no lake here; `labelduck import` or `labelduck evaluate` makes one")
    folder = lake / folder_name
    try:
        folder.mkdir(exist_ok=True)
        with FileLock(folder / ".lock", timeout=LOCK_SECONDS):
            yield folder
    except Timeout as error:
        raise LakeLockedError(
            f"{folder}: another process is writing and was not done after {LOCK_SECONDS:g} s"
        ) from error
    except OSError as error:
        raise LabelduckEnvironmentError(
            f"{error.filename or folder}: {error.strerror or error}; {lost}"
        ) from error


def add(path: Path, lines: bytes) -> None:
    """Append whole lines to a file, in one piece; hold the folder's lock."""
    is_new = not path.exists()
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
    try:
        size = os.fstat(descriptor).st_size
        if size and os.pread(descriptor, 1, size - 1) != b"\n":
            lines = b"\n" + lines  # a killed writer left half a line
        if os.write(descriptor, lines) != len(lines):
            os.ftruncate(descriptor, size)
            raise OSError(28, "No space left on device", str(path))
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    if is_new:
        _keep_name(path.parent)


def place(path: Path, content: bytes) -> None:
    """Give a whole file its name once it is on the disk."""
    temporary = path.with_name(f".{path.name}{TEMPORARY_SUFFIX}")
    try:
        with temporary.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    _keep_name(path.parent)


def _plain(value: Any) -> Any:  # noqa: ANN401 - whatever a column holds
    if isinstance(value, datetime):
        if value.tzinfo is not None:
            value = value.astimezone(UTC).replace(tzinfo=None)
        return value.isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and not math.isfinite(value):
        return None  # JSON has no such number
    return value


def _keep_name(folder: Path) -> None:
    """Put a new name in a folder on the disk, where the system can."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
