"""CelebA: a picture per face, with boxes, five landmarks, forty attributes and the person.

    Anno/list_bbox_celeba.txt             x_1 y_1 width height, pixels of the picture as found
    Anno/list_landmarks_celeba.txt        five points, of the same picture; ..._align_celeba.txt of the cut and turned one
    Anno/list_attr_celeba.txt             1 or -1 per attribute
    Anno/identity_CelebA.txt              number of the person
    Eval/list_eval_partition.txt          0 train, 1 val, 2 test

Each picture has one face, an annotation with the box and the landmarks that are told. The person is the image label `identity`;
each attribute that a face has is an image label `attribute`. Landmarks of aligned pictures count where the others are absent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from labelduck.errors import BadInputError
from labelduck.importers import drawn
from labelduck.importers.drawn import DrawnError
from labelduck.importers.files import Files, UnreadableFileError
from labelduck.importers.glance import glance
from labelduck.importers.image_sizes import clean, is_picture, stem
from labelduck.importers.scene import Scene
from labelduck.importers.text_lines import lines_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from labelduck.importers.base import Batch, ReadOptions
    from labelduck.importers.drawn import Columns

    Table = dict[str, list[str]]
    """Cells by picture."""

_BOXES, _POINTS, _ALIGNED = "list_bbox_celeba", "list_landmarks_celeba", "list_landmarks_align_celeba"
_ATTRIBUTES, _PERSONS, _SPLITS = "list_attr_celeba", "identity_celeba", "list_eval_partition"
_TABLES = (_BOXES, _POINTS, _ALIGNED, _ATTRIBUTES, _PERSONS)
_SPLIT = {"0": "train", "1": "val", "2": "test"}
_LANDMARKS = ["left eye", "right eye", "nose", "left mouth", "right mouth"]
_FACE = "face"


def read(path: Path, options: ReadOptions) -> Iterator[Batch]:
    """Yield images, faces, persons and attributes.

    Args:
        path: Folder or zip of the data set.
        options: `split` counts where list_eval_partition.txt is absent.

    Raises:
        BadInputError: There is none of its tables.
    """
    scene = Scene(path, options)
    files = Files(path, (".txt",), problems=scene.rows.problems)
    found = {stem(name).rpartition("/")[2].lower(): name for name in files.names}
    if not any(table in found for table in _TABLES):
        raise BadInputError(
            path, "", "holds no table of CelebA (list_bbox_celeba.txt, identity_CelebA.txt, ...)"
        )
    tables, headers = {}, {}
    for table in (*_TABLES, _SPLITS):
        tables[table], headers[table] = _table(scene, files, found.get(table))
    points = _POINTS if tables[_POINTS] else _ALIGNED
    scene.add_class(_FACE, keypoint_names=_LANDMARKS)
    for picture in sorted(set().union(*tables.values())):
        split = _SPLIT.get(next(iter(tables[_SPLITS].get(picture, ())), ""), options.split)
        image_id = scene.image("", picture, key=stem(picture), split=split)
        _add_face(scene, image_id, tables[_BOXES].get(picture), tables[points].get(picture), found)
        for person in tables[_PERSONS].get(picture, ())[:1]:
            scene.add_label(image_id, person, "identity")
        for name, cell in zip(headers[_ATTRIBUTES], tables[_ATTRIBUTES].get(picture, ()), strict=False):
            if cell == "1":
                scene.add_label(image_id, name, "attribute")
        yield from scene.rows.batches()
    yield from scene.rows.rest(clean(str(path)))


def sniff(path: Path) -> float:
    """Tell how sure it is that a path holds such tables, 0 to 1."""
    seen = glance(path)
    is_like = not seen.is_single and any(
        stem(name).rpartition("/")[2].lower() in _TABLES for name in seen.names
    )
    return 0.95 if is_like else 0.0


def _table(scene: Scene, files: Files, name: str | None) -> tuple[Table, list[str]]:
    """Return the cells of a table by picture, and its header; both are empty where it is absent or unreadable."""
    cells: Table = {}
    header: list[str] = []
    if name is None:
        return cells, header
    try:
        for place, line in lines_of(files.read(name)):
            first, *rest = line.split()
            if not is_picture(first):
                header = [first, *rest]
            elif cells.setdefault(first, rest) is not rest:
                scene.refuse("the line is left out", clean(name), place, f"{first} comes twice", line)
    except UnreadableFileError as error:
        scene.rows.repeats.add("the file cannot be read", clean(name), "", str(error))
    return cells, header


def _add_face(
    scene: Scene, image_id: str, box: list[str] | None, points: list[str] | None, files: dict[str, str]
) -> None:
    """Add the face of a picture, of its box and its landmarks or of that which is told and sound."""
    columns: Columns = {}
    for cells, place_of in ((points, _landmarks), (box, _box)):
        try:
            columns |= place_of(cells) if cells else {}
        except DrawnError as error:
            source = clean(files.get(_BOXES if place_of is _box else _POINTS, files.get(_ALIGNED, "")))
            scene.refuse("the face is left out", source, image_id, error, cells)
    if columns:
        name = clean(files.get(_BOXES) or files.get(_POINTS) or files[_ALIGNED])
        columns["geometry"] = "keypoints" if "keypoints" in columns else "box"
        scene.add_object(image_id, columns, _FACE, source_file=name, place=image_id)


def _box(cells: list[str]) -> Columns:
    if len(cells) != 4:
        raise DrawnError(f"{len(cells)} numbers, expected x_1, y_1, width and height")
    left, top, width, height = drawn.numbers(cells)
    return drawn.box(left, top, left + width, top + height)


def _landmarks(cells: list[str]) -> Columns:
    if len(cells) != 2 * len(_LANDMARKS):
        raise DrawnError(f"{len(cells)} numbers, expected five points")
    numbers = drawn.numbers(cells)
    return drawn.keypoints((x, y, 2) for x, y in zip(numbers[0::2], numbers[1::2], strict=True))
