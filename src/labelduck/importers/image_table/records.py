"""Rows of a table of pictures, as images with their classes or boxes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from labelduck.importers import drawn
from labelduck.importers.box_layouts import corners, decide
from labelduck.importers.drawn import DrawnError
from labelduck.importers.image_sizes import is_picture, stem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from labelduck.importers.base import Batch
    from labelduck.importers.image_table.columns import Columns
    from labelduck.importers.scene import Scene

    Row = tuple[str, list[str]]

_SEPARATOR = re.compile(r"[,;\s]+")
_YES, _NO = frozenset(("1", "1.0")), frozenset(("0", "0.0", ""))
_OBJECT = "object"


def add_records(
    scene: Scene,
    rows: list[Row],
    columns: Columns,
    names: tuple[str, ...],
    *,
    path: Path,
    source_file: str,
    split: str | None,
) -> Iterator[Batch]:
    """Add the rows of one table and yield what is worth it.

    Args:
        scene: Takes them.
        rows: Place and cells of each.
        columns: What the cells mean.
        names: Classes by number.
        path: What is read, for errors.
        source_file: Name of the table.
        split: Split of its pictures.

    Raises:
        BadInputError: Boxes may be read in several ways.
    """
    told = scene.options.split if split is None else split
    for number, (_, name) in enumerate(columns.flags):
        scene.add_class(name, number)
    for number, name in enumerate(names):
        scene.add_class(name, number)
    boxes = _boxes(scene, rows, columns, path) if columns.box else {}
    for place, cells in rows:
        if (
            len(cells) <= max((columns.image, *columns.labels, *columns.box))
            or not cells[columns.image].strip()
        ):
            scene.refuse("the row is left out", source_file, place, f"{len(cells)} cells, too few", cells)
            continue
        picture = cells[columns.image].strip().removeprefix("/")
        key = stem(picture) if is_picture(picture) else picture
        image_id = scene.image("", picture, key=f"{split}/{key}" if split else key, split=told)
        if columns.box:
            _add_box(
                scene, image_id, boxes[place], _label(cells, columns, names), (source_file, place, cells)
            )
        else:
            for class_name, index in _labels(scene, cells, columns, names, (source_file, place)):
                scene.add_class(class_name, index)
                scene.add_label(image_id, class_name)
        yield from scene.rows.batches()


def _boxes(
    scene: Scene, rows: list[Row], columns: Columns, path: Path
) -> dict[str, tuple[float, float, float, float] | str]:
    """Return the corners of each row's box by place, or why it has none."""
    numbers: dict[str, list[float]] = {}
    found: dict[str, tuple[float, float, float, float] | str] = {}
    sizes = {}
    for place, cells in rows:
        try:
            numbers[place] = _numbers(cells, columns)
            sizes[place] = scene.size(cells[columns.image].strip())
        except (DrawnError, IndexError) as error:
            found[place] = str(error)
    layout = columns.layout
    if layout is None:
        sides = [sizes[place] for place in numbers]
        layout = decide(path, list(numbers.values()), sides, scene.options.box_layout)
    for place, four in numbers.items():
        try:
            found[place] = corners(layout, four, sizes[place])
        except ValueError as error:
            found[place] = str(error)
    return found


def _numbers(cells: list[str], columns: Columns) -> list[float]:
    told = [cells[place] for place in columns.box]
    if len(told) == 1:
        told = [word for word in _SEPARATOR.split(told[0].strip().strip("[]()").strip()) if word]
    if len(told) != 4:
        raise DrawnError(f"{len(told)} numbers, expected four of a box")
    return drawn.numbers(told)


def _add_box(
    scene: Scene,
    image_id: str,
    box: tuple[float, float, float, float] | str,
    label: tuple[str, int | None],
    at: tuple[str, str, list[str]],
) -> None:
    source_file, place, cells = at
    try:
        columns = drawn.box(*box) if not isinstance(box, str) else {}
    except DrawnError as error:
        columns, box = {}, str(error)
    if not columns:
        scene.refuse("the box is left out", source_file, place, box, cells)
        return
    scene.add_class(*label)
    scene.add_object(image_id, columns, label[0], source_file=source_file, place=place)


def _label(cells: list[str], columns: Columns, names: tuple[str, ...]) -> tuple[str, int | None]:
    text = cells[columns.labels[0]].strip() if columns.labels else ""
    return _named(text, names) if text else (_OBJECT, None)


def _labels(
    scene: Scene, cells: list[str], columns: Columns, names: tuple[str, ...], at: tuple[str, str]
) -> Iterator[tuple[str, int | None]]:
    """Yield the classes of a picture, with their numbers where those are what the row says."""
    if columns.flags:
        said = [(cells[place].strip() if place < len(cells) else "?", name) for place, name in columns.flags]
        if odd := next((cell for cell, _ in said if cell not in _YES and cell not in _NO), None):
            problem = f"{odd:.40} is neither 0 nor 1; taken as 0"
            scene.rows.repeats.add(
                "a cell is neither 0 nor 1", *at, problem, severity="repaired", record=cells
            )
        yield from ((name, None) for cell, name in said if cell in _YES)
        return
    words = cells[1:] if columns.is_list else [cells[columns.labels[0]]]
    yield from (_named(word.strip(), names) for word in words if word.strip())


def _named(text: str, names: tuple[str, ...]) -> tuple[str, int | None]:
    """Return the class that a text names; a number is a place in the list of names."""
    if not text.isdecimal() or len(text) > 9:
        return text, None
    number = int(text)
    if not names:
        return f"class {number}", number
    return (names[number], number) if number < len(names) else (f"class {number}", number)
