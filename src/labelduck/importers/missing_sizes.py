"""Sizes of pictures that a source does not give: from a list of sizes, a folder of pictures, or the source's own folder."""

from __future__ import annotations

import zipfile
from functools import cached_property
from typing import TYPE_CHECKING

from labelduck.importers.image_sizes import ImageSizes

if TYPE_CHECKING:
    from pathlib import Path

    from labelduck.importers.base import ReadOptions
    from labelduck.importers.image_sizes import Size

_UNKNOWN = (None, None)


class MissingSizes:
    """Looks pictures up when the first size is asked for, and not before.

    Args:
        path: What is read: a folder or zip may hold the pictures as well.
        options: `sizes` is asked first, then `images`, then the path itself.
    """

    def __init__(self, path: Path, options: ReadOptions) -> None:
        self._path = path
        self._options = options

    def find(self, name: str) -> Size | tuple[None, None]:
        """Return width and height in pixels of a picture by its path or last part; None and None when they are unknown."""
        for sizes in (self._told, self._own):
            if sizes is not None:
                try:
                    return sizes.size(name)
                except ValueError:
                    continue
        return _UNKNOWN

    @cached_property
    def _told(self) -> ImageSizes | None:
        options = self._options
        if options.images is None and options.sizes is None:
            return None
        return ImageSizes(images=options.images, sizes=options.sizes)

    @cached_property
    def _own(self) -> ImageSizes | None:
        is_here = self._path.is_dir() or zipfile.is_zipfile(self._path)
        return ImageSizes(images=self._path) if is_here else None
