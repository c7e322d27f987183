"""Tells whether files look like Pascal VOC, from a few of them."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from labelduck.importers.voc.detections import CHALLENGE_FILE, looks_like_detections
from labelduck.importers.voc.files import ANNOTATION_FOLDERS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_ROOT = re.compile(rb"<annotation[\s>]")
_SAMPLE = 5
_HEAD = 1 << 16


def sniff(path: Path) -> float:
    """Tell how sure it is that a path holds Pascal VOC annotations or detections, 0 to 1. It never raises."""
    try:
        return max((_sniff_file(file) for file in _samples(path)), default=0.0)
    except OSError:
        return 0.0


def _samples(path: Path) -> Iterator[Path]:
    """Yield a few files that would tell."""
    if not path.is_dir():
        yield path
        return
    inner = [path, *(path / name for name in ANNOTATION_FOLDERS)]
    deeper = [folder for folder in islice(path.iterdir(), 100) if folder.is_dir()]
    inner += [folder / name for folder in deeper for name in ("", *ANNOTATION_FOLDERS)]
    for folder in inner:
        if folder.is_dir():
            files = islice(folder.iterdir(), 1_000)
            yield from islice(
                (file for file in files if file.suffix.lower() == ".xml" or CHALLENGE_FILE.match(file.name)),
                _SAMPLE,
            )


def _sniff_file(path: Path) -> float:
    if not path.is_file():
        return 0.0
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if path.suffix.lower() == ".txt":
        return looks_like_detections(path.name, head)
    if not _ROOT.search(head):
        return 0.0
    if b"<bndbox>" in head:
        return 0.95
    if b"<segmented>" in head or b"<size>" in head:
        return 0.8
    # The XML of LabelMe has the same root, polygons and no size.
    return 0.0 if b"<polygon" in head else 0.3
