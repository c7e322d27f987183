"""Boxes of CreateML (JSON) and oriented boxes of DOTA (text)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from labelduck.importers import drawn
from labelduck.importers.drawn import DrawnError
from labelduck.importers.image_sizes import stem
from labelduck.importers.json_records import UnreadableJsonError, records

if TYPE_CHECKING:
    from collections.abc import Iterator

    from labelduck.importers.drawn import Columns
    from labelduck.importers.scene import Scene

_SIDES = ("x", "y", "width", "height")
_OUTSIDE = "a box begins far outside of its picture"
_IMAGE_KEYS = ("image", "imagefilename", "filename")
_OBJECT_KEYS = ("annotations", "annotation")
_CORNERS = 8


def add_createml(scene: Scene, data: bytes, source_file: str) -> Iterator[None]:
    """Add the pictures and boxes of a CreateML file; yields after each picture.

    Raises:
        UnreadableJsonError: It is no such file.
    """
    folder = source_file.rpartition("/")[0]
    for number, record in enumerate(records(data)):
        place = f"[{number}]"
        name = _first(record, _IMAGE_KEYS)
        objects = _first(record, _OBJECT_KEYS)
        if not isinstance(name, str) or not name or not isinstance(objects, list):
            if number == 0:
                raise UnreadableJsonError("is no CreateML file: expected a list of `image` and `annotations`")
            problem = "expected `image` and `annotations`; left out"
            scene.rows.repeats.add(problem, source_file, place, record=record)
            continue
        image_id = scene.image(folder, name)
        for position, told in enumerate(objects):
            at = f"{place}.annotations[{position}]"
            try:
                columns, label = _createml_box(told)
            except DrawnError as error:
                problem = f"{error}; left out"
                scene.rows.repeats.add("a box cannot be used", source_file, at, problem, record=told)
                continue
            if min(columns["box"][:2]) < -1:
                problem = f"{_OUTSIDE}: x and y are read as its centre; were they its corner?"
                scene.rows.repeats.add(_OUTSIDE, source_file, at, problem, severity="warning", record=told)
            scene.add_object(image_id, columns, label, source_file=source_file, place=at)
        yield


def add_dota(scene: Scene, data: bytes, source_file: str) -> Iterator[None]:
    """Add the oriented boxes of one picture, a line each: x1 y1 x2 y2 x3 y3 x4 y4 class difficult; yields at the end."""
    folder, _, last = source_file.rpartition("/")
    above = folder.rpartition("/")[0] if folder.lower().endswith("labeltxt") else folder
    image_id = scene.image(above, stem(last))
    for number, line in enumerate(data.decode("utf-8-sig", "replace").splitlines(), 1):
        words = line.split()
        if not words or line.startswith(("imagesource:", "gsd:")):
            continue
        place = f"line {number}"
        try:
            columns = _oriented(words)
        except DrawnError as error:
            problem = f"{error}; left out"
            scene.rows.repeats.add("a line cannot be used", source_file, place, problem, record=line)
            continue
        *name, last_word = words[_CORNERS:]
        if not name:
            name, last_word = [last_word], ""
        if last_word in ("0", "1", "2"):  # DOTA's 2 is very difficult
            columns["difficult"] = last_word != "0"
        elif last_word:
            name.append(last_word)
        scene.add_object(image_id, columns, " ".join(name), source_file=source_file, place=place)
    yield


def _oriented(words: list[str]) -> Columns:
    if len(words) <= _CORNERS:
        raise DrawnError(f"{len(words)} words, expected four corners, a class and 0 or 1")
    return drawn.rotated_corners(drawn.numbers(words[:_CORNERS]))


def _createml_box(told: object) -> tuple[Columns, str]:
    """Return columns and class of a box that is given by its centre."""
    place = told.get("coordinates") if isinstance(told, dict) else None
    if not isinstance(told, dict) or not isinstance(place, dict) or any(side not in place for side in _SIDES):
        raise DrawnError("the box lacks one of coordinates.x, y, width, height")
    label = told.get("label")
    if not isinstance(label, str) or not label:
        raise DrawnError("the box has no label")
    x, y, width, height = drawn.numbers(place[side] for side in _SIDES)
    return drawn.box(x - width / 2, y - height / 2, x + width / 2, y + height / 2), label


def _first(record: object, keys: tuple[str, ...]) -> Any:  # noqa: ANN401 - whatever the file holds
    return next((record[key] for key in keys if key in record), None) if isinstance(record, dict) else None
