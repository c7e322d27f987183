"""Labeled Faces in the Wild: pictures in a folder per person, `images/NAME/NAME_0001.jpg`, with lists beside.

    landmarks.txt   picture and five points, tab separated
    people.txt      persons and their number of pictures
    pairs.txt       pairs of pictures to compare

The person is the image label `identity`, the points are an annotation of class face. The pairs are a task for recognition, which has no place
here, and are named among the problems.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from labelduck.errors import BadInputError
from labelduck.importers import drawn
from labelduck.importers.drawn import DrawnError
from labelduck.importers.files import Files
from labelduck.importers.glance import glance
from labelduck.importers.image_sizes import PICTURE_SUFFIXES, clean, stem
from labelduck.importers.scene import Scene
from labelduck.importers.split_folders import split_of
from labelduck.importers.text_lines import lines_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from labelduck.importers.base import Batch, ReadOptions
    from labelduck.importers.drawn import Columns

_PICTURE = re.compile(r"(?P<folder>.*?)(?P<person>[^/]+)/(?P=person)_\d{4}\.\w+")
_LIST = re.compile(r"(?:.*/)?(?:landmarks|people|pairs|pairsDev\w*|peopleDev\w*)\.txt")
_LANDMARKS = ["right eye", "left eye", "nose", "right mouth", "left mouth"]
_FACE, _POINTS = "face", "landmarks.txt"


def read(path: Path, options: ReadOptions) -> Iterator[Batch]:
    """Yield images, persons and faces.

    Args:
        path: Folder or zip of the data set.
        options: `split` counts where no folder says one.

    Raises:
        BadInputError: There is no picture in a folder of its person.
    """
    scene = Scene(path, options)
    files = Files(path, (".txt", *PICTURE_SUFFIXES), problems=scene.rows.problems)
    ids: dict[str, str] = {}
    for name in files.names:
        match = _PICTURE.fullmatch(name)
        if match is not None:
            ids[name] = _image(scene, clean(name), clean(match["folder"]), options)
            scene.add_label(ids[name], clean(match["person"]), "identity")
            yield from scene.rows.batches()
    if not ids:
        raise BadInputError(path, "", "holds no NAME/NAME_0001.jpg, as LFW names its pictures")
    for name in files.names:
        if name.endswith("pairs.txt"):
            problem = "pairs of pictures to compare have no place in the lake; not kept"
            scene.rows.problems.add(clean(name), "", problem, severity="warning")
    lists = [name for name in files.names if name.rpartition("/")[2] == _POINTS]
    if lists:
        scene.add_class(_FACE, keypoint_names=_LANDMARKS)
    yield from scene.read(files, lists, lambda scene, data, name: _add_faces(scene, data, name, ids))


def sniff(path: Path) -> float:
    """Tell how sure it is that a path holds such pictures and lists, 0 to 1."""
    seen = glance(path)
    is_like = any(True for _ in seen.matching(_LIST)) and any(True for _ in seen.matching(_PICTURE))
    return 0.93 if is_like else 0.0


def _add_faces(scene: Scene, data: bytes, name: str, ids: dict[str, str]) -> Iterator[None]:
    above = name.rpartition("/")[0].rpartition("/")[0]
    for place, line in lines_of(data):
        picture, *cells = line.split("\t")
        found = (f"{above}/images/{picture}".removeprefix("/"), f"{above}/{picture}".removeprefix("/"))
        image_id = next((ids[each] for each in found if each in ids), None)
        try:
            columns = _landmarks(cells)
        except DrawnError as error:
            scene.refuse("the line is left out", name, place, error, line)
            continue
        if image_id is None:
            scene.refuse("a picture is not there", name, place, f"there is no picture {picture}", line)
            continue
        scene.add_object(image_id, columns, _FACE, source_file=name, place=place)
        yield


def _image(scene: Scene, name: str, folder: str, options: ReadOptions) -> str:
    """Return the id of a picture: its path without the folder `images`; the split's folder is its split."""
    above = [part for part in folder.split("/") if part and part != "images"]
    split = split_of(above[0]) if above else None
    key = "/".join([*above, *stem(name).split("/")[-2:]])
    return scene.image("", name, key=key, split=split or options.split)


def _landmarks(cells: list[str]) -> Columns:
    if len(cells) != 2 * len(_LANDMARKS):
        raise DrawnError(f"{len(cells)} numbers, expected five points")
    numbers = drawn.numbers(cells)
    return drawn.keypoints((x, y, 2) for x, y in zip(numbers[0::2], numbers[1::2], strict=True))
