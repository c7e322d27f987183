"""Which files of a folder are masks, what they hold, and which image each belongs to.

    voc          SegmentationClass/x.png, paired with SegmentationObject/x.png where that is there; also CVAT's export
    cityscapes   x_gtFine_instanceIds.png (class x 1000 + number), else x_gtFine_labelIds.png, else ..._labelTrainIds.png
    shifted      KITTI's instance/ and Mapillary's instances/: class x 256 + number; of Mapillary's versions the last counts
    mots         instances/ beside images/: class x 1000 + number, 0 background
    camvid       lists train.txt, ... of pairs: picture and class mask
    synthia      GT/, SemSeg/ or GTLeft/ beside RGB/ or RGBLeft/: class masks in colours
    plain        any other folder of PNG, or its subfolder masks/: one value per class

An image's id is the path of its mask below those folders, without extension, without a leading folder named after a split.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from labelduck.importers.image_sizes import PICTURE_SUFFIXES, clean, stem, walk
from labelduck.importers.mask_png.pixels import read_pixels

if TYPE_CHECKING:
    from pathlib import Path

PNG = frozenset((".png",))
SYNTHIA = (("GT", "RGB"), ("SemSeg", "RGB"), ("GTLeft", "RGBLeft"))
MASK_FOLDERS = ("masks", "mask", "labels", "annotations", "segmentation", "gt")
PICTURE_FOLDERS = ("jpegimages", "images", "image_2", "leftimg8bit", "rgb", "rgbleft")
CITYSCAPES = re.compile(r"(?P<key>.+?)_(?:gtFine|gtCoarse)_(?P<kind>instanceIds|labelIds|labelTrainIds)\.png")
VERSION = re.compile(r"/v(\d+(?:\.\d+)*)/")
SAMPLE = 4
PREFERRED = ("instanceIds", "labelIds", "labelTrainIds")
SPLITS = {"train": "train", "training": "train", "val": "val", "valid": "val", "validation": "val"}
SPLITS |= {"test": "test", "testing": "test"}


class Mask(NamedTuple):
    """The mask files of one image.

    Attributes:
        image_id: Id, unique in the dataset.
        split: train, val, test or None.
        path: Class mask, or instance mask that tells the class; relative to the folder.
        objects: Instance mask to be paired with it.
        picture: The picture, relative to the folder, where it lies beside.
        kind: classes, instanceIds, labelIds, labelTrainIds or shifted.
    """

    image_id: str
    split: str | None
    path: str
    objects: str | None
    picture: str | None
    kind: str


@dataclass(frozen=True)
class Layout:
    """Masks of a folder.

    Attributes:
        root: The folder.
        name: voc, cityscapes, shifted, mots, camvid, synthia or plain.
        version: Version of the labels, where the folder has several.
        masks: Masks in order of their paths.
    """

    root: Path
    name: str
    masks: list[Mask]
    version: str | None = None


def find_masks(path: Path) -> Layout:
    """Return the masks in a folder."""
    root = path.parent if path.name in ("SegmentationClass", "SegmentationObject") else path
    names = sorted(walk(root, PNG))
    for name, finder in (
        ("voc", _voc),
        ("cityscapes", _cityscapes),
        ("shifted", _shifted),
        ("mots", lambda names: _mots(root, names)),
        ("camvid", lambda names: _listed(root, names)),
        ("synthia", _synthia),
        ("plain", _plain),
    ):
        found = finder(names)
        if found:
            version = max(filter(None, (_version(mask.path) for mask in found)), default=None)
            if version is not None:
                found = [mask for mask in found if _version(mask.path) == version]
            return Layout(root, name, _identified(found, root, name), version)
    return Layout(root, "plain", [])


def _voc(names: list[str]) -> list[Mask]:
    objects = {name for name in names if "SegmentationObject" in name.split("/")}
    found = []
    for name in names:
        folders = name.split("/")
        if "SegmentationClass" in folders[:-1]:
            twin = name.replace("SegmentationClass", "SegmentationObject", 1)
            key = "/".join(folder for folder in folders if folder != "SegmentationClass")
            found.append(Mask(stem(key), None, name, twin if twin in objects else None, None, "classes"))
    return found


def _cityscapes(names: list[str]) -> list[Mask]:
    kinds: dict[str, dict[str, str]] = {}
    for name in names:
        match = CITYSCAPES.fullmatch(name)
        if match:
            kinds.setdefault(match["key"], {})[match["kind"]] = name
    found = []
    for key, files in kinds.items():
        kind = next(kind for kind in PREFERRED if kind in files)
        found.append(Mask(_below(key, ("gtFine", "gtCoarse")), None, files[kind], None, None, kind))
    return found


def _shifted(names: list[str]) -> list[Mask]:
    folders = {folder for name in names for folder in _parents(name)}
    found = []
    for name in names:
        for here, sibling in (("instance", "image_2"), ("instance", "semantic"), ("instances", "labels")):
            place = re.search(rf"(?:^|.*/)(?={here}/)", name)
            if place and f"{place[0]}{sibling}" in folders:
                key = VERSION.sub("/", f"/{name.replace(f'{here}/', '', 1)}").removeprefix("/")
                found.append(Mask(stem(key), None, name, None, None, "shifted"))
                break
    return found


def _version(name: str) -> str | None:
    match = VERSION.search(f"/{name}")
    return match[1] if match else None


def _mots(root: Path, names: list[str]) -> list[Mask]:
    folders = {folder for name in names for folder in _parents(name)}
    found = []
    for name in names:
        place = re.search(r"(?:^|.*/)(?=instances/)", name)
        if place and f"{place[0]}labels" not in folders:
            key = f"{place[0]}{name[len(place[0]) :].removeprefix('instances/')}"
            found.append(Mask(stem(key), None, name, None, None, "mots"))
    # Other folders are named so too: only numbers of a thousand and more tell a class and an instance.
    return found if any(_largest(root / mask.path) >= 1000 for mask in found[:SAMPLE]) else []


def _largest(path: Path) -> int:
    try:
        return int(read_pixels(path).values.max(initial=0))
    except ValueError:
        return 0


def _listed(root: Path, names: list[str]) -> list[Mask]:
    """Return the masks that lists name, as CamVid has them: a line is a picture and its mask, the list's name the split."""
    known, found = set(names), []
    for split in SPLITS:
        file = root / f"{split}.txt"
        lines = file.read_text(encoding="utf-8", errors="replace").splitlines() if file.is_file() else ()
        for words in map(str.split, lines):
            pair = [word.removeprefix("/") for word in words]
            if len(pair) == 2 and pair[1] in known:
                key = f"{split}/{pair[0].removeprefix(f'{split}/')}"
                found.append(Mask(stem(key), None, pair[1], None, pair[0], "classes"))
    return found


