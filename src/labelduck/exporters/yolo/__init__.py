"""YOLO: data.yaml, a text file of fractions per image, and per model a folder of such files with confidences.

One dataset has one line layout (task): the option says which, else the shapes do. A shape of another kind becomes the
nearest one that the layout knows, and what leaves the picture is cut off, as training tools refuse such lines. Classes are
numbered from 0 without gaps. An image that was looked at and holds nothing gets an empty file, one that nobody looked at none.
As fractions need the pictures' sizes, `sizes.csv` tells them where the pictures are elsewhere.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from pyarrow import csv

from labelduck.exporters.base import GEOMETRY, Carried
from labelduck.exporters.names import safe_name
from labelduck.exporters.yolo.config import class_order, write_config
from labelduck.exporters.yolo.layout import lay_out
from labelduck.exporters.yolo.lines import LineWriter
from labelduck.exporters.yolo.task import decide

if TYPE_CHECKING:
    from pathlib import Path

    from labelduck.exporters.base import Selection, WriteOptions
    from labelduck.exporters.yolo.layout import Layout

FILE = None
PREDICTIONS = True
SIZES = "sizes.csv"


def write(selection: Selection, folder: Path, options: WriteOptions) -> Carried:
    """Write data.yaml, labels/, sizes.csv, and predictions/MODEL/labels/ for each model.

    Args:
        selection: What is to be written.
        folder: Empty folder.
        options: `task` says the line layout.

    Raises:
        UsageError: `options.task` is no task.
    """
    layout = lay_out(selection.images)
    classes = class_order(selection.classes)
    changed, left_out = Counter[str](), dict[str, str]()
    task = decide(selection.annotations, said=options.task)
    lines = LineWriter(selection, layout, classes, task=task, changed=changed)
    for split in layout.splits:  # also where none of its images has a label
        (folder / "labels" / split).mkdir(parents=True)
    lines.write(folder / "labels", selection.annotations, left_out)
    for model, rows in selection.predictions.items():
        of_model = decide(rows, said=options.task, is_scored=True)
        scored = LineWriter(selection, layout, classes, task=of_model, changed=Counter())
        scored.write(folder / "predictions" / safe_name(model) / "labels", rows, {})
    write_config(folder / "data.yaml", selection, layout, classes, task=task)
    csv.write_csv(layout.sizes(selection.images), folder / SIZES)
    if layout.n_unseen:
        changed["images that nobody has looked at are there only with their pictures"] += layout.n_unseen
    return Carried(
        annotations=frozenset(GEOMETRY | {"class_name", "image_id"}),
        images=frozenset(_images_kept(selection, layout)),
        classes=frozenset({"class_name", "keypoint_names"} if task.n_keypoints else {"class_name"})
        | _numbers_kept(selection, classes),
        keeps_ids=False,
        image_ids=layout.image_ids,
        pictures=layout.pictures,
        read_with={"sizes": SIZES},
        left_out=left_out,
        changed=changed,
    )


def _images_kept(selection: Selection, layout: Layout) -> set[str]:
    kept = {"image_id", "width", "height", "is_annotated"}
    if layout.has_all_splits:
        kept.add("split")
    if selection.images["file_name"].to_pylist() == layout.file_names:
        kept.add("file_name")
    return kept


def _numbers_kept(selection: Selection, classes: dict[str, int]) -> set[str]:
    return (
        {"class_index"}
        if selection.classes["class_index"].to_pylist()
        == list(map(classes.get, selection.classes["class_name"].to_pylist()))
        else set()
    )
