"""AVA Actions: boxes of persons in frames of films, with what they do.

    ava_*.csv        video, timestamp, x1, y1, x2, y2, action, person: corners as fractions of the frame
    ava_*.pbtxt      names of the actions

A row is an annotation of the action's class; rows of one person in one frame share their `group_id`, and a person is a track of
the video. Pixels need the frames' sizes: frames lie in a folder frames/VIDEO/VIDEO_TIMESTAMP.jpg, or `sizes` tells them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from labelduck.errors import BadInputError
from labelduck.importers import drawn
from labelduck.importers.drawn import DrawnError
from labelduck.importers.files import Files, UnreadableFileError
from labelduck.importers.glance import glance
from labelduck.importers.scene import Scene
from labelduck.importers.single_values import whole
from labelduck.importers.split_folders import split_of
from labelduck.importers.text_lines import rows_of_csv, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from labelduck.importers.base import Batch, ReadOptions
    from labelduck.importers.drawn import Columns

_FILE = re.compile(r"(?:.*/)?ava_(?P<split>[a-z]+)(?:_v[\d.]+)?\.csv")
_ROW = re.compile(r"[^,]+,\d+(\.\d+)?(,[\d.]+){4},\d+(,\d+)?\s*")
_BLOCK = re.compile(r"(?:label|item)\s*\{([^}]*)\}")
_NAME, _NUMBER = re.compile(r'name:\s*"([^"]*)"'), re.compile(r"\b(?:label_)?id:\s*(\d+)")
_CELLS = 8


def read(path: Path, options: ReadOptions) -> Iterator[Batch]:
    """Yield images, classes and annotations.

    Args:
        path: Folder or zip of the data set, or one of its CSV files.
        options: `images` or `sizes` tell the frames' sizes where the frames are not here.

    Raises:
        BadInputError: There is no such CSV.
    """
    scene = Scene(path, options)
    files = Files(path, (".csv", ".pbtxt"), problems=scene.rows.problems)
    names = [name for name in files.names if _FILE.fullmatch(name) or files.is_single]
    if not names:
        raise BadInputError(path, "", "holds no ava_*.csv")
    actions = _actions(scene, files)

    def add(scene: Scene, data: bytes, name: str) -> Iterator[None]:
        match = _FILE.fullmatch(name)
        split = (split_of(match["split"]) if match else None) or options.split
        for place, cells in rows_of_csv(data):
            try:
                image_id, columns, action = _object(scene, cells, split)
            except DrawnError as error:
                scene.refuse("the row is left out", name, place, error, cells)
                continue
            class_name = actions.get(action, f"action {action}")
            scene.add_object(image_id, columns, class_name, source_file=name, place=place)
            yield

    yield from scene.read(files, names, add)


def sniff(path: Path) -> float:
    """Tell how sure it is that a path holds such a CSV, 0 to 1."""
    seen = glance(path)
    for name in seen.matching(_FILE):
        lines = seen.head(name).splitlines()
        return 0.93 if lines and _ROW.fullmatch(lines[0]) else 0.0
    return 0.0


def _actions(scene: Scene, files: Files) -> dict[int, str]:
    """Return the names of the actions by number: as the caller says, else as a .pbtxt does."""
    found: dict[int, str] = dict(enumerate(scene.options.class_names))
    for name in () if found else files.names:
        if not name.endswith(".pbtxt"):
            continue
        try:
            blocks = _BLOCK.findall(text_of(files.read(name)))
        except UnreadableFileError as error:
            scene.rows.problems.add(name, "", str(error))
            continue
        for block in blocks:
            named, numbered = _NAME.search(block), _NUMBER.search(block)
            number = whole(numbered[1]) if numbered else 0  # protobuf leaves a number of 0 away
            if named and number is not None:
                found[number] = named[1]
    for number, title in found.items():
        scene.add_class(title, number)
    return found


def _object(scene: Scene, cells: list[str], split: str | None) -> tuple[str, Columns, int]:
    """Return the image, the columns and the action of a row."""
    action = whole(cells[6]) if len(cells) in (_CELLS - 1, _CELLS) else None
    if action is None:
        raise DrawnError(f"{len(cells)} cells, expected video, timestamp, four fractions, action and person")
    video, timestamp, person = cells[0], cells[1], cells[7] if len(cells) == _CELLS else ""
    corners = drawn.numbers(cells[2:6])
    key = f"{video}/{timestamp}"
    name = f"{video}_{timestamp}.jpg"
    width, height = scene.size(name)
    if width is None or height is None:
        raise DrawnError(
            f"the size of {name} is unknown, so that fractions are no pixels: give --images or --sizes"
        )
    columns = drawn.box(*(part * side for part, side in zip(corners, (width, height) * 2, strict=True)))
    image_id = scene.image(
        video, name, (width, height), key=key, split=split, video=video, frame=whole(timestamp)
    )
    told = {"track_id": f"{video}/{person}", "group_id": f"{key}/{person}"} if person else {}
    return image_id, columns | told, action
