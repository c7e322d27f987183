"""MVTec AD: pictures of products sorted by defect, with a mask of each defect.

    CATEGORY/test/DEFECT/000.png                  picture; the folder good holds those without a defect
    CATEGORY/ground_truth/DEFECT/000_mask.png     its mask, not 0 where the defect is
    CATEGORY/train/good/000.png                   pictures without a defect

The folder of a picture is its image label, the mask an annotation of that class. A picture without a mask has no object.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from labelduck.errors import BadInputError
from labelduck.importers import drawn
from labelduck.importers.drawn import DrawnError
from labelduck.importers.files import Files, UnreadableFileError
from labelduck.importers.glance import glance
from labelduck.importers.image_sizes import PICTURE_SUFFIXES, clean, stem
from labelduck.importers.packed_masks import mask_of_png
from labelduck.importers.scene import Scene
from labelduck.importers.split_folders import split_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from labelduck.importers.base import Batch, ReadOptions

_MASK = re.compile(r"(?P<category>(?:[^/]+/)*)ground_truth/(?P<defect>[^/]+)/(?P<number>[^/]+)_mask\.png")
_PICTURE = re.compile(r"(?P<category>(?:[^/]+/)*)(?P<split>[^/]+)/(?P<defect>[^/]+)/(?P<number>[^/]+)\.\w+")


def read(path: Path, options: ReadOptions) -> Iterator[Batch]:
    """Yield images, their labels, and masks of defects.

    Args:
        path: Folder or zip of the data set, or of one category.
        options: `split` counts where no folder says one.

    Raises:
        BadInputError: There is no mask ground_truth/DEFECT/000_mask.png.
    """
    scene = Scene(path, options)
    files = Files(path, PICTURE_SUFFIXES, problems=scene.rows.problems)
    masks = {_key(match): name for name in files.names if (match := _MASK.fullmatch(name))}
    if not masks:
        raise BadInputError(path, "", "holds no ground_truth/DEFECT/000_mask.png, as MVTec AD has them")
    for name in files.names:
        match = _PICTURE.fullmatch(name)
        if match is None or "ground_truth" in name.split("/"):
            continue
        split = split_of(match["split"]) or options.split
        image_id = scene.image("", clean(name), key=clean(stem(name)), split=split)
        scene.add_class(clean(match["defect"]))
        scene.add_label(image_id, clean(match["defect"]))
        if split != "train" and (mask := masks.pop(_key(match), None)) is not None:
            _add_mask(scene, files, image_id, clean(match["defect"]), mask)
        yield from scene.rows.batches()
    for name in masks.values():
        scene.rows.repeats.add("the mask is of no picture; left out", clean(name), "")
    yield from scene.rows.rest(clean(str(path)))


def sniff(path: Path) -> float:
    """Tell how sure it is that a path holds such masks, 0 to 1."""
    seen = glance(path)
    return 0.95 if not seen.is_single and any(True for _ in seen.matching(_MASK)) else 0.0


def _key(match: re.Match[str]) -> tuple[str, str, str]:
    return match["category"], match["defect"], match["number"]


def _add_mask(scene: Scene, files: Files, image_id: str, defect: str, name: str) -> None:
    try:
        columns = drawn.mask_of_pixels(mask_of_png(files.read(name)))
    except (DrawnError, UnreadableFileError) as error:
        scene.rows.repeats.add("the mask is left out", clean(name), "", f"the mask is left out: {error}")
        return
    scene.add_object(image_id, columns, defect, source_file=clean(name), place="")
