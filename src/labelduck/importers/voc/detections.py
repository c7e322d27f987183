"""Pascal VOC detection results: a text file per class, `image_id confidence x_min y_min x_max y_max` per line.

Corners are 1-based and count in, as in the annotations; `options.voc_offset` 0 takes them as plain coordinates. Without
it a detection that begins at exactly 0, where detectors cut boxes off, says that they are 0-based.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from labelduck.errors import BadInputError
from labelduck.importers.base import LARGEST_COORDINATE, Problems, box_array
from labelduck.importers.repeats import Repeats
from labelduck.importers.voc.images import ImageNames

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from labelduck.importers.base import Batch, Known, ReadOptions

CHALLENGE_FILE = re.compile(r"comp\d+(?:-\w+)?_det_[^_]+_(?P<class_name>.+)\.txt", re.IGNORECASE)
MAX_ROWS = 200_000
STARTS_AT_0 = "detections begin at 0, so corners were read as plain coordinates (offset 0); set the VOC offset to 1 if they are 1-based"
UNKNOWN_IMAGE = "the image is not in the data set"
NO_BOX = "x_max or y_max lies before x_min or y_min"
TOO_FAR = f"a corner lies beyond {LARGEST_COORDINATE:g} pixels"
BAD_LINE = "the line is not an image's name and five finite numbers"
_NUMBERS = ("confidence", "x_min", "y_min", "x_max", "y_max")
_COLUMNS = ("image", *_NUMBERS)
_TYPES = {"image": pa.string()} | dict.fromkeys(_NUMBERS, pa.float64())
_CHUNK = 8 << 20
_NUMBER = re.compile(rb"[+-]?+(?:\d++\.?+\d*+|\.\d++)(?:[eE][+-]?+\d++)?+")
Floats = np.ndarray[Any, np.dtype[np.float64]]
Integers = np.ndarray[Any, np.dtype[np.int64]]
Places = np.ndarray[Any, np.dtype[np.int32]]


class Lines(NamedTuple):
    """Detections of one class, in the order of the file.

    Attributes:
        class_name: Their class.
        prefix: What stands before the line's number in their ids.
        image: For each its image's name, as written.
        numbers: For each confidence and corners as written, of shape (n, 5).
        line: For each the 0-based number of its line.
    """

    class_name: str
    prefix: str
    image: pa.Array
    numbers: Floats
    line: Integers


def read_predictions(path: Path, known: Known, options: ReadOptions) -> Iterator[Batch]:
    """Yield predictions and problems of detection files, one file per class.

    The class is what follows the image set in the file's name (`comp4_det_test_person.txt`), else the known class that
    the name ends in, else what follows its last underscore.

    Args:
        path: Folder of .txt files, or one of them.
        known: Images, by id, file name or file name without extension; and classes.
        options: `voc_offset`.

    Yields:
        Batches of about 200,000 predictions.

    Raises:
        BadInputError: There is no .txt file, or one cannot be read.
    """
    files = _text_files(path)
    problems = Problems()
    repeats = Repeats(problems)
    detections = _Detections(known=known, options=options, problems=problems, repeats=repeats)
    classes = [name for name in known.classes["class_name"].to_pylist() if name]
    first: dict[str, Path] = {}
    for file in files:
        name = str(path) if file == path else file.name
        class_name = _class_of(file, classes)
        twin = first.setdefault(class_name, file)
        if twin != file:
            problem = f"{twin.name} holds detections of the class {class_name} too; both were read"
            problems.add(name, "", problem, severity="warning")
        for lines in _read_file(file, class_name, class_name if twin == file else file.stem, name, repeats):
            detections.add(lines, source_file=name)
            if detections.n_rows >= MAX_ROWS:
                yield detections.take(path=str(path))
    repeats.finish(str(path))
    yield detections.take(path=str(path))


def looks_like_detections(name: str, head: bytes) -> float:
    """Tell how sure it is that a text file holds detections, from its name and first lines."""
    lines = [_words(line) for line in head.splitlines()[:20] if line.strip()]
    if None in lines:
        return 0.0
    if CHALLENGE_FILE.fullmatch(name):
        return 0.95
    # A line of YOLO has six numbers too, but all are fractions of the picture.
    return 0.3 if any(value > 2 for words in lines if words for value in words[1]) else 0.0


class _Detections:
    """Gathers detections of known images; `take` turns them into a batch."""

    def __init__(self, *, known: Known, options: ReadOptions, problems: Problems, repeats: Repeats) -> None:
        self._images = ImageNames(known.images)
        self._offset: int | None = options.voc_offset
        self._problems = problems
        self._repeats = repeats
        self._lines: list[Lines] = []
        self._places: list[Places] = []
        self.n_rows = 0

    def add(self, lines: Lines, *, source_file: str) -> None:
        """Take the lines whose image is known and whose corners are in order."""
        places = self._images.find(lines.image)
        is_known = np.asarray(places >= 0)
        # One pixel less than itself: with 1-based corners that count in, a box without width has x_max = x_min - 1.
        is_box = np.asarray((lines.numbers[:, 3:] >= lines.numbers[:, 1:3] - 1).all(axis=1))
        is_near = np.asarray((np.abs(lines.numbers[:, 1:]) <= LARGEST_COORDINATE).all(axis=1))
        for problem, is_bad in (
            (UNKNOWN_IMAGE, ~is_known),
            (TOO_FAR, is_known & ~is_near),
            (NO_BOX, is_known & is_near & ~is_box),
        ):
            for i in np.flatnonzero(is_bad).tolist():
                record = {"image": lines.image[i].as_py()} | dict(
                    zip(_NUMBERS, lines.numbers[i].tolist(), strict=True)
                )
                self._repeats.add(problem, source_file, f"line {lines.line[i] + 1}", record=record)
        keep = is_known & is_near & is_box
        self._lines.append(lines._replace(numbers=lines.numbers[keep], line=lines.line[keep]))
        self._places.append(places[keep])
        self.n_rows += int(keep.sum())

    def take(self, *, path: str) -> Batch:
        """Return what was gathered as a batch, and forget it."""
        batch: Batch = {}
        if self.n_rows:
            batch["predictions"] = self._table(path=path)
        if self._problems.rows:
            batch["import_problems"] = self._problems.take()
        self._lines, self._places, self.n_rows = [], [], 0
        return batch

    def _table(self, *, path: str) -> pa.Table:
        numbers = np.concatenate([lines.numbers for lines in self._lines])
        counts = [len(lines.line) for lines in self._lines]
        if self._offset is None:
            n_at_0 = int((numbers[:, 1:3] == 0).any(axis=1).sum())
            self._offset = 0 if n_at_0 else 1
            if n_at_0:
                self._problems.add(path, "", f"{n_at_0:,} {STARTS_AT_0}", severity="warning")
        x_min, y_min = numbers[:, 1] - self._offset, numbers[:, 2] - self._offset
        x_max, y_max = np.maximum(numbers[:, 3], x_min), np.maximum(numbers[:, 4], y_min)
        of_file = np.repeat(np.arange(len(counts), dtype=np.int32), counts)
        prefixes = pa.array([lines.prefix for lines in self._lines]).take(pa.array(of_file))
        line = pa.array(np.concatenate([lines.line for lines in self._lines])).cast(pa.string())
        classes = pa.array([lines.class_name for lines in self._lines])
        return pa.table(
            {
                "prediction_id": pc.binary_join_element_wise(prefixes, line, "/"),
                "image_id": pa.DictionaryArray.from_arrays(
                    pa.array(np.concatenate(self._places)), self._images.ids
                ),
                "class_name": classes.dictionary_encode().take(pa.array(of_file)),
                "confidence": pa.array(numbers[:, 0]),
                "box": box_array(x_min, y_min, x_max, y_max),
                "area": pa.array((x_max - x_min) * (y_max - y_min)),
            }
        )


def _text_files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    files = sorted(file for file in path.iterdir() if file.suffix.lower() == ".txt")
    if not files:
        problem = "holds no .txt file; detections come as one <image set>_<class>.txt per class"
        raise BadInputError(path, "", problem)
    return files


def _class_of(file: Path, classes: list[str]) -> str:
    """Return the class that a file's name says."""
    match = CHALLENGE_FILE.fullmatch(file.name)
    if match:
        return match["class_name"]
    fitting = [name for name in classes if f"_{file.stem}".endswith(f"_{name}")]
    return max(fitting, key=len, default=file.stem.rpartition("_")[2])


