"""Write small COCO files and read them back as plain rows."""

from __future__ import annotations

import json

import pyarrow as pa

from labelduck.importers import coco
from labelduck.importers.base import Known, ReadOptions
from labelduck.schema import TABLES

IMAGE = {"id": 42, "file_name": "a.jpg", "width": 640, "height": 480}
DOG = {"id": 18, "name": "dog", "supercategory": "animal"}
CAT = {"id": 17, "name": "cat", "supercategory": "animal"}


def write(path, value):
    """Write JSON; text and bytes are written as they are."""
    if isinstance(value, bytes):
        path.write_bytes(value)
    else:
        path.write_text(value if isinstance(value, str) else json.dumps(value))
    return path


def annotation(**fields):
    """Give a plain annotation with some fields changed; a field that is None is left out."""
    plain = {
        "id": 7,
        "image_id": 42,
        "category_id": 18,
        "bbox": [10.0, 20.0, 30.0, 40.0],
        "area": 900.5,
        "iscrowd": 0,
    }
    return {name: value for name, value in (plain | fields).items() if value is not None}


def result(**fields):
    """Give a plain result with some fields changed; a field that is None is left out."""
    plain = {"image_id": 42, "category_id": 18, "bbox": [10.0, 20.0, 30.0, 40.0], "score": 0.75}
    return {name: value for name, value in (plain | fields).items() if value is not None}


def gathered(batches):
    """Give the rows of all batches by table, every column of the schema but `dataset` there."""
    rows = {}
    for batch in batches:
        for name, table in batch.items():
            table.validate(full=True)
            kinds = {f.name: f.type for f in TABLES[name]}
            for column in table.column_names:
                kind = table.schema.field(column).type
                kind = kind.value_type if pa.types.is_dictionary(kind) else kind
                assert kind == kinds[column], column
            absent = dict.fromkeys(set(kinds) - set(table.column_names) - {"dataset"})
            rows.setdefault(name, []).extend(row | absent for row in table.to_pylist())
    return rows


def read(path, *, annotations=None, images=(IMAGE,), categories=(CAT, DOG), options=None, **others):
    """Write a COCO file, unless it exists, and give its rows by table."""
    if annotations is not None:
        sections = {"images": list(images), "categories": list(categories), "annotations": annotations}
        write(path, sections | others)
    return gathered(coco.read(path, options or ReadOptions()))


def known(*, images=(IMAGE,), categories=(CAT, DOG)):
    """Give what the lake knows of a dataset."""
    return Known(
        pa.table({"image_id": [str(i["id"]) for i in images], "file_name": [i["file_name"] for i in images]}),
        pa.table(
            {"class_name": [c["name"] for c in categories], "class_index": [c["id"] for c in categories]}
        ),
    )


def predictions(path, results=None, *, dataset=None):
    """Write a results file, unless it exists, and give its rows by table."""
    if results is not None:
        write(path, results)
    return gathered(coco.read_predictions(path, dataset or known(), ReadOptions()))


def problems(rows):
    """Give location, severity and text of the problems."""
    return [(p["location"], p["severity"], p["problem"]) for p in rows.get("import_problems", [])]
