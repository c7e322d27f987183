"""Whether a path is an export of Label Studio, from its first bytes."""

from __future__ import annotations

import zipfile
from itertools import islice
from typing import TYPE_CHECKING

from labelduck.importers.image_sizes import DAMAGED_ZIP, walk

if TYPE_CHECKING:
    from pathlib import Path

_BYTES = 1 << 16
_SAMPLE = 4
_RESULTS = (
    b'"from_name"',
    b'"to_name"',
    b'"annotations"',
    b'"completions"',
    b'"was_cancelled"',
    b'"completed_by"',
    b'"predictions"',
)
_MINIMAL = ("annotation_id", "annotator", "lead_time")


def sniff(path: Path) -> float:
    """Tell how sure it is that a file, folder or zip is an export of Label Studio, 0 to 1. It never raises."""
    try:
        if path.is_dir():
            names = islice(walk(path, frozenset((".json", ".csv", ".tsv"))), _SAMPLE)
            return 0.9 * max((_of_head(_head(path / name)) for name in names), default=0.0)
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as packed:
                names = islice(
                    (n for n in packed.namelist() if n.lower().endswith((".json", ".csv", ".tsv"))), _SAMPLE
                )
                heads = []
                for name in names:
                    with packed.open(name) as member:
                        heads.append(member.read(_BYTES))
            return 0.9 * max(map(_of_head, heads), default=0.0)
        return _of_head(_head(path))
    except (*DAMAGED_ZIP, OSError, ValueError, NotImplementedError, RuntimeError, EOFError):
        return 0.0


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_BYTES)


def _of_head(head: bytes) -> float:
    head = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if head[:1] in (b"[", b"{"):
        if b'"annotation_id"' in head and b'"annotator"' in head and b'"lead_time"' in head:
            return 0.95
        if b'"categories"' in head and b'"images"' in head:
            return 0.0
        seen = sum(word in head for word in _RESULTS)
        return 0.95 if b'"data"' in head and seen >= 3 else 0.5 if b'"data"' in head and seen >= 1 else 0.0
    names = head.partition(b"\n")[0].decode("utf-8", "replace").replace('"', "")
    delimiter = max(",\t;", key=names.count)
    return 0.95 if set(_MINIMAL) <= {name.strip() for name in names.split(delimiter)} else 0.0
