"""Which picture a task shows, and the id by which every other format would know it.

Label Studio names a picture by where it is served: an upload (`/data/upload/29/bc171829-a.png`), a folder of the server
(`/data/local-files/?d=val/a.png`), a bucket (`s3://labels/val/a.png`), any address. What is left of it without server and upload
mark is the path of the picture.

The id is that path without extension, from behind the folder of a split or of pictures (`images/val/a.png` is `a` of the split
`val`), else from behind the folder that all pictures share. Where two paths would get the same id they keep more of their path; a
picture that several tasks show has the number of the task for an id, as the tasks would otherwise become one.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections import Counter
from posixpath import commonpath
from typing import NamedTuple
from urllib.parse import parse_qs, unquote

from labelduck.importers.base import storable
from labelduck.importers.image_sizes import stem
from labelduck.importers.split_folders import split_of

PICTURE_FOLDERS = frozenset({"images", "jpegimages", "imgs"})
_UPLOAD = re.compile(r"^data/upload/(?:\d+/)?(?:[0-9a-f]{8}-)?(?=.)")
_LONGEST = 4_000


class Picture(NamedTuple):
    """One picture of a task.

    Attributes:
        uri: What the task says.
        path: Path without server and upload mark; empty where the picture has no name.
    """

    uri: str
    path: str


def picture(uri: str) -> Picture:
    """Return the picture that an address means."""
    uri = storable(uri)
    return Picture(uri, "" if uri.startswith("data:") or len(uri) > _LONGEST else _path(uri))


class Pictures:
    """Ids of the pictures of all tasks: each is noted first, and then all are asked for."""

    def __init__(self) -> None:
        self._tasks: dict[str, str | None] = {}
        self._uris: dict[str, str | None] = {}
        self._short: Counter[str] = Counter()
        self._long: Counter[str] = Counter()
        self._root = ""

    def note(self, shown: Picture, task: str) -> None:
        """Remember a picture and the task that shows it."""
        if not shown.path:
            return
        if self._uris.setdefault(shown.path, shown.uri) != shown.uri:
            self._uris[shown.path] = None
        name = self._name(shown)
        if self._tasks.setdefault(name, task) != task:
            self._tasks[name] = None
            self._tasks.setdefault(shown.path, None)

    def settle(self) -> None:
        """Find out which ids are unique; call once, when all are noted."""
        names = list(self._tasks)
        folders = {name.rpartition("/")[0] for name in names}
        self._root = commonpath(folders) if folders and "" not in folders else ""
        self._short.update(self._split_and_id(name)[1] for name in names)
        self._long.update(map(stem, names))

    def id_and_split(self, shown: Picture, task: str, *, page: int | None = None) -> tuple[str, str | None]:
        """Return the image_id, and the split where a folder names one.

        Args:
            shown: The picture.
            task: Id of its task.
            page: Number of the picture, where the task has several.
        """
        name = self._name(shown)
        if not name or self._tasks.get(name, "") != task:
            own = task if task not in self._short else f"task {task}"
            split = self._split_and_id(name)[0] if name else None
            return (own if page is None else f"{own}/{page}"), split
        split, short = self._split_and_id(name)
        if self._short[short] <= 1:
            return short, split
        long = stem(name)
        return (long if self._long[long] <= 1 else name), split

    def _name(self, shown: Picture) -> str:
        """Return the path, or the whole address where two uploads have the same path."""
        return shown.path if self._uris.get(shown.path, shown.uri) == shown.uri else shown.uri

    def _split_and_id(self, name: str) -> tuple[str | None, str]:
        parts = name.split("/")
        split, start = None, 0
        for i, part in enumerate(parts[:-1]):
            if (named := split_of(part)) is not None:
                split, start = named, i + 1
            elif part.lower() in PICTURE_FOLDERS:
                start = i + 1
        if start:
            return split, stem("/".join(parts[start:]))
        shared = self._root + "/"
        return None, stem(name[len(shared) :] if self._root and name.startswith(shared) else name)


def _path(uri: str) -> str:
    scheme, sign, rest = uri.partition("://")
    if sign:
        rest = rest.partition("/")[2]
    else:
        scheme, rest = "", uri
    rest, _, query = rest.partition("?")
    inner = _inside(query)
    if inner:
        return inner if "://" not in inner else _path(inner)
    if scheme in ("", "http", "https"):
        rest = unquote(rest.partition("#")[0], errors="replace")
    return _UPLOAD.sub("", _tidy(rest))


def _inside(query: str) -> str:
    """Return the path that an address carries behind its question mark: a folder of the server, or a bucket's file."""
    if not query.startswith(("d=", "fileuri=")):
        return ""
    values = parse_qs(query, errors="replace", max_num_fields=None)
    if "d" in values:
        return _tidy(values["d"][0])
    try:
        return base64.b64decode(values["fileuri"][0], validate=True).decode().partition("?")[0]
    except (KeyError, binascii.Error, UnicodeDecodeError, ValueError):
        return ""


def _tidy(path: str) -> str:
    parts = path.replace("\\", "/").split("/")
    return storable("/".join(part for part in parts if part not in ("", ".", "..")))
