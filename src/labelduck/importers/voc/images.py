"""The images that a data set has, found by the names that detection files use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from labelduck.importers.image_sizes import stem

if TYPE_CHECKING:
    from collections.abc import Iterable


class ImageNames:
    """Finds images by id, by file name, or by file name without folder or extension where that is unique.

    Args:
        images: Table with image_id and file_name.

    Attributes:
        ids: Ids of the images; places point into it.
    """

    def __init__(self, images: pa.Table) -> None:
        self.ids: pa.Array = images["image_id"].cast(pa.string()).combine_chunks()
        self._files = images["file_name"]
        self._others: dict[str, int] | None = None

    def find(self, names: pa.Array) -> np.ndarray[Any, np.dtype[np.int32]]:
        """Return the place of each name in `ids`, -1 for a name that is unknown."""
        found = names.dictionary_encode()
        places = (
            pc.fill_null(pc.index_in(found.dictionary, self.ids), -1)
            .to_numpy(zero_copy_only=False)
            .astype(np.int32)
        )
        unknown = np.flatnonzero(places < 0)
        if len(unknown):
            if self._others is None:
                self._others = _other_names(self._files.to_pylist())
            for i in unknown.tolist():
                name = found.dictionary[i].as_py()
                places[i] = self._others.get(name, self._others.get(stem(name), -1))
        return np.asarray(places[found.indices.to_numpy()])


def _other_names(files: Iterable[str | None]) -> dict[str, int]:
    """Return the place of each image by its other names; a name of two images means neither."""
    names: dict[str, int] = {}
    twice = set()
    for place, file in enumerate(files):
        if file is not None:
            file = file.replace("\\", "/")  # noqa: PLW2901 - the same name
            last = file.rpartition("/")[2]
            for name in {file, stem(file), last, stem(last)}:
                if names.setdefault(name, place) != place:
                    twice.add(name)
    return {name: place for name, place in names.items() if name not in twice}
