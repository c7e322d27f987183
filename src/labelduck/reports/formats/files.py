"""Files that appear whole or not at all."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from labelduck.parquet import TEMPORARY_SUFFIX

if TYPE_CHECKING:
    from pathlib import Path


def put(path: Path, content: str | bytes) -> Path:
    """Write a file under another name, then give it its own; return it."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}{TEMPORARY_SUFFIX}")
    try:
        temporary.write_bytes(content.encode("utf-8", "replace") if isinstance(content, str) else content)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    return path
