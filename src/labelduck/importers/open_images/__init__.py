"""Open Images: CSV files of boxes, verified image labels and masks, with coordinates as fractions of the picture.

    *-annotations-bbox.csv                 boxes (any CSV with its columns will do, whatever its name)
    *-annotations-human-imagelabels.csv    classes that people confirmed or ruled out for a whole image
    *-annotations-machine-imagelabels.csv  the same by a model: predicted labels of `open_images_machine`
    *-annotations-object-segmentation.csv  masks; the mask of a box becomes part of its annotation
    class-descriptions*.csv                names of the classes
    *image_ids*.csv, *with-rotation*.csv   the images, their subset and address

A class that was ruled out is a label with the field `absent`, one that was confirmed has the field `present`: missing labels
can be told from absent things. The sizes of the pictures have to come from the pictures or from a list of sizes, as the
fractions alone give no pixels.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from labelduck.errors import BadInputError
from labelduck.importers.base import Problems, storable
from labelduck.importers.image_sizes import ImageSizes
from labelduck.importers.open_images.boxes import BoxReader
from labelduck.importers.open_images.image_labels import read_image_labels
from labelduck.importers.open_images.images import ImageBook
from labelduck.importers.open_images.kinds import Kind, kinds_below, looks_like_open_images
from labelduck.importers.open_images.masks import MaskBook
from labelduck.importers.open_images.names import read_names
from labelduck.importers.repeats import Repeats

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from labelduck.importers.base import Batch, ReadOptions


def read(path: Path, options: ReadOptions) -> Iterator[Batch]:
    """Yield images, classes, boxes with their masks, image labels and predicted labels.

    Args:
        path: A folder with the CSV files, or one of them.
        options: images or sizes tell the pictures' sizes; split names the split where the files do not.

    Raises:
        BadInputError: No file is one of Open Images, or one cannot be read.
    """
    problems = Problems()
    repeats = Repeats(problems)
    files = kinds_below(path)
    if not any(files[kind] for kind in (Kind.BOXES, Kind.IMAGE_LABELS, Kind.MASKS)):
        raise BadInputError(path, "", "holds no CSV of Open Images with boxes, image labels or masks")
    root = path if path.is_dir() else path.parent
    sizes = ImageSizes(images=options.images or _pictures(root), sizes=options.sizes)
    names = read_names(files[Kind.CLASSES], problems)
    images = ImageBook(sizes, files[Kind.IMAGES], root=root, split=options.split, repeats=repeats)
    masks = MaskBook(files[Kind.MASKS], root=root, repeats=repeats)
    boxes = BoxReader(images, names, masks, repeats)
    for file in files[Kind.BOXES]:
        yield from boxes.read(file)
    yield from boxes.rest()
    for file in files[Kind.IMAGE_LABELS]:
        yield from read_image_labels(file, images, names, repeats)
    repeats.finish(storable(str(path)))
    yield {"images": images.table(), "classes": names.table(), "import_problems": problems.take()}


def sniff(path: Path) -> float:
    """Tell how sure it is that a path holds CSV files of Open Images."""
    return 0.95 if looks_like_open_images(path) else 0.0


def _pictures(root: Path) -> Path | None:
    for folder in (root / "images", root.parent / "images", root):
        if folder.is_dir():
            return folder
    return None
