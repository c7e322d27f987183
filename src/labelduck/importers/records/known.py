"""The images that a dataset has, found by id or by file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from labelduck.importers.image_sizes import stem
from labelduck.importers.records.reading import plain_text

if TYPE_CHECKING:
    from labelduck.importers.records.reading import Columns


class KnownImages:
    """Finds images of a dataset.

    Args:
        images: Table with image_id and, where known, file_name, width, height.

    Attributes:
        ids: Their ids, in the order of the dataset.
    """

    def __init__(self, images: pa.Table) -> None:
        self.ids = images["image_id"].cast(pa.string()).combine_chunks()
        self._images = images
        self._by_file: dict[str, str] | None = None

    def find(self, named: pa.Array) -> pa.Array:
        """Return the id of each image named by its id, its file or its file without extension; null for unknown ones."""
        words = named if pa.types.is_dictionary(named.type) else named.dictionary_encode()
        given = words.dictionary
        found = pc.if_else(pc.is_in(given, value_set=self.ids), given, None)
        if found.null_count:
            files = self._files()
            by_file = [files.get(name or "", files.get(stem(name or ""))) for name in given.to_pylist()]
            found = pc.coalesce(found, pa.array(by_file, pa.string()))
        return found.take(words.indices)

    def sized(self, columns: Columns) -> Columns:
        """Return columns with width and height of the images, where the file does not give them."""
        if "width" in columns or not {"width", "height"} <= set(self._images.column_names):
            return columns
        rows = pc.index_in(plain_text(columns["image_id"]), value_set=self.ids)
        return columns | {
            side: self._images[side].combine_chunks().take(rows).cast(pa.int64())
            for side in ("width", "height")
        }

    def _files(self) -> dict[str, str]:
        if self._by_file is None:
            self._by_file = {image_id: image_id for image_id in self.ids.to_pylist()}
            names = self._images["file_name"].to_pylist() if "file_name" in self._images.column_names else []
            for image_id, name in zip(self.ids.to_pylist(), names, strict=False):
                if name:
                    self._by_file.setdefault(name, image_id)
                    self._by_file.setdefault(stem(name), image_id)
        return self._by_file
