"""Writers by format name; a format is one entry here and one module of this package.

A module has

    FILE          name of its main file below the target; None where the folder as a whole is what an importer reads
    PREDICTIONS   whether it writes predictions too
    write(selection, folder, options) -> Carried

`write` fills an empty folder that only becomes the target when everything is in it, so it may fail at any moment and never
looks at what was there before. It converts from the lake's conventions at the door, takes its rows from a `Selection`
piece by piece, and says in a `Carried` what its files hold. What they do not hold is written by `labelduck.exporting`,
which knows no format: as `provenance.csv` where a sidecar can hold it, else as words to the user.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from labelduck.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from labelduck.exporters.base import Carried, Selection, WriteOptions

FORMATS = ("coco", "yolo", "voc", "mask_png", "cvat", "label_studio", "csv", "parquet")
"""Formats that annotations can be written in."""

_MODULES = {"csv": "csv_table", "parquet": "parquet_table"}
"""Modules that are not called like their format, because Python has one of that name."""


class Format(Protocol):
    """What the module of a format offers."""

    FILE: str | None
    PREDICTIONS: bool

    def write(self, selection: Selection, folder: Path, options: WriteOptions) -> Carried:
        """Write the selection into an empty folder."""


def writer(name: str) -> Format:
    """Return the format by name.

    Raises:
        UsageError: No such format.
    """
    if name not in FORMATS:
        raise UsageError(f"unknown format {name!r}; known are {', '.join(FORMATS)}")
    return cast("Format", import_module(f"labelduck.exporters.{_MODULES.get(name, name)}"))
