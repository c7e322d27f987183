"""Annotations and predictions as COCO records, a piece of some thousand at a time."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from labelduck.exporters import json_text
from labelduck.exporters.coco.ids import Ids, are_numbers
from labelduck.exporters.coco.shapes import RESULT_COLUMNS, SHAPE_COLUMNS, annotation_shapes, result_shapes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import numpy as np
    from numpy.typing import NDArray

    from labelduck.exporters.base import Rows, Selection

_TEXTS = ("annotator", "batch", "job", "source", "review_status", "reviewer", "track_id", "group_id")
_NUMBERS = ("lead_time_s", "occluded", "truncated", "z_order")
_FLAGS = {"is_gold": "is_gold", "difficult": "difficult", "is_ignored": "ignore"}
_TIMES = ("created_at", "updated_at")
_OTHERS = ("annotation_id", "image_id", "class_name", "is_crowd", "attributes")

NO_CLASS = "it has no class"
NO_SHAPE = "it has no box, outline, mask or keypoints"


class References:
    """Numbers of the images and classes that records refer to.

    Args:
        image_ids: The images.
        images: Number of each.
        classes: Number of each class by its name.
        has_own_numbers: Whether the classes have these numbers in the lake too.
    """

    def __init__(
        self,
        image_ids: pa.Array,
        images: NDArray[np.int64],
        classes: Mapping[str, int],
        *,
        has_own_numbers: bool,
    ) -> None:
        self._image_ids = image_ids
        self._images = json_text.numbers(pa.array(images))
        self._names = pa.array(list(classes), pa.string())
        self._classes = json_text.numbers(pa.array(list(classes.values()), pa.int64()))
        self._has_own_numbers = has_own_numbers

    def fields(self, piece: pa.Table) -> dict[str, pa.Array]:
        """Return the references of some rows as JSON."""
        image = pc.index_in(piece["image_id"].combine_chunks(), value_set=self._image_ids)
        category = pc.index_in(piece["class_name"].combine_chunks(), value_set=self._names)
        return {"image_id": self._images.take(image), "category_id": self._classes.take(category)}

    def own_fields(self, piece: pa.Table) -> dict[str, pa.Array]:
        """Return as JSON what the lake calls images and classes whose numbers are the export's."""
        ids = piece["image_id"].combine_chunks()
        fields = {"labelduck_image": json_text.texts(pc.if_else(are_numbers(ids), None, ids))}
        if not self._has_own_numbers:
            fields["labelduck_class"] = json_text.texts(piece["class_name"])
        return fields


class Annotations:
    """The annotations of a selection as JSON.

    Args:
        selection: What is to be written.
        references: Numbers of its images and classes.

    Attributes:
        left_out: Why each annotation is missing that cannot be a COCO record; filled while records are read.
        changed: What became of shapes that COCO does not know, with how many.
    """

    def __init__(self, selection: Selection, references: References) -> None:
        self._rows, self._references = selection.annotations, references
        ids = self._rows.tables(["annotation_id"])
        self._ids = Ids(table["annotation_id"].combine_chunks() for table in ids)
        self.left_out: dict[str, str] = {}
        self.changed: Counter[str] = Counter()

    def records(self) -> Iterator[pa.Array]:
        """Yield the records in the order of the lake."""
        columns = (*_OTHERS, *_TEXTS, *_NUMBERS, *_FLAGS, *_TIMES, *SHAPE_COLUMNS)
        for table in self._rows.tables(columns):
            piece = self._usable(table)
            if piece.num_rows:
                yield self._records(piece)

    def _usable(self, table: pa.Table) -> pa.Table:
        has_class = table["class_name"].is_valid()
        has_keypoints = pc.greater(pc.fill_null(pc.list_value_length(table["keypoints"]), 0), 0)
        has_polygons = pc.greater(pc.fill_null(pc.list_value_length(table["polygons"]), 0), 0)
        has_shape = pc.or_(
            pc.or_(table["box"].is_valid(), table["mask"].is_valid()), pc.or_(has_keypoints, has_polygons)
        )
        if pc.all(pc.and_(has_class, has_shape)).as_py():
            return table
        for is_bad, why in ((pc.invert(has_shape), NO_SHAPE), (pc.invert(has_class), NO_CLASS)):
            self.left_out.update(dict.fromkeys(table["annotation_id"].filter(is_bad).to_pylist(), why))
        return table.filter(pc.and_(has_class, has_shape))

    def _records(self, piece: pa.Table) -> pa.Array:
        numbers, originals = self._ids.numbers(piece["annotation_id"].combine_chunks())
        shapes, degrees = annotation_shapes(piece, self.changed)
        said = {field: json_text.flags(piece[name]) for name, field in _FLAGS.items()}
        return json_text.objects(
            {
                "id": json_text.numbers(pa.array(numbers)),
                **self._references.fields(piece),
                **shapes,
                "iscrowd": json_text.flags(pc.fill_null(piece["is_crowd"], False), as_numbers=True),
                "labelduck_id": json_text.texts(originals),
                **{name: json_text.texts(piece[name]) for name in _TEXTS},
                **{name: json_text.times(piece[name]) for name in _TIMES},
                **{name: json_text.numbers(piece[name]) for name in _NUMBERS},
                **said,
                "attributes": _with_rotation(json_text.documents(piece["attributes"]), degrees),
            }
        )


def result_records(rows: Rows, references: References, changed: Counter[str]) -> Iterator[pa.Array]:
    """Yield a model's predictions as records of COCO results; those turned are upright in them."""
    for table in rows.tables(("image_id", "class_name", "confidence", "rotated_box", *RESULT_COLUMNS)):
        if n_turned := len(table) - table["rotated_box"].null_count:
            changed["predicted oriented boxes became boxes"] += n_turned
        piece = table.filter(pc.and_(table["class_name"].is_valid(), table["confidence"].is_valid()))
        if piece.num_rows:
            yield json_text.objects(
                {
                    **references.fields(piece),
                    **result_shapes(piece),
                    "score": json_text.numbers(piece["confidence"]),
                    **references.own_fields(piece),
                }
            )


def _with_rotation(documents: pa.Array, degrees: pa.Array) -> pa.Array:
    """Return attributes with the angle among them."""
    if degrees.null_count == len(degrees):
        return documents
    angle = pc.binary_join_element_wise('"rotation":', json_text.numbers(degrees), "")
    inner = pc.utf8_trim_whitespace(
        pc.utf8_slice_codeunits(pc.utf8_trim_whitespace(pc.coalesce(documents, "{}")), 1, -1)
    )
    both = pc.if_else(pc.equal(inner, ""), angle, pc.binary_join_element_wise(inner, angle, ","))
    return pc.if_else(pc.is_valid(angle), pc.binary_join_element_wise("{", both, "}", ""), documents)
