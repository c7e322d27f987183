"""Which rows of a sidecar speak of which image and annotation."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from labelduck.provenance.books import NO_ROW
from labelduck.provenance.filling import plain
from labelduck.provenance.levels import object_keys

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from labelduck.provenance.books import Rows
    from labelduck.provenance.levels import Levels


class Images:
    """Finds the rows about images, by id, file name or pattern.

    Args:
        levels: The sidecar's rows.
        learns_files: Whether file names will be asked for.
    """

    def __init__(self, levels: Levels, *, learns_files: bool) -> None:
        self._levels = levels
        self._learns_files = learns_files
        self._file_names: dict[str, str | None] = {}
        self._n_objects: Counter[str] = Counter()

    def learn(self, images: pa.Table) -> None:
        """Remember file names, where rows name files."""
        if self._learns_files and "file_name" in images.column_names:
            ids, names = plain(images["image_id"]).to_pylist(), plain(images["file_name"]).to_pylist()
            self._file_names.update(zip(ids, names, strict=True))

    def file_names(self, image_ids: Sequence[str]) -> list[str | None]:
        """Return the file name of each image, None when unknown."""
        return list(map(self._file_names.get, image_ids))

    def rows(self, image_ids: Sequence[str]) -> list[Rows]:
        """Return for each level of images the row of each image, -1 without one; the most specific level first."""
        levels = self._levels
        found = [levels.images.find(image_ids)] if levels.images.keys else []
        names = list(zip(self.file_names(image_ids), image_ids, strict=True))
        found += [book.take(book.find_images(names)) for book in (levels.files, levels.patterns) if book.keys]
        return found

    def object_rows(self, image_ids: Sequence[str], codes: Rows, positions: Rows) -> list[Rows]:
        """Return for each level of objects the row of each annotation.

        Args:
            image_ids: Images of the batch, each once.
            codes: For each annotation its image's place in `image_ids`.
            positions: For each annotation its position in its image.
        """
        found = []
        images, objects = self._levels.image_objects
        if objects.keys:
            keys = object_keys(images.find(image_ids)[codes], positions)
            found.append(objects.find(keys.tolist()))
        files, objects = self._levels.file_objects
        if objects.keys:
            names = list(zip(self.file_names(image_ids), image_ids, strict=True))
            keys = object_keys(files.find_images(names)[codes], positions)
            found.append(objects.find(keys.tolist()))
        return found

    def shared(self) -> Iterator[tuple[str, str, str]]:
        """Yield each file name that fits several images, and two of these."""
        for book in (self._levels.files, self._levels.file_objects[0]):
            for entry, image_id in book.shared.items():
                yield str(book.keys[entry]), book.images[entry], image_id

    def positions(self, annotation_ids: Sequence[str], image_ids: Sequence[str], codes: Rows) -> Rows:
        """Return the 0-based position of each annotation in its image.

        Where formats have no ids ours end in the position in the file, which counts refused objects too; for others the order
        of the annotations counts.
        """
        position = _counted(codes) + np.array([self._n_objects[i] for i in image_ids], np.int64)[codes]
        counts = np.bincount(codes, minlength=len(image_ids)).tolist()
        self._n_objects.update(dict(zip(image_ids, counts, strict=True)))
        for place, (annotation_id, code) in enumerate(zip(annotation_ids, codes.tolist(), strict=True)):
            start = image_ids[code]
            end = annotation_id[len(start) + 1 :]
            if annotation_id.startswith(start) and annotation_id[len(start) :][:1] == "/" and end.isdecimal():
                position[place] = int(end)
        return position


def encode(column: pa.ChunkedArray) -> tuple[Rows, list[str]]:
    """Return for each text its place among the different ones, and those."""
    words = plain(column).dictionary_encode()
    return words.indices.to_numpy(zero_copy_only=False).astype(np.int64), words.dictionary.to_pylist()


def first_said(values: pa.Array, levels: Sequence[Rows]) -> pa.Array | None:
    """Return for each thing what the most specific row that says anything says; None when there is no level."""
    said = None
    for rows in levels:
        here = values.take(pa.array(rows, mask=rows == NO_ROW))
        said = here if said is None else pc.coalesce(said, here)
    return said


def _counted(codes: Rows) -> Rows:
    """Return how many equal codes come before each."""
    order = np.argsort(codes, kind="stable")
    ordered = codes[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]]) if len(codes) else order
    counted = np.empty(len(codes), np.int64)
    counted[order] = np.arange(len(codes)) - np.repeat(starts, np.diff(np.r_[starts, len(codes)]))
    return counted
