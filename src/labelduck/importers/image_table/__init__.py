"""Tables and lists of pictures by file name, as image competitions hand them out: classes, several classes, or boxes.

    image_name,label_name                    a class per picture
    image_name,dog,cat,person                0 or 1 per class
    image_name,label_name,x1,y1,x2,y2        boxes by corners, or by x1,y1,w,h, or in one column bbox
    1.jpg,dog,0,1,1,2                        the same without a header, comma separated
    1.jpg dog        or        1.jpg 0 5     a list, blank separated; numbers mean lines of synsets.txt (ImageNet)

Where no header says whether a box ends in corners or in sizes, the layout is the only one that all boxes allow, or `box_layout`.
Tables named after splits are one dataset; several others in one folder are not, as they may tell the same pictures twice.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from labelduck.errors import BadInputError
from labelduck.importers.files import Files, UnreadableFileError
from labelduck.importers.glance import glance
from labelduck.importers.image_sizes import clean, stem, suffix
from labelduck.importers.image_table.columns import Columns, columns_of
from labelduck.importers.image_table.records import add_records
from labelduck.importers.scene import Scene
from labelduck.importers.split_folders import split_of
from labelduck.importers.text_lines import lines_of, rows_of_csv

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from labelduck.importers.base import Batch, ReadOptions

_NAMES = ("synsets", "classes", "labels")
_MOST_DEEP = 1
_LIST_LINE = re.compile(
    r"\S+\.(?:jpe?g|png|bmp|webp|tiff?|gif)(?:\s+\d+)+|\S+\.(?:jpe?g|png|bmp|webp|tiff?|gif)\s+\S+"
)
_SURE, _LIKELY = 0.58, 0.3


def read(path: Path, options: ReadOptions) -> Iterator[Batch]:
    """Yield images, classes, and image labels or annotations.

    Args:
        path: Folder or zip with such a table, or the table.
        options: `class_names` name class numbers, `box_layout` says what four numbers mean, `split` counts where no
            file's name says one, `images` and `sizes` tell sizes of pictures.

    Raises:
        BadInputError: There is no table, several that are no splits, or one that means nothing; or boxes may be read in several ways.
    """
    scene = Scene(path, options)
    files = Files(path, (".csv", ".txt"), problems=scene.rows.problems)
    tables = {name: found for name in files.names if (found := _table(files, name)) is not None}
    if not tables:
        said = "tells no classes or boxes" if files.is_single else "holds no table or list (.csv, .txt)"
        raise BadInputError(path, "", f"{said} by picture: expected image_name,label_name or the like")
    splits = {name: split_of(stem(name).rpartition("/")[2]) for name in tables}
    if len(tables) > 1 and not all(splits.values()):
        told = ", ".join(clean(name) for name in list(tables)[:4])
        raise BadInputError(path, "", f"holds {len(tables)} tables of pictures ({told}): name one of them")
    names = _class_names(files, options)
    for name, (columns, rows) in tables.items():
        shown = clean(name)
        yield from add_records(scene, rows, columns, names, path=path, source_file=shown, split=splits[name])
    yield from scene.rows.rest(clean(str(path)))


def sniff(path: Path) -> float:
    """Tell how sure it is that a path holds such a table, 0 to 1: never very, as others are alike."""
    seen = glance(path)
    for name in seen.names:
        if suffix(name) not in (".csv", ".txt") or name.count("/") > _MOST_DEEP or _is_names(name):
            continue
        lines = [line.strip() for line in seen.head(name).splitlines()[:20]]
        lines = [line for line in lines if line]
        if not lines:
            continue
        if suffix(name) == ".csv" or "," in lines[0]:
            if columns_of(lines[0].split(","), lines[1].split(",") if len(lines) > 1 else []) is not None:
                return _SURE
        elif all(_LIST_LINE.fullmatch(line) for line in lines[:-1] or lines):
            return _SURE
        elif seen.is_single and all(len(line.split()) == 2 for line in lines):
            return _LIKELY
    return 0.0


def _table(files: Files, name: str) -> tuple[Columns, list[tuple[str, list[str]]]] | None:
    """Return what the columns of a file mean, and its rows; None where it is no such table."""
    if _is_names(name) or name.count("/") > _MOST_DEEP:
        return None
    try:
        data = files.read(name)
        if suffix(name) == ".csv" or b"," in data[:4096].split(b"\n", 1)[0]:
            rows = list(rows_of_csv(data))
        else:
            rows = [(place, line.split()) for place, line in lines_of(data)]
            is_list = all(_LIST_LINE.fullmatch(" ".join(cells)) for _, cells in rows[:20])
            is_pairs = files.is_single and all(len(cells) > 1 for _, cells in rows[:20])
            return (
                (Columns(image=0, labels=(1,), is_list=True), rows)
                if rows and (is_list or is_pairs)
                else None
            )
    except UnreadableFileError as error:
        if files.is_single:
            raise BadInputError(files.path, "", str(error)) from error
        return None
    if not rows:
        return None
    columns = columns_of(rows[0][1], rows[1][1] if len(rows) > 1 else [])
    return None if columns is None else (columns, rows[1:] if columns.has_header else rows)


def _class_names(files: Files, options: ReadOptions) -> tuple[str, ...]:
    """Return names by number: as the caller says, else as a list of names beside the tables does."""
    if options.class_names:
        return options.class_names
    found = sorted(name for name in files.names if _is_names(name))
    if len(found) != 1:
        return ()
    try:
        return tuple(line for _, line in lines_of(files.read(found[0])))
    except UnreadableFileError as error:
        raise BadInputError(files.path, clean(found[0]), str(error)) from error


def _is_names(name: str) -> bool:
    return suffix(name) == ".txt" and stem(name).rpartition("/")[2].lower().startswith(_NAMES)
