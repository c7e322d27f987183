"""Results that list images of their own mean those by their numbers."""

from __future__ import annotations

import json

import pyarrow as pa

from labelduck.importers import coco
from labelduck.importers.base import Known, ReadOptions

KNOWN = Known(
    images=pa.table(
        {"image_id": ["7", "8"], "file_name": ["v/a.jpg", "v/b.jpg"], "width": [9, 9], "height": [9, 9]}
    ),
    classes=pa.table({"class_name": ["cat", "dog"], "class_index": [1, 2]}),
)
RESULT = {"category_id": 0, "bbox": [1, 2, 3, 4], "score": 0.5}


def predictions(path, document):
    path.write_text(json.dumps(document))
    batches = list(coco.read_predictions(path, KNOWN, ReadOptions()))
    rows = [row for batch in batches if "predictions" in batch for row in batch["predictions"].to_pylist()]
    problems = [row["problem"] for batch in batches for row in batch["import_problems"].to_pylist()]
    return [(row["image_id"], row["class_name"]) for row in rows], problems


def test_images_are_the_datasets_of_the_same_names_and_categories_the_documents(tmp_path):
    images = [
        {"id": 8, "file_name": "a.jpg"},
        {"id": 0, "file_name": "v/b.jpg"},
        {"id": 1, "file_name": "c.jpg"},
    ]
    results = [RESULT | {"image_id": image_id} for image_id in (8, 0, 1)]

    rows, problems = predictions(
        tmp_path / "r.json",
        {"images": images, "categories": [{"id": 0, "name": "dog"}], "annotations": results},
    )

    assert rows == [("7", "dog"), ("8", "dog")]
    assert problems == ["image 1 is not among the images; left out"]


def test_numbers_are_the_datasets_where_no_name_is_known(tmp_path):
    results = [RESULT | {"image_id": 8, "category_id": 1}]

    rows, problems = predictions(tmp_path / "r.json", {"images": [{"id": 8}], "annotations": results})

    assert (rows, problems) == ([("8", "cat")], [])