def _synthia(names: list[str]) -> list[Mask]:
    folders = {folder for name in names for folder in _parents(name)}
    found = []
    for name in names:
        for masks, pictures in SYNTHIA:
            place = re.search(rf"(?:^|.*/)(?={masks}/)", name)
            if place and f"{place[0]}{pictures}" in folders:
                last = name[len(place[0]) + len(masks) + 1 :]
                picture = f"{place[0]}{pictures}/{last}"
                found.append(Mask(stem(place[0] + last), None, name, None, picture, "classes"))
    return found


def _plain(names: list[str]) -> list[Mask]:
    for folder in MASK_FOLDERS:
        inside = [name for name in names if folder in [part.lower() for part in name.split("/")[:-1]]]
        if inside:
            return [Mask(stem(_below(name, (folder,))), None, name, None, None, "classes") for name in inside]
    others = [
        name for name in names if not any(part.lower() in PICTURE_FOLDERS for part in name.split("/")[:-1])
    ]
    return [Mask(stem(name), None, name, None, None, "classes") for name in others]


def _identified(found: list[Mask], root: Path, layout: str) -> list[Mask]:
    """Return the masks with ids without their split, where that leaves them unique, with their splits and pictures."""
    listed = _listed_splits(root) if layout == "voc" else {}
    pictures = _pictures(root)
    split_off = [_without_split(mask.image_id) for mask in found]
    times = Counter(key for key, _ in split_off)
    is_unique = max(times.values()) == 1
    masks = []
    for mask, (key, split) in zip(found, split_off, strict=True):
        image_id = clean(key if is_unique else mask.image_id)
        picture = pictures.get(mask.image_id) or pictures.get(key) or pictures.get(f"{key}_leftImg8bit")
        picture = mask.picture or picture
        masks.append(mask._replace(image_id=image_id, split=split or listed.get(key), picture=picture))
    return masks


def _without_split(key: str) -> tuple[str, str | None]:
    first, _, rest = key.partition("/")
    split = SPLITS.get(first.lower()) if rest else None
    return (rest, split) if split else (key, None)


def _listed_splits(root: Path) -> dict[str, str]:
    splits: dict[str, str] = {}
    for name in ("train", "val", "test"):
        file = root / "ImageSets" / "Segmentation" / f"{name}.txt"
        if file.is_file():
            lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
            splits.update({line.strip(): name for line in lines if line.strip()})
    return splits


def _pictures(root: Path) -> dict[str, str]:
    """Return the pictures beside the masks, by their path below the folder of pictures, without extension."""
    pictures: dict[str, str] = {}
    inside = sorted(folder for folder in root.iterdir() if folder.is_dir())
    below = [folder for split in inside if split.name.lower() in SPLITS for folder in sorted(split.iterdir())]
    for folder in (*inside, *below):
        if folder.name.lower() in PICTURE_FOLDERS and folder.is_dir():
            for name in sorted(walk(folder, PICTURE_SUFFIXES)):
                path = f"{folder.relative_to(root).as_posix()}/{name}"
                pictures.setdefault(stem(name), path)
                pictures.setdefault(_without_split(stem(name))[0], path)
    return pictures


def _below(name: str, folders: tuple[str, ...]) -> str:
    """Return a path without the first of some folders and what lies above, but with a split's name that does."""
    parts = name.split("/")
    place = next(
        (place for place, part in enumerate(parts[:-1]) if part.lower() in {f.lower() for f in folders}), None
    )
    if place is None:
        return name
    kept = [part for part in parts[:place] if part.lower() in SPLITS][:1]
    return "/".join(kept + parts[place + 1 :])


def _parents(name: str) -> list[str]:
    parts = name.split("/")[:-1]
    return ["/".join(parts[: depth + 1]) for depth in range(len(parts))]
