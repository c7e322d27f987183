"""LabelMe: one JSON file per picture (labelme, AnyLabeling, X-AnyLabeling), or the XML of the LabelMe web tool.

Corners are plain coordinates in both. An image's id is the path of its picture: the folder of its annotation file and
the name that the file gives, without extension and without a leading folder named after a split. The picture that a JSON
file may carry (`imageData`) is never looked at.

What has a place of its own: flags of a picture that are set are its `tags`, those of a shape go to its `attributes`; a
circle is an ellipse; `rotation` and `oriented_rectangle` are oriented boxes; a shape with a score was drawn by a model and
left in by a person (`model_assisted`, the score in `attributes`). XML names the annotator and the time of each object;
its objects with `deleted` 1 are left out and counted, `verified` 1 is an accepted review.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from labelduck.errors import BadInputError
from labelduck.importers.files import Files, UnreadableFileError
from labelduck.importers.image_sizes import stem, suffix, walk
from labelduck.importers.json_records import UnreadableJsonError, document
from labelduck.importers.labelme.json_file import add_json
from labelduck.importers.labelme.scene import Scene
from labelduck.importers.labelme.xml_file import add_xml
from labelduck.importers.xml import UnreadableError, parse_tree

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from labelduck.importers.base import Batch, ReadOptions

_SUFFIXES = frozenset((".json", ".xml"))
_MASKS = frozenset((".png",))
_HEAD = 1 << 16
_SAMPLE = 5
_KEYS = (b'"shapes"', b'"shape_type"', b'"imagePath"', b'"imageHeight"')
_ROOT = re.compile(rb"<annotation[\s>]")


def read(path: Path, options: ReadOptions) -> Iterator[Batch]:
    """Yield images, classes, annotations and problems of LabelMe files.

    Args:
        path: One file, or a folder or zip of them; masks of the XML form lie in a folder Masks beside Annotations.
        options: `split` counts where the folders do not say one, `class_names` numbers the classes, `images` and `sizes` give
            what the files leave open.

    Raises:
        BadInputError: There is no JSON or XML file, or the one file named cannot be read.
    """
    scene = Scene(path, options)
    files = Files(path, _SUFFIXES | _MASKS, problems=scene.rows.problems)
    names = files.names if files.is_single else [name for name in files.names if suffix(name) in _SUFFIXES]
    if not names:
        raise BadInputError(path, "", "holds no .json or .xml file; name the folder of LabelMe's files")
    scene.place(stem(name) for name in names)
    for name in names:
        try:
            _add(scene, files, name)
        except (UnreadableFileError, UnreadableJsonError, UnreadableError) as error:
            if files.is_single:
                raise BadInputError(path, "", str(error)) from error
            scene.rows.repeats.add("the file cannot be read", name, "", str(error))
        yield from scene.rows.batches()
    yield from scene.rows.rest(str(path))


def sniff(path: Path) -> float:
    """Tell how sure it is that a path holds LabelMe files, 0 to 1. It never raises."""
    try:
        if path.is_dir():
            samples = [path / name for name in islice(walk(path, _SUFFIXES), _SAMPLE)]
        else:
            samples = [path]
        return max(map(_sniff_file, samples), default=0.0)
    except OSError:
        return 0.0


def _add(scene: Scene, files: Files, name: str) -> None:
    data = files.read(name)
    if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] != b"<":
        add_json(scene, document(data), name)
        return
    root = parse_tree(data)
    if root.tag != "annotation":
        raise UnreadableError(f"the root element is <{root.tag}>, expected <annotation>")
    if root.find("object/bndbox") is not None:
        raise UnreadableError("is Pascal VOC, no LabelMe: import it with `labelduck import voc`")
    add_xml(scene, root, name, files)


def _sniff_file(path: Path) -> float:
    with path.open("rb") as file:
        head = file.read(_HEAD)
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if start == b"{":
        n_keys = sum(key in head for key in _KEYS)
        return 0.95 if n_keys > 1 or b'"imageData"' in head else 0.0
    if start == b"<" and _ROOT.search(head) and b"<bndbox>" not in head:
        is_like = b"<polygon>" in head or b"<segm>" in head
        return 0.9 if is_like or b"<sourceAnnotation>LabelMe" in head else 0.0
    return 0.0
