"""Splits that folders are named after, and what that means for the ids of images."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

SPLIT_FOLDERS = {
    "train": "train",
    "training": "train",
    "val": "val",
    "valid": "val",
    "validation": "val",
    "test": "test",
    "testing": "test",
}


def split_of(folder: str) -> str | None:
    """Return the split that a folder is named after, or None."""
    return SPLIT_FOLDERS.get(folder.lower())


class SplitFolders:
    """Ids and splits of images by their path below the dataset's folder.

    A leading folder named after a split is the split and no part of the id, unless two splits hold an image of the same path.

    Args:
        paths: Paths of the images relative to the dataset's folder, '/' separated, without extension.
    """

    def __init__(self, paths: Iterable[str]) -> None:
        seen: dict[str, str] = {}
        self._is_in_id = False
        for path in paths:
            first, _, rest = path.partition("/")
            if rest and split_of(first) and seen.setdefault(rest, first) != first:
                self._is_in_id = True
                return

    def identify(self, path: str) -> tuple[str, str | None]:
        """Return the id and the split of an image, None where its path says none."""
        first, _, rest = path.partition("/")
        split = split_of(first) if rest else None
        return (path if split is None or self._is_in_id else rest), split
