"""What each CSV file of Open Images holds, told by its header."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

from labelduck.errors import BadInputError
from labelduck.importers.base import why_unreadable
from labelduck.importers.image_sizes import walk

if TYPE_CHECKING:
    from pathlib import Path

_CSV = frozenset((".csv",))
_HEAD = 1 << 12


class Kind(enum.Enum):
    """Kinds of files, with the columns that tell them."""

    MASKS = ("MaskPath", "ImageID", "LabelName")
    BOXES = ("ImageID", "LabelName", "XMin", "XMax", "YMin", "YMax")
    IMAGE_LABELS = ("ImageID", "LabelName", "Confidence")
    IMAGES = ("ImageID", "Subset")
    CLASSES = ("LabelName", "DisplayName")


def kinds_below(path: Path) -> dict[Kind, list[Path]]:
    """Return the CSV files of a folder, or the one file, by kind, each kind sorted by name.

    Raises:
        BadInputError: A file cannot be read.
    """
    found: dict[Kind, list[Path]] = {kind: [] for kind in Kind}
    for file in [path] if path.is_file() else [path / name for name in sorted(walk(path, _CSV))]:
        try:
            with file.open("rb") as opened:
                head = opened.read(_HEAD)
        except OSError as error:
            raise BadInputError(file, "", why_unreadable(error, "a CSV file")) from error
        kind = _kind_of(head, file.name)
        if kind is not None:
            found[kind].append(file)
    return found


def looks_like_open_images(path: Path) -> bool:
    """Tell whether a file has, or a folder holds a file with, the columns of boxes, masks or image labels."""
    try:
        found = kinds_below(path)
    except (BadInputError, OSError):
        return False
    return any(found[kind] for kind in (Kind.BOXES, Kind.MASKS, Kind.IMAGE_LABELS))


def _kind_of(head: bytes, name: str) -> Kind | None:
    line = head.removeprefix(b"\xef\xbb\xbf").split(b"\n", 1)[0].decode("utf-8", "replace")
    columns = {column.strip().strip('"') for column in line.split(",")}
    for kind in Kind:
        if columns.issuperset(kind.value):
            return kind
    # Up to version 5 the names of the classes came without a header.
    is_names = "class-descriptions" in name and line.count(",") == 1
    return Kind.CLASSES if is_names else None
