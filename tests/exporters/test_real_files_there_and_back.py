"""Real files of Label Studio and CVAT, written in either format, hold the same objects when they are read again."""

from __future__ import annotations

from collections import Counter
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest

from drawn_scenes import exported, imported
from labelduck.exporters.base import Selection, TableRows, conform
from labelduck.importers.base import ReadOptions

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FILES = {
    "label_studio": {
        "label_studio_exports": (
            *("test_export_coco/data.json", "test_export_json_min/data.json", "test_export_yolo/data.json"),
            *("test_export_yolo/data_keypoints.json", "test_export_yolo/data_obb.json"),
            "test_export_yolo/data_polygons.json",
        )
    },
    "cvat": {
        "datumaro_assets": (
            *(
                "cvat_dataset/for_images/export_project/annotations.xml",
                "cvat_dataset/for_images/export_task/train.xml",
            ),
            "cvat_dataset/for_video/annotations.xml",
        )
    },
}
CASES = [
    (form, pack, name) for form, packs in FILES.items() for pack, names in packs.items() for name in names
]


@pytest.mark.shared_data
@pytest.mark.parametrize("target", ["cvat", "label_studio"])
@pytest.mark.parametrize(("form", "pack", "name"), CASES)
def test_objects_come_back(
    form: str, pack: str, name: str, target: str, shared: Callable[[str], Path], tmp_path: Path
) -> None:
    (path,) = (
        found for found in shared(pack).rglob(name.rpartition("/")[2]) if found.as_posix().endswith(name)
    )
    selection = selection_from(form, path)

    carried = exported(target, selection, tmp_path)
    back = imported(target, tmp_path)

    (told,) = selection.annotations.tables()
    assert told.num_rows
    assert not carried.left_out
    assert not [row for row in back["import_problems"] if row["severity"] == "error"]
    assert objects(back["annotations"]) == objects(told.to_pylist())


def selection_from(form: str, path: Path) -> Selection:
    gathered: dict[str, list[pa.Table]] = {}
    for batch in import_module(f"labelduck.importers.{form}").read(path, ReadOptions()):
        for table, rows in batch.items():
            gathered.setdefault(table, []).append(conform(rows, table))
    tables = {table: pa.concat_tables(pieces) for table, pieces in gathered.items()}
    ids = tables["images"]["image_id"].to_pylist()
    return Selection(
        dataset="real",
        version=1,
        images=tables["images"],
        classes=tables["classes"],
        annotations=TableRows(tables["annotations"], ids),
    )


def objects(rows: list[dict[str, Any]]) -> Counter[tuple[Any, ...]]:
    """Return class and outline of objects, to a hundredth of a pixel; a pose is its points, as its box is not told by all."""
    found: Counter[tuple[Any, ...]] = Counter()
    for row in rows:
        seen = [point for point in row["keypoints"] or () if point["visibility"]]
        flat = [(point["x"], point["y"]) for point in seen] or row["polygons"] or list(row["box"].values())
        found[row["class_name"], row["geometry"], str(rounded(flat))] += 1
    return found


def rounded(value: Any) -> Any:
    return [rounded(each) for each in value] if isinstance(value, list | tuple) else round(value, 2) + 0.0
