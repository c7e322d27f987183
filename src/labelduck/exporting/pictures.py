"""The pictures of an export, copied or linked where the format wants them."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from labelduck.errors import BadInputError, UsageError
from labelduck.importers.files import Files, UnreadableFileError
from labelduck.importers.image_sizes import PICTURE_SUFFIXES, ImageSizes, is_picture, suffix

if TYPE_CHECKING:
    from pathlib import Path

    from labelduck.exporters.base import Carried, Selection
    from labelduck.exporting import ExportRequest

WAYS = ("copy", "link")
"""Ways of putting pictures."""


def put_pictures(
    selection: Selection, carried: Carried, folder: Path, request: ExportRequest
) -> tuple[int, int]:
    """Put the pictures of the images into the export; return how many were found, and how many not.

    A picture is the file that has the image's name below the given folder or in the zip, with or without leading folders
    on either side; one that two files fit is not found.

    Raises:
        UsageError: No such way, a zip that was to be linked, or a format without a place for pictures.
        BadInputError: The folder or zip, or a picture in it, cannot be read.
    """
    if request.images is None or request.with_images is None:
        return 0, 0
    if request.with_images not in WAYS:
        raise UsageError(f"unknown way {request.with_images!r} to put pictures; known are {', '.join(WAYS)}")
    if not carried.pictures:
        raise UsageError(f"{request.format} has no place for pictures")
    source = _Pictures(request.images, is_linking=request.with_images == "link")
    n_found = 0
    names = selection.images["file_name"].to_pylist()
    ids = selection.images["image_id"].to_pylist()
    for name, image_id, place in zip(names, ids, carried.pictures, strict=True):
        found = source.find(name or image_id) or source.find(image_id)
        if found is not None:
            target = folder / (place if is_picture(place) else place + suffix(found))
            target.parent.mkdir(parents=True, exist_ok=True)
            source.put(found, target)
            n_found += 1
    return n_found, len(ids) - n_found


class _Pictures:
    """Pictures below a folder or in a zip."""

    def __init__(self, path: Path, *, is_linking: bool) -> None:
        self._names = ImageSizes(images=path)
        self._files = Files(path, PICTURE_SUFFIXES)
        self._path, self._is_linking, self._is_folder = path, is_linking, path.is_dir()
        self._readable = frozenset(self._files.names)
        if is_linking and not self._is_folder:
            raise UsageError(f"{path}: pictures in a zip cannot be linked; copy them")

    def find(self, name: str) -> str | None:
        """Return the picture that a name means."""
        found = self._names.find(name.replace("\\", "/"))
        return found if found in self._readable else None

    def put(self, name: str, target: Path) -> None:
        """Copy or link one picture."""
        try:
            if self._is_linking:
                target.symlink_to((self._path / name).resolve())
            elif self._is_folder:
                with (self._path / name).open("rb") as source, target.open("wb") as copy:
                    shutil.copyfileobj(source, copy)
            else:
                target.write_bytes(self._files.read(name))
        except UnreadableFileError as error:
            raise BadInputError(self._path, name, str(error)) from error
        except OSError as error:
            if error.filename == str(self._path / name):
                raise BadInputError(self._path, name, f"cannot be read: {error.strerror}") from error
            raise
