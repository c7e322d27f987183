"""Pictures sorted into a folder per class, with or without folders per split: classes of whole pictures.

    class/picture                as torchvision's ImageFolder and ImageNet have it
    train/class/picture          the same for each split

An image's id is the path of its picture without extension and without the split's folder; where two splits hold a picture
of one path, ids keep it. Folders below a class belong to it. A picture in no class is an image that nobody has labelled.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from labelduck.errors import BadInputError
from labelduck.importers.files import Files
from labelduck.importers.image_sizes import PICTURE_SUFFIXES, clean, file_size, stem, suffix, walk
from labelduck.importers.missing_sizes import MissingSizes
from labelduck.importers.rows import Rows
from labelduck.importers.split_folders import SplitFolders, split_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from labelduck.importers.base import Batch, ReadOptions

_LABELS = frozenset((".xml", ".json", ".txt", ".csv", ".yaml", ".yml", ".tfrecord"))
_LISTED = 500
_NO_CLASS = frozenset(
    (
        *("images", "jpegimages", "labels", "masks", "segmentationclass", "segmentationobject", "img"),
        # Pictures of one scene beside one another: small and large, colour and depth, picture and mask.
        *("hr", "lr", "upsampled", "rgb", "rgbleft", "rgbright", "depth", "depthleft", "depthright"),
        *("gt", "gtleft", "semseg", "ground_truth", "groundtruth", "mask", "instances", "scribbles"),
    )
)


def read(path: Path, options: ReadOptions) -> Iterator[Batch]:
    """Yield images, classes and image labels.

    Args:
        path: Folder or zip of the pictures.
        options: `split` counts where no folder says one, `class_names` numbers the classes, `sizes` and `images` count before the
            pictures' own headers.

    Raises:
        BadInputError: It is no folder or zip, or holds no picture in a folder.
    """
    rows = Rows()
    files = Files(path, PICTURE_SUFFIXES, problems=rows.problems)
    if files.is_single:
        raise BadInputError(path, "", "is no folder or zip of pictures, one folder per class")
    if not any("/" in name for name in files.names):
        raise BadInputError(path, "", "holds no picture in a folder; name the folder of the classes' folders")
    folders = SplitFolders(stem(name) for name in files.names)
    sizes = MissingSizes(path, options)
    is_plain = path.is_dir() and options.sizes is None and options.images is None
    numbers = {name: number for number, name in enumerate(options.class_names)}
    for name in files.names:
        shown = clean(name)
        wanted, split = folders.identify(stem(shown))
        image_id = rows.unique_id("images", wanted, source_file=shown, location="")
        parts = shown.split("/")[:-1]
        inside = parts[1:] if parts and split_of(parts[0]) else parts
        width, height = _own_size(path, name) if is_plain else sizes.find(name)
        rows.add(
            "images",
            {
                "image_id": image_id,
                "file_name": shown,
                "width": width,
                "height": height,
                "split": split or (split_of(parts[0]) if parts else None) or options.split,
                "is_annotated": bool(inside),
            },
        )
        if inside:
            class_name = inside[0]
            rows.add_once(
                "classes", class_name, {"class_name": class_name, "class_index": numbers.get(class_name)}
            )
            rows.add("image_labels", {"image_id": image_id, "class_name": class_name})
        yield from rows.batches()
    yield from rows.rest(str(path))


def sniff(path: Path) -> float:
    """Tell how sure it is that a path holds pictures by class, 0 to 1: never very, as any folder of pictures looks so."""
    try:
        names = list(islice(walk(path, PICTURE_SUFFIXES | _LABELS), _LISTED)) if path.is_dir() else []
    except OSError:
        return 0.0
    if any(suffix(name) in _LABELS for name in names):
        return 0.0
    classes = {_class_folder(name) for name in names} - {None}
    is_other = any(name and name.lower() in _NO_CLASS for name in classes)
    return 0.5 if len(classes) > 1 and not is_other else 0.0


def _class_folder(name: str) -> str | None:
    parts = name.split("/")[:-1]
    inside = parts[1:] if parts and split_of(parts[0]) else parts
    return inside[0] if inside else None


def _own_size(path: Path, name: str) -> tuple[int | None, int | None]:
    try:
        return file_size(f"{path}/{name}")
    except ValueError:
        return None, None
