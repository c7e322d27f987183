"""Where the files of a Pascal VOC data set lie: annotations, splits, pictures; and what that says about ids."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from labelduck.errors import BadInputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from labelduck.importers.base import Problems

SPLIT_FOLDERS = {"train": "train", "val": "val", "valid": "val", "validation": "val", "test": "test"}
SPLIT_LISTS = ("train", "val", "test", "trainval")
ANNOTATION_FOLDERS = ("Annotations", "annotations")
PICTURE_FOLDERS = ("JPEGImages", "images", "Images")
_LISTED = re.compile(r"(.*?)(?:\s+-?[01])?\s*")


@dataclass(frozen=True, slots=True)
class Layout:
    """Where things lie.

    Attributes:
        path: What the caller named.
        annotations: Folder of the XML files.
        pictures: Folder of the pictures; the annotations' own when there is no other.
        only: Name of the one XML file to read; None for all.
        splits: Split by image, from ImageSets.
        split_is_in_id: Whether split folders hold the same names, so that the folder is part of the image's id.
    """

    path: Path
    annotations: Path
    pictures: Path
    only: str | None = None
    splits: dict[str, str] = field(default_factory=dict)
    split_is_in_id: bool = False

    @property
    def source_prefix(self) -> str:
        """What stands before a file's name when it is named to the user, relative to the path given."""
        return "" if self.annotations == self.path else f"{self.annotations.name}/"

    def identify(self, path: str) -> tuple[str, str | None]:
        """Return the image's id and split.

        Args:
            path: Its annotation or picture, relative to that kind's folder and without extension.
        """
        first, _, rest = path.partition("/")
        split = SPLIT_FOLDERS.get(first.lower()) if rest else None
        image_id = path if split is None or self.split_is_in_id else rest
        return image_id, split or self.splits.get(image_id)


class XmlFile(NamedTuple):
    """One annotation file.

    Attributes:
        name: Its path relative to the annotations' folder.
        path: The same without extension.
        image_id: The image that it is about.
        split: The image's split.
    """

    name: str
    path: str
    image_id: str
    split: str | None


def find_layout(path: Path, problems: Problems) -> Layout:
    """Return where the files lie, for a data set's folder, a folder of XML files, or one XML file.

    Args:
        path: What the caller named.
        problems: Takes what is wrong with the lists of the splits.

    Raises:
        BadInputError: The folder holds several data sets.
    """
    if not path.is_dir():
        return _layout(path, path.parent, problems, only=path.name)
    if path.name in ANNOTATION_FOLDERS:
        return _layout(path, path, problems)
    annotations = _annotations(path)
    if annotations is not None:
        return _layout(path, annotations, problems)
    sets = [folder for folder in sorted(path.iterdir()) if folder.is_dir() and _annotations(folder)]
    if len(sets) > 1:
        names = ", ".join(folder.name for folder in sets)
        raise BadInputError(path, "", f"holds several data sets ({names}); name one of them")
    return find_layout(sets[0], problems) if sets else _layout(path, path, problems)


def xml_files(layout: Layout) -> Iterator[XmlFile]:
    """Yield the annotation files, sorted by name within each folder, folders after files.

    A leading folder named after a split is the split and no part of the image's id, unless two splits hold the same name.
    """
    for name in _walk(layout.annotations) if layout.only is None else (layout.only,):
        path = clean(name[:-4] if name[-4:].lower() == ".xml" else name)
        yield XmlFile(name, path, *layout.identify(path))


def listed_only(layout: Layout, has_picture: Callable[[str], bool]) -> list[str]:
    """Return the images that a split lists and that have neither an XML file nor a picture."""
    folder = layout.annotations
    listed = (name for name in layout.splits if not is_there(f"{folder}/{name}.xml"))
    return [name for name in listed if not has_picture(name)]


def is_there(path: str) -> bool:
    """Tell whether a path exists; one that is longer than any name may be does not."""
    return os.path.exists(path)  # noqa: PTH110 - Path.exists fails there


def clean(name: str) -> str:
    """Return a file name as text that can be stored: bytes that are no UTF-8 become replacement characters."""
    return name if name.isascii() else os.fsencode(name).decode("utf-8", "replace")


def _annotations(folder: Path) -> Path | None:
    return next((folder / name for name in ANNOTATION_FOLDERS if (folder / name).is_dir()), None)


def _layout(path: Path, annotations: Path, problems: Problems, *, only: str | None = None) -> Layout:
    base = annotations.parent if annotations.name in ANNOTATION_FOLDERS else annotations
    return Layout(
        path=path,
        annotations=annotations,
        pictures=next((base / name for name in PICTURE_FOLDERS if (base / name).is_dir()), annotations),
        only=only,
        splits=_read_splits(base, problems),
        split_is_in_id=only is None and _splits_collide(annotations),
    )


def _walk(folder: Path, prefix: str = "", seen: frozenset[str] = frozenset()) -> Iterator[str]:
    """Yield the XML files below a folder, relative to it."""
    real = os.path.realpath(folder)
    if real in seen:  # a link back up would never end
        return
    names, folders = [], []
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name[-4:].lower() == ".xml" and entry.is_file():
                names.append(entry.name)
            elif entry.name[0] != "." and entry.is_dir():
                folders.append(entry.name)
    names.sort()
    yield from (prefix + name for name in names)
    for name in sorted(folders):
        yield from _walk(folder / name, f"{prefix}{name}/", seen | {real})


def _splits_collide(folder: Path) -> bool:
    """Tell whether an image's path without its split folder would name two images."""
    with os.scandir(folder) as entries:
        splits = [entry.name for entry in entries if entry.name.lower() in SPLIT_FOLDERS and entry.is_dir()]
    seen: set[str] = set()
    for name in _walk(folder) if splits else ():
        first, _, rest = name.partition("/")
        path = rest if first in splits else name
        if path in seen:
            return True
        seen.add(path)
    return False


def _read_splits(base: Path, problems: Problems) -> dict[str, str]:
    """Return the split of each image that ImageSets lists; train, val and test count before trainval."""
    folder = next((f for f in (base / "ImageSets" / "Main", base / "ImageSets") if f.is_dir()), None)
    splits: dict[str, str] = {}
    for split in SPLIT_LISTS if folder else ():
        file = (folder or base) / f"{split}.txt"
        if not file.is_file():
            continue
        listed = dict.fromkeys(name for name in map(_listed, _lines(file, problems)) if name)
        twice = (
            [name for name in listed if splits.setdefault(name, split) != split]
            if split != "trainval"
            else ()
        )
        if twice:
            problem = f"{len(twice)} images are listed in an earlier split too, which counts; the first is {twice[0]}"
            problems.add(file.relative_to(base).as_posix(), "", problem, severity="warning")
        splits = dict.fromkeys(listed, split) | splits
    return splits


def _lines(file: Path, problems: Problems) -> list[str]:
    try:
        return file.read_text(encoding="utf-8-sig", errors="replace").splitlines()
    except OSError as error:
        problems.add(
            str(file), "", f"cannot be read: {error.strerror}; its split is unknown", severity="warning"
        )
        return []


def _listed(line: str) -> str:
    """Return the image of a line such as `000012` or `000012 -1`."""
    match = _LISTED.fullmatch(line)
    return match[1].strip() if match else ""
