"""Where the label file of each image lies, and what a reader will call the image."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from labelduck.exporters.names import clear_of_splits, picture_names, without_suffix

if TYPE_CHECKING:
    from numpy.typing import NDArray

SPLITS = ("train", "val", "test")
_NO_LABELS = {
    "classes",
    "obj",
    "predefined_classes",
    "train",
    "val",
    "valid",
    "validation",
    "test",
    "trainval",
    "labels",
}


@dataclass(frozen=True)
class Layout:
    """Places of n images.

    Attributes:
        image_ids: Ids that a reader will give, [n].
        keys: Path below images/ and labels/ without extension, [n].
        suffixes: Extension of the picture, [n].
        splits: Splits that folders stand for, in order.
        has_all_splits: Whether those folders tell the split of every image that has one.
        is_trainable: Whether each image lies in the folder of a split.
        is_seen: Which images get a label file, although no object is on them, [n].
        widths: Pixels, NaN when unknown, [n].
        heights: Pixels likewise.
    """

    image_ids: list[str]
    keys: list[str]
    suffixes: list[str]
    splits: tuple[str, ...]
    has_all_splits: bool
    is_trainable: bool
    is_seen: NDArray[np.bool_]
    widths: NDArray[np.float64]
    heights: NDArray[np.float64]

    @property
    def n_unseen(self) -> int:
        """How many images get no label file."""
        return int((~self.is_seen).sum())

    @property
    def file_names(self) -> list[str]:
        """Paths of the pictures below images/, [n]."""
        return [key + suffix for key, suffix in zip(self.keys, self.suffixes, strict=True)]

    @property
    def pictures(self) -> list[str]:
        """Paths of the pictures, [n]."""
        return [f"images/{name}" for name in self.file_names]

    def sizes(self, images: pa.Table) -> pa.Table:
        """Return the sizes that are known, by file name."""
        names = self.file_names
        rows = pa.table(
            {"file_name": pa.array(names, pa.string()), "width": images["width"], "height": images["height"]}
        )
        return rows.filter(pa.array(~np.isnan(self.widths)))


def lay_out(images: pa.Table) -> Layout:
    """Return the places of images.

    Images of the splits train, val and test lie in folders of these names, others beside the folders.
    """
    names = picture_names(images)
    splits = images["split"].to_pylist()
    ids, keys, suffixes = [], [], []
    for name, split in zip(names, splits, strict=True):
        image_id = _free(without_suffix(name), is_inside=split in SPLITS)
        ids.append(image_id)
        suffixes.append(name[len(without_suffix(name)) :])
        keys.append(f"{split}/{image_id}" if split in SPLITS else image_id)
    known = {split for split in splits if split is not None}
    is_sized = np.asarray(
        pc.fill_null(pc.and_(pc.greater(images["width"], 0), pc.greater(images["height"], 0)), False)
    )
    widths, heights = (
        np.where(is_sized, np.asarray(pc.fill_null(images[side], 0), np.float64), np.nan)
        for side in ("width", "height")
    )
    return Layout(
        image_ids=ids,
        keys=keys,
        suffixes=suffixes,
        splits=tuple(split for split in SPLITS if split in known),
        has_all_splits=known <= set(SPLITS),
        is_trainable=bool(splits) and set(splits) <= set(SPLITS),
        is_seen=np.asarray(pc.fill_null(images["is_annotated"], True)),
        widths=widths,
        heights=heights,
    )


def _free(name: str, *, is_inside: bool) -> str:
    """Return a name that no reader takes for the folder of a split or for a file that holds no labels."""
    folder, slash, last = name.rpartition("/")
    if last.lower() in _NO_LABELS or last.lower().startswith("readme"):
        last = f"_{last}"
    name = folder + slash + last
    return name if is_inside else clear_of_splits(name)
