"""Sizes of pictures from their headers, without decoding a pixel.

Formats such as YOLO give coordinates as fractions, so that each picture's width and height must be found: in a CSV of
`file_name, width, height`, in a folder of pictures, or in a zip of them.

A JPEG's EXIF orientation is honoured: a picture that is stored lying and shown upright counts as upright. That is the
frame in which OpenCV, browsers and therefore the labelling tools work, and the size that Ultralytics multiplies
with (`exif_size`). No orientation is applied to other formats, as Ultralytics applies none.
"""

from __future__ import annotations

import csv
import lzma
import os
import struct
import warnings
import zipfile
import zlib
from typing import IO, TYPE_CHECKING

from labelduck.errors import BadInputError
from labelduck.importers.base import LARGEST_WHOLE, why_unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

Size = tuple[int, int]
"""Width and height in pixels, as shown."""

PICTURE_SUFFIXES = frozenset(
    (".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".bmp", ".webp", ".gif", ".tif", ".tiff", ".mpo")
)
COLUMNS = ("file_name", "width", "height")
HEAD = 4096
JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
END_OF_JPEG_HEADER = (0xD9, 0xDA)
ORIENTATION = 0x0112
DAMAGED_ZIP = (zipfile.BadZipFile, zlib.error, lzma.LZMAError)


class ImageSizes:
    """Sizes by name of picture, looked up on demand.

    Args:
        images: Folder or zip of pictures.
        sizes: CSV with the columns file_name, width and height; asked before `images`.

    Raises:
        BadInputError: `images` is no folder or zip, or `sizes` is no such CSV.
    """

    def __init__(self, *, images: Path | None = None, sizes: Path | None = None) -> None:
        self._known = {} if sizes is None else _read_sizes(sizes)
        self._folder: Path | None = None
        self._zip: zipfile.ZipFile | None = None
        names: Iterable[str] = ()
        if images is not None and images.is_dir():
            self._folder, names = images, sorted(walk(images, PICTURE_SUFFIXES))
        elif images is not None:
            self._zip = _open_zip(images)
            names = (n for n in self._zip.namelist() if is_picture(n) and not n.startswith("__MACOSX"))
        self.names: list[str] = [*self._known, *(name for name in names if name not in self._known)]
        self._by_stem, self._by_last = dict[str, str](), dict[str, str | None]()
        for name in self.names:
            # A dot may belong to the name: a list of sizes need not give extensions.
            for path in dict.fromkeys((stem(name), name)) if not is_picture(name) else (stem(name),):
                self._by_stem.setdefault(path, name)
                last = path.rpartition("/")[2]
                self._by_last[last] = None if last in self._by_last else name

    def find(self, name: str) -> str | None:
        """Return the picture that a name means: its path, its path without extension, or its last part where that is unique."""
        found = self._by_stem.get(name)
        if found is not None or name in self._known:
            return found or name
        path = stem(name) if is_picture(name) else name
        found = self._by_stem.get(path)
        return found if found is not None else self._by_last.get(path.rpartition("/")[2])

    def size(self, name: str) -> Size:
        """Return width and height in pixels of the picture that `find` gives for a name.

        Raises:
            ValueError: There is no such picture, or its header cannot be read; the message says which.
        """
        found = self.find(name)
        if found is None:
            raise ValueError(f"no picture and no size is known for {name}")
        return self.size_of(found)

    def size_of(self, found: str) -> Size:
        """Return width and height in pixels of a picture that `find` gave; ValueError as `size`."""
        if found in self._known:
            return self._known[found]
        if self._zip is None:
            return file_size(f"{self._folder}/{found}")
        try:
            with self._zip.open(found) as file:
                return read_size(file)
        except (*DAMAGED_ZIP, NotImplementedError, RuntimeError, OSError, EOFError) as error:
            raise ValueError(f"the picture {found} cannot be read from the zip: {error}") from error


def file_size(path: Path | str) -> Size:
    """Return width and height in pixels of one picture file; ValueError as `read_size`, or when it cannot be opened."""
    try:
        with open(path, "rb", buffering=0) as file:  # noqa: PTH123 - a Path per file takes as long as reading it
            return read_size(file)
    except OSError as error:
        raise ValueError(f"the picture cannot be read: {error.strerror or error}") from error


def read_size(file: IO[bytes]) -> Size:
    """Return width and height in pixels of a picture, from a binary file that can seek.

    JPEG, PNG, GIF, BMP and WebP headers are read here; Pillow reads any other header, TIFF included.

    Raises:
        ValueError: The header is cut short or of no known kind.
    """
    head = file.read(HEAD)
    try:
        reader = next((reader for magic, reader in READERS.items() if head.startswith(magic)), _pillow_size)
        width, height = reader(head, file)
    except (struct.error, IndexError) as error:
        raise ValueError("the picture's header is cut short") from error
    if not (0 < width <= LARGEST_WHOLE and 0 < height <= LARGEST_WHOLE):
        raise ValueError(f"the picture's header says {width} x {height} pixels")
    return width, height


def walk(folder: Path | str, suffixes: frozenset[str]) -> Iterator[str]:
    """Yield the files below a folder that end in one of some suffixes, as '/' separated paths relative to it, in no order."""
    seen: set[str] = set()
    waiting = [("", os.fspath(folder))]
    while waiting:
        prefix, path = waiting.pop()
        real = os.path.realpath(path)
        if real in seen:  # a link back up would never end
            continue
        seen.add(real)
        with os.scandir(path) as entries:
            for entry in entries:
                name = entry.name
                if suffix(name) in suffixes:
                    yield prefix + name
                elif not name.startswith(".") and entry.is_dir():
                    waiting.append((f"{prefix}{name}/", entry.path))


def stem(name: str) -> str:
    """Return a '/' separated path without its extension."""
    before, dot, after = name.rpartition(".")
    return before if dot and "/" not in after and before[-1:] not in ("", "/") else name


def suffix(name: str) -> str:
    """Return the extension of a name in small letters with its dot; of a name without one nothing that ends a file."""
    return name[name.rfind(".") :].lower()


def is_picture(name: str) -> bool:
    """Tell whether a name ends like a picture's."""
    return suffix(name) in PICTURE_SUFFIXES


def clean(name: str) -> str:
    """Return a file name as text that can be stored: bytes that are no UTF-8 become question marks."""
    return name if name.isascii() else name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _read_sizes(path: Path) -> dict[str, Size]:
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            rows = csv.reader(file, skipinitialspace=True)
            header = [name.strip() for name in next(rows, ())]
            if missing := [name for name in COLUMNS if name not in header]:
                problem = f"no column {missing[0]}: a file of sizes starts with {','.join(COLUMNS)}"
                raise BadInputError(path, "line 1", problem)
            places = [header.index(name) for name in COLUMNS]
            sizes: dict[str, Size] = {}
            for row in filter(None, rows):
                name, width, height = (row[place] if place < len(row) else "" for place in places)
                sizes[name.replace("\\", "/")] = _size_of_row(path, rows.line_num, width, height)
            return sizes
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadInputError(path, "", why_unreadable(error, "a CSV of sizes")) from error


def _size_of_row(path: Path, line: int, width: str, height: str) -> Size:
    try:
        size = int(width), int(height)
    except ValueError:
        size = 0, 0
    if min(size) < 1 or max(size) > LARGEST_WHOLE:
        said = f"{width[:40] or 'nothing'} x {height[:40] or 'nothing'}"
        problem = f"{said} is no size: give whole pixels, 1 to {LARGEST_WHOLE}"
        raise BadInputError(path, f"line {line}", problem)
    return size


def _open_zip(path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except (OSError, zipfile.BadZipFile) as error:
        raise BadInputError(path, "", f"is neither a folder nor a zip of pictures: {error}") from error


def _png_size(head: bytes, _: IO[bytes]) -> Size:
    width, height = struct.unpack_from(">II", head, 16)
    return width, height


def _gif_size(head: bytes, _: IO[bytes]) -> Size:
    width, height = struct.unpack_from("<HH", head, 6)
    return width, height


def _bmp_size(head: bytes, _: IO[bytes]) -> Size:
    (header,) = struct.unpack_from("<I", head, 14)
    width, height = struct.unpack_from("<HH" if header == 12 else "<ii", head, 18)
    return width, abs(height)  # a negative height says that rows run from the top


def _webp_size(head: bytes, file: IO[bytes]) -> Size:
    kind = head[8:16]
    if kind == b"WEBPVP8 ":
        width, height = struct.unpack_from("<HH", head, 26)
        return width & 0x3FFF, height & 0x3FFF
    if kind == b"WEBPVP8L":
        (bits,) = struct.unpack_from("<I", head, 21)
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if kind == b"WEBPVP8X" and len(head) >= 30:
        return int.from_bytes(head[24:27], "little") + 1, int.from_bytes(head[27:30], "little") + 1
    return _pillow_size(head, file)


def _jpeg_size(head: bytes, file: IO[bytes]) -> Size:
    position, lying = 2, False
    while True:
        segment = _bytes_at(head, file, position, 10)
        marker, (length,) = segment[1], struct.unpack_from(">H", segment, 2)
        if segment[0] != 0xFF or marker in END_OF_JPEG_HEADER:
            raise ValueError("the JPEG's header is damaged")
        if marker == 0xFF:  # a fill byte
            position += 1
            continue
        if marker in JPEG_FRAMES:
            height, width = struct.unpack_from(">HH", segment, 5)
            return (height, width) if lying else (width, height)
        if marker == 0xE1 and segment[4:8] == b"Exif":
            lying = _is_lying(_bytes_at(head, file, position + 10, length - 8))
        position += 2 + length


def _bytes_at(head: bytes, file: IO[bytes], position: int, count: int) -> bytes:
    if position + count <= len(head):
        return head[position : position + count]
    file.seek(position)  # previews and colour profiles push the frame header far back
    return file.read(count)


def _is_lying(exif: bytes) -> bool:
    """Tell whether EXIF says that width and height change places when the picture is shown (orientation 5 to 8)."""
    order = "<" if exif[:2] == b"II" else ">"
    try:
        (start,) = struct.unpack_from(order + "I", exif, 4)
        (count,) = struct.unpack_from(order + "H", exif, start)
        for entry in range(start + 2, start + 2 + 12 * count, 12):
            tag, _, _, value = struct.unpack_from(order + "HHIH", exif, entry)
            if tag == ORIENTATION:
                return bool(5 <= value <= 8)
    except struct.error:
        pass  # damaged EXIF says nothing
    return False


READERS: dict[bytes, Callable[[bytes, IO[bytes]], Size]] = {
    b"\xff\xd8": _jpeg_size,
    b"\x89PNG\r\n\x1a\n": _png_size,
    b"GIF8": _gif_size,
    b"BM": _bmp_size,
    b"RIFF": _webp_size,
}
"""Reader by the first bytes of the file."""


def _pillow_size(_: bytes, file: IO[bytes]) -> Size:
    from PIL import Image

    file.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a large picture is no bomb here: nothing is decoded
            with Image.open(file) as picture:
                return picture.size
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise ValueError("the file is no picture of a known kind") from error
