"""Segment Anything (SA-1B): a JSON per picture with masks that a model drew.

    {"image": {"image_id", "width", "height", "file_name"},
     "annotations": [{"id", "segmentation": {"size", "counts"}, "predicted_iou", "stability_score", "point_coords", "crop_box"}]}

Masks have no class: they are of class `object`, with source `model`. The model's own scores and prompts are kept in `attributes`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from labelduck.errors import BadInputError
from labelduck.importers import drawn
from labelduck.importers.drawn import DrawnError
from labelduck.importers.files import Files
from labelduck.importers.glance import glance
from labelduck.importers.json_records import UnreadableJsonError, document
from labelduck.importers.scene import Scene

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from labelduck.importers.base import Batch, ReadOptions
    from labelduck.importers.drawn import Columns

_FACTS = ("id", "predicted_iou", "stability_score", "point_coords", "crop_box")
_OBJECT = "object"
_LOOKED_AT = 20


def read(path: Path, options: ReadOptions) -> Iterator[Batch]:
    """Yield images and masks.

    Raises:
        BadInputError: There is no JSON, or the one named is of another kind.
    """
    scene = Scene(path, options)
    files = Files(path, (".json",), problems=scene.rows.problems)
    if not files.names:
        raise BadInputError(path, "", "holds no JSON of Segment Anything")
    yield from scene.read(files, files.names, _add)


def sniff(path: Path) -> float:
    """Tell how sure it is that a path holds such files, 0 to 1."""
    seen = glance(path)
    names = [name for name in seen.names if name.endswith(".json")][:_LOOKED_AT]
    return 0.95 if any(_is_like(seen.head(name)) for name in names[:2]) else 0.0


def _is_like(head: str) -> bool:
    return '"image"' in head and '"segmentation"' in head and '"predicted_iou"' in head


def _add(scene: Scene, data: bytes, source_file: str) -> Iterator[None]:
    found = document(data)
    image = found.get("image") if isinstance(found, dict) else None
    name = image.get("file_name") if isinstance(image, dict) else None
    if not isinstance(found, dict) or not isinstance(image, dict) or not isinstance(name, str) or not name:
        raise UnreadableJsonError("is no JSON of Segment Anything: expected `image` with a file_name")
    size = image.get("width"), image.get("height")
    image_id = scene.image(source_file.rpartition("/")[0], name, size)
    annotations = found.get("annotations")
    for number, told in enumerate(annotations if isinstance(annotations, list) else ()):
        place = f"annotations[{number}]"
        try:
            columns = _mask(told, size)
        except DrawnError as error:
            scene.refuse("the mask is left out", source_file, place, error, told)
            continue
        scene.add_object(image_id, columns, _OBJECT, source_file=source_file, place=place)
    yield


def _mask(told: Any, size: tuple[object, object]) -> Columns:  # noqa: ANN401 - whatever the file holds
    """Return the columns of a mask, which must be as large as its picture."""
    mask = told.get("segmentation") if isinstance(told, dict) else None
    if not isinstance(mask, dict) or not isinstance(mask.get("counts"), str):
        raise DrawnError("expected a segmentation with size and counts")
    sides = mask.get("size")
    if not isinstance(sides, list) or len(sides) != 2 or any(type(side) is not int for side in sides):
        raise DrawnError("the mask's size is not height and width")
    height, width = sides
    if (width, height) != size:
        raise DrawnError(f"the mask is {width} x {height}, its picture {size[0]} x {size[1]}")
    columns = drawn.mask(mask["counts"], height=height, width=width)
    facts = {name: told[name] for name in _FACTS if name in told}
    return columns | {"attributes": facts, "source": "model"}
