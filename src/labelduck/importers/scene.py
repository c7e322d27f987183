"""The rows of one import of a format that tells objects and classes picture by picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from labelduck.errors import BadInputError
from labelduck.importers.base import storable
from labelduck.importers.files import UnreadableFileError
from labelduck.importers.image_sizes import clean, is_picture, stem
from labelduck.importers.json_records import UnreadableJsonError
from labelduck.importers.missing_sizes import MissingSizes
from labelduck.importers.rows import Rows
from labelduck.importers.single_values import side
from labelduck.importers.split_folders import SplitFolders

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from labelduck.importers.base import Batch, ReadOptions
    from labelduck.importers.drawn import Columns
    from labelduck.importers.files import Files

    Adder = Callable[["Scene", bytes, str], Iterator[None]]
    """Adds the records of one file from its bytes and name, and yields now and then so that rows can be handed on."""


class Scene:
    """The rows of one import.

    Attributes:
        rows: Rows and problems so far.
        options: What the caller told.
    """

    def __init__(self, path: Path, options: ReadOptions) -> None:
        self.rows = Rows()
        self.options = options
        self._path = path
        self._sizes = MissingSizes(path, options)
        self._numbers = {name: number for number, name in enumerate(options.class_names)}
        self._folders = SplitFolders(())
        self._pictures: dict[str, str] = {}
        self._n_objects: dict[str, int] = {}

    def image(
        self,
        folder: str,
        name: str,
        size: tuple[object, object] = (None, None),
        *,
        key: str | None = None,
        **told: object,
    ) -> str:
        """Return the id of a picture, whose row is added when it is met first.

        Args:
            folder: Folder of the file that names it, relative to what is read.
            name: Its name as the file has it.
            size: Width and height, where the file gives them.
            key: What the id is made of, where that is not the path: a path without extension, a split's folder first.
            told: Other columns of its row.
        """
        name = storable(name.replace("\\", "/"))
        picture = f"{folder}/{name}" if folder else name
        path = key if key is not None else stem(picture) if is_picture(name) else picture
        image_id, split = self._folders.identify(path)
        if self._pictures.setdefault(image_id, path) != path:
            image_id = path  # another split has a picture of this name
            if self._pictures.setdefault(image_id, path) != path:
                return image_id
        if image_id not in self._n_objects:
            self._n_objects[image_id] = 0
            width, height = map(side, size)
            if width is None or height is None:
                width, height = self._sizes.find(picture)
            known = picture if is_picture(name) else None
            row = {"image_id": image_id, "file_name": known, "width": width, "height": height}
            row |= {"split": split or self.options.split, "is_annotated": True}
            self.rows.add("images", row | told)
        return image_id

    def size(self, name: str) -> tuple[int, int] | tuple[None, None]:
        """Return width and height of a picture by its path or last part; None and None where they are unknown."""
        return self._sizes.find(name)

    def add_object(
        self, image_id: str, columns: Columns, class_name: str | None, *, source_file: str, place: str
    ) -> None:
        """Add an object; its id is that of the image and its position among the image's objects."""
        if class_name is not None:
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

    def add_label(self, image_id: str, class_name: str, field: str | None = None) -> None:
        """Add a class of a whole picture, or its answer to the question `field`."""
        self.rows.add("image_labels", {"image_id": image_id, "field": field, "class_name": class_name})

    def add_class(self, name: str, number: int | None = None, **told: object) -> None:
        """Add a class unless it is known."""
        row = {"class_name": name, "class_index": self._numbers.get(name, number)}
        self.rows.add_once("classes", name, row | told)

    def refuse(self, kind: str, source_file: str, place: str, why: object, record: object) -> None:
        """Note a record that is left out."""
        self.rows.repeats.add(kind, source_file, place, f"{why}; left out", record=record)

    def read(self, files: Files, names: Iterable[str], add: Adder) -> Iterator[Batch]:
        """Yield the batches of some files, to which `add` adds one after the other, and all that is left at the end.

        Raises:
            BadInputError: The one file that was named cannot be read.
        """
        for name in names:
            try:
                for _ in add(self, files.read(name), clean(name)):
                    yield from self.rows.batches()
            except (UnreadableFileError, UnreadableJsonError) as error:
                if files.is_single:
                    raise BadInputError(self._path, "", str(error)) from error
                self.rows.repeats.add("the file cannot be read", clean(name), "", str(error))
        yield from self.rows.rest(storable(str(self._path)))
