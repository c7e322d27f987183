"""Where a YOLO dataset keeps its pictures and labels, and which label file belongs to which picture.

A label file has the path of its picture with `images` replaced by `labels` and the extension by `.txt`; where there is no
folder `images`, labels lie beside the pictures. Both nesting orders occur: images/train and train/images.

An image's id is the path of its picture (or label file) below images/ (labels/), without extension and without a
leading folder named after a split. Where two splits have an image of the same id, all ids keep that folder.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from labelduck.errors import BadInputError
from labelduck.importers.base import why_unreadable
from labelduck.importers.image_sizes import PICTURE_SUFFIXES, clean, stem, walk
from labelduck.importers.yolo.config import NAME_FILES, SPLITS, resolve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from labelduck.importers.base import Problems
    from labelduck.importers.yolo.config import Config

LABELS = frozenset((".txt",))
NO_LABELS = frozenset((*NAME_FILES, *(f"{key}.txt" for key in SPLITS), "trainval.txt", "labels.txt"))
LABEL_FOLDERS = ("labels", "annotations")
DARKNET_FOLDERS = {"obj_train_data": "train", "obj_valid_data": "val", "obj_test_data": "test"}
SPLIT_FOLDER = re.compile(rf"(?P<split>{'|'.join(SPLITS)})(?:\d{{4}})?", re.IGNORECASE)


class Entry(NamedTuple):
    """One image of a dataset.

    Attributes:
        image_id: Id, unique in the dataset.
        split: train, val, test or None.
        key: Path below the pictures' folder, without extension: what a list of sizes may know it by.
        picture: Path of the picture, None when it is not here.
        label: Path of the label file, None when it is missing: nobody has looked at the image.
    """

    image_id: str
    split: str | None
    key: str
    picture: str | None
    label: str | None


class Source(NamedTuple):
    """A folder of pictures and the folder of their labels.

    Attributes:
        split: Split of all of them, when known.
        images: Folder of pictures; it need not exist.
        labels: Folder of labels.
        only: Pictures that count, relative to `images`; None for all.
    """

    split: str | None
    images: Path
    labels: Path
    only: list[str] | None = None


def list_entries(config: Config, path: Path, problems: Problems) -> list[Entry]:
    """Return the images of a dataset: pictures with or without labels, and labels without a picture.

    Args:
        config: What the dataset says of itself.
        path: What the caller named.
        problems: Takes pictures that are missing, or named twice.

    Raises:
        BadInputError: There is neither a picture nor a label.
    """
    sources = list(_split_sources(config, problems) if config.splits else _folder_sources(path, config.base))
    entries = [entry for source in sources for entry in _entries(source, config.base, problems)]
    if not entries:
        remedy = "give the folder that holds images/ and labels/, its data.yaml, or a folder of label files"
        raise BadInputError(path, "", f"no picture and no label file found: {remedy}")
    return _with_unique_ids(_once(entries, problems), problems)


def split_of(folder: str) -> str | None:
    """Return the split that a folder is named after (train, valid, val2017, ...), or None."""
    found = SPLIT_FOLDER.fullmatch(folder)
    return SPLITS[found["split"].lower()] if found else None


def is_label(name: str) -> bool:
    """Tell whether a text file may hold labels: lists of names and pictures, and words to the reader, do not."""
    last = name.rpartition("/")[2].lower()
    return last not in NO_LABELS and not last.startswith("readme")


def _split_sources(config: Config, problems: Problems) -> Iterator[Source]:
    file = config.file.name if config.file else ""
    for split, places in config.splits.items():
        for written in places:
            place = _find(str(written), config)
            if place is None:
                problems.add(file, split, f"{written} is not there: its images are left out")
            elif place.is_dir() or not place.exists():
                yield _pair(split, place)
            else:
                yield from _listed_sources(split, place, config.base, problems)


def _find(written: str, config: Config) -> Path | None:
    """Return what a split's place means: a folder or list that is there, else the absent folder of pictures of labels that are.

    Roboflow's data.yaml says valid where an export may have val, and the other way round.
    """
    words = [written, re.sub(r"\bvalid\b", "val", written), re.sub(r"\bval\b", "valid", written)]
    bases = [config.base, *([config.file.parent] if config.file else [])]
    for meant in (resolve, _absent_pictures):
        found = next((found for word in words for base in bases if (found := meant(word, base))), None)
        if found is not None:
            return found
    return None


def _pair(split: str | None, place: Path) -> Source:
    """Return the pictures and labels that a folder named in a configuration stands for."""
    labels = _swapped(place, "images", LABEL_FOLDERS)
    if labels is not None:
        return Source(split, place, labels)
    inside = _children(place)
    if "images" in inside:
        return Source(split, inside["images"], _labels_in(inside) or place / "labels")
    return Source(split, place, place)


def _listed_sources(split: str, file: Path, base: Path, problems: Problems) -> Iterator[Source]:
    """Yield the folders of a list of pictures, a path per line."""
    try:
        lines = [line.strip() for line in file.read_text(encoding="utf-8-sig").splitlines()]
    except (OSError, UnicodeDecodeError) as error:
        raise BadInputError(file, "", why_unreadable(error, "a list of pictures")) from error
    folders: dict[str, list[str]] = {}
    for line in filter(None, lines):
        folder, _, name = line.replace("\\", "/").rpartition("/")
        folders.setdefault(folder, []).append(name)
    for written, names in folders.items():
        place = _listed_folder(written, base, file.parent)
        if place is None:
            text = f"the folder {written} of {len(names)} pictures is not there: they are left out"
            problems.add(file.name, split, text)
            continue
        source = _pair(split, place)
        if source.images == place:
            yield source._replace(only=list(dict.fromkeys(names)))
        else:
            yield Source(split, place, place, list(dict.fromkeys(names)))


def _listed_folder(written: str, base: Path, beside: Path) -> Path | None:
    found = resolve(written or ".", beside) or resolve(written, base) or (beside if not written else None)
    return found if found is not None else _absent_pictures(written, base)


def _absent_pictures(written: str, base: Path) -> Path | None:
    """Return the folder where the pictures of labels would lie that are here without them."""
    labels = resolve(re.sub(r"(?i)(^|/)images(?=/|$)", r"\1labels", written.replace("\\", "/")), base)
    return None if labels is None else _swapped(labels, "labels", ("images",), must_exist=False)


def _folder_sources(path: Path, base: Path) -> Iterator[Source]:
    place = path if path.is_dir() else base
    split, inside = split_of(place.absolute().name), _children(place)
    if (labels := _labels_in(inside)) is not None:
        yield Source(split, inside.get("images", labels), labels)
        return
    nested = {
        name: child for name, child in inside.items() if split_of(name) and _labels_in(_children(child))
    }
    darknet = {name: child for name, child in inside.items() if name in DARKNET_FOLDERS}
    for name, child in sorted(nested.items()):
        yield _pair(split_of(name), child)
    for name, child in sorted(darknet.items()):
        yield Source(DARKNET_FOLDERS[name], child, child)
    if not nested and not darknet:
        yield Source(split, _swapped(place.absolute(), "labels", ("images",)) or place, place)


def _children(folder: Path) -> dict[str, Path]:
    with os.scandir(folder) as entries:
        return {entry.name.lower(): folder / entry.name for entry in entries if entry.is_dir()}


def _labels_in(inside: dict[str, Path]) -> Path | None:
    return next((inside[name] for name in LABEL_FOLDERS if name in inside), None)


def _swapped(path: Path, old: str, new: tuple[str, ...], *, must_exist: bool = True) -> Path | None:
    """Return a path with its last part `old` replaced, where that is a folder."""
    parts = list(path.parts)
    places = [place for place, part in enumerate(parts) if part.lower() == old]
    for name in new if places else ():
        known = {} if not must_exist else _children_of(Path(*parts[: places[-1]]))
        parts[places[-1]] = known[name].name if name in known else name
        if not must_exist or Path(*parts).is_dir():
            return Path(*parts)
    return None


def _children_of(folder: Path) -> dict[str, Path]:
    return _children(folder) if folder.is_dir() else {}


def _entries(source: Source, base: Path, problems: Problems) -> Iterator[Entry]:
    pictures: dict[str, str] = {}
    names = walk(source.images, PICTURE_SUFFIXES) if source.images.is_dir() else ()
    for name in sorted(names) if source.only is None else source.only:
        first = pictures.setdefault(stem(name), name)
        if first != name:
            text = f"shares its label file with {first}: the labels are recorded for that one"
            problems.add(name, "", text, severity="warning")
    present = pictures if source.only is None else {stem(name) for name in names}
    found = walk(source.labels, LABELS) if source.labels.is_dir() else ()
    labels = {
        name[:-4] for name in found if name.endswith(".txt") and (name[:-4] in pictures or is_label(name))
    }
    if not labels and (dota := source.images.parent / "labelTxt").is_dir():
        text = "holds DOTA annotations, which are no YOLO: `labelduck import roboflow` reads them"
        problems.add(clean(str(dota)), "", text)
    keys = sorted(pictures.keys() | labels) if source.only is None else pictures.keys()
    images_at, labels_at = f"{source.images}/", f"{source.labels}/"
    folder = _prefix(source, base)
    for key in keys:
        picture = images_at + pictures[key] if key in present else None
        label = f"{labels_at}{key}.txt" if key in labels else None
        split, prefix, rest = source.split, folder, key
        if split is None and "/" in key:
            first, _, tail = key.partition("/")
            split = split_of(first)
            if split is not None:
                prefix, rest = f"{folder}{first}/", tail
        yield Entry(f"{prefix}\0{rest}", split, key, picture, label)


def _prefix(source: Source, base: Path) -> str:
    """Return the folder that tells apart images of the same name in different splits, without images and labels."""
    relative = Path(os.path.relpath(source.images, base))
    parts = [part for part in relative.parts if part.lower() not in ("images", "labels", ".", "..")]
    return "".join(f"{part}/" for part in parts)


def _once(entries: list[Entry], problems: Problems) -> list[Entry]:
    """Return the entries without those that an earlier split has: small datasets validate on their training images."""
    first: dict[str, Entry] = {}
    again: Counter[tuple[str | None, str | None]] = Counter()
    for entry in entries:
        kept = first.setdefault(entry.picture or entry.label or entry.image_id, entry)
        if kept is not entry:
            again[kept.split, entry.split] += 1
    for (split, other), count in again.items():
        text = f"{count} images of split {other} are those of split {split}: recorded once, as {split}"
        problems.add("", other or "", text, severity="warning")
    return list(first.values())


def _with_unique_ids(entries: list[Entry], problems: Problems) -> list[Entry]:
    short = [clean(entry.image_id.partition("\0")[2]) for entry in entries]
    if len(set(short)) == len(short):
        return [entry._replace(image_id=name) for entry, name in zip(entries, short, strict=True)]
    seen: Counter[str] = Counter()
    named = []
    for entry in entries:
        name = clean(entry.image_id.replace("\0", ""))
        seen[name] += 1
        if seen[name] > 1:
            new = f"{name}#{seen[name]}"
            text = f"another image has the id {name}: this one is {new}"
            problems.add(clean(entry.label or entry.picture or ""), "", text, severity="repaired")
            name = new
        named.append(entry._replace(image_id=name))
    return named
