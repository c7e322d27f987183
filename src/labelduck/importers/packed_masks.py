"""Masks that come as a PNG inside another file: decoded with a bound on their size."""

from __future__ import annotations

import base64
import binascii
import warnings
import zlib
from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np

from labelduck.importers.drawn import DrawnError

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray
    from PIL.Image import Image

MAX_PIXELS = 1 << 27
"""Largest mask that is decoded; larger than any picture that people draw on."""
MAX_BYTES = 1 << 27
"""Largest PNG that a compressed text may hold."""


def from_base64(text: object) -> bytes:
    """Return the bytes that a base64 text stands for; blanks and a `data:` prefix do not matter.

    Raises:
        DrawnError: It is no base64.
    """
    if not isinstance(text, str):
        raise DrawnError(f"the mask is {text!r:.40}, expected a base64 text")
    try:
        return base64.b64decode(text.rpartition(",")[2] if text.startswith("data:") else text)
    except (binascii.Error, ValueError) as error:
        raise DrawnError(f"the mask is no base64: {error}") from None


def inflated(data: bytes) -> bytes:
    """Return what zlib has packed.

    Raises:
        DrawnError: It is damaged, or swells beyond `MAX_BYTES`.
    """
    unpacker = zlib.decompressobj()
    try:
        found = unpacker.decompress(data, MAX_BYTES)
    except zlib.error as error:
        raise DrawnError(f"the mask cannot be unpacked: {error}") from None
    if unpacker.unconsumed_tail:
        raise DrawnError(f"the mask would swell to more than {MAX_BYTES >> 20} MB")
    if not unpacker.eof:
        raise DrawnError("the mask is cut short")
    return found


def mask_of_png(data: bytes) -> NDArray[np.bool_]:
    """Return a mask [height, width] from a PNG: true where the picture is opaque, or not black where it has no transparency.

    Raises:
        DrawnError: It is no PNG, is damaged, or has more than `MAX_PIXELS` pixels.
    """
    return _decoded(data, ("PNG",), _foreground)


def pixels_of(data: bytes) -> NDArray[np.int32]:
    """Return the values of a PNG or BMP as stored: [height, width], a colour as red x 65536 + green x 256 + blue.

    Raises:
        DrawnError: It is neither, is damaged, or has more than `MAX_PIXELS` pixels.
    """
    return _decoded(data, ("PNG", "BMP"), _values)


def _decoded(data: bytes, formats: tuple[str, ...], read: Callable[[Image], NDArray[Any]]) -> NDArray[Any]:
    from PIL import Image, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # our own bound is the narrower one
            with Image.open(BytesIO(data), formats=formats) as picture:
                _refuse_large(picture)
                picture.load()
                return read(picture)
    except DrawnError:
        raise
    except UnidentifiedImageError:
        raise DrawnError(f"the mask is no {' or '.join(formats)}") from None
    # Pillow's readers raise almost anything where a file is damaged.
    except (OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, zlib.error) as error:
        raise DrawnError(f"the mask is a damaged PNG: {error!s:.80}") from None
    except (MemoryError, Image.DecompressionBombError):
        raise DrawnError("the mask is too large") from None


def _refuse_large(picture: Image) -> None:
    if picture.width * picture.height > MAX_PIXELS:
        raise DrawnError(f"the mask has {picture.width} x {picture.height} pixels, too many")


def _foreground(picture: Image) -> NDArray[np.bool_]:
    if picture.mode == "P" and "transparency" in picture.info:
        picture = picture.convert("RGBA")
    if picture.mode in ("RGBA", "LA", "PA"):
        return np.asarray(picture.getchannel("A")) > 0
    values: NDArray[np.bool_] = np.asarray(picture) != 0
    return np.logical_or.reduce(values, axis=2) if values.ndim == 3 else values


def _values(picture: Image) -> NDArray[np.int32]:
    values = np.asarray(picture).astype(np.int32)
    if values.ndim == 2:
        return values
    if values.shape[2] < 3:
        return np.ascontiguousarray(values[..., 0])
    packed: NDArray[np.int32] = (values[..., 0] << 16) | (values[..., 1] << 8) | values[..., 2]
    return packed
