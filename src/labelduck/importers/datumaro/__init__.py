"""Datumaro's own JSON: `annotations/<subset>.json` with categories and items, of its exports and projects.

An item's id is the image's, a subset named after a split its split; other subsets but `default` stand before the id. Labels of whole
pictures become image labels, captions those of the field `caption`. Annotations are numbered within their picture, as Datumaro's
own numbers repeat. What lies in 3D is refused. Of a project that holds sources beside its dataset, the dataset counts.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from labelduck.errors import BadInputError
from labelduck.importers.datumaro.shapes import columns_of
from labelduck.importers.drawn import DrawnError
from labelduck.importers.files import Files
from labelduck.importers.glance import glance
from labelduck.importers.image_sizes import stem
from labelduck.importers.json_records import UnreadableJsonError, document
from labelduck.importers.scene import Scene
from labelduck.importers.split_folders import split_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from labelduck.importers.base import Batch, ReadOptions

_FILE = re.compile(r"(?:.*/)?annotations/[^/]+\.json")
_OF_DATASET = re.compile(r"(?:.*/)?dataset/annotations/[^/]+\.json")
_DEFAULT = "default"


def read(path: Path, options: ReadOptions) -> Iterator[Batch]:
    """Yield images, classes, annotations and image labels.

    Args:
        path: Folder or zip of a dataset or project, or one JSON.
        options: `split` counts for the subset `default`.

    Raises:
        BadInputError: There is no such JSON, or the one named is of another kind.
    """
    scene = Scene(path, options)
    files = Files(path, (".json",), problems=scene.rows.problems)
    names = [name for name in files.names if files.is_single or _FILE.fullmatch(name)]
    if path.name == "annotations" and not names:
        names = files.names
    if not names:
        raise BadInputError(path, "", "holds no annotations/<subset>.json of Datumaro")
    yield from scene.read(files, [name for name in names if _OF_DATASET.fullmatch(name)] or names, _add)


def sniff(path: Path) -> float:
    """Tell how sure it is that a path holds such files, 0 to 1."""
    seen = glance(path)
    wanted = re.compile(r".*\.json") if seen.is_single or path.name == "annotations" else _FILE
    for number, name in enumerate(seen.matching(wanted)):
        head = seen.head(name, 1 << 14)
        if re.search(r'"categories"\s*:\s*\{', head) and '"label"' in head:
            return 0.94
        if number > 3:
            break
    return 0.0


def _add(scene: Scene, data: bytes, source_file: str) -> Iterator[None]:
    found = document(data)
    items = found.get("items") if isinstance(found, dict) else None
    if not isinstance(found, dict) or not isinstance(items, list):
        raise UnreadableJsonError("is no JSON of Datumaro: it has no list `items`")
    names = _classes(scene, found.get("categories"))
    subset = stem(source_file).rpartition("/")[2]
    for number, item in enumerate(items):
        place = f"items[{number}]"
        item_id = item.get("id") if isinstance(item, dict) else None
        if not isinstance(item_id, str) or not item_id:
            scene.refuse("the item is left out", source_file, place, "the item has no id", item)
            continue
        image_id = _image(scene, item, item_id, subset)
        told = item.get("annotations")
        for position, annotation in enumerate(told if isinstance(told, list) else ()):
            at = f"{place}.annotations[{position}]"
            try:
                _add_annotation(scene, image_id, annotation, names, (source_file, at))
            except DrawnError as error:
                scene.refuse("the annotation is left out", source_file, at, error, annotation)
        yield


def _classes(scene: Scene, categories: object) -> list[str | None]:
    """Return the names of the labels by number, after adding them with the names of their keypoints."""
    told = categories if isinstance(categories, dict) else {}
    labels = _list(told.get("label"), "labels")
    points = {
        each["label_id"]: each
        for each in _list(told.get("points"), "items")
        if isinstance(each, dict) and isinstance(each.get("label_id"), int)
    }
    names: list[str | None] = []
    for number, label in enumerate(labels):
        name = label.get("name") if isinstance(label, dict) else None
        names.append(name if isinstance(name, str) and name else None)
        if names[-1] is not None:
            own = points.get(number, {}).get("labels")
            is_named = isinstance(own, list) and all(isinstance(each, str) for each in own)
            parent = label.get("parent")
            known = {"supercategory": parent} if isinstance(parent, str) and parent else {}
            scene.add_class(str(name), number, **known, **({"keypoint_names": own} if is_named else {}))
    return names


def _list(value: object, key: str) -> list[Any]:
    found = value.get(key) if isinstance(value, dict) else None
    return found if isinstance(found, list) else []


def _image(scene: Scene, item: dict[str, Any], item_id: str, subset: str) -> str:
    media: dict[str, Any] = next(
        (item[key] for key in ("image", "media") if isinstance(item.get(key), dict)), {}
    )
    path, size = media.get("path"), media.get("size")
    sides = (size[1], size[0]) if isinstance(size, list) and len(size) == 2 else (None, None)
    key = item_id if subset == _DEFAULT else f"{subset}/{item_id}"
    split = split_of(subset) or (scene.options.split if subset == _DEFAULT else subset)
    return scene.image("", path if isinstance(path, str) and path else item_id, sides, key=key, split=split)


def _add_annotation(
    scene: Scene,
    image_id: str,
    told: Any,  # noqa: ANN401 - whatever the file holds
    names: list[str | None],
    at: tuple[str, str],
) -> None:
    """Add an annotation of an image, or a label or caption of it as a whole."""
    if not isinstance(told, dict):
        raise DrawnError(f"{told!r:.40} is no annotation")
    kind, number, attributes = told.get("type"), told.get("label_id"), told.get("attributes")
    name = names[number] if type(number) is int and 0 <= number < len(names) else None
    if kind == "caption" and isinstance(told.get("caption"), str):
        scene.add_label(image_id, told["caption"], "caption")
        return
    if name is None and (kind == "label" or number is not None):
        raise DrawnError(f"no label has the number {number!r:.20}")
    if kind != "label":
        scene.add_object(image_id, columns_of(told, image_id), name, source_file=at[0], place=at[1])
        return
    scene.add_label(image_id, str(name))
    if attributes:
        problem = "attributes of a label of a whole picture have no place in the lake; not kept"
        scene.rows.repeats.add(problem, *at, severity="warning", record=told)
