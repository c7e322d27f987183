"""Predictions as YOLO text: the line layouts of the labels with the confidence at the end, as Ultralytics' save_conf writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from labelduck.errors import BadInputError
from labelduck.importers.base import Problems
from labelduck.importers.image_sizes import clean, is_picture, stem, walk
from labelduck.importers.repeats import Repeats
from labelduck.importers.yolo.classes import Classes
from labelduck.importers.yolo.files import portions, relative, sample
from labelduck.importers.yolo.layout import LABELS, is_label, split_of
from labelduck.importers.yolo.lines import slurp
from labelduck.importers.yolo.rows import Files, read_objects
from labelduck.importers.yolo.task import decide

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from labelduck.importers.base import Batch, Known, ReadOptions
    from labelduck.importers.yolo.lines import Lines
    from labelduck.importers.yolo.rows import Objects
    from labelduck.importers.yolo.task import Task

NO_IMAGE = "the dataset has no image of this name: its predictions are left out"
NOT_SHAPES = ("geometry", "source_file", "source_ref", "rotation", "rotated_box")


def read_predictions(path: Path, known: Known, options: ReadOptions) -> Iterator[Batch]:
    """Yield the predictions in a folder of label files; a file belongs to the image whose id or file name it has.

    Args:
        path: Folder of text files, searched with its subfolders; of a run's folder its `labels` are read.
        known: Images with their sizes, and classes with their numbers.
        options: `task` says the line layout where the lines leave it open.

    Raises:
        BadInputError: There is no label file, or the lines end in no confidence.
        UsageError: `options.task` is no task.
    """
    path = path.absolute()
    folder, names = _label_files(path)
    lines = sample([f"{folder}/{name}" for name in names])
    task = decide(lines, said=options.task, shape=None, is_scored=True)
    _require_confidence(path, lines, task, options.task)
    problems = Problems()
    repeats = Repeats(problems)
    if task.doubt:
        problems.add(path.name, "", task.doubt, severity="warning")
    classes = Classes(_class_names(known), other="category")
    images = _Images(known)
    root = str(path)
    known_names = [name for name in names if images.find(stem(name)) is not None]
    if not known_names:
        remedy = f"the dataset has {len(images.ids)} images: import it first, or name the right one"
        raise BadInputError(path, clean(names[0]), f"no label file is named like an image; {remedy}")
    for name in sorted(set(names).difference(known_names)):
        _note_unknown(f"{folder}/{name}", root, repeats)
    for portion in portions(known_names, label=lambda name: f"{folder}/{name}", root=root, repeats=repeats):
        rows = [images.find(stem(name)) or 0 for name in portion.items]
        labels = [relative(f"{folder}/{name}", root) for name in portion.items]
        files = Files(portion.data, [images.ids[row] for row in rows], labels, images.sizes[rows], {})
        objects = read_objects(files, task, classes, repeats)
        yield {"predictions": _table(objects), "import_problems": problems.take()}
    _note_unnamed(path.name, classes, problems)
    repeats.finish(path.name)
    yield {"import_problems": problems.take()}


class _Images:
    """The images of a dataset by id, by file name and by the last part of the file name, where that is unique."""

    def __init__(self, known: Known) -> None:
        self.ids: list[str] = known.images["image_id"].to_pylist()
        sides = [known.images[side].cast(pa.float64()).to_pylist() for side in ("width", "height")]
        self.sizes = np.array(sides, np.float64).T.reshape(-1, 2)
        self.sizes[~(self.sizes > 0).all(axis=1)] = np.nan
        names = known.images["file_name"].to_pylist()
        self._by_name = {name: row for row, name in enumerate(self.ids)}
        last: dict[str, int] = {}
        for row, name in enumerate(names):
            path = stem(name) if name and is_picture(name) else name
            for short in () if not path else (path, path.rpartition("/")[2]):
                last[short] = row if last.get(short, row) == row else -1
        for short, row in last.items():
            self._by_name.setdefault(short, row)

    def find(self, name: str) -> int | None:
        """Return the row of the image that a label file's path below the folder means."""
        first, _, rest = name.partition("/")
        candidates = [name, rest] if rest and split_of(first) else [name]
        for candidate in (*candidates, name.rpartition("/")[2]):
            row = self._by_name.get(clean(candidate), -1)
            if row >= 0:
                return row
        return None


def _label_files(path: Path) -> tuple[Path, list[str]]:
    folder = path / "labels" if (path / "labels").is_dir() else path
    if not folder.is_dir():
        raise BadInputError(
            path, "", "is no folder: YOLO predictions are a folder of text files, one per image"
        )
    names = sorted(name for name in walk(folder, LABELS) if is_label(name))
    if not names:
        raise BadInputError(path, "", "holds no label file (.txt)")
    return folder, names


def _class_names(known: Known) -> dict[int, str]:
    pairs = zip(
        known.classes["class_index"].to_pylist(), known.classes["class_name"].to_pylist(), strict=True
    )
    return {int(number): name for number, name in pairs if number is not None}


def _require_confidence(path: Path, lines: Lines, task: Task, said: str | None) -> None:
    """Refuse lines that are all as long as labels are."""
    numbers = lines.counts - 1
    is_short = numbers == 4
    if said is None:
        is_short |= numbers == 8  # an oriented box; a pose of one keypoint must be named
    if task.name != "pose":
        is_short |= (numbers >= 6) & (numbers % 2 == 0)
    if len(lines) and is_short.all():
        remedy = "a prediction needs one; with Ultralytics predict with save_txt=True save_conf=True"
        raise BadInputError(path, "", f"no line ends in a confidence: {remedy}")


def _note_unnamed(source_file: str, classes: Classes, problems: Problems) -> None:
    for number, count in sorted(classes.unnamed.items()):
        text = f"{count} predictions are of class number {number}, which the dataset does not know: kept as {classes.name(number)!r}"
        problems.add(source_file, "", text, severity="warning")


def _note_unknown(path: str, root: str, repeats: Repeats) -> None:
    try:
        said = slurp(path).decode("utf-8", "replace")
    except OSError as error:
        said = error.strerror or ""
    n_lines = sum(bool(line.strip()) for line in said.splitlines())
    repeats.add(NO_IMAGE, relative(path, root), "", f"{NO_IMAGE} ({n_lines} lines)", record=said)


def _table(objects: Objects) -> pa.Table:
    columns = {name: column for name, column in objects.columns.items() if name not in NOT_SHAPES}
    return pa.table({"prediction_id": objects.ids, "confidence": objects.confidence, **columns})
