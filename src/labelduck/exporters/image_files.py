"""A text file per image, from rows that come piece by piece."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from labelduck.exporters.base import image_places

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from labelduck.exporters.base import Selection


def texts_by_image(
    selection: Selection, pieces: Iterable[tuple[pa.Table, pa.Array]]
) -> Iterator[tuple[int, str]]:
    """Yield the place of each image that has rows, and the texts of its rows, a line break after each.

    Args:
        selection: What is to be written.
        pieces: Tables with image_id, image by image in the order of the selection, and the text of each row.
    """
    last, waiting = -1, list[str]()
    for table, texts in pieces:
        if not table.num_rows:
            continue
        places = image_places(selection, table)
        starts = np.flatnonzero(np.diff(places, prepend=-1))
        offsets = pa.array(np.append(starts, len(places)), pa.int64())
        joined = pc.binary_join(pa.LargeListArray.from_arrays(offsets, texts), "\n").to_pylist()
        for place, text in zip(places[starts].tolist(), joined, strict=True):
            if place != last and waiting:
                yield last, "\n".join([*waiting, ""])
                waiting = []
            last = place
            waiting.append(text)
    if waiting:
        yield last, "\n".join([*waiting, ""])


class TextFiles:
    """Writes new text files below a folder, quicker than a Path for each of a million does.

    Args:
        folder: The folder; it is made.
        suffix: Extension of the files, with its dot.
    """

    def __init__(self, folder: Path, suffix: str) -> None:
        self._folder, self._suffix = folder, suffix
        self._made: set[str] = set()
        folder.mkdir(parents=True, exist_ok=True)

    def write(self, key: str, text: str) -> None:
        """Write one file; `key` is its path below the folder, '/'-separated, without extension."""
        parent = key.rpartition("/")[0]
        if parent and parent not in self._made:
            self._made.add(parent)
            (self._folder / parent).mkdir(parents=True, exist_ok=True)
        descriptor = os.open(
            f"{self._folder}/{key}{self._suffix}",
            os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0),
            0o666,
        )
        try:
            data = text.encode()
            while data:
                data = data[os.write(descriptor, data) :]
        finally:
            os.close(descriptor)
