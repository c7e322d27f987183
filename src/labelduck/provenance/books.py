"""Finding the sidecar's row for a key; each book holds the rows of one level."""

from __future__ import annotations

import re
from itertools import repeat
from typing import TYPE_CHECKING, Any

import numpy as np

from labelduck.importers.image_sizes import PICTURE_SUFFIXES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Rows = np.ndarray[Any, np.dtype[np.int64]]
NO_ROW = -1
SUFFIXES = PICTURE_SUFFIXES | {".txt", ".xml", ".json"}


class Book:
    """Rows by one key.

    Args:
        keys: Key of each entry, unique.
        rows: Row of each entry.

    Attributes:
        used: For each entry whether it was found.
    """

    def __init__(self, keys: Sequence[Any], rows: Rows) -> None:
        self.keys = keys
        self.rows = rows
        self.used = np.zeros(len(keys), np.bool_)
        self._entries = dict(zip(keys, range(len(keys)), strict=True))

    def find(self, keys: Iterable[Any]) -> Rows:
        """Return the row of each key, -1 without one."""
        entries = np.fromiter(map(self._entries.get, keys, repeat(NO_ROW)), np.int64)
        return self.take(entries)

    def take(self, entries: Rows) -> Rows:
        """Return the row of each entry and note that it was used; -1 stays."""
        found = entries >= 0
        self.used[entries[found]] = True
        return np.where(found, self.rows[entries], NO_ROW) if len(self.rows) else entries


class FileBook(Book):
    """Rows by file name, where one side may leave out leading folders or the extension."""

    def __init__(self, keys: Sequence[str], rows: Rows) -> None:
        super().__init__(keys, rows)
        self._by_last: dict[str, list[int]] = {}
        for entry, key in enumerate(keys):
            self._by_last.setdefault(_last(key), []).append(entry)
        self.images: dict[int, str] = {}
        self.shared: dict[int, str] = {}

    def find_images(self, names: Iterable[tuple[str | None, str]]) -> Rows:
        """Return the entry of each image, given its file name and its id; -1 without one."""
        return np.fromiter((self._entry(file_name, image_id) for file_name, image_id in names), np.int64)

    def _entry(self, file_name: str | None, image_id: str) -> int:
        name = file_name or image_id
        entry = self._entries.get(name)
        if entry is None:
            entry = self._alike(name, image_id)
        if entry is None:
            return NO_ROW
        if self.images.setdefault(entry, image_id) != image_id:
            self.shared.setdefault(entry, image_id)
        return entry

    def _alike(self, name: str, image_id: str) -> int | None:
        """Return the only key that is this name but for leading folders or the extension."""
        name = name.replace("\\", "/")
        near = self._by_last.get(_last(name), ())
        fitting = [entry for entry in near if is_tail(str(self.keys[entry]), name)]
        # The id of a VOC or YOLO image is its path; a number is a name by chance.
        if not fitting and not (name != image_id and image_id.isdecimal()):
            near = self._by_last.get(_last(image_id), ())
            fitting = [entry for entry in near if is_tail(str(self.keys[entry]), image_id)]
        return max(fitting, key=lambda entry: len(str(self.keys[entry])), default=None)


class PatternBook(Book):
    """Rows by pattern: the first one that fits counts."""

    def __init__(self, keys: Sequence[str], rows: Rows) -> None:
        super().__init__(keys, rows)
        self._patterns = [re.compile(pattern_to_regex(key)) for key in keys]
        self._entry_by_name: dict[str, int] = {}

    def find_images(self, names: Iterable[tuple[str | None, str]]) -> Rows:
        """Return the entry of each image, given its file name and its id; -1 without one."""
        return np.fromiter((self._entry(file_name or image_id) for file_name, image_id in names), np.int64)

    def _entry(self, name: str) -> int:
        entry = self._entry_by_name.get(name)
        if entry is None:
            fitting = (i for i, pattern in enumerate(self._patterns) if pattern.fullmatch(name))
            entry = self._entry_by_name[name] = next(fitting, NO_ROW)
        return entry


def is_pattern(name: str) -> bool:
    """Tell whether a file name holds a wildcard."""
    return "*" in name or "?" in name


def pattern_to_regex(pattern: str) -> str:
    """Return a file pattern as a regular expression: * and ? stay within a folder, ** crosses folders.

    A pattern that does not start with / may match anywhere below leading folders, as it does in .gitignore.
    """
    words = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    pieces = re.split(r"(\*\*/|\*\*|\*|\?)", pattern.lstrip("/"))
    start = "" if pattern.startswith("/") else "(?:.*/)?"
    return start + "".join(words.get(piece, re.escape(piece)) for piece in pieces)


def bare(name: str) -> tuple[str, str]:
    """Return a path without the suffix of a picture or label file, and that suffix in small letters."""
    core, dot, suffix = name.rpartition(".")
    suffix = dot + suffix.lower()
    return (core, suffix) if core and suffix in SUFFIXES else (name, "")


def is_tail(one: str, other: str) -> bool:
    """Tell whether two paths agree but for leading folders or a suffix that one leaves out."""
    (first, of_first), (second, of_second) = bare(one.removeprefix("./")), bare(other.removeprefix("./"))
    if of_first != of_second and {of_first, of_second} <= PICTURE_SUFFIXES:
        return False
    return f"/{first}".endswith(f"/{second}") or f"/{second}".endswith(f"/{first}")


def _last(name: str) -> str:
    return bare(name)[0].rpartition("/")[2]