def _read_file(file: Path, class_name: str, prefix: str, name: str, repeats: Repeats) -> Iterator[Lines]:
    """Yield a file's lines in pieces of bounded size."""
    n_lines = 0
    rest = b""
    try:
        with file.open("rb") as content:
            while chunk := content.read(_CHUNK):
                whole, end, rest = (rest + chunk).rpartition(b"\n")
                if end:
                    columns = _quick_columns(whole) or _careful_columns(whole, n_lines, name, repeats)
                    yield Lines(class_name, prefix, columns[0], columns[1], columns[2] + n_lines)
                    n_lines += whole.count(b"\n") + 1
    except OSError as error:
        raise BadInputError(file, "", f"cannot be read: {error.strerror}") from error
    if rest.strip():
        columns = _quick_columns(rest) or _careful_columns(rest, n_lines, name, repeats)
        yield Lines(class_name, prefix, columns[0], columns[1], columns[2] + n_lines)


def _quick_columns(text: bytes) -> tuple[pa.Array, Floats, Integers] | None:
    """Return image, numbers and line number of lines with six words and single blanks; None when one differs."""
    from pyarrow import csv

    try:
        table = csv.read_csv(
            pa.BufferReader(text),
            csv.ReadOptions(column_names=_COLUMNS, use_threads=False, block_size=len(text) + 1),
            csv.ParseOptions(delimiter=" ", quote_char=False),
            csv.ConvertOptions(column_types=_TYPES, null_values=[]),
        )
    except pa.ArrowInvalid:
        return None
    numbers = np.column_stack([table[name].to_numpy() for name in _NUMBERS])
    # Empty lines are skipped, so that lines could not be counted; what is not finite needs a look of its own.
    if len(numbers) != text.count(b"\n") + 1 or not np.isfinite(numbers).all():
        return None
    return table["image"].combine_chunks(), numbers, np.arange(len(numbers))


def _careful_columns(
    text: bytes, n_before: int, name: str, repeats: Repeats
) -> tuple[pa.Array, Floats, Integers]:
    """Return the same line by line; lines that cannot be read become problems."""
    images, numbers, places = [], [], []
    for i, line in enumerate(text.split(b"\n")):
        words = _words(line)
        if words:
            images.append(words[0])
            numbers.append(words[1])
            places.append(i)
        elif line.strip():
            repeats.add(BAD_LINE, name, f"line {n_before + i + 1}", record=line.decode("utf-8", "replace"))
    return (
        pa.array(images, pa.string()),
        np.array(numbers, np.float64).reshape(-1, 5),
        np.array(places, np.int64),
    )


def _words(line: bytes) -> tuple[str, list[float]] | None:
    """Return a line's image and numbers; None when it has not five finite numbers at its end."""
    image, *words = line.strip().rsplit(None, 5) or [b""]
    if len(words) != 5 or not all(_NUMBER.fullmatch(word) for word in words):
        return None
    values = [float(word) for word in words]
    return (image.decode("utf-8", "replace"), values) if all(map(math.isfinite, values)) else None
