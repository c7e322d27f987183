"""Tells whether files look like CVAT's, from their names and the head of an XML."""

from __future__ import annotations

import re
import zipfile
from itertools import islice
from typing import IO, TYPE_CHECKING

from labelduck.importers.image_sizes import DAMAGED_ZIP

if TYPE_CHECKING:
    from pathlib import Path

_ROOT = re.compile(rb"<annotations[\s>]")
_SURE = (b"<meta>", b"<version>", b"<image ", b"<track ")
_HEAD = 1 << 14
_SAMPLE = 5
_MANY = 1_000
BACKUP = ({"task.json", "annotations.json"}, {"project.json"})


def sniff(path: Path) -> float:
    """Tell how sure it is that a path holds a CVAT XML or backup, 0 to 1. It never raises."""
    try:
        if path.is_dir():
            return _sniff_folder(path)
        if zipfile.is_zipfile(path):
            return _sniff_zip(path)
        with path.open("rb") as file:
            return looks_like_cvat(file)
    except (*DAMAGED_ZIP, OSError, ValueError, RuntimeError, NotImplementedError, EOFError):
        return 0.0


def looks_like_cvat(file: IO[bytes]) -> float:
    """Tell from the head of an XML how sure it is that it is of CVAT, 0 to 1."""
    head = file.read(_HEAD)
    if not (root := _ROOT.search(head)):
        return 0.0
    found = sum(mark in head[root.start() :] for mark in _SURE)
    return 0.95 if found >= 2 else 0.5 if found else 0.0


def _sniff_folder(folder: Path) -> float:
    names = [entry.name for entry in islice(folder.iterdir(), _MANY)]
    if any(wanted <= set(names) for wanted in BACKUP):
        return 0.95
    files = [folder / name for name in names if name.lower().endswith(".xml")]
    files += [
        folder / name / "annotations.xml" for name in names if (folder / name / "annotations.xml").is_file()
    ]
    best = 0.0
    for file in sorted(files)[:_SAMPLE]:
        with file.open("rb") as opened:
            best = max(best, looks_like_cvat(opened))
    return best


def _sniff_zip(path: Path) -> float:
    with zipfile.ZipFile(path) as packed:
        names = packed.namelist()
        if any(wanted <= set(names) for wanted in BACKUP):
            return 0.95
        xml = [name for name in names if name.lower().endswith(".xml") and not name.startswith("__MACOSX/")]
        best = 0.0
        for name in xml[:_SAMPLE]:
            with packed.open(name) as file:
                best = max(best, looks_like_cvat(file))
        return best
