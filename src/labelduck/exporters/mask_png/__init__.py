"""Masks as PNG, laid out like Pascal VOC: SegmentationClass/ and SegmentationObject/, with class_map.json.

A pixel of the first tells the class, of the second the object, which are numbered from 1 in each image. Every shape becomes
pixels. What lies higher (`z_order`, else what comes later) hides what lies below; that much of an object is lost, and
an object that is hidden whole is left out. An image that nobody has looked at has no mask.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import pyarrow.compute as pc

from labelduck.exporters.base import GEOMETRY, Carried, each_image
from labelduck.exporters.mask_png.drawing import SHAPES, Drawing
from labelduck.exporters.mask_png.files import MaskFiles, class_values
from labelduck.exporters.names import clear_of_splits, picture_names, without_suffix

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa

    from labelduck.exporters.base import Selection, WriteOptions

FILE = None
PREDICTIONS = False
SPLITS = ("train", "val", "test")
HIDDEN = "objects are partly hidden under others, and these pixels are lost"

_COLUMNS = ("annotation_id", "class_name", "z_order", *SHAPES)
_BACKGROUND = frozenset(("background", "__background__", "_background_"))


def write(selection: Selection, folder: Path, options: WriteOptions) -> Carried:  # noqa: ARG001 - there is one layout
    """Write the masks, class_map.json, and ImageSets/Segmentation/ where there are splits.

    Args:
        selection: What is to be written.
        folder: Empty folder.
        options: None matters here.
    """
    names = [_clear(name) for name in picture_names(selection.images)]
    keys = [without_suffix(name) for name in names]
    changed, left_out = Counter[str](), dict[str, str]()
    values = class_values(selection.classes)
    named = {0: "background"} | {value: name for name, value in values.items()}
    (folder / "class_map.json").write_text(json.dumps(named, indent=1, ensure_ascii=False), encoding="utf-8")
    files = MaskFiles(folder, largest_class=max(values.values(), default=0))
    for place, (image, objects) in enumerate(each_image(selection, _COLUMNS)):
        drawing = _drawn(image, objects, values, changed, left_out)
        if drawing.is_possible and (
            drawing.n_objects or (not objects and image["is_annotated"] is not False)
        ):
            files.write(keys[place], drawing)
    _write_splits(folder, selection.images["split"].to_pylist(), keys)
    if n_unseen := _n_unseen(selection.images):
        changed["images that nobody has looked at are not there"] += n_unseen
    kept_numbers = selection.classes["class_index"].to_pylist() == list(values.values())
    return Carried(
        annotations=frozenset(GEOMETRY | {"image_id", "class_name"}),
        images=_images_kept(selection.images),
        classes=frozenset({"class_name"} | ({"class_index"} if kept_numbers else set())),
        keeps_ids=False,
        image_ids=keys,
        pictures=[f"JPEGImages/{name}" for name in names],
        left_out=left_out,
        changed=changed,
    )


def _n_unseen(images: pa.Table) -> int:
    """Return how many images nobody has looked at: a mask would say that there is nothing on them."""
    is_unseen = pc.equal(images["is_annotated"], False)
    return int(pc.sum(is_unseen).as_py() or 0)


def _images_kept(images: pa.Table) -> frozenset[str]:
    """Return the columns of `images` that the files hold."""
    has_splits = set(images["split"].to_pylist()) <= {*SPLITS, None}
    return frozenset({"image_id", "width", "height", "is_annotated"} | ({"split"} if has_splits else set()))


def _drawn(
    image: dict[str, Any],
    objects: list[dict[str, Any]],
    values: dict[str, int],
    changed: Counter[str],
    left_out: dict[str, str],
) -> Drawing:
    """Return the objects of an image drawn, and note what becomes of them."""
    drawing = Drawing(image["width"], image["height"], changed)
    for row in objects:
        name = row["class_name"]
        is_none = name is None or name.lower() in _BACKGROUND
        why = "its class is none, or the background" if is_none else drawing.add(row, values[name])
        if why:
            left_out[row["annotation_id"]] = why
    hidden, n_partly = drawing.hidden()
    left_out.update(dict.fromkeys(hidden, "it is hidden whole under other objects"))
    if n_partly:
        changed[HIDDEN] += n_partly
    return drawing


def _clear(name: str) -> str:
    """Return a path that no reader takes for a split's folder or for one of masks."""
    return "/".join(
        f"_{part}" if part.startswith("Segmentation") else part for part in clear_of_splits(name).split("/")
    )


def _write_splits(folder: Path, splits: list[str | None], keys: list[str]) -> None:
    for split in SPLITS:
        lines = [key for key, of in zip(keys, splits, strict=True) if of == split]
        if lines:
            place = folder / "ImageSets" / "Segmentation"
            place.mkdir(parents=True, exist_ok=True)
            (place / f"{split}.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
