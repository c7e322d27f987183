"""YOLO text labels: detect, segment, oriented boxes and pose; one text file per picture, one line per object.

Datasets of Ultralytics and Roboflow (data.yaml), of Darknet (obj.data) and bare folders of labels are read. Numbers are
fractions of the picture's width and height, so each picture's size must be known: from the dataset's pictures, from
`--images` or from `--sizes`. Where it is not, the labels of that picture are problems, never guesses.

An empty label file says that somebody looked and found nothing (`is_annotated` true); a picture without a label file was
not looked at (`is_annotated` false).
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from labelduck.errors import BadInputError
from labelduck.importers.base import Problems
from labelduck.importers.image_sizes import clean, walk
from labelduck.importers.repeats import Repeats
from labelduck.importers.yolo.classes import Classes, class_table, unnamed_table
from labelduck.importers.yolo.config import config_file, find_config
from labelduck.importers.yolo.files import portions, sample
from labelduck.importers.yolo.layout import LABELS, is_label, list_entries
from labelduck.importers.yolo.predictions import read_predictions
from labelduck.importers.yolo.rows import read_objects
from labelduck.importers.yolo.sizes import EntrySizes
from labelduck.importers.yolo.task import decide

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from labelduck.importers.base import Batch, ReadOptions
    from labelduck.importers.yolo.config import Config
    from labelduck.importers.yolo.layout import Entry
    from labelduck.importers.yolo.rows import Files, Objects
    from labelduck.importers.yolo.task import Task

__all__ = ["read", "read_predictions", "sniff"]


def read(path: Path, options: ReadOptions) -> Iterator[Batch]:
    """Yield the images, classes and annotations of a YOLO dataset.

    Args:
        path: data.yaml, obj.data, a dataset folder, or a folder of label files.
        options: `images` and `sizes` count before the dataset's own pictures; `class_names`, `task` and `split` complete
            what the dataset does not say.

    Raises:
        BadInputError: There are no labels, or no picture's size can be had.
        UsageError: `options.task` is no task.
    """
    path = path.absolute()
    problems = Problems()
    repeats = Repeats(problems)
    config = find_config(path, problems)
    root = str(config.base)
    classes = Classes(dict(enumerate(options.class_names)) or config.names)
    entries = list_entries(config, path, problems)
    sizes = EntrySizes(path, options, entries, root)
    task = _task(config, options, [entry.label for entry in entries if entry.label], problems)
    if not classes.names:
        text = "the classes have no names and are called after their numbers: give data.yaml or --class-names"
        problems.add(path.name, "", text, severity="warning")
    yield {"classes": class_table(config, classes), "import_problems": problems.take()}
    for portion in portions(entries, label=lambda entry: entry.label, root=root, repeats=repeats):
        files, pictures = sizes.files(portion)
        objects = read_objects(files, task, classes, repeats)
        # An image whose labels could not be used must not look like one without objects.
        kept = [place for place in range(len(portion.items)) if place not in objects.unsized]
        _note_pictures(files, kept, repeats)
        images = _image_table(portion.items, files, pictures, options.split)
        yield {
            "images": images.take(pa.array(kept, pa.int64())) if objects.unsized else images,
            "annotations": _annotation_table(objects),
            "import_problems": problems.take(),
        }
    repeats.finish(path.name)
    yield {"classes": unnamed_table(classes), "import_problems": problems.take()}


def sniff(path: Path) -> float:
    """Tell how sure it is that a path holds YOLO labels, 0 to 1."""
    try:
        if path.is_file():
            known = path.suffix.lower() in (".yaml", ".yml", ".data")
            return 0.9 if known and config_file(path.parent) is not None else 0.0
        if config_file(path) is not None:
            return 0.9
        names = (name for name in walk(path, LABELS) if is_label(name))
        texts = [name for name, _ in zip(names, range(20), strict=False)]
        lines = sample([os.path.join(path, name) for name in texts])  # noqa: PTH118 - paths are texts here
        if not len(lines):
            return 0.3 if texts else 0.0
        fractions = lines.gather(np.flatnonzero(lines.counts >= 5), 1, 4)
        n_like = int((np.abs(fractions - 0.5) <= 0.51).all(axis=1).sum())
        return 0.8 * n_like / len(lines)
    except (OSError, ValueError, BadInputError):
        return 0.0


def _task(config: Config, options: ReadOptions, labels: list[str], problems: Problems) -> Task:
    said = options.task or config.task
    needs_lines = said in (None, "pose") and config.keypoint_shape is None
    task = decide(sample(labels if needs_lines else []), said=said, shape=config.keypoint_shape)
    if task.doubt:
        problems.add(config.file.name if config.file else "", "", task.doubt, severity="warning")
    return task


def _note_pictures(files: Files, kept: list[int], repeats: Repeats) -> None:
    for place in kept:
        if place in files.no_sizes:
            kind = "the picture's size is not known"
            repeats.add(kind, files.names[place], "", f"{kind}: {files.no_sizes[place]}", severity="warning")


def _image_table(
    entries: list[Entry], files: Files, pictures: list[str | None], split: str | None
) -> pa.Table:
    return pa.table(
        {
            "image_id": pa.array(files.image_ids, pa.string()),
            "file_name": pa.array([name and clean(name) for name in pictures], pa.string()),
            "width": _whole(files.sizes[:, 0]),
            "height": _whole(files.sizes[:, 1]),
            "split": pa.array([entry.split or split for entry in entries], pa.string()),
            "is_annotated": pa.array([entry.label is not None for entry in entries]),
        }
    )


def _whole(pixels: NDArray[np.float64]) -> pa.Array:
    return pa.array(np.nan_to_num(pixels).astype(np.int32), mask=np.isnan(pixels))


def _annotation_table(objects: Objects) -> pa.Table:
    columns = {"annotation_id": objects.ids, **objects.columns}
    is_scored = ~np.isnan(objects.confidence)
    if is_scored.any():
        said = [json.dumps({"confidence": score}) for score in objects.confidence.tolist()]
        columns["attributes"] = pa.array(said, pa.string(), mask=~is_scored)
    return pa.table(columns)
