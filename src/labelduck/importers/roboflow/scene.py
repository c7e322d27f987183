"""The rows of one import of Roboflow's own files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from labelduck.importers.base import LARGEST_WHOLE
from labelduck.importers.image_sizes import is_picture, stem
from labelduck.importers.missing_sizes import MissingSizes
from labelduck.importers.rows import Rows
from labelduck.importers.split_folders import SplitFolders

if TYPE_CHECKING:
    from pathlib import Path

    from labelduck.importers.base import ReadOptions
    from labelduck.importers.drawn import Columns


class Scene:
    """The rows of one import.

    Attributes:
        rows: Rows and problems so far.
    """

    def __init__(self, path: Path, options: ReadOptions) -> None:
        self.rows = Rows()
        self._sizes = MissingSizes(path, options)
        self._split = options.split
        self._numbers = {name: number for number, name in enumerate(options.class_names)}
        self._folders = SplitFolders(())
        self._pictures: dict[str, str] = {}
        self._n_objects: dict[str, int] = {}

    def image(self, folder: str, name: str, size: tuple[object, object] = (None, None)) -> str:
        """Return the id of a picture, whose row is added when it is met first.

        Args:
            folder: Folder of the file that names it, relative to what is read.
            name: Its name as the file has it.
            size: Width and height, where the file gives them.
        """
        name = name.replace("\\", "/")
        picture = f"{folder}/{name}" if folder else name
        path = stem(picture) if is_picture(name) else picture
        image_id, split = self._folders.identify(path)
        if self._pictures.setdefault(image_id, path) != path:
            image_id = path  # another split has a picture of this name
            if self._pictures.setdefault(image_id, path) != path:
                return image_id
        if image_id not in self._n_objects:
            self._n_objects[image_id] = 0
            width, height = (_side(side) for side in size)
            if width is None or height is None:
                width, height = self._sizes.find(picture)
            known = picture if is_picture(name) else None
            row = {"image_id": image_id, "file_name": known, "width": width, "height": height}
            self.rows.add("images", row | {"split": split or self._split, "is_annotated": True})
        return image_id

    def add_object(
        self, image_id: str, columns: Columns, class_name: str, *, source_file: str, place: str
    ) -> None:
        """Add an object; its id is that of the image and its position among the image's objects."""
        self.add_class(class_name)
        number = self._n_objects[image_id]
        self._n_objects[image_id] += 1
        known: dict[str, Any] = {
            "annotation_id": f"{image_id}/{number}",
            "image_id": image_id,
            "class_name": class_name,
            "source_file": source_file,
            "source_ref": place,
        }
        self.rows.add("annotations", known | columns)

    def add_class(self, name: str, number: int | None = None) -> None:
        """Add a class unless it is known."""
        row = {"class_name": name, "class_index": self._numbers.get(name, number)}
        self.rows.add_once("classes", name, row)


def _side(value: object) -> int | None:
    """Return a side of a picture in pixels; None where it is none."""
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return None
    return int(number) if 1 <= number <= LARGEST_WHOLE and not isinstance(value, bool) else None
