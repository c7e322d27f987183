"""Supervisely projects: meta.json, and ann/*.json in a folder per dataset; each object names its annotator and times.

A dataset's folder is the `batch` of its images and part of their ids; one that is named after a split is the split
instead. Rectangles of whole numbers count pixels, as the project's own tools write them: the last one lies inside, so the
lake's corner is one further. Those with fractions are plain coordinates. Which it is, each file says by itself. Outlines
are points and are taken as they are; with holes they become masks.

Tags without a value are `tags` of the image or attributes of the object; those with one are rows of `tags` too. The file of
an image that has neither objects nor tags does not tell whether anybody looked, so `is_annotated` stays open. Point
clouds, videos and volumes are refused, file by file.
"""

from __future__ import annotations

import json
from itertools import islice
from typing import TYPE_CHECKING, Any

from labelduck.errors import BadInputError
from labelduck.importers.files import Files, UnreadableFileError
from labelduck.importers.image_sizes import walk
from labelduck.importers.json_records import UnreadableJsonError, document
from labelduck.importers.supervisely.meta import Meta, read_meta
from labelduck.importers.supervisely.scene import Scene

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from labelduck.importers.base import Batch, ReadOptions

_JSON = frozenset((".json",))
_META = "meta.json"
_HEAD = 1 << 16
_LISTED = 1_000


def read(path: Path, options: ReadOptions) -> Iterator[Batch]:
    """Yield images, classes, annotations, tags and problems of a project.

    Args:
        path: Folder or zip of the project, of one of its datasets, or one annotation file.
        options: `split` counts where no folder says one, `images` and `sizes` give sizes that the files leave open.

    Raises:
        BadInputError: There is no annotation file, or the one file named cannot be read.
    """
    scene = Scene(path, options)
    files = Files(path, _JSON, problems=scene.rows.problems)
    names = files.names if files.is_single else [name for name in files.names if _is_annotation(name)]
    if not names:
        problem = "holds no ann/*.json; name the folder of the project, which holds meta.json"
        raise BadInputError(path, "", problem)
    root, meta = _meta(files, path, scene)
    scene.begin(meta, names, root)
    for name in names:
        try:
            scene.add_file(document(files.read(name)), name)
        except (UnreadableFileError, UnreadableJsonError) as error:
            if files.is_single:
                raise BadInputError(path, "", str(error)) from error
            scene.rows.repeats.add("the file cannot be read", name, "", str(error))
        yield from scene.rows.batches()
    yield from scene.rows.rest(str(path))


def sniff(path: Path) -> float:
    """Tell how sure it is that a path holds a project, 0 to 1. It never raises."""
    try:
        if not path.is_dir():
            return _sniff_file(path)
        files = list(islice(walk(path, _JSON), _LISTED))
        annotations = [name for name in files if _is_annotation(name)][:3]
        found = max((_sniff_file(path / name) for name in annotations), default=0.0)
        return max(found, 0.95) if found and any(name.endswith(_META) for name in files) else found
    except OSError:
        return 0.0


def _is_annotation(name: str) -> bool:
    return f"/{name}".rpartition("/")[0].endswith("/ann")


def _meta(files: Files, path: Path, scene: Scene) -> tuple[str, Meta]:
    """Return the project's folder inside what was named, and what its meta.json says."""
    inside = sorted((name for name in files.names if f"/{name}".endswith(f"/{_META}")), key=len)
    try:
        if inside:
            return inside[0][: -len(_META)], read_meta(document(files.read(inside[0])))
        for folder in (path.parent, path.parent.parent):
            if (files.is_single or path.is_dir()) and (folder / _META).is_file():
                return "", read_meta(document(_content(folder / _META)))
    except (UnreadableJsonError, UnreadableFileError, OSError) as error:
        scene.rows.problems.add(inside[0] if inside else _META, "", f"{error}; read without it")
        return "", Meta()
    problem = "there is no meta.json: classes have neither numbers nor keypoints' names"
    scene.rows.problems.add(_META, "", problem, severity="warning")
    return "", Meta()


def _content(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(1 << 26)


def _sniff_file(path: Path) -> float:
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] != b"{":
        return 0.0
    if b'"classTitle"' in head and (b'"geometryType"' in head or b'"points"' in head or b'"bitmap"' in head):
        return 0.92
    return _sniff_whole(head)


def _sniff_whole(head: bytes) -> float:
    """Judge a small file that may have no object."""
    try:
        content: Any = json.loads(head)
    except (ValueError, RecursionError):
        return 0.6 if b'"labelerLogin"' in head else 0.0
    keys = content.keys() if isinstance(content, dict) else set()
    return 0.85 if {"objects", "tags"} <= keys and keys & {"size", "figures", "description"} else 0.0
