"""Masks as PNG: class masks, also of CamVid and SYNTHIA, and instance masks of VOC, CVAT, Cityscapes, KITTI, Mapillary and MOTS.

A class mask gives one annotation per class and image, an instance mask one per object; `area` counts pixels, so the sum of
`area` by class counts the pixels of a class. Indexes and grey values are taken as stored; colours are classes only where a
class map names them.

Background is no annotation; its pixels are counted in the image's `attributes` (`background_pixels`). Void (255, or a class
named void or ignored) is an annotation of class `void` with `is_ignored`, so that evaluation can leave those pixels out, and is
counted as `void_pixels`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from labelduck.errors import BadInputError
from labelduck.importers.base import Problems, rows_to_table
from labelduck.importers.image_sizes import walk
from labelduck.importers.mask_png.layout import PNG, find_masks
from labelduck.importers.mask_png.pixels import read_pixels
from labelduck.importers.mask_png.rows import MaskReader, class_map_of
from labelduck.importers.repeats import Repeats

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from labelduck.importers.base import Batch, ReadOptions
    from labelduck.importers.mask_png.layout import Layout

ROWS_PER_BATCH = 5_000


def read(path: Path, options: ReadOptions) -> Iterator[Batch]:
    """Yield the images, classes and annotations of a folder of mask PNG.

    Args:
        path: Folder of masks, or of a dataset that has such folders.
        options: `class_map` or `class_names` name the values; `split` counts where the folders do not tell it.

    Raises:
        BadInputError: There is no mask, or the class map cannot be read.
    """
    if not path.is_dir():
        raise BadInputError(path, "", "is no folder: mask PNG are read from a folder, one file per image")
    layout = find_masks(path)
    if not layout.masks:
        raise BadInputError(path, "", "holds no mask (.png)")
    problems = Problems()
    repeats = Repeats(problems)
    reader = MaskReader(layout.root, class_map_of(layout, options), repeats)
    images: list[dict[str, Any]] = []
    annotations: list[dict[str, Any]] = []
    for mask in layout.masks:
        image, objects = reader.read(mask, options.split)
        images += image
        annotations += objects
        if len(images) + len(annotations) >= ROWS_PER_BATCH:
            yield _batch(images, annotations, problems)
            images, annotations = [], []
    yield _batch(images, annotations, problems)
    repeats.finish(path.name)
    reader.note_unnamed(path.name, problems)
    yield {"classes": rows_to_table("classes", reader.classes()), "import_problems": problems.take()}


def sniff(path: Path) -> float:
    """Tell how sure it is that a path holds masks, 0 to 1."""
    try:
        if not path.is_dir():
            return 0.0
        if path.name == "SegmentationClass" or (path / "SegmentationClass").is_dir():
            return 0.6 if (path / "Annotations").is_dir() else 0.9  # VOC's folder holds boxes too
        if next(walk(path, PNG), None) is None:
            return 0.0
        return _likeness(find_masks(path))
    except (OSError, ValueError):
        return 0.0


def _likeness(layout: Layout) -> float:
    if layout.name != "plain":
        return 0.91 if layout.name in ("camvid", "synthia") else 0.9
    if layout.masks and (layout.root / "dataset_meta.json").is_file():
        return 0.9
    pixels = [read_pixels(layout.root / mask.path) for mask in layout.masks[:4]]
    is_like = [not found.is_color and len(np.unique(found.values)) <= 64 for found in pixels]
    return 0.6 * float(np.mean(is_like)) if pixels else 0.0


def _batch(images: list[dict[str, Any]], annotations: list[dict[str, Any]], problems: Problems) -> Batch:
    return {
        "images": rows_to_table("images", images),
        "annotations": rows_to_table("annotations", annotations),
        "import_problems": problems.take(),
    }
