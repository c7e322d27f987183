"""Scores with a row an image and class, gathered to one row an image."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from labelduck.importers.base import Batch
    from labelduck.importers.records.known import KnownImages
    from labelduck.importers.records.piece import Piece
    from labelduck.importers.records.reading import Reading
    from labelduck.importers.records.scores import Scores

NUMBERS_AT_ONCE = 1 << 22


class Long:
    """Gathers scores: of each row the numbers of its image and class, and the score.

    Args:
        reading: The file as `predicted_labels`.
        images: Images of the dataset.
    """

    def __init__(self, reading: Reading, images: KnownImages) -> None:
        self._reading, self._images = reading, images
        self._image_codes: dict[str, int] = {}
        self._class_codes: dict[str, int] = {}
        self._rows: list[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]] = []
        self._pairs: NDArray[np.int64] = np.zeros(0, np.int64)

    def add(self, piece: Piece) -> None:
        """Take the rows of a piece; those without image, class or score are refused."""
        reading = self._reading
        columns = reading.understood(piece)
        found = self._images.find(columns["image_id"])
        faults = pc.coalesce(
            pc.if_else(columns["image_id"].is_null(), "has no image_id", None),
            pc.if_else(found.is_null(), "its image is not among those of the dataset", None),
            pc.if_else(columns["class_name"].is_null(), "has no class_name", None),
        )
        if "confidence" in columns:
            faults = pc.coalesce(
                faults, pc.if_else(columns["confidence"].is_null(), "has no confidence", None)
            )
        piece, columns = reading.refuse(piece, columns | {"found": found}, faults)
        images = _codes(columns["found"], self._image_codes)
        classes = _codes(columns["class_name"], self._class_codes)
        scores = np.full(len(images), np.nan)
        if "confidence" in columns:
            scores = np.asarray(columns["confidence"].to_numpy(zero_copy_only=False), np.float64)
        pairs = (images << 32) | classes
        _, first = np.unique(pairs, return_index=True)
        is_new = np.zeros(len(pairs), bool)
        is_new[first] = True
        is_new &= ~np.isin(pairs, self._pairs)
        problem = "repeats image and class of an earlier row, which is kept"
        reading.refuse(piece, columns, pc.if_else(pa.array(is_new), None, problem))
        self._pairs = np.concatenate([self._pairs, pairs[is_new]])
        self._rows.append((images[is_new], classes[is_new], scores[is_new]))

    def class_names(self) -> list[str]:
        """Return the classes seen."""
        return list(self._class_codes)

    def batches(self, scores: Scores) -> Iterator[Batch]:
        """Yield one row an image."""
        images, classes, values = (np.concatenate(parts) for parts in zip(*self._rows, strict=True))
        names = pa.array(list(self._image_codes), pa.string())
        counts = np.bincount(images, minlength=len(names))
        if not len(images) or counts.max() == 1:
            words = pa.array(list(self._class_codes), pa.string())
            table = {"image_id": names.take(pa.array(images)), "class_name": words.take(pa.array(classes))}
            table["confidence"] = pa.array(values, mask=np.isnan(values))
            yield {"predicted_labels": pa.table(table)}
            return
        n_classes = len(self._class_codes)
        self._tell_gaps(int((counts[counts > 0] < n_classes).sum()), n_classes)
        order = np.argsort(images, kind="stable")
        images, classes, values = images[order], classes[order], values[order]
        step = max(1, NUMBERS_AT_ONCE // n_classes)
        for first in range(0, len(names), step):
            low, high = np.searchsorted(images, (first, first + step))
            matrix = np.zeros((min(step, len(names) - first), n_classes))
            matrix[images[low:high] - first, classes[low:high]] = values[low:high]
            there = np.flatnonzero(counts[first : first + step])
            ids = names.slice(first, step).take(pa.array(there))
            yield scores.batch(ids, matrix[there], lambda _: "")

    def _tell_gaps(self, n: int, n_classes: int) -> None:
        if n:
            problem = f"{n:,} images have scores of fewer than all {n_classes} classes; the others count as 0"
            self._reading.notes.problems.add(self._reading.source, "", problem, severity="warning")


def _codes(column: pa.Array, known: dict[str, int]) -> NDArray[np.int64]:
    words: Any = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
    codes = [known.setdefault(word, len(known)) for word in words.dictionary.to_pylist()]
    return (
        np.array(codes, np.int64)[words.indices.to_numpy(zero_copy_only=False)]
        if codes
        else np.zeros(0, np.int64)
    )
