"""COCO: one file of images, categories and annotations, and a file of results for each model.

Ids that are numbers stay numbers; others are numbered from 1, because evaluation tools count on numbers, and kept beside
as `labelduck_id`. What COCO has no field for is written under the names that annotation tools use in such files (`annotator`,
`batch`, `created_at`, `attributes`, ...), so that nearly everything comes back. A turned box is its upright form in `bbox` with
the angle in `attributes.rotation`, as CVAT writes it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pyarrow as pa

from labelduck.exporters import json_text
from labelduck.exporters.base import GEOMETRY, Carried, class_numbers
from labelduck.exporters.coco.ids import Ids
from labelduck.exporters.coco.images import image_records
from labelduck.exporters.coco.records import Annotations, References, result_records
from labelduck.exporters.names import picture_names, safe_name

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from labelduck.exporters.base import Selection, WriteOptions

FILE = "instances.json"
PREDICTIONS = True

_IMAGES = {
    "image_id",
    "file_name",
    "width",
    "height",
    "uri",
    "split",
    "video",
    "frame",
    "batch",
    "captured_at",
}
_IMAGES |= {"is_annotated", "sha256", "phash", "tags", "attributes"}
_ANNOTATIONS = {
    "annotation_id",
    "image_id",
    "class_name",
    "is_crowd",
    "is_ignored",
    "difficult",
    "occluded",
    "truncated",
}
_ANNOTATIONS |= {
    "track_id",
    "group_id",
    "z_order",
    "attributes",
    "annotator",
    "batch",
    "job",
    "source",
    "is_gold",
}
_ANNOTATIONS |= {"created_at", "updated_at", "lead_time_s", "review_status", "reviewer"}
_CATEGORY_FIELDS = {
    "supercategory": "supercategory",
    "definition": "definition",
    "keypoints": "keypoint_names",
    "skeleton": "skeleton",
}
_CLASSES = {
    "class_name",
    "class_index",
    "supercategory",
    "definition",
    "keypoint_names",
    "skeleton",
    "attributes",
}


def write(selection: Selection, folder: Path, options: WriteOptions) -> Carried:  # noqa: ARG001 - COCO has one layout
    """Write instances.json, and results.MODEL.json for each model.

    Args:
        selection: What is to be written.
        folder: Empty folder.
        options: None matters here.
    """
    ids = json_text.one_array(selection.images["image_id"])
    numbers, originals = Ids([ids]).numbers(ids)
    classes = class_numbers(selection, first=1)
    own_numbers = selection.classes["class_index"].to_pylist() == list(classes.values())
    references = References(ids, numbers, classes, has_own_numbers=own_numbers)
    annotations = Annotations(selection, references)
    with (folder / FILE).open("wb") as file:
        file.write(b'{"info":' + _info(selection) + b',\n"licenses":[],\n"images":')
        json_text.write_list(file, image_records(selection.images, numbers, originals))
        file.write(b',\n"categories":')
        json_text.write_list(file, _categories(selection.classes, classes))
        file.write(b',\n"annotations":')
        json_text.write_list(file, annotations.records())
        file.write(b"}\n")
    for model, rows in selection.predictions.items():
        with (folder / f"results.{safe_name(model)}.json").open("wb") as file:
            json_text.write_list(file, result_records(rows, references, annotations.changed))
    return Carried(
        annotations=frozenset(_ANNOTATIONS | GEOMETRY),
        images=frozenset(_IMAGES),
        classes=frozenset(_CLASSES if own_numbers else _CLASSES - {"class_index"}),
        pictures=picture_names(selection.images),
        left_out=annotations.left_out,
        changed=annotations.changed,
    )


def _info(selection: Selection) -> bytes:
    told = {"description": selection.dataset, "version": str(selection.version), "contributor": "labelduck"}
    return msgspec.json.encode(told)


def _categories(classes: pa.Table, numbers: dict[str, int]) -> Iterator[pa.Array]:
    """Yield the JSON of the classes; they are few."""
    records = []
    for row in classes.to_pylist():
        told = {"id": numbers[row["class_name"]], "name": row["class_name"]}
        for field, column in _CATEGORY_FIELDS.items():
            if row[column] is not None:
                told[field] = row[column]
        rest = json_text.documents(pa.array([row["attributes"]], pa.string()))[0].as_py()
        known = told | (msgspec.json.decode(rest) if rest else {}) | told
        records.append(msgspec.json.encode(known).decode())
    yield pa.array(records, pa.string())
