"""Pictures of a dataset, found by name in a folder, a zip or below a web address, and small copies of them to show.

A name is looked up among the pictures that are there, and never joined with a path; so no name leads out of the folder.
Small copies are kept in the user's cache folder, a file each, under the hash of what they were made from.
"""

from __future__ import annotations

import hashlib
import io
import os
import uuid
import warnings
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from labelduck.catalog.template import cache_folder
from labelduck.errors import BadInputError, UsageError
from labelduck.importers.files import Files, UnreadableFileError
from labelduck.importers.image_sizes import PICTURE_SUFFIXES, ImageSizes

if TYPE_CHECKING:
    from PIL import Image

WIDTHS = (160, 320, 640, 1280, 2560)
"""Widths in pixels that pictures are shown in; a small picture is not enlarged."""

MAX_PIXELS = 300_000_000
"""Pixels of the largest picture that is decoded."""

MAX_KEPT_BYTES = 2 << 30
"""Small copies are kept up to so many bytes; the oldest go first."""

_URL_SECONDS = 20
_URL_BYTES = 1 << 27
_QUALITY = 80


class NoPictureError(LookupError):
    """There is no picture of this name, or none that can be shown; the message says why."""


class Pictures:
    """Pictures by name.

    Args:
        source: Folder, zip, or web address that names are put behind; None where there are no pictures.
        cache: Folder for small copies; the user's cache folder when None.

    Raises:
        UsageError: The source is absent or of no known kind.
    """

    def __init__(self, source: Path | str | None, *, cache: Path | None = None) -> None:
        self.source = source
        self._cache = cache or cache_folder() / "pictures"
        self._names: ImageSizes | None = None
        self._files: Files | None = None
        self._address = str(source) if _is_address(source) else None
        if source is not None and self._address is None:
            try:
                self._names = ImageSizes(images=Path(source))
                self._files = Files(Path(source), PICTURE_SUFFIXES)
            except BadInputError as error:
                raise UsageError(f"--images {source}: {error.problem or 'is no folder or zip'}") from error

    @property
    def are_there(self) -> bool:
        """Tell whether there is anywhere to look."""
        return self.source is not None

    def find(self, name: str | None) -> str | None:
        """Return what the source calls the picture that a name means; None where there is none."""
        if not name:
            return None
        if self._address is not None:
            return name if _is_below(name) else None
        found = self._names.find(name.replace("\\", "/")) if self._names else None
        return found if self._files is not None and found in self._files.member_names else None

    def copy(self, name: str, width: int) -> Path:
        """Return the file of a small copy, made at the first call.

        Args:
            name: As `find` gives it.
            width: One of WIDTHS.

        Raises:
            NoPictureError: No such picture or width, or it cannot be decoded.
        """
        if width not in WIDTHS:
            raise NoPictureError(f"width {width} is none of {', '.join(map(str, WIDTHS))}")
        if self.find(name) != name:
            raise NoPictureError(f"no picture {name!r} in {self.source}")
        digest = hashlib.sha256(f"{self.source}\0{name}\0{self._stamp(name)}".encode()).hexdigest()
        target = self._cache / str(width) / digest[:2] / f"{digest[2:34]}.webp"
        if not target.is_file():
            _keep(target, _shrunk(self._read(name), width))
        return target

    def _stamp(self, name: str) -> str:
        if self._address is not None:
            return ""
        path = Path(str(self.source))
        with suppress(OSError):
            told = (path / name if path.is_dir() else path).stat()
            return f"{told.st_mtime_ns} {told.st_size}"
        return ""

    def _read(self, name: str) -> bytes:
        if self._address is not None:
            return _fetch(self._address + quote(name))
        try:
            return self._files.read(name) if self._files else b""
        except UnreadableFileError as error:
            raise NoPictureError(f"{name} {error}") from error


def prune(folder: Path | None = None, *, most: int = MAX_KEPT_BYTES) -> int:
    """Remove the oldest small copies until the rest takes at most so many bytes; return how many went."""
    files = []
    for path in (folder or cache_folder() / "pictures").glob("*/*/*.webp"):
        with suppress(OSError):
            told = path.stat()
            files.append((told.st_mtime_ns, told.st_size, path))
    n_bytes, n_removed = sum(size for _, size, _ in files), 0
    for _, size, path in sorted(files):
        if n_bytes <= most:
            break
        path.unlink(missing_ok=True)
        n_bytes, n_removed = n_bytes - size, n_removed + 1
    return n_removed


def _is_address(source: Path | str | None) -> bool:
    return isinstance(source, str) and source.startswith(("http://", "https://"))


def _is_below(name: str) -> bool:
    """Tell whether a name put behind an address stays below it."""
    parts = name.replace("\\", "/").split("/")
    return ".." not in parts and parts[0] != "" and not urlsplit(name).scheme


def _fetch(address: str) -> bytes:
    from http.client import HTTPException
    from urllib.request import urlopen

    try:
        with urlopen(address, timeout=_URL_SECONDS) as answer:  # noqa: S310 - http or https, by the one who started it
            data: bytes = answer.read(_URL_BYTES + 1)
    except (OSError, HTTPException, ValueError) as error:
        raise NoPictureError(f"{address} cannot be fetched: {error}") from error
    if len(data) > _URL_BYTES:
        raise NoPictureError(f"{address} is larger than {_URL_BYTES >> 20} MB")
    return data


def _shrunk(data: bytes, width: int) -> bytes:
    """Return a picture upright, at most so wide, as WebP."""
    from PIL import Image, ImageOps

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # its size is checked below
            picture: Image.Image = Image.open(io.BytesIO(data))
            if picture.width * picture.height > MAX_PIXELS:
                raise NoPictureError(f"the picture has {picture.width} x {picture.height} pixels, too many")
            picture.draft("RGB", (width, width))  # square, for one that lies and will be turned
            picture = _visible(ImageOps.exif_transpose(picture))
            height = max(1, round(picture.height * width / picture.width))
            if picture.width > width:
                picture = picture.resize((width, height), Image.Resampling.BILINEAR, reducing_gap=2.0)
            made = io.BytesIO()
            picture.save(made, "WEBP", quality=_QUALITY, method=0)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise NoPictureError(f"the picture cannot be decoded: {error}") from error
    return made.getvalue()


def _visible(picture: Image.Image) -> Image.Image:
    """Return a picture in red, green and blue; of one with deeper greys the darkest becomes black, the brightest white."""
    import numpy as np
    from PIL import Image

    if not picture.mode.startswith(("I", "F")):
        return picture.convert("RGB")
    grey = np.nan_to_num(np.asarray(picture, np.float64))
    low, high = float(grey.min()), float(grey.max())
    return Image.fromarray(((grey - low) / max(high - low, 1e-9) * 255).astype(np.uint8)).convert("RGB")


def _keep(target: Path, data: bytes) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = target.with_name(f".{uuid.uuid4().hex}.tmp")
        temporary.write_bytes(data)
        os.replace(temporary, target)  # noqa: PTH105 - two at once make the same
    except OSError as error:
        raise NoPictureError(f"{target.parent} cannot be written: {error.strerror}") from error
