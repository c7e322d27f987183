"""Predictions as text, a file per picture: class, confidence and four numbers of a box a line, as evaluation tools exchange them.

    14 0.431418 162 96 351 341        or        person 0.43 0.527 0.437 0.388 0.490

The file is named like its picture. What the four numbers mean is the only thing that all boxes of the folder allow (left, top, right,
bottom; left, top, width, height; or centre and size as fractions), or what `box_layout` says. A class number is a place in
`class_names`, else the number of a class of the dataset.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from labelduck.errors import BadInputError
from labelduck.importers import drawn
from labelduck.importers.box_layouts import corners, decide, possible
from labelduck.importers.drawn import DrawnError
from labelduck.importers.files import Files, UnreadableFileError
from labelduck.importers.glance import glance
from labelduck.importers.image_sizes import clean, stem
from labelduck.importers.rows import Rows
from labelduck.importers.text_lines import lines_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from labelduck.importers.base import Batch, Known, ReadOptions

    Line = tuple[str, str, str, list[float], str]
    """File, place, class, confidence with the four numbers, and the text."""

_LINE = re.compile(r"(?P<name>\S.*?)\s+(?P<numbers>[-+.\deE]+(?:\s+[-+.\deE]+){4})")
_LOOKED_AT = 20


def read_predictions(path: Path, known: Known, options: ReadOptions) -> Iterator[Batch]:
    """Yield predictions; lines that are none, and files of pictures that nobody knows, become problems.

    Raises:
        BadInputError: There is no text file, or boxes may be read in several ways.
    """
    rows = Rows()
    files = Files(path, (".txt",), problems=rows.problems)
    if not files.names:
        raise BadInputError(path, "", "holds no text file")
    images = _by_name(known)
    lines = list(_lines(rows, files, images))
    sizes = [images[stem(name).rpartition("/")[2]][1:] for name, *_ in lines]
    layout = decide(path, [numbers[1:] for _, _, _, numbers, _ in lines], sizes, options.box_layout)
    classes = _classes(known, options)
    counts: dict[str, int] = {}
    for (name, place, class_name, numbers, text), size in zip(lines, sizes, strict=True):
        image_id = images[stem(name).rpartition("/")[2]][0]
        try:
            columns = drawn.box(*corners(layout, numbers[1:], size))
        except ValueError as error:
            rows.repeats.add("the line is left out", clean(name), place, f"{error}; left out", record=text)
            continue
        number = counts[image_id] = counts.get(image_id, -1) + 1
        named = classes.get(class_name, class_name)
        told = {"prediction_id": f"{image_id}/{number}", "image_id": image_id, "confidence": numbers[0]}
        rows.add("predictions", columns | told | {"class_name": named})
        yield from rows.batches()
    yield from rows.rest(clean(str(path)))


def sniff(path: Path) -> float:
    """Tell how sure it is that a path holds such files, 0 to 1."""
    seen = glance(path)
    names = [name for name in seen.names if name.endswith(".txt")][:_LOOKED_AT]
    found = [_parsed(line) for name in names for line in _first_lines(seen.head(name))]
    if not found or any(line is None for line in found):
        return 0.0
    numbers = np.array([line[1] for line in found if line is not None], float)
    if not ((numbers[:, 0] >= 0) & (numbers[:, 0] <= 1)).all():
        return 0.0
    if (numbers > 1).any():
        return 0.93
    # Fractions alone: YOLO writes the confidence last, and one of the two orders leaves the pictures.
    unit = np.ones((len(numbers), 2))
    return 0.93 if possible(numbers[:, 1:], unit) and not possible(numbers[:, :4], unit) else 0.0


def _first_lines(text: str) -> list[str]:
    lines = text.splitlines()
    return [line for line in (lines[:-1] if len(lines) > 1 else lines) if line.strip()]


def _parsed(line: str) -> tuple[str, list[float]] | None:
    match = _LINE.fullmatch(line.strip())
    try:
        return (match["name"], drawn.numbers(match["numbers"].split())) if match else None
    except DrawnError:
        return None


def _lines(rows: Rows, files: Files, images: dict[str, tuple[str, int | None, int | None]]) -> Iterator[Line]:
    for name in files.names:
        if stem(name).rpartition("/")[2] not in images:
            rows.repeats.add("no image is named like the file: it is left out", clean(name), "")
            continue
        try:
            for place, line in lines_of(files.read(name)):
                found = _parsed(line)
                if found is None or not 0 <= found[1][0] <= 1:
                    problem = "expected class, confidence (0 to 1) and four numbers; left out"
                    rows.repeats.add(problem, clean(name), place, record=line)
                else:
                    yield name, place, *found, line
        except UnreadableFileError as error:
            rows.repeats.add("the file cannot be read", clean(name), "", str(error))


def _by_name(known: Known) -> dict[str, tuple[str, int | None, int | None]]:
    """Return id, width and height of images by the last part of their file names and ids, where that is unique."""
    found: dict[str, tuple[str, int | None, int | None]] = {}
    twice = set()
    for row in known.images.select(["image_id", "file_name", "width", "height"]).to_pylist():
        told = (row["image_id"], row["width"], row["height"])
        for name in {stem(row["file_name"] or "").rpartition("/")[2], row["image_id"].rpartition("/")[2]} - {
            ""
        }:
            if found.setdefault(name, told) != told:
                twice.add(name)
    return {name: told for name, told in found.items() if name not in twice}


def _classes(known: Known, options: ReadOptions) -> dict[str, str]:
    if options.class_names:
        return {str(number): name for number, name in enumerate(options.class_names)}
    rows = known.classes.select(["class_index", "class_name"]).to_pylist()
    return {str(row["class_index"]): row["class_name"] for row in rows if row["class_index"] is not None}
