"""VoTT: its JSON export, and its CSV of boxes.

    *-export.json   `assets`, each with `asset` (name, size, state) and `regions` (type, tags, boundingBox, points)
    *-export.csv    image, xmin, ymin, xmax, ymax, label

Coordinates are pixels. A region with several tags is of the class of its first; the others are in `attributes`. The split of a
picture is what stands before `-export`. An asset that nobody has opened (state 0) is not annotated.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from labelduck.errors import BadInputError
from labelduck.importers import drawn
from labelduck.importers.drawn import DrawnError
from labelduck.importers.files import Files, UnreadableFileError
from labelduck.importers.glance import glance
from labelduck.importers.image_sizes import suffix
from labelduck.importers.json_records import UnreadableJsonError, document
from labelduck.importers.scene import Scene
from labelduck.importers.split_folders import split_of
from labelduck.importers.text_lines import rows_of_csv

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from labelduck.importers.base import Batch, ReadOptions
    from labelduck.importers.drawn import Columns

_FILE = re.compile(r"(?:.*/)?[^/]*-export\.(?:csv|json)", re.IGNORECASE)
_COLUMNS = ["image", "xmin", "ymin", "xmax", "ymax", "label"]
_OF_SPLIT = re.compile(r"(?:.*[-_/])?(train|training|val|valid|validation|test)-export\.\w+", re.IGNORECASE)
_NEVER_OPENED = 0


def read(path: Path, options: ReadOptions) -> Iterator[Batch]:
    """Yield images, classes and annotations.

    Args:
        path: Folder or zip with the export, or one of its files.
        options: `split` counts where the file's name says none; `images` or `sizes` tell sizes that the CSV does not.

    Raises:
        BadInputError: There is no such file, or the one named is none.
    """
    scene = Scene(path, options)
    files = Files(path, (".csv", ".json"), problems=scene.rows.problems)
    names = [name for name in files.names if files.is_single or _FILE.fullmatch(name)]
    if not names:
        raise BadInputError(path, "", "holds no export of VoTT (*-export.json, *-export.csv)")
    yield from scene.read(files, names, _add)


def sniff(path: Path) -> float:
    """Tell how sure it is that a path holds such files, 0 to 1."""
    seen = glance(path)
    wanted = re.compile(r".*\.(csv|json)", re.IGNORECASE) if seen.is_single else _FILE
    name = next(seen.matching(wanted), None)
    if name is None:
        return 0.0
    head = seen.head(name, 1 << 14)
    if suffix(name) == ".csv":
        return 0.93 if _header(head.split("\n", 1)[0].split(",")) == _COLUMNS else 0.0
    return 0.93 if '"assets"' in head and ('"regions"' in head or '"videoSettings"' in head) else 0.0


def _add(scene: Scene, data: bytes, source_file: str) -> Iterator[None]:
    return (_add_sheet if suffix(source_file) == ".csv" else _add_document)(scene, data, source_file)


def _split(scene: Scene, source_file: str) -> str | None:
    match = _OF_SPLIT.fullmatch(source_file)
    return split_of(match[1]) if match else scene.options.split


def _header(cells: list[str]) -> list[str]:
    return [cell.strip().strip('"').lower() for cell in cells]


def _add_sheet(scene: Scene, data: bytes, source_file: str) -> Iterator[None]:
    folder, split = source_file.rpartition("/")[0], _split(scene, source_file)
    rows = rows_of_csv(data)
    if _header(next(rows, ("", []))[1]) != _COLUMNS:
        raise UnreadableFileError(f"is no CSV of VoTT: expected the columns {', '.join(_COLUMNS)}")
    for place, cells in rows:
        try:
            columns = _box(cells)
        except DrawnError as error:
            scene.refuse("the row is left out", source_file, place, error, cells)
            continue
        image_id = scene.image(folder, cells[0], split=split)
        scene.add_object(image_id, columns, cells[-1], source_file=source_file, place=place)
        yield


def _box(cells: list[str]) -> Columns:
    if len(cells) != len(_COLUMNS) or not cells[0] or not cells[-1]:
        raise DrawnError(f"{len(cells)} cells, expected {len(_COLUMNS)} with an image and a label")
    return drawn.box(*drawn.numbers(cells[1:5]))


def _add_document(scene: Scene, data: bytes, source_file: str) -> Iterator[None]:
    folder, split = source_file.rpartition("/")[0], _split(scene, source_file)
    found = document(data)
    assets = found.get("assets") if isinstance(found, dict) else None
    if not isinstance(found, dict) or not isinstance(assets, dict):
        raise UnreadableJsonError("is no export of VoTT: it has no `assets`")
    tags = found.get("tags")
    for number, tag in enumerate(tags if isinstance(tags, list) else ()):
        if isinstance(tag, dict) and isinstance(tag.get("name"), str):
            scene.add_class(tag["name"], number)
    for key, told in assets.items():
        place = f"assets.{key}"
        asset = told.get("asset") if isinstance(told, dict) else None
        name = asset.get("name") if isinstance(asset, dict) else None
        if not isinstance(asset, dict) or not isinstance(name, str) or not name:
            scene.refuse("the asset is left out", source_file, place, "the asset has no name", told)
            continue
        size = asset.get("size")
        sides = (size.get("width"), size.get("height")) if isinstance(size, dict) else (None, None)
        is_seen = asset.get("state") != _NEVER_OPENED
        image_id = scene.image(folder, name, sides, split=split, is_annotated=is_seen)
        regions = told.get("regions")
        for number, region in enumerate(regions if isinstance(regions, list) else ()):
            at = f"{place}.regions[{number}]"
            try:
                columns, class_name = _region(region)
            except DrawnError as error:
                scene.refuse("the region is left out", source_file, at, error, region)
                continue
            scene.add_object(image_id, columns, class_name, source_file=source_file, place=at)
        yield


def _region(told: Any) -> tuple[Columns, str]:  # noqa: ANN401 - whatever the file holds
    """Return the columns and the class of a region."""
    if not isinstance(told, dict):
        raise DrawnError(f"{told!r:.40} is no region")
    tags = told.get("tags")
    names = [tag for tag in tags if isinstance(tag, str) and tag] if isinstance(tags, list) else []
    if not names:
        raise DrawnError("the region has no tag")
    box, points = told.get("boundingBox"), told.get("points")
    if told.get("type") == "POLYGON" and isinstance(points, list):
        if not all(isinstance(each, dict) for each in points):
            raise DrawnError("a point is no x and y")
        columns = drawn.polygon([[each.get(axis) for each in points for axis in ("x", "y")]])
    elif isinstance(box, dict):
        sides = [box.get(side) for side in ("left", "top", "width", "height")]
        left, top, width, height = drawn.numbers(sides)
        columns = drawn.box(left, top, left + width, top + height)
    else:
        raise DrawnError("the region has no boundingBox")
    return columns | ({"attributes": {"tags": names[1:]}} if names[1:] else {}), names[0]
