"""Sizes of a YOLO dataset's pictures: as the caller gives them, else from the dataset's own pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from labelduck.errors import BadInputError
from labelduck.importers.image_sizes import ImageSizes, file_size
from labelduck.importers.yolo.files import relative
from labelduck.importers.yolo.rows import Files

if TYPE_CHECKING:
    from pathlib import Path

    from labelduck.importers.base import ReadOptions
    from labelduck.importers.yolo.files import Portion
    from labelduck.importers.yolo.layout import Entry

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

    def files(self, portion: Portion[Entry]) -> tuple[Files, list[str | None]]:
        """Return label files with the sizes of their pictures, and the names of the pictures."""
        sizes = np.full((len(portion.items), 2), np.nan)
        no_sizes: dict[int, str] = {}
        pictures: list[str | None] = []
        for place, entry in enumerate(portion.items):
            given = None if self._given is None else self._given.find(entry.key)
            own = None if entry.picture is None else relative(entry.picture, self._root)
            pictures.append(own or given)
            try:
                sizes[place] = self._size(entry, given)
            except ValueError as error:
                no_sizes[place] = str(error)
        ids = [entry.image_id for entry in portion.items]
        names = [relative(entry.label or entry.picture or "", self._root) for entry in portion.items]
        return Files(portion.data, ids, names, sizes, no_sizes), pictures

    def _size(self, entry: Entry, given: str | None) -> tuple[int, int]:
        if given is not None and self._given is not None:
            return self._given.size_of(given)
        if entry.picture is None:
            raise ValueError("there is no such picture")
        return file_size(entry.picture)
