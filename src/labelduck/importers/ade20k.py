"""ADE20K as its authors publish it: objects and their parts, each with a mask, in two editions.

    2017   x_seg.png, x_parts_<level>.png: blue numbers the objects of a level; x_atr.txt names them, a line each:
           number # part level # occluded # class # name as typed # "attributes"
    2020   x.json, with a mask per object in the folder x

A class in ADE20K is a list of synonyms; the first is the class's name, the list its definition. Parts are annotations of their own, with
their level in `attributes`. Folders training and validation are splits.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np

from labelduck.errors import BadInputError
from labelduck.importers import drawn
from labelduck.importers.drawn import DrawnError
from labelduck.importers.files import Files, UnreadableFileError
from labelduck.importers.glance import glance
from labelduck.importers.json_records import UnreadableJsonError, document
from labelduck.importers.packed_masks import pixels_of
from labelduck.importers.scene import Scene
from labelduck.importers.single_values import whole
from labelduck.importers.text_lines import lines_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from labelduck.importers.base import Batch, ReadOptions
    from labelduck.importers.drawn import Columns

    Masks = dict[int, np.ndarray]
    """Numbers of objects [height, width] by level: 0 whole objects, 1 their parts, 2 parts of those."""

_SEG = re.compile(r"(?P<key>.+)_seg\.png")
_PART = re.compile(r"_parts_(?P<level>\d)\.png")
_CELLS = 6


def read(path: Path, options: ReadOptions) -> Iterator[Batch]:
    """Yield images, classes and masks.

    Args:
        path: Folder or zip of the data set.
        options: `split` counts where no folder says one.

    Raises:
        BadInputError: There is no x_seg.png with an x_atr.txt or x.json.
    """
    scene = Scene(path, options)
    files = Files(path, (".png", ".txt", ".json"), problems=scene.rows.problems)
    names = [name for name in files.names if _told(name, files.member_names)]
    if not names:
        raise BadInputError(path, "", "holds no x_seg.png with an x_atr.txt or x.json, as ADE20K has them")

    def add(scene: Scene, data: bytes, name: str) -> Iterator[None]:
        key = name.removesuffix("_seg.png")
        try:
            colors = pixels_of(data)
        except DrawnError as error:
            raise UnreadableFileError(str(error)) from error
        image_id = scene.image("", f"{key}.jpg", (colors.shape[1], colors.shape[0]), key=key)
        source = _told(name, files.member_names)
        found = files.read(source)
        if source.endswith(".txt"):
            _add_lines(scene, image_id, found, source, _levels(scene, files, key, colors))
        else:
            _add_objects(scene, image_id, found, source, files)
        yield

    yield from scene.read(files, names, add)


def sniff(path: Path) -> float:
    """Tell how sure it is that a path holds such files, 0 to 1."""
    seen = glance(path)
    names = frozenset(seen.names)
    return 0.95 if not seen.is_single and any(_told(name, names) for name in seen.names) else 0.0


def _told(name: str, names: frozenset[str]) -> str:
    """Return the file that names the objects of a mask; nothing where it is no mask or has none."""
    match = _SEG.fullmatch(name)
    choices = (f"{match['key']}_atr.txt", f"{match['key']}.json") if match else ()
    return next((each for each in choices if each in names), "")


def _levels(scene: Scene, files: Files, key: str, colors: np.ndarray) -> Masks:
    """Return the numbers of objects of each level of a picture."""
    levels = {0: colors & 255}
    for name in files.names:
        match = _PART.fullmatch(name.removeprefix(key)) if name.startswith(key) else None
        if match is not None:
            try:
                levels[int(match["level"])] = pixels_of(files.read(name)) & 255
            except (DrawnError, UnreadableFileError) as error:
                scene.rows.repeats.add("the parts are left out", name, "", f"the parts are left out: {error}")
    return levels


def _add_lines(scene: Scene, image_id: str, data: bytes, source_file: str, levels: Masks) -> None:
    for place, line in lines_of(data):
        try:
            columns, name = _named(line, levels)
        except DrawnError as error:
            scene.refuse("the object is left out", source_file, place, error, line)
            continue
        scene.add_object(image_id, columns, _class(scene, name), source_file=source_file, place=place)


def _named(line: str, levels: Masks) -> tuple[Columns, str]:
    """Return the columns and the synonyms of an object from its line."""
    cells = [cell.strip() for cell in line.split("#")]
    number, level, occluded = (
        map(whole, cells[:3]) if len(cells) >= _CELLS and cells[3] else (None, None, None)
    )
    if number is None or level is None or occluded is None:
        raise DrawnError("expected number # part level # occluded # class # name # attributes")
    if level not in levels:
        raise DrawnError(f"there is no mask of level {level}")
    told = {"name": cells[4], "part_level": level, "attributes": "#".join(cells[5:]).strip('"')}
    facts = {key: value for key, value in told.items() if value != ""}
    return _numbered(levels[level], number) | {"occluded": float(occluded != 0), "attributes": facts}, cells[
        3
    ]


def _numbered(numbers: np.ndarray, number: int) -> Columns:
    """Return the mask of an object: objects are numbered by rank, as blue values may have gaps."""
    values = np.unique(numbers)
    ranked = values[values > 0]
    if not 0 < number <= len(ranked):
        raise DrawnError(f"the mask shows {len(ranked)} objects, none has the number {number}")
    return drawn.mask_of_pixels(numbers == ranked[number - 1])


def _class(scene: Scene, synonyms: str) -> str:
    name = synonyms.split(",", maxsplit=1)[0].strip() or synonyms
    scene.add_class(name, definition=synonyms)
    return name


def _add_objects(scene: Scene, image_id: str, data: bytes, source_file: str, files: Files) -> None:
    found = document(data)
    told = found.get("annotation") if isinstance(found, dict) else None
    objects = told.get("object") if isinstance(told, dict) else None
    if not isinstance(told, dict) or not isinstance(objects, list):
        raise UnreadableJsonError("is no JSON of ADE20K: it has no annotation.object")
    words = told.get("scene")
    if isinstance(words, list) and words and all(isinstance(word, str) for word in words):
        scene.add_label(image_id, "/".join(words), "scene")
    folder = source_file.rpartition("/")[0]
    for position, each in enumerate(objects):
        place = f"annotation.object[{position}]"
        try:
            columns, name = _object(each, files, folder)
        except (DrawnError, UnreadableFileError) as error:
            scene.refuse("the object is left out", source_file, place, error, each)
            continue
        scene.add_object(image_id, columns, _class(scene, name), source_file=source_file, place=place)


def _object(told: Any, files: Files, folder: str) -> tuple[Columns, str]:  # noqa: ANN401 - whatever the file holds
    """Return the columns and the synonyms of an object, of its own mask or else of its polygon."""
    name = told.get("name") if isinstance(told, dict) else None
    if not isinstance(name, str) or not name.strip():
        raise DrawnError("the object has no name")
    mask = told.get("instance_mask")
    file = f"{folder}/{mask}".removeprefix("/")
    if isinstance(mask, str) and file in files.member_names:
        columns = drawn.mask_of_pixels(pixels_of(files.read(file)) > 0)
    else:
        outline = told.get("polygon")
        x, y = (outline.get("x"), outline.get("y")) if isinstance(outline, dict) else (None, None)
        if not isinstance(x, list) or not isinstance(y, list) or len(x) != len(y):
            raise DrawnError("it has neither its mask nor a polygon")
        columns = drawn.polygon([[number for pair in zip(x, y, strict=True) for number in pair]])
    parts = told.get("parts") if isinstance(told.get("parts"), dict) else {}
    facts = {"id": told.get("id"), "name": told.get("raw_name"), "part_level": parts.get("part_level")}
    facts |= {
        "part_of": parts.get("ispartof"),
        "attributes": told.get("attributes"),
        "crop": told.get("crop"),
    }
    hidden = {"yes": 1.0, "no": 0.0}.get(str(told.get("occluded")))
    kept = {key: value for key, value in facts.items() if value not in (None, [], "")}
    return columns | {"occluded": hidden, "attributes": kept}, name
