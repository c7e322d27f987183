"""The images that the files speak of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyarrow as pa

from labelduck.importers.base import rows_to_table
from labelduck.importers.image_sizes import PICTURE_SUFFIXES, stem, suffix
from labelduck.importers.open_images.columns import portions
from labelduck.importers.rows import json_text
from labelduck.importers.single_values import side

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from labelduck.importers.image_sizes import ImageSizes
    from labelduck.importers.repeats import Repeats

_SPLITS = {"validation": "val"}
_COLUMNS = ("ImageID", "Subset", "OriginalURL", "License", "Author", "Title", "Rotation")
_LISTED = "images.meta"


class Found(NamedTuple):
    """What is known of one image.

    Attributes:
        image_id: Its id: as the files give it, without the extension of a picture.
        width: Pixels; 0 when not known.
        height: Pixels; 0 when not known.
    """

    image_id: str
    width: int
    height: int


class ImageBook:
    """Images by the id in the files.

    Args:
        sizes: Sizes of the pictures.
        files: CSV files that list images.
        root: Folder of the dataset; `images.meta` in it may list sizes.
        split: Split of images of which no file tells one.
        repeats: Takes what is doubtful.
    """

    def __init__(
        self, sizes: ImageSizes, files: list[Path], *, root: Path, split: str | None, repeats: Repeats
    ) -> None:
        self._sizes, self._split, self._repeats = sizes, split, repeats
        self._listed = _listed_sizes(root)
        self._rows: dict[str, dict[str, Any]] = {}
        self._found: dict[str, Found] = {}
        for file in files:
            for _, rows in portions(file, _COLUMNS, repeats):
                for row in rows.to_pylist():
                    self._list(row, file)

    def find(self, written: str, file: Path) -> Found:
        """Return what is known of an image; from now on it is one of the dataset."""
        found = self._found.get(written)
        if found is None:
            image_id = stem(written) if suffix(written) in PICTURE_SUFFIXES else written
            width, height = self._size(image_id, written)
            found = self._found[written] = Found(image_id, width, height)
            row = self._rows.setdefault(image_id, {"image_id": image_id})
            row |= {"file_name": self._sizes.find(image_id) or _file_name(written)}
            row |= {"width": width or None, "height": height or None}
            row.setdefault("split", _split_of(file.name) or self._split)
        return found

    def column(self, written: pa.Array, file: Path) -> tuple[pa.DictionaryArray, NDArray[np.float64]]:
        """Return the ids of a column of images as the lake has them, and their widths and heights, [n, 2], 0 where not known."""
        coded = written.dictionary_encode()
        found = [self.find(name, file) for name in coded.dictionary.to_pylist()]
        sizes = np.array([each[1:] for each in found], np.float64).reshape(-1, 2)
        ids = pa.array([each.image_id for each in found], pa.string())
        return pa.DictionaryArray.from_arrays(coded.indices, ids), sizes[np.asarray(coded.indices)]

    def table(self) -> pa.Table:
        """Return the rows of `images`; those that were listed but never spoken of are not annotated."""
        seen = {found.image_id for found in self._found.values()}
        for image_id, row in self._rows.items():
            row["is_annotated"] = image_id in seen
            if image_id not in seen:
                width, height = self._size(image_id, image_id)
                row |= {"width": width or None, "height": height or None}
        return rows_to_table("images", self._rows.values())

    def _list(self, row: dict[str, Any], file: Path) -> None:
        if not row["ImageID"]:
            self._repeats.add("a listed image has no ImageID", str(file), "", record=row)
            return
        subset = row["Subset"]
        rest = {name.lower(): row[name] for name in ("License", "Author", "Title", "Rotation") if row[name]}
        image_id = stem(row["ImageID"]) if suffix(row["ImageID"]) in PICTURE_SUFFIXES else row["ImageID"]
        self._rows[image_id] = {
            "image_id": image_id,
            "file_name": self._sizes.find(image_id) or _file_name(row["ImageID"]),
            "uri": row["OriginalURL"],
            "split": _SPLITS.get(subset, subset) or _split_of(file.name) or self._split,
            "attributes": json_text(rest),
        }

    def _size(self, image_id: str, written: str) -> tuple[int, int]:
        if image_id in self._listed:
            return self._listed[image_id]
        try:
            return self._sizes.size(image_id)
        except ValueError:
            pass
        try:
            return self._sizes.size(written)
        except ValueError:
            return 0, 0


def _file_name(written: str) -> str:
    return written if suffix(written) in PICTURE_SUFFIXES else f"{written}.jpg"


def _split_of(name: str) -> str | None:
    words = name.replace("_", "-").split("-")
    found = next((word for word in ("train", "validation", "val", "test") if word in words), None)
    return _SPLITS.get(found, found) if found else None


def _listed_sizes(root: Path) -> dict[str, tuple[int, int]]:
    """Return sizes from a file `images.meta`, lines of id, height and width, as Datumaro writes it."""
    listed: dict[str, tuple[int, int]] = {}
    file = next((path for path in (root / _LISTED, root / "annotations" / _LISTED) if path.is_file()), None)
    for line in file.read_text("utf-8", "replace").splitlines() if file else ():
        words = line.split("#")[0].rsplit(maxsplit=2)
        height, width = map(side, words[1:]) if len(words) == 3 else (None, None)
        if width and height:
            listed[words[0].strip('"')] = width, height
    return listed
