"""Finding the sidecar's row for a key; each book holds the rows of one level."""

from __future__ import annotations

import re
from functools import cached_property
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
    """Rows by file name, where one side may leave out leading folders or the suffix.

    Attributes:
        images: Image that each entry was first found for.
        shared: Another image that fits the same entry.
    """

    def __init__(self, keys: Sequence[str], rows: Rows) -> None:
        super().__init__(keys, rows)
        self.images: dict[int, str] = {}
        self.shared: dict[int, str] = {}
        self._by_path: dict[str, list[int]] = {}
        for entry, key in enumerate(keys):
            self._by_path.setdefault(bare(key)[0], []).append(entry)

    def find_images(self, names: Iterable[tuple[str | None, str]]) -> Rows:
        """Return the entry of each image, given its file name and its id; -1 without one."""
        return np.fromiter((self._entry(file_name, image_id) for file_name, image_id in names), np.int64)

    def _entry(self, file_name: str | None, image_id: str) -> int:
        name = file_name or image_id
        entry = self._entries.get(name)
        if entry is None:
            entry = self._alike(name.replace("\\", "/"))
        # The id of a VOC or YOLO image is its path; a number is a name by chance.
        if entry is None and name != image_id and not image_id.isdecimal():
            entry = self._alike(image_id)
        if entry is None:
            return NO_ROW
        if self.images.setdefault(entry, image_id) != image_id:
            self.shared.setdefault(entry, image_id)
        return entry

    def _alike(self, name: str) -> int | None:
        """Return the key that is this name but for leading folders or the suffix; None when several are."""
        path = bare(name)[0]
        for tail in tails(path):
            fitting = self._fitting(self._by_path.get(tail, ()), name)
            if fitting:
                return fitting[0]
        fitting = self._fitting(self._by_tail.get(path, ()), name)
        return fitting[0] if len(fitting) == 1 else None

    def _fitting(self, entries: Iterable[int], name: str) -> list[int]:
        return [entry for entry in entries if may_be_one(str(self.keys[entry]), name)]

    @cached_property
    def _by_tail(self) -> dict[str, list[int]]:
        """Entries by what is left of their path without leading folders."""
        entries: dict[str, list[int]] = {}
        for entry, key in enumerate(self.keys):
            for tail in tails(bare(key)[0])[1:]:
                entries.setdefault(tail, []).append(entry)
        return entries


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
    name = name.removeprefix("./")
    core, dot, suffix = name.rpartition(".")
    suffix = dot + suffix.lower()
    return (core, suffix) if core and suffix in SUFFIXES else (name, "")


def tails(path: str) -> list[str]:
    """Return a path, then without its first folder, without its second, ..."""
    parts = path.split("/")
    return ["/".join(parts[i:]) for i in range(len(parts))]


def may_be_one(one: str, other: str) -> bool:
    """Tell whether two names of one path may mean one file: not when they are pictures of different kinds."""
    suffixes = {bare(one)[1], bare(other)[1]}
    return len(suffixes) == 1 or not suffixes <= PICTURE_SUFFIXES
