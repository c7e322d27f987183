"""Sizes of a YOLO dataset's pictures: as the caller gives them, else from the dataset's own pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from labelduck.errors import BadInputError
from labelduck.importers.image_sizes import ImageSizes, file_size
from labelduck.importers.yolo_files import relative
from labelduck.importers.yolo_rows import Files

if TYPE_CHECKING:
    from pathlib import Path

    from labelduck.importers.base import ReadOptions
    from labelduck.importers.yolo_files import Portion
    from labelduck.importers.yolo_layout import Entry

REMEDY = "give the pictures (--images FOLDER or ZIP) or their sizes (--sizes CSV of file_name,width,height)"


class EntrySizes:
    """Widths and heights by image.

    Args:
        path: What the caller named.
        options: `sizes` and `images` count before the dataset's own pictures.
        entries: Images of the dataset.
        root: Folder that files are named relative to.

    Raises:
        BadInputError: No picture and no size of any image can be had.
    """

    def __init__(self, path: Path, options: ReadOptions, entries: list[Entry], root: str) -> None:
        self._root = root
        self._given: ImageSizes | None = None
        if options.images is not None or options.sizes is not None:
            self._given = ImageSizes(images=options.images, sizes=options.sizes)
        elif not any(entry.picture for entry in entries):
            problem = f"no picture found, so what the fractions refer to is not known: {REMEDY}"
            raise BadInputError(path, "", problem)

    def files(self, portion: Portion[Entry]) -> Files:
        """Return label files with the sizes of their pictures."""
        sizes = np.full((len(portion.items), 2), np.nan)
        no_sizes = {}
        for place, entry in enumerate(portion.items):
            try:
                sizes[place] = self._size(entry)
            except ValueError as error:
                no_sizes[place] = str(error)
        ids = [entry.image_id for entry in portion.items]
        names = [relative(entry.label or entry.picture or "", self._root) for entry in portion.items]
        return Files(portion.data, ids, names, sizes, no_sizes)

    def file_name(self, entry: Entry) -> str | None:
        """Return the name of an image's picture, None when no picture is known."""
        if entry.picture is not None:
            return relative(entry.picture, self._root)
        return None if self._given is None else self._given.find(entry.key)

    def _size(self, entry: Entry) -> tuple[int, int]:
        if self._given is not None and self._given.find(entry.key) is not None:
            return self._given.size(entry.key)
        if entry.picture is None:
            raise ValueError("there is no such picture")
        return file_size(entry.picture)
