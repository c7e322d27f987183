"""A quick look at a path: the names that lie uppermost in it and the first bytes of some, enough to recognise a format.

However large a folder is, only so many names are listed, those of upper folders before those of lower ones, so that a
million pictures in one folder do not hide what lies beside it.
"""

from __future__ import annotations

import os
from collections import deque
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator
    from pathlib import Path

MOST_NAMES = 3_000
MOST_IN_A_FOLDER = 200
MOST_LOOKED_AT = 5_000
"""Entries of a folder that are passed over while its subfolders are sought."""


class Glance(NamedTuple):
    """Names seen at a path.

    Attributes:
        root: The folder, or the folder of the one file.
        names: Files relative to it, '/' separated, upper ones first.
        is_single: Whether the path is one file.
    """

    root: str
    names: tuple[str, ...]
    is_single: bool

    def matching(self, pattern: re.Pattern[str]) -> Iterator[str]:
        """Yield the names that a pattern matches as a whole."""
        return (name for name in self.names if pattern.fullmatch(name))

    def head(self, name: str, n_bytes: int = 4096) -> str:
        """Return the first bytes of a file as text; nothing where it cannot be read."""
        return self.first_bytes(name, n_bytes).decode("utf-8-sig", "replace")

    def first_bytes(self, name: str, n_bytes: int = 4096) -> bytes:
        """Return the first bytes of a file; nothing where it cannot be read."""
        try:
            with open(f"{self.root}/{name}", "rb") as file:  # noqa: PTH123 - half the time of a Path
                return file.read(n_bytes)
        except (OSError, ValueError):
            return b""

    def folders(self) -> set[str]:
        """Return the folders of the files, '/' separated, without the root."""
        found = {name.rpartition("/")[0] for name in self.names}
        return {folder for folder in found if folder}


def glance(path: Path) -> Glance:
    """Return what a path looks like; of what is not there, or cannot be listed, no names."""
    try:
        stamp = os.stat(path).st_mtime_ns  # noqa: PTH116 - the path may be no valid one
    except (OSError, ValueError):
        return Glance(str(path), (), is_single=False)
    return _glance(os.fspath(path), stamp)


def forget() -> None:
    """Forget what was seen: the folder may have changed since."""
    _glance.cache_clear()


@lru_cache(maxsize=1)
def _glance(path: str, _: int) -> Glance:
    # Each of many formats takes a look before one is found; the folder is listed once for all of them.
    if not os.path.isdir(path):  # noqa: PTH112 - half the time of a Path
        root, name = os.path.split(path)
        return Glance(root or ".", (name,), is_single=True)
    names: list[str] = []
    seen: set[str] = set()
    waiting = deque([""])
    while waiting and len(names) < MOST_NAMES:
        prefix = waiting.popleft()
        real = os.path.realpath(f"{path}/{prefix}")
        if real in seen:  # a link back up would never end
            continue
        seen.add(real)
        files, folders = _listed(f"{path}/{prefix}")
        names += (prefix + name for name in files)
        waiting += (f"{prefix}{name}/" for name in folders)
    return Glance(path, tuple(names[:MOST_NAMES]), is_single=False)


def _listed(folder: str) -> tuple[list[str], list[str]]:
    """Return some files and the subfolders of a folder, without hidden ones."""
    files: list[str] = []
    folders: list[str] = []
    try:
        with os.scandir(folder) as entries:
            for number, entry in enumerate(entries):
                if number >= MOST_LOOKED_AT:
                    break
                if entry.name.startswith("."):
                    continue
                if entry.is_dir():
                    folders.append(entry.name)
                elif len(files) < MOST_IN_A_FOLDER:
                    files.append(entry.name)
    except OSError:
        pass
    return sorted(files), sorted(folders)[:MOST_IN_A_FOLDER]
