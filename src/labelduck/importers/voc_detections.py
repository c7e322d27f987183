"""Pascal VOC detection results: a text file per class, `image_id confidence x_min y_min x_max y_max` per line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from labelduck.importers.base import Batch, Known, ReadOptions

CHALLENGE_FILE = re.compile(r"comp\d+(?:-\w+)?_det_[^_]+_(?P<class_name>.+)\.txt", re.IGNORECASE)
_LINE = re.compile(rb"\S.*?(?:\s+[-+\d.eE]+){5}\s*")


def looks_like_detections(name: str, head: bytes) -> float:
    """Tell how sure it is that a text file holds detections, from its name and first lines."""
    lines = head.splitlines()[:20]
    fits = all(_LINE.fullmatch(line) for line in lines if line.strip())
    return 0.0 if not fits else 0.95 if CHALLENGE_FILE.fullmatch(name) else 0.3


def read_predictions(path: Path, known: Known, options: ReadOptions) -> Iterator[Batch]:
    raise NotImplementedError
