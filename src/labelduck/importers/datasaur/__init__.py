"""Datasaur: the folder (or zip) of "export all files": a folder for each labeler, one of the review, and one of the originals.

    DOCUMENT-<labeler>/<file>   what this labeler answered
    REVIEW/<file>               the final answers: accepted by consensus or given by the reviewer
    ROOT/<file>                 the file as it was uploaded

Row labeling (CSV, or Datasaur Schema JSON): each row of a file is an item `file/line`, each question a `field`; what is a question
and what is data follows from ROOT, else from the columns in which the labelers differ. Span labeling (CSV with File, Line, Begin
Offset, End Offset and Type, or Datasaur Schema JSON): each span that anybody marked is an item `file/line:begin-end`. Answers of the
review have no annotator and the source `consensus`; conflicts that nobody has resolved are no answer.
After docs.datasaur.ai, "Export Project" and "Supported Formats".
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from labelduck.errors import BadInputError
from labelduck.importers.base import storable
from labelduck.importers.datasaur.schema import read_schema
from labelduck.importers.datasaur.sheets import read_sheet, read_sheets
from labelduck.importers.datasaur.votes import Votes
from labelduck.importers.files import Files, UnreadableFileError
from labelduck.importers.image_sizes import walk
from labelduck.importers.json_records import UnreadableJsonError
from labelduck.importers.rows import Rows

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from labelduck.importers.base import Batch, ReadOptions
    from labelduck.importers.datasaur.sheets import Sheet

SUFFIXES = frozenset((".csv", ".tsv", ".json"))
_LABELER = re.compile(r"DOCUMENT-(?P<name>.+)", re.IGNORECASE)
_REVIEW = re.compile(r"REVIEW(?:ED|ER)?", re.IGNORECASE)


def read(path: Path, options: ReadOptions) -> Iterator[Batch]:
    """Yield the answers of all labelers and of the review.

    Args:
        path: The unpacked export, or its zip.
        options: `split` is taken for the items.

    Raises:
        BadInputError: It holds no file of a labeler or of the review.
    """
    rows = Rows()
    files = Files(path, SUFFIXES, problems=rows.problems)
    source = storable(str(path))
    votes = Votes(rows, source, options.split)
    sheets: dict[str, list[Sheet]] = {}
    n_read = 0
    for name in files.names:
        who, file = _told_by(name)
        try:
            data = files.read(name)
            if name.lower().endswith(".json"):
                n_read += who != "ROOT"
                if who != "ROOT":
                    read_schema(data, file, who, votes)
            else:
                sheet = read_sheet(data, name, file, who)
                n_read += who != "ROOT"
                sheets.setdefault(file, []).append(sheet)
        except (UnreadableFileError, UnreadableJsonError, UnicodeDecodeError, ValueError) as error:
            rows.problems.add(storable(name), "", f"{error}; left out")
        yield from rows.batches()
    if not n_read:
        raise BadInputError(
            path, "", "holds no CSV or JSON in folders DOCUMENT-<labeler> or REVIEW, as Datasaur exports them"
        )
    for versions in sheets.values():
        read_sheets(versions, votes)
        yield from rows.batches()
    yield from rows.rest(source)


def sniff(path: Path) -> float:
    """Tell how sure it is that a path is an export of Datasaur, 0 to 1. It never raises."""
    try:
        names = list(walk(path, SUFFIXES)) if path.is_dir() else _zipped(path)
    except (OSError, ValueError):
        return 0.0
    folders = {part for name in names for part in name.split("/")[:-1]}
    has_labeler = any(_LABELER.fullmatch(part) for part in folders)
    return 0.9 if has_labeler else 0.0


def _zipped(path: Path) -> list[str]:
    if path.suffix.lower() != ".zip":
        return []
    try:
        return Files(path, SUFFIXES).names
    except BadInputError:
        return []


def _told_by(name: str) -> tuple[str | None, str]:
    """Return whose version a file is (ROOT for nobody's, None for the review's), and the file."""
    *folders, file = name.split("/")
    for n, part in enumerate(folders):
        labeler = _LABELER.fullmatch(part)
        inner = "/".join([*folders[n + 1 :], file])
        if labeler:
            return storable(labeler["name"]), storable(inner)
        if _REVIEW.fullmatch(part):
            return None, storable(inner)
        if part.upper() == "ROOT":
            return "ROOT", storable(inner)
    return (storable(folders[-1]) if folders else None), storable(file)
