"""Label files: a line per object, its class and fractions of the picture's width and height."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from labelduck.exporters.base import image_places
from labelduck.exporters.image_files import TextFiles, texts_by_image
from labelduck.exporters.yolo.shapes import COLUMNS, shape_texts

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator
    from pathlib import Path

    from labelduck.exporters.base import Rows, Selection
    from labelduck.exporters.yolo.layout import Layout
    from labelduck.exporters.yolo.task import Task

NO_CLASS = "it has no class"
NO_SIZE = "the size of its picture is not known"
NO_SHAPE = "it has no shape within the picture"


class LineWriter:
    """Writes the label files of annotations, or of a model's predictions.

    Args:
        selection: What is to be written.
        layout: Where the files lie.
        classes: Number of each class.
        task: Layout of the lines.
        changed: Counts shapes that the layout does not know.
    """

    def __init__(
        self,
        selection: Selection,
        layout: Layout,
        classes: dict[str, int],
        *,
        task: Task,
        changed: Counter[str],
    ) -> None:
        self._selection, self._layout, self._task, self._changed = selection, layout, task, changed
        self._names = pa.array(list(classes), pa.string())
        self._numbers = pa.array([str(number) for number in classes.values()], pa.string())

    def write(self, folder: Path, rows: Rows, left_out: dict[str, str]) -> None:
        """Write the files.

        Args:
            folder: Folder of the label files.
            rows: The objects.
            left_out: Takes annotations that cannot be written, with the reason.
        """
        files = TextFiles(folder, ".txt")
        written = np.zeros(len(self._layout.keys), np.bool_)
        lines = (self._lines(table, left_out) for table in self._tables(rows))
        for place, text in texts_by_image(self._selection, lines):
            written[place] = True
            files.write(self._layout.keys[place], text)
        if not self._task.is_scored:
            # An image whose objects could all not be written must not look like one without any.
            kept_back = np.isin(np.arange(len(written)), list(self._unwritten(rows, left_out)))
            for place in np.flatnonzero(self._layout.is_seen & ~written & ~kept_back).tolist():
                files.write(self._layout.keys[place], "")

    def _tables(self, rows: Rows) -> Iterator[pa.Table]:
        ids = ["prediction_id", "confidence"] if self._task.is_scored else ["annotation_id"]
        return rows.tables([*ids, "image_id", "class_name", *COLUMNS], by_image=True)

    def _lines(self, table: pa.Table, left_out: dict[str, str]) -> tuple[pa.Table, pa.Array]:
        """Return the rows that can be written, and their lines."""
        places = image_places(self._selection, table)
        sizes = np.stack([self._layout.widths[places], self._layout.heights[places]], axis=1)
        is_sized = ~np.isnan(sizes[:, 0])
        numbers = self._numbers.take(pc.index_in(table["class_name"].combine_chunks(), value_set=self._names))
        shapes = shape_texts(table, sizes, self._task, self._changed)
        has_class, has_shape = (np.asarray(column.is_valid()) for column in (numbers, shapes))
        if not self._task.is_scored:
            for is_good, why in ((has_shape, NO_SHAPE), (is_sized, NO_SIZE), (has_class, NO_CLASS)):
                left_out.update(
                    dict.fromkeys(table["annotation_id"].filter(pa.array(~is_good)).to_pylist(), why)
                )
        keep = pa.array(has_class & has_shape & is_sized)
        parts = [numbers.filter(keep), shapes.filter(keep)]
        if self._task.is_scored:
            scores = pc.fill_null(table["confidence"].combine_chunks().filter(keep), 0.0)
            parts.append(scores.cast(pa.string()))
        return table.filter(keep), pc.binary_join_element_wise(*parts, " ")

    def _unwritten(self, rows: Rows, left_out: dict[str, str]) -> set[int]:
        """Return the images of annotations that were left out."""
        found: set[int] = set()
        if left_out:
            ids = pa.array(list(left_out), pa.string())
            for table in rows.tables(["annotation_id", "image_id"]):
                held = table.filter(pc.is_in(table["annotation_id"], value_set=ids))
                found.update(image_places(self._selection, held).tolist())
        return found
