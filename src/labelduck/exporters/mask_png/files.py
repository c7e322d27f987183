"""Mask pictures: indexed with Pascal VOC's colours, or of 16 bits where there are more than 254 values."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from labelduck.exporters.mask_png.drawing import VOID

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa
    from numpy.typing import NDArray

    from labelduck.exporters.mask_png.drawing import Drawing

LARGEST = 65_535


def class_values(classes: pa.Table) -> dict[str, int]:
    """Return a pixel value for each class: its number where all have one that a pixel can have, else counted from 1."""
    names, numbers = classes["class_name"].to_pylist(), classes["class_index"].to_pylist()
    pairs = zip(names, numbers, strict=True)
    is_fit = all(_is_value(number) and (number != VOID or name.lower() == "void") for name, number in pairs)
    if not is_fit or len(set(numbers)) < len(numbers):
        numbers = [number for number in range(1, len(names) + 2) if number != VOID]
    return dict(zip(names, numbers, strict=False))


class MaskFiles:
    """Writes masks of classes and of objects.

    Args:
        folder: Where the folders of masks go.
        largest_class: Largest value of a class, which decides how many bits all class masks have.
    """

    def __init__(self, folder: Path, *, largest_class: int) -> None:
        self._folder, self._largest_class = folder, largest_class

    def write(self, key: str, drawing: Drawing) -> None:
        """Write the masks of one image; `key` is its path without extension."""
        objects = drawing.objects()
        self._save("SegmentationClass", key, drawing.classes(), self._largest_class)
        self._save("SegmentationObject", key, objects, int(objects.max(initial=0)))

    def _save(self, kind: str, key: str, values: NDArray[np.int64], largest: int) -> None:
        from PIL import Image

        path = self._folder / kind / f"{key}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        if largest <= VOID:
            picture = Image.fromarray(values.astype(np.uint8))
            picture.putpalette(_palette())
        else:
            picture = Image.fromarray(values.astype(np.uint16))
        picture.save(path, format="PNG")


def _palette() -> bytes:
    """Return Pascal VOC's colours: the bits of a value dealt to red, green and blue in turn."""
    values = np.arange(256)[:, None]
    bits = [(values >> (3 * bit + np.arange(3)) & 1) << (7 - bit) for bit in range(3)]
    colors: NDArray[np.uint8] = np.sum(bits, axis=0).astype(np.uint8)
    return colors.tobytes()


def _is_value(number: int | None) -> bool:
    return number is not None and 0 < number <= LARGEST
