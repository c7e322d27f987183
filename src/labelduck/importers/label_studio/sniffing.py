"""Whether a path is an export of Label Studio, from its first bytes."""

from __future__ import annotations

import zipfile
from itertools import islice
from typing import TYPE_CHECKING

from labelduck.importers.image_sizes import DAMAGED_ZIP, suffix, walk
from labelduck.importers.label_studio.sources import SUFFIXES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_BYTES = 1 << 16
_SAMPLE = 4
_SURE, _LIKELY, _PERHAPS = 0.95, 0.9, 0.5
_WORDS = (
    *(b'"from_name"', b'"to_name"', b'"annotations"', b'"completions"', b'"was_cancelled"'),
    *(b'"completed_by"', b'"predictions"'),
)
_COLUMNS = ("annotation_id", "annotator", "lead_time")
_OF_MANY = frozenset(SUFFIXES) - {".xml"}


def sniff(path: Path) -> float:
    """Tell how sure it is that a file, folder or zip is an export of Label Studio, 0 to 1. It never raises."""
    try:
        if path.is_dir():
            names = islice(walk(path, _OF_MANY), _SAMPLE)
            return _LIKELY * max((_of_head(_head(path / name)) for name in names), default=0.0)
        if zipfile.is_zipfile(path):
            return _LIKELY * max(map(_of_head, _packed_heads(path)), default=0.0)
        return _of_head(_head(path))
    except (*DAMAGED_ZIP, OSError, ValueError, NotImplementedError, RuntimeError, EOFError):
        return 0.0


def _packed_heads(path: Path) -> Iterator[bytes]:
    with zipfile.ZipFile(path) as packed:
        names = (name for name in packed.namelist() if suffix(name) in _OF_MANY)
        for name in islice(names, _SAMPLE):
            with packed.open(name) as member:
                yield member.read(_BYTES)


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_BYTES)


def _of_head(head: bytes) -> float:
    head = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if head[:1] in (b"[", b"{"):
        return _of_json(head)
    names = head.partition(b"\n")[0].decode("utf-8", "replace").replace('"', "")
    delimiter = max(",\t;", key=names.count)
    return _SURE if {name.strip() for name in names.split(delimiter)}.issuperset(_COLUMNS) else 0.0


def _of_json(head: bytes) -> float:
    if all(f'"{name}"'.encode() in head for name in _COLUMNS):
        return _SURE
    if b'"categories"' in head and b'"images"' in head:
        return 0.0
    n_words = sum(word in head for word in _WORDS)
    if b'"from_name"' in head and b'"to_name"' in head and b'"value"' in head:
        return _SURE
    if b'"data"' in head:
        return _SURE if n_words >= 3 else _PERHAPS if n_words else 0.0
    return 0.0
