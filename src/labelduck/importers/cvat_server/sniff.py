"""Tells whether a path holds a dump of a CVAT server."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from labelduck.errors import BadInputError
from labelduck.importers.cvat_log import looks_like_log
from labelduck.importers.cvat_server.pieces import Piece, pieces
from labelduck.importers.files import Files, UnreadableFileError
from labelduck.importers.image_sizes import suffix
from labelduck.importers.json_records import UnreadableJsonError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_TOLD = re.compile(
    rb'"(shapes|task_id|annotation_ids|honeypot_frames|frame_results|comparison_summary|deleted_frames|segment_size|sublabels)"'
)
_START = 1 << 16
_FILES = 40
_PIECES = 3
_SURE, _LIKELY, _MAYBE = 0.95, 0.9, 0.5
_TELLING = frozenset(("job", "conflict", "issue", "layout", "report", "report_data"))
"""Kinds whose fields no other software has."""


def sniff(path: Path) -> float:
    """Tell how sure it is that a path is a dump of a CVAT server, 0 to 1. It never raises.

    The log of events alone is another format.
    """
    try:
        files = Files(path, (".json", ".csv"))
        kinds = {kind for name in files.names[:_FILES] for kind in _kinds(files, name)}
    except (BadInputError, OSError, ValueError):
        return 0.0
    if kinds & _TELLING:
        return _SURE
    if "annotations" in kinds:
        return _LIKELY if kinds & {"log", "label", "meta", "task"} else _MAYBE
    return 0.0


def _kinds(files: Files, name: str) -> Iterator[str]:
    try:
        with files.open(name) as file:
            start = file.read(_START)
        if suffix(name) == ".csv":
            yield from ("log",) if looks_like_log(start) else ()
        elif _TOLD.search(start):
            for piece in islice(pieces(files.read(name), name), _PIECES):
                if isinstance(piece, Piece) and piece.kind is not None:
                    yield piece.kind
    except (UnreadableFileError, UnreadableJsonError, OSError):
        return
