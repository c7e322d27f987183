"""Objects of Pascal VOC files as columns: numbers in numpy, looks by reference, text only at the end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from labelduck.importers.base import box_array
from labelduck.schema.columns import POLYGONS

if TYPE_CHECKING:
    from collections.abc import Callable

    from labelduck.importers.voc.object import Looks

Floats = np.ndarray[Any, np.dtype[np.float64]]
Integers = np.ndarray[Any, np.dtype[np.int32]]
Flags = np.ndarray[Any, np.dtype[np.bool_]]


@dataclass(frozen=True, slots=True)
class Objects:
    """Objects of many files, in source order.

    Attributes:
        corners: x_min, y_min, x_max, y_max in pixels, 0-based, of shape (n, 4).
        looks: What objects look like.
        look: For each object its number in `looks`.
        file: For each object the number of its file.
        position: For each object its 0-based position in its file.
    """

    corners: Floats
    looks: list[Looks]
    look: Integers
    file: Integers
    position: Integers

    @property
    def area(self) -> Floats:
        """Area of the boxes in square pixels."""
        size = self.corners[:, 2:] - self.corners[:, :2]
        return np.asarray(size[:, 0] * size[:, 1])

    def where(self, keep: Flags) -> Objects:
        """Return the objects that are marked."""
        if keep.all():
            return self
        return Objects(self.corners[keep], self.looks, self.look[keep], self.file[keep], self.position[keep])

    def table(self, image_ids: list[str], source_files: list[str], annotators: list[str | None]) -> pa.Table:
        """Return the `annotations` rows.

        Args:
            image_ids: Image of each file.
            source_files: Name of each file.
            annotators: Annotator of each file.
        """
        file, position = _integers(self.file), _integers(self.position).cast(pa.string())
        image_id = pa.array(image_ids, pa.string())
        columns = {
            "annotation_id": pc.binary_join_element_wise(image_id.take(file), position, "/"),
            "image_id": pa.DictionaryArray.from_arrays(file, image_id),
            "box": box_array(*np.ascontiguousarray(self.corners.T)),
            **self._outlines(),
            **self._look_columns(),
            **self._annotator(file, annotators),
            "source_file": pa.DictionaryArray.from_arrays(file, pa.array(source_files, pa.string())),
            "source_ref": pc.binary_join_element_wise("object[", position, "]", ""),
        }
        return pa.table(columns)

    def _by_look(self, value: Callable[[Looks], object], kind: pa.DataType) -> pa.Array:
        return pa.array([value(look) for look in self.looks], kind).take(_integers(self.look))

    def _look_columns(self) -> dict[str, pa.Array]:
        names = pa.array([look.class_name for look in self.looks], pa.string()).dictionary_encode()
        columns = {
            "class_name": names.take(_integers(self.look)),
            "difficult": self._by_look(lambda look: look.difficult, pa.bool_()),
            "truncated": self._by_look(lambda look: look.truncated, pa.float64()),
            "occluded": self._by_look(lambda look: look.occluded, pa.float64()),
            "attributes": self._by_look(lambda look: look.attributes, pa.string()),
        }
        if any(look.track_id is not None for look in self.looks):
            columns["track_id"] = self._by_look(lambda look: look.track_id, pa.string())
        return columns

    def _outlines(self) -> dict[str, pa.Array]:
        """Return geometry and area, and the polygons where there are any."""
        if all(look.polygon is None for look in self.looks):
            box = pa.DictionaryArray.from_arrays(_integers(np.zeros(len(self.look), np.int32)), ["box"])
            return {"geometry": box, "area": pa.array(self.area)}
        inside = np.array([np.nan if look.polygon is None else _area(look.polygon) for look in self.looks])[
            self.look
        ]
        return {
            "geometry": self._by_look(lambda look: "polygon" if look.polygon else "box", pa.string()),
            "area": pa.array(np.where(np.isnan(inside), self.area, inside)),
            "polygons": self._by_look(lambda look: look.polygon and [look.polygon], POLYGONS),
        }

    def _annotator(self, file: pa.Array, annotators: list[str | None]) -> dict[str, pa.Array]:
        """Return who drew each object: the object's own annotator, else the file's; nothing when nobody is named."""
        of_files = pa.array(annotators, pa.string())
        if all(look.annotator is None for look in self.looks):
            return (
                {}
                if of_files.null_count == len(of_files)
                else {"annotator": of_files.dictionary_encode().take(file)}
            )
        return {
            "annotator": pc.coalesce(
                self._by_look(lambda look: look.annotator, pa.string()), of_files.take(file)
            )
        }


def _area(polygon: tuple[float, ...]) -> float:
    """Return the area of an outline (shoelace formula)."""
    x, y = np.array(polygon[::2]), np.array(polygon[1::2])
    return float(abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2)


def _integers(values: Integers) -> pa.Array:
    values = np.ascontiguousarray(values, np.int32)
    return pa.Array.from_buffers(pa.int32(), len(values), [None, pa.py_buffer(values)])
