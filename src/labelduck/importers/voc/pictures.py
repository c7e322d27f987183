"""The pictures beside Pascal VOC annotations: names and sizes that the XML does not give, and pictures without XML."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from labelduck.importers.image_sizes import PICTURE_SUFFIXES, ImageSizes, is_picture, stem
from labelduck.importers.voc.files import ANNOTATION_FOLDERS, clean, is_there

if TYPE_CHECKING:
    from collections.abc import Iterator

    from labelduck.importers.base import ReadOptions
    from labelduck.importers.repeats import Repeats
    from labelduck.importers.voc.files import Layout
    from labelduck.importers.voc.xml import Document

WRONG_NAME = "filename names another picture; the image's id follows the name of the XML file"
NO_NAME = "filename is missing and no picture of the XML file's name is known"
NO_SIZE = "the XML gives no size and the picture's header none either"


class Pictures:
    """Completes what annotation files leave open.

    Args:
        layout: Where the files lie.
        options: `images` and `sizes` count before the pictures beside the annotations.
        repeats: Takes a warning for each fact that stays unknown.
    """

    def __init__(self, *, layout: Layout, options: ReadOptions, repeats: Repeats) -> None:
        self._layout = layout
        self._options = options
        self._repeats = repeats

    @cached_property
    def _sizes(self) -> ImageSizes:
        # Listing a folder of pictures takes time, and most data sets need none of it.
        return ImageSizes(images=self._options.images or self._layout.pictures, sizes=self._options.sizes)

    def complete(self, document: Document, *, path: str, source_file: str) -> None:
        """Fill a document's file name, width and height where they are missing.

        Args:
            document: Changed in place.
            path: Path of the XML file relative to the annotations' folder, without extension.
            source_file: The file, as it is named to the user.
        """
        document.file_name = self._file_name(document.file_name, path, source_file)
        if document.width is not None and document.height is not None:
            return
        found = self._sizes.find(path) or (document.file_name and self._sizes.find(document.file_name))
        try:
            document.width, document.height = self._sizes.size(found or path)
        except ValueError as error:
            document.width = document.height = None
            self._repeats.add(NO_SIZE, source_file, "size", f"{NO_SIZE}: {error}", severity="warning")

    def has(self, name: str) -> bool:
        """Tell whether there is a picture of this name, without extension."""
        return self._sizes.find(name) is not None

    def without_xml(self) -> Iterator[tuple[str, int | None, int | None]]:
        """Yield name, width and height of the pictures beside the annotations that have no XML file."""
        folder = self._layout.annotations
        has_none = self._layout.pictures == folder and folder.name in ANNOTATION_FOLDERS
        if (
            has_none
            or self._layout.only is not None
            or self._options.images not in {None, self._layout.pictures}
        ):
            return
        for name in self._sizes.names:
            path = stem(name)
            if is_picture(name) and not any(is_there(f"{folder}/{path}{end}") for end in (".xml", ".XML")):
                width, height = self._size_of(name)
                yield clean(name), width, height

    def _size_of(self, name: str) -> tuple[int | None, int | None]:
        try:
            return self._sizes.size(name)
        except ValueError as error:
            self._repeats.add("the picture's size is unknown", name, "", str(error), severity="warning")
            return None, None

    def _file_name(self, written: str | None, path: str, source_file: str) -> str | None:
        """Return the picture's name relative to the folder of pictures, as far as it is known."""
        folder, slash, last = path.rpartition("/")
        if written is not None:
            name, _, suffix = written.rpartition(".")
            if f".{suffix.lower()}" in PICTURE_SUFFIXES:
                if name != last and name.replace("\\", "/").rpartition("/")[2] != last:
                    self._repeats.add(WRONG_NAME, source_file, "filename", severity="warning", record=written)
                return (
                    folder + slash + written
                    if slash and "/" not in written and "\\" not in written
                    else written
                )
        found = self._sizes.find(path)
        if found is None and written is None:
            self._repeats.add(NO_NAME, source_file, "filename", severity="warning")
        return written if found is None else clean(found)
