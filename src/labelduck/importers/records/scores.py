"""Matrices of scores as rows of `predicted_labels`, with the classes in the dataset's order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from labelduck.importers.records.class_numbers import numbered
from labelduck.importers.records.keys import UniqueIds
from labelduck.importers.single_values import whole

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from labelduck.importers.base import Batch, Known
    from labelduck.importers.records.known import KnownImages
    from labelduck.importers.records.reading import Notes

    Numbers = NDArray[np.float64]


class Scores:
    """Turns matrices of scores into rows of `predicted_labels`, with the classes in the dataset's order.

    Args:
        path: The file.
        names: Class of each column.
        known: Images and classes of the dataset.
        images: The images.
        notes: Takes the problems.
    """

    def __init__(
        self, path: Path, names: Sequence[str], known: Known, images: KnownImages, notes: Notes
    ) -> None:
        self._path, self._images, self._notes = path, images, notes
        self._order = class_order(known.classes, names)
        self._place = np.array([self._order.index(name) for name in names], np.int64)
        told = set(known.classes["class_name"].to_pylist())
        self.new_classes = [name for name in self._order if name not in told]
        self._are_odd = False
        self._seen = UniqueIds()

    def batch(self, ids: pa.Array, scores: Numbers, place: Callable[[int], str]) -> Batch:
        """Return rows for some images; those unknown, or with a score that is none, are refused.

        Args:
            ids: Images, as the file names them.
            scores: [images, classes in the order of the file].
            place: Tells where each one stands in the file.
        """
        found = self._images.find(ids)
        is_known = found.is_valid().to_numpy(zero_copy_only=False)
        is_sound = np.isfinite(scores).all(axis=1)
        sound, is_again = np.flatnonzero(is_sound), np.zeros(len(ids), bool)
        is_again[sound[self._seen.repeated(found.take(pa.array(sound)))]] = True
        for rows, problem in (
            (~is_known, "its image is not among those of the dataset"),
            (is_known & ~is_sound, "a score is missing, infinite or no number"),
            (is_known & is_again, "repeats the image of an earlier row, which is kept"),
        ):
            self._refuse(np.flatnonzero(rows), problem, ids, place)
        kept = np.flatnonzero(is_known & is_sound & ~is_again)
        scores = scores[kept]
        self._are_odd |= bool(len(scores)) and bool(scores.min() < 0 or scores.max() > 1 + 1e-6)
        ordered = np.zeros((len(kept), len(self._order)))
        ordered[:, self._place] = scores
        # A class that the model does not know is never its choice, not even where all scores are below 0.
        own = np.sort(self._place)
        best = own[np.argmax(ordered[:, own], axis=1)] if len(kept) else np.zeros(0, np.int64)
        return {"predicted_labels": self._table(found.take(pa.array(kept)), ordered, best)}

    def classes(self) -> Batch:
        """Return the classes that the dataset does not have yet, and note them."""
        if not self.new_classes:
            return {}
        told = ", ".join(self.new_classes[:20])
        problem = f"these classes are new to the dataset and are added to it: {told}"
        self._notes.problems.add(str(self._path), "", problem, severity="warning")
        return {"classes": numbered(pa.table({"class_name": pa.array(self.new_classes, pa.string())}))}

    def report(self) -> None:
        """Note what holds for the whole file."""
        if self._are_odd:
            problem = (
                "some scores are below 0 or above 1, so they are no probabilities; they are kept as they are"
            )
            self._notes.problems.add(str(self._path), "", problem, severity="warning")

    def _table(self, ids: pa.Array, scores: Numbers, best: NDArray[np.int64]) -> pa.Table:
        offsets = np.arange(0, scores.size + 1, max(len(self._order), 1), dtype=np.int32)
        names = pa.array(self._order, pa.string())
        return pa.table(
            {
                "image_id": ids,
                "class_name": pa.DictionaryArray.from_arrays(pa.array(best.astype(np.int32)), names),
                "confidence": pa.array(scores[np.arange(len(best)), best]),
                "class_scores": pa.ListArray.from_arrays(pa.array(offsets), pa.array(scores.reshape(-1))),
            }
        )

    def _refuse(
        self, rows: NDArray[np.int64], problem: str, ids: pa.Array, place: Callable[[int], str]
    ) -> None:
        def describe(n: int) -> tuple[str, str, object]:
            row = int(rows[n])
            return place(row), problem + "; left out", ids[row].as_py()

        self._notes.repeats.add_many(problem, str(self._path), len(rows), describe)


def class_order(classes: pa.Table, names: Sequence[str]) -> list[str]:
    """Return all classes of a dataset and a model in the order of `class_scores`: by class_index, then those without by name."""
    numbers = dict(zip(classes["class_name"].to_pylist(), classes["class_index"].to_pylist(), strict=True))
    numbers = {name: whole(name) for name in names} | numbers
    return sorted(numbers, key=lambda name: (numbers[name] is None, numbers[name] or 0, name))
