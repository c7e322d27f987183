"""What both forms of LabelMe files share: where a picture belongs, and the rows that it gives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from labelduck.importers.image_sizes import is_picture, stem
from labelduck.importers.missing_sizes import MissingSizes
from labelduck.importers.rows import Rows
from labelduck.importers.single_values import side
from labelduck.importers.split_folders import SplitFolders

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from labelduck.importers.base import ReadOptions

_FOLDERS = frozenset(("", "annotations", "labels", "jsons"))


class Scene:
    """The rows of one import.

    Attributes:
        rows: Images, classes, annotations and problems so far.
        sizes: Sizes that the files do not give.
    """

    def __init__(self, path: Path, options: ReadOptions) -> None:
        self.rows = Rows()
        self.sizes = MissingSizes(path, options)
        self._split = options.split
        self._numbers = {name: number for number, name in enumerate(options.class_names)}
        self._folders = SplitFolders(())

    def place(self, stems: Iterable[str]) -> None:
        """Learn from the paths of all files what their folders mean."""
        self._folders = SplitFolders(map(_without_folder, stems))

    def add_image(
        self, source_file: str, picture: str | None, size: tuple[object, object], columns: dict[str, Any]
    ) -> dict[str, Any]:
        """Add the image that a file is about and return its row.

        Args:
            source_file: The file, relative to what was named.
            picture: Name of the picture as the file says it; the file's own name counts where there is none.
            size: Width and height as the file says them.
            columns: Other columns of the row.
        """
        folder = source_file.rpartition("/")[0]
        last = (picture or "").replace("\\", "/").rpartition("/")[2]
        name = (stem(last) if is_picture(last) else last) or stem(source_file.rpartition("/")[2])
        image_id, split = self._folders.identify(_without_folder(f"{folder}/{name}"))
        width, height = side(size[0]), side(size[1])
        if width is None or height is None:
            width, height = self.sizes.find(f"{folder}/{last}" if folder else last)
        row = {
            "image_id": image_id,
            "file_name": picture,
            "width": width,
            "height": height,
            "split": split or self._split,
            "is_annotated": True,
        }
        if not self.rows.add_once("images", image_id, row | columns):
            problem = f"another file is about the picture {image_id} too: the objects of both are kept"
            self.rows.repeats.add("a picture has several files", source_file, "", problem, severity="warning")
        return row

    def add_object(self, image: dict[str, Any], own_id: str, place: str, columns: dict[str, Any]) -> None:
        """Add an object of an image.

        Args:
            image: Row of the image.
            own_id: What tells it from the image's other objects.
            place: Place in the file.
            columns: Its columns; `source_file` and `class_name` among them.
        """
        wanted = f"{image['image_id']}/{own_id}"
        annotation_id = self.rows.unique_id(
            "annotations", wanted, source_file=columns["source_file"], location=place
        )
        name = columns["class_name"]
        self.rows.add_once("classes", name, {"class_name": name, "class_index": self._numbers.get(name)})
        known = {"annotation_id": annotation_id, "image_id": image["image_id"], "source_ref": place}
        self.rows.add("annotations", known | columns)


def _without_folder(path: str) -> str:
    """Return a path without a leading folder that only says that annotations lie in it."""
    first, _, rest = path.partition("/")
    return rest if rest and first.lower() in _FOLDERS else path
