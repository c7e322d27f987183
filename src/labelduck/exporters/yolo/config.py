"""data.yaml: the names of the classes, the folders of the splits, and the line layout."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa

    from labelduck.exporters.base import Selection
    from labelduck.exporters.yolo.layout import Layout
    from labelduck.exporters.yolo.task import Task

NO_SPLITS = """\
# Not every image has a split. To train, name the folders of pictures here:
# train: images
# val: images
"""


def class_order(classes: pa.Table) -> dict[str, int]:
    """Return a number for each class, from 0 without gaps, in the order of the numbers that they have in the lake."""
    names, numbers = classes["class_name"].to_pylist(), classes["class_index"].to_pylist()
    order = sorted(range(len(names)), key=lambda row: (numbers[row] is None, numbers[row] or 0, row))
    return {names[row]: place for place, row in enumerate(order)}


def write_config(
    path: Path, selection: Selection, layout: Layout, classes: dict[str, int], *, task: Task
) -> None:
    """Write data.yaml."""
    import yaml

    said: dict[str, Any] = {"path": "."}
    if layout.is_trainable:
        said |= {split: f"images/{split}" for split in layout.splits}
    said["task"] = task.name
    if task.n_keypoints:
        said["kpt_shape"] = [task.n_keypoints, 3]
        said |= _keypoint_names(selection.classes, classes)
    said["nc"] = len(classes)
    said["names"] = {number: name for name, number in classes.items()}
    text = yaml.safe_dump(said, allow_unicode=True, sort_keys=False, width=1000)
    path.write_text(text if layout.is_trainable else text + NO_SPLITS, encoding="utf-8")


def _keypoint_names(rows: pa.Table, classes: dict[str, int]) -> dict[str, Any]:
    pairs = zip(rows["class_name"].to_pylist(), rows["keypoint_names"].to_pylist(), strict=True)
    names = {classes[name]: points for name, points in pairs if points}
    return {"kpt_names": names} if names else {}
