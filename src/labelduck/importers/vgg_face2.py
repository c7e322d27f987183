"""VGGFace2: boxes and five landmarks of faces in CSV, the person in the path of the picture.

    bb_landmark/loose_bb_<split>.csv         NAME_ID, X, Y, W, H
    bb_landmark/loose_landmark_<split>.csv   NAME_ID, P1X, P1Y, ..., P5X, P5Y
    labels.txt                               n000001 Name: names of persons

A picture has one face, an annotation with the box and the landmarks that are told. The person is the image label `identity`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from labelduck.errors import BadInputError
from labelduck.importers import drawn
from labelduck.importers.drawn import DrawnError
from labelduck.importers.files import Files, UnreadableFileError
from labelduck.importers.glance import glance
from labelduck.importers.image_sizes import clean
from labelduck.importers.scene import Scene
from labelduck.importers.split_folders import split_of
from labelduck.importers.text_lines import lines_of, rows_of_csv

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from labelduck.importers.base import Batch, ReadOptions
    from labelduck.importers.drawn import Columns

_FILE = re.compile(r"(?:.*/)?loose_(?P<kind>bb|landmark)(?:_(?P<split>[a-z]+))?\.csv")
_LANDMARKS = ["left eye", "right eye", "nose", "left mouth", "right mouth"]
_FACE = "face"


def read(path: Path, options: ReadOptions) -> Iterator[Batch]:
    """Yield images, faces and persons.

    Args:
        path: Folder or zip of the data set, or one of its CSV files.
        options: `split` counts where the file's name says none.

    Raises:
        BadInputError: There is no such CSV.
    """
    scene = Scene(path, options)
    files = Files(path, (".csv", ".txt"), problems=scene.rows.problems)
    matches = {name: _FILE.fullmatch(name) for name in files.names}
    if not any(matches.values()):
        raise BadInputError(path, "", "holds no loose_bb_*.csv or loose_landmark_*.csv of VGGFace2")
    names = _names(scene, files)
    scene.add_class(_FACE, keypoint_names=_LANDMARKS)
    splits = sorted({match["split"] or "" for match in matches.values() if match})
    for split in splits:
        points = _faces(scene, files, matches, "landmark", split)
        boxes = _faces(scene, files, matches, "bb", split)
        for key in sorted({*points, *boxes}):
            image_id = _image(scene, key, split)
            place, source_file, columns = boxes.get(key) or points[key]
            told = points[key][2] if key in points else {}
            whole = told | {name: value for name, value in columns.items() if name != "geometry" or not told}
            scene.add_object(image_id, whole, _FACE, source_file=source_file, place=place)
            person = key.partition("/")[0]
            scene.add_label(image_id, names.get(person, person), "identity")
            yield from scene.rows.batches()
    yield from scene.rows.rest(clean(str(path)))


def sniff(path: Path) -> float:
    """Tell how sure it is that a path holds such files, 0 to 1."""
    seen = glance(path)
    name = next(seen.matching(_FILE), None)
    return 0.95 if name is not None and seen.head(name).startswith(("NAME_ID", '"NAME_ID')) else 0.0


def _image(scene: Scene, key: str, split: str) -> str:
    known = split_of(split)
    path = f"{split}/{key}" if known else key
    return scene.image("", f"{path}.jpg", key=path)


def _names(scene: Scene, files: Files) -> dict[str, str]:
    """Return the names of persons by their number."""
    found = {}
    for name in files.names:
        if name.rpartition("/")[2] == "labels.txt":
            try:
                pairs = [line.split(maxsplit=1) for _, line in lines_of(files.read(name))]
            except UnreadableFileError as error:
                scene.rows.problems.add(clean(name), "", str(error))
            else:
                found.update({pair[0]: pair[1] for pair in pairs if len(pair) == 2})
    return found


def _faces(
    scene: Scene, files: Files, matches: dict[str, re.Match[str] | None], kind: str, split: str
) -> dict[str, tuple[str, str, Columns]]:
    """Return place, file and columns of what one kind of file tells of a split's pictures."""
    found: dict[str, tuple[str, str, Columns]] = {}
    for name, match in matches.items():
        if match is None or match["kind"] != kind or (match["split"] or "") != split:
            continue
        try:
            for place, cells in rows_of_csv(files.read(name)):
                if cells[0] != "NAME_ID":
                    _add(scene, found, kind, (place, clean(name)), cells)
        except UnreadableFileError as error:
            scene.rows.problems.add(clean(name), "", str(error))
    return found


def _add(
    scene: Scene,
    found: dict[str, tuple[str, str, Columns]],
    kind: str,
    at: tuple[str, str],
    cells: list[str],
) -> None:
    try:
        columns = _place(cells, kind)
    except DrawnError as error:
        scene.refuse("the row is left out", at[1], at[0], error, cells)
        return
    if cells[0] in found:
        scene.refuse("a picture comes twice", at[1], at[0], f"{cells[0]} comes twice", cells)
        return
    found[cells[0]] = (*at, columns)


def _place(cells: list[str], kind: str) -> Columns:
    """Return the columns of a box or of five points."""
    if "/" not in cells[0] or len(cells) != (5 if kind == "bb" else 11):
        raise DrawnError("expected person/picture and the numbers of a box or of five points")
    numbers = drawn.numbers(cells[1:])
    if kind == "bb":
        left, top, width, height = numbers
        return drawn.box(left, top, left + width, top + height)
    return drawn.keypoints((x, y, 2) for x, y in zip(numbers[0::2], numbers[1::2], strict=True))
