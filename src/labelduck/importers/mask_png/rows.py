"""From mask files to rows of images and annotations, with the classes that came."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np

from labelduck.importers.image_sizes import clean
from labelduck.importers.mask_png.class_map import VOID_VALUE, ClassMap
from labelduck.importers.mask_png.classes import (
    cityscapes_classes,
    find_config,
    find_map,
    read_map,
    voc_classes,
    voc_color,
)
from labelduck.importers.mask_png.objects import class_regions, paired_regions
from labelduck.importers.mask_png.pixels import Pixels, color_text, is_grey, read_pixels
from labelduck.importers.mask_png.published import camvid_classes, mots_classes, synthia_classes

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from labelduck.importers.base import Problems, ReadOptions
    from labelduck.importers.mask_png.layout import Layout, Mask
    from labelduck.importers.mask_png.objects import Region
    from labelduck.importers.repeats import Repeats

Rows = list[dict[str, Any]]

_PUBLISHED: dict[str, Callable[[Path], ClassMap]] = {
    "camvid": lambda _: camvid_classes(),
    "synthia": lambda _: synthia_classes(),
    "mots": mots_classes,
}
"""Classes of published data sets, by layout."""
MOST_COLORS = 256
"""More colours than this that no class map names: a photograph, or a mask saved with loss."""
SAMPLE = 16


def class_map_of(layout: Layout, options: ReadOptions) -> ClassMap:
    """Return what the values mean: as the caller says, else a class map beside the masks, else as the dataset defines it."""
    if options.class_map is not None:
        return read_map(options.class_map)
    if options.class_names:
        return ClassMap(dict(enumerate(options.class_names)))
    if (file := find_map(layout.root)) is not None:
        return read_map(file)
    if layout.name == "shifted" and (file := find_config(layout.root, layout.version)) is not None:
        return read_map(file)
    return _map_of_dataset(layout)


class MaskReader:
    """Turns mask files into rows.

    Args:
        root: Folder that the files lie in.
        class_map: What their values mean.
        repeats: Takes what is refused or doubtful.
    """

    def __init__(self, root: Path, class_map: ClassMap, repeats: Repeats) -> None:
        self._root, self._map, self._repeats = root, class_map, repeats
        self._classes: dict[str, int] = {}
        self._unnamed: Counter[str] = Counter()
        self._ids: Counter[str] = Counter()

    def read(self, mask: Mask, split: str | None) -> tuple[Rows, Rows]:
        """Return the row of an image and the rows of its objects; neither when the mask cannot be read."""
        try:
            pixels = self._pixels(mask.path)
            regions = self._regions(mask, pixels)
        except ValueError as error:
            self._repeats.add("the mask is left out", clean(mask.path), "", f"the mask is left out: {error}")
            return [], []
        image_id = self._unique(mask)
        counts = {"void_pixels": 0, "background_pixels": 0}
        objects: Rows = []
        for region in regions:
            name = self._name(region.class_value, pixels)
            if region.note:
                self._repeats.add(
                    region.note, clean(mask.objects or mask.path), _said(region), severity="warning"
                )
            if self._map.is_background(name):
                counts["background_pixels"] += int(region.area)
                continue
            is_ignored = self._map.is_ignored(name)
            counts["void_pixels"] += int(region.area) if is_ignored else 0
            ids = {"image_id": image_id, "annotation_id": f"{image_id}/{len(objects)}"}
            told = {
                "class_name": name,
                "is_ignored": is_ignored,
                "source_file": clean(mask.objects or mask.path),
            }
            objects.append(ids | told | _region_row(region))
        height, width = pixels.values.shape
        image = {
            "image_id": image_id,
            "file_name": clean(mask.picture or mask.path),
            "width": width,
            "height": height,
            "split": mask.split or split,
            "is_annotated": True,
            "attributes": json.dumps(counts),
        }
        return [image], objects

    def classes(self) -> Rows:
        """Return the rows of `classes`: those with a name, and those that came without."""
        named = {name: value for value, name in sorted(self._map.names.items(), reverse=True)}
        found = {name: value for name, value in self._classes.items() if name not in named}
        pairs = sorted((named | found).items(), key=lambda pair: pair[1])
        return [{"class_name": n, "class_index": v} for n, v in pairs if not self._map.is_background(n)]

    def note_unnamed(self, source_file: str, problems: Problems) -> None:
        """Add a warning for each class that has no name."""
        for name, count in self._unnamed.items():
            text = f"no name is known for {name}, which {count} masks show: give --class-map or --class-names"
            problems.add(source_file, "", text, severity="warning")

    def _pixels(self, path: str) -> Pixels:
        pixels = read_pixels(self._root / path)
        if pixels.is_color and not self._map.colors and is_grey(pixels):
            return Pixels(pixels.values & 255, is_color=False, palette={})
        return pixels

    def _regions(self, mask: Mask, pixels: Pixels) -> list[Region]:
        if pixels.is_color:
            unknown = set(np.unique(pixels.values).tolist()) - self._map.colors.keys()
            if len(unknown) > MOST_COLORS:
                raise ValueError(f"it has {len(unknown):,} colours that no class map names: is it a picture?")
        if mask.objects is not None:
            objects = self._objects(mask.objects, pixels)
            if objects is not None:
                void = voc_color(VOID_VALUE) if objects.is_color else VOID_VALUE
                return paired_regions(
                    pixels.values,
                    objects.values,
                    lambda value: self._is_none(value, pixels),
                    void_object=void,
                )
        return class_regions(pixels.values, mask.kind)

    def _objects(self, path: str, classes: Pixels) -> Pixels | None:
        try:
            objects, reason = read_pixels(self._root / path), "its size is not that of the class mask"
        except ValueError as error:
            objects, reason = None, str(error)
        if objects is not None and objects.values.shape == classes.values.shape:
            return objects
        kind = "the object mask is left out, so each class is one annotation"
        self._repeats.add(kind, clean(path), "", f"{kind}: {reason}")
        return None

    def _is_none(self, value: int, pixels: Pixels) -> bool:
        name = self._known_name(value, pixels)[0]
        return self._map.is_background(name) or self._map.is_ignored(name)

    def _name(self, value: int, pixels: Pixels) -> str:
        name, is_known = self._known_name(value, pixels)
        if not is_known:
            self._unnamed[name] += 1
        self._classes.setdefault(name, value)
        return name

    def _known_name(self, value: int, pixels: Pixels) -> tuple[str, bool]:
        if not pixels.is_color:
            return self._map.name(value, pixels.palette)
        if value in self._map.colors:
            return self._map.colors[value], True
        return ("background", True) if value == 0 else (f"color {color_text(value)}", False)

    def _unique(self, mask: Mask) -> str:
        self._ids[mask.image_id] += 1
        if self._ids[mask.image_id] == 1:
            return mask.image_id
        image_id = f"{mask.image_id}#{self._ids[mask.image_id]}"
        text = f"another mask has the id {mask.image_id}: this image is {image_id}"
        self._repeats.add("another mask has the same id", clean(mask.path), "", text, severity="repaired")
        return image_id


def _map_of_dataset(layout: Layout) -> ClassMap:
    if layout.name == "voc":
        return voc_classes()
    if layout.name == "cityscapes":
        return cityscapes_classes(trained={mask.kind for mask in layout.masks} == {"labelTrainIds"})
    if layout.name == "shifted" and any("instance" in mask.path.split("/") for mask in layout.masks):
        return cityscapes_classes()  # KITTI
    if layout.name in _PUBLISHED:
        return _PUBLISHED[layout.name](layout.root)
    # Masks of nothing but 0 and 255 are black and white pictures of one class, not void.
    return ClassMap(void=None if _is_binary(layout) else VOID_VALUE)


def _region_row(region: Region) -> dict[str, Any]:
    corners = ("x_min", "y_min", "x_max", "y_max")
    return {
        "geometry": "mask",
        "box": dict(zip(corners, region.box, strict=True)),
        "area": float(region.area),
        "mask": region.mask,
        "is_crowd": region.is_crowd,
        "source_ref": _said(region),
    }


def _said(region: Region) -> str:
    return f"value {region.value}"


def _is_binary(layout: Layout) -> bool:
    for mask in layout.masks[:SAMPLE]:
        try:
            pixels = read_pixels(layout.root / mask.path)
        except ValueError:
            continue
        values = pixels.values & 255 if pixels.is_color and is_grey(pixels) else pixels.values
        if pixels.palette or not set(np.unique(values).tolist()) <= {0, VOID_VALUE}:
            return False
    return True
