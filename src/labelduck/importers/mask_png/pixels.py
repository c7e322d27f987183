"""The values in a mask picture: palette indexes, grey values or colours, exactly as stored."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray
    from PIL.Image import Image

GREY = 0
INDEXED = frozenset(("P", "PA"))
WHOLE = frozenset(("1", "L", "I", "I;16", "I;16B", "I;16L"))


@dataclass(frozen=True)
class Pixels:
    """A decoded mask.

    Attributes:
        values: Whole numbers [height, width]; a colour is red x 65536 + green x 256 + blue.
        is_color: Whether the values are colours.
        palette: Colour by index of an indexed mask; empty for others.
    """

    values: NDArray[np.int32]
    is_color: bool
    palette: dict[int, int]


def read_pixels(path: Path | str) -> Pixels:
    """Return the values of a mask picture.

    Raises:
        ValueError: The file is no picture, is cut short, or has floating-point pixels.
    """
    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore"
            )  # an aerial mask is large and no bomb; beyond twice the limit Pillow refuses
            with Image.open(path) as picture:
                picture.load()
                return _pixels(picture, _grey_step(path))
    except (OSError, SyntaxError, EOFError, Image.DecompressionBombError) as error:
        raise ValueError(f"cannot be read as a picture: {error}") from error


def _pixels(picture: Image, step: int) -> Pixels:
    if picture.mode in INDEXED:
        # Never through RGB: two classes may share a colour, and tools write palettes of their own.
        values = np.asarray(picture.getchannel(0) if picture.mode == "PA" else picture)
        return Pixels(values.astype(np.int32), is_color=False, palette=_palette(picture))
    if picture.mode in WHOLE:
        return Pixels(np.asarray(picture).astype(np.int32) // step, is_color=False, palette={})
    if picture.mode == "LA":
        return Pixels(np.asarray(picture.getchannel(0)).astype(np.int32), is_color=False, palette={})
    if picture.mode in ("RGB", "RGBA"):
        bands = np.asarray(picture).astype(np.int32)
        return Pixels(packed(bands[..., 0], bands[..., 1], bands[..., 2]), is_color=True, palette={})
    raise ValueError(
        f"a mask of mode {picture.mode} has no classes: expected an indexed, grey or RGB picture"
    )


def packed(red: NDArray[np.int32], green: NDArray[np.int32], blue: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return colours as one number each."""
    return (red << 16) | (green << 8) | blue


def color_text(color: int) -> str:
    """Return a packed colour as `red,green,blue`."""
    return f"{color >> 16},{color >> 8 & 255},{color & 255}"


def is_grey(pixels: Pixels) -> bool:
    """Tell whether all colours are shades of grey: a class mask that a viewer has saved anew."""
    values = pixels.values
    return bool(((values >> 16) == (values & 255)).all() and ((values >> 8 & 255) == (values & 255)).all())


def _palette(picture: Image) -> dict[int, int]:
    colors = (picture.getpalette("RGB") or [])[: 3 * 256]
    triples = zip(colors[0::3], colors[1::3], colors[2::3], strict=False)
    return {index: red << 16 | green << 8 | blue for index, (red, green, blue) in enumerate(triples)}


def _grey_step(path: Path | str) -> int:
    """Return what Pillow multiplies grey values of few bits with, to fill 0 to 255: the stored value is the class."""
    with open(path, "rb") as file:  # noqa: PTH123 - path may be a text
        head = file.read(26)
    is_few = head.startswith(b"\x89PNG") and len(head) == 26 and head[25] == GREY and head[24] in (2, 4)
    return {2: 85, 4: 17}[head[24]] if is_few else 1
