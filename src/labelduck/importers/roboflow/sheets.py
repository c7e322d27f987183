"""Roboflow's two kinds of CSV: boxes (TensorFlow), and classes of whole pictures."""

from __future__ import annotations

import csv
from io import StringIO
from typing import TYPE_CHECKING

from labelduck.importers import drawn
from labelduck.importers.drawn import DrawnError
from labelduck.importers.files import UnreadableFileError

if TYPE_CHECKING:
    from _csv import Reader
    from collections.abc import Iterator

    from labelduck.importers.scene import Scene

_BOX = ("filename", "class", "xmin", "ymin", "xmax", "ymax")
_CORNERS = _BOX[2:]
_YES, _NO = frozenset(("1", "1.0", "true")), frozenset(("0", "0.0", "false", ""))


def add_sheet(scene: Scene, data: bytes, source_file: str) -> Iterator[None]:
    """Add the rows of a CSV; which kind it is, its header says. Yields after each row.

    Raises:
        UnreadableFileError: It is no UTF-8, or of neither kind.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableFileError(f"is no UTF-8 (byte {error.start}); save it as UTF-8") from error
    rows = csv.reader(StringIO(text, newline=""), skipinitialspace=True)
    try:
        header = [name.strip() for name in next(rows, [])]
        lower = [name.lower() for name in header]
        if set(_BOX) <= set(lower):
            yield from _add_boxes(scene, rows, lower, source_file)
        elif lower[:1] == ["filename"] and len(header) > 1:
            yield from _add_classes(scene, rows, header[1:], source_file)
        else:
            raise UnreadableFileError(
                f"is no CSV of Roboflow: expected {', '.join(_BOX)}, or filename and a column per class"
            )
    except csv.Error as error:
        raise UnreadableFileError(f"line {rows.line_num}: is no CSV: {error}") from error


def _add_boxes(scene: Scene, rows: Reader, header: list[str], source_file: str) -> Iterator[None]:
    folder = source_file.rpartition("/")[0]
    at = {name: header.index(name) for name in (*_BOX, "width", "height") if name in header}
    corners, name_at, class_at = [at[name] for name in _CORNERS], at["filename"], at["class"]
    for row in rows:
        place = f"line {rows.line_num}"
        if not row:
            continue
        if len(row) != len(header) or not row[name_at] or not row[class_at]:
            problem = f"{len(row)} cells, expected {len(header)}, with a file name and a class; left out"
            scene.rows.repeats.add("a row is not whole", source_file, place, problem, record=row)
            continue
        size = (row[at["width"]], row[at["height"]]) if "width" in at and "height" in at else (None, None)
        image_id = scene.image(folder, row[name_at], size)
        try:
            columns = drawn.box(*drawn.numbers(row[corner] for corner in corners))
        except DrawnError as error:
            problem = f"{error}; left out"
            scene.rows.repeats.add("a box cannot be used", source_file, place, problem, record=row)
        else:
            scene.add_object(image_id, columns, row[class_at], source_file=source_file, place=place)
        yield


def _add_classes(scene: Scene, rows: Reader, names: list[str], source_file: str) -> Iterator[None]:
    folder = source_file.rpartition("/")[0]
    for number, name in enumerate(names):
        if name:
            scene.add_class(name, number)
    for row in rows:
        place = f"line {rows.line_num}"
        if not row:
            continue
        cells = [cell.strip().lower() for cell in row[1:]]
        if len(row) != len(names) + 1 or not row[0] or not all(cell in _YES or cell in _NO for cell in cells):
            problem = f"expected a file name and {len(names)} cells of 0 or 1; left out"
            scene.rows.repeats.add("a row is not whole", source_file, place, problem, record=row)
            continue
        image_id = scene.image(folder, row[0])
        for name, cell in zip(names, cells, strict=True):
            if cell in _YES and name:
                scene.rows.add("image_labels", {"image_id": image_id, "class_name": name})
        yield
