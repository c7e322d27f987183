"""Results that come with images and categories of their own: their numbers mean those, not the dataset's.

Tools that write a whole COCO document around their results number images anew. Where such an image is named like one of the dataset, it
is that one; where none is, the numbers are taken for the dataset's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa

from labelduck.importers.base import Known
from labelduck.importers.image_sizes import stem

if TYPE_CHECKING:
    from labelduck.importers.base import Batch
    from labelduck.importers.coco.document import Document


class OwnIds:
    """Ids of a results document, and what they are in the dataset.

    Args:
        document: The document.
        known: The images and classes of the dataset.

    Attributes:
        known: The same images and classes by the ids of the document.
    """

    def __init__(self, document: Document, known: Known) -> None:
        self._images = _images(_records(document, "images"), known)
        self.known = known if not self._images else Known(self._renamed(known), _classes(document, known))

    def translated(self, batch: Batch) -> Batch:
        """Return predictions with the ids that their images have in the dataset."""
        if not self._images or "predictions" not in batch:
            return batch
        table = batch["predictions"]
        ids = [self._images.get(each, each) for each in table["image_id"].cast(pa.string()).to_pylist()]
        place = table.column_names.index("image_id")
        return batch | {"predictions": table.set_column(place, "image_id", pa.array(ids, pa.string()))}

    def _renamed(self, known: Known) -> pa.Table:
        places = {image_id: place for place, image_id in enumerate(known.images["image_id"].to_pylist())}
        rows = known.images.take(
            pa.array([places[image_id] for image_id in self._images.values()], pa.int64())
        )
        column = rows.column_names.index("image_id")
        return rows.set_column(column, "image_id", pa.array(list(self._images), pa.string()))


def _records(document: Document, section: str) -> list[dict[str, Any]]:
    found = document.value(section) if not document.is_list and document.has_list(section) else []
    return [each for each in found if isinstance(each, dict) and "id" in each]


def _images(records: list[dict[str, Any]], known: Known) -> dict[str, str]:
    """Return the dataset's image by the document's id, found by its file name or the last part of that."""
    whole: dict[str, str] = {}
    last: dict[str, str | None] = {}
    for image_id, name in zip(
        *(known.images[column].to_pylist() for column in ("image_id", "file_name")), strict=True
    ):
        if name:
            whole[name] = image_id
            part = stem(name).rpartition("/")[2]
            last[part] = None if part in last else image_id
    found = {}
    for record in records:
        name = record.get("file_name")
        if isinstance(name, str):
            image_id = whole.get(name) or last.get(stem(name).rpartition("/")[2])
            if image_id is not None:
                found[str(record["id"])] = image_id
    return found


def _classes(document: Document, known: Known) -> pa.Table:
    """Return the document's categories as classes; the dataset's where it has none."""
    pairs = [(each["name"], each["id"]) for each in _records(document, "categories") if _is_class(each)]
    if not pairs:
        return known.classes
    names, numbers = zip(*pairs, strict=True)
    return pa.table(
        {"class_name": pa.array(names, pa.string()), "class_index": pa.array(numbers, pa.int64())}
    )


def _is_class(record: dict[str, Any]) -> bool:
    return isinstance(record.get("name"), str) and type(record["id"]) is int and abs(record["id"]) < 1 << 31
