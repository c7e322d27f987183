"""WIDER FACE: faces in `wider_face_split/wider_face_<split>_bbx_gt.txt`.

    0--Parade/0_Parade_marchingband_1_849.jpg
    1
    449 330 122 149 0 0 0 0 0 0

A picture, the number of its faces, and a line for each: left, top, width and height in pixels, blur, expression, illumination,
invalid, occlusion (0 none, 1 partial, 2 heavy) and pose, as the data set's readme.txt says. Invalid faces are ignored. A picture
without faces has a line of zeros. The folder of a picture is its event, kept as an image label.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from labelduck.errors import BadInputError
from labelduck.importers import drawn
from labelduck.importers.drawn import DrawnError
from labelduck.importers.files import Files
from labelduck.importers.glance import glance
from labelduck.importers.image_sizes import is_picture, stem
from labelduck.importers.scene import Scene
from labelduck.importers.single_values import whole
from labelduck.importers.split_folders import split_of
from labelduck.importers.text_lines import lines_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from labelduck.importers.base import Batch, ReadOptions
    from labelduck.importers.drawn import Columns

_FILE = re.compile(r"(?:.*/)?wider_face_(?P<split>[a-z]+)_bbx_gt\.txt")
_FACTS = ("blur", "expression", "illumination", "invalid", "occlusion", "pose")
_EVENT = re.compile(r"\d+--(?P<name>.+)")
_FACE = "face"


def read(path: Path, options: ReadOptions) -> Iterator[Batch]:
    """Yield images, their events, and faces.

    Args:
        path: Folder or zip of the data set, or one of its files.
        options: `split` counts where the file's name says none; `images` or `sizes` tell sizes of pictures.

    Raises:
        BadInputError: There is no such file.
    """
    scene = Scene(path, options)
    files = Files(path, (".txt",), problems=scene.rows.problems)
    names = [name for name in files.names if files.is_single or _FILE.fullmatch(name)]
    if not names:
        raise BadInputError(path, "", "holds no wider_face_<split>_bbx_gt.txt")
    yield from scene.read(files, names, _add)


def sniff(path: Path) -> float:
    """Tell how sure it is that a path holds such files, 0 to 1."""
    return 0.95 if any(True for _ in glance(path).matching(_FILE)) else 0.0


def _add(scene: Scene, data: bytes, source_file: str) -> Iterator[None]:
    match = _FILE.fullmatch(source_file)
    split = match["split"] if match else ""
    above = source_file.rpartition("/")[0].rpartition("/")[0]
    folder = f"{above}/WIDER_{split}/images".removeprefix("/") if split else ""
    image_id, n_left = "", 0
    for place, line in lines_of(data):
        if is_picture(line):
            key = f"{split}/{stem(line)}" if split_of(split) else stem(line)
            image_id, n_left = scene.image(folder, line, key=key), -1
            event = _EVENT.fullmatch(line.partition("/")[0]) if "/" in line else None
            if event:
                scene.add_label(image_id, event["name"], "event")
        elif n_left < 0 and (n_faces := whole(line)) is not None:
            n_left = n_faces
        elif image_id:
            n_left -= 1
            _add_face(scene, image_id, line, (source_file, place), is_none=n_left < 0)
        else:
            scene.refuse("a face without a picture", source_file, place, "a face before any picture", line)
        yield


def _add_face(scene: Scene, image_id: str, line: str, at: tuple[str, str], *, is_none: bool) -> None:
    """Add a face; where the picture's number says that it has none, the line stands for that."""
    source_file, place = at
    words = line.split()
    if is_none and set(words) == {"0"}:
        return
    try:
        columns = _face(words)
    except DrawnError as error:
        scene.refuse("the face is left out", source_file, place, error, line)
        return
    if is_none:
        problem = "more faces than the picture's number says; kept"
        scene.rows.repeats.add(problem, source_file, place, severity="warning", record=line)
    scene.add_object(image_id, columns, _FACE, source_file=source_file, place=place)


def _face(words: list[str]) -> Columns:
    """Return the columns of a face from the words of its line."""
    if len(words) not in (4, 4 + len(_FACTS)):
        raise DrawnError(f"{len(words)} numbers, expected left, top, width, height and {', '.join(_FACTS)}")
    left, top, width, height, *rest = drawn.numbers(words)
    told = {name: int(value) for name, value in zip(_FACTS, rest, strict=False)}
    level = told.get("occlusion", -1)
    return drawn.box(left, top, left + width, top + height) | {
        "is_ignored": told.get("invalid") == 1,
        "occluded": level / 2 if 0 <= level <= 2 else None,
        "attributes": {name: told[name] for name in _FACTS if name in told and name != "invalid"},
    }
