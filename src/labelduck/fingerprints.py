"""Hashes of pictures: `sha256` tells the same file, `phash` the same picture after scaling or another compression."""

from __future__ import annotations

import hashlib
import io
import os
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from labelduck import limits
from labelduck.importers.base import Problems
from labelduck.importers.files import Files, UnreadableFileError
from labelduck.importers.image_sizes import PICTURE_SUFFIXES, ImageSizes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from labelduck.importers.base import Batch

SIDE = 32
KEPT = 8
DRAFT = (512, 512)
"""A larger JPEG is decoded at a half, quarter or eighth of its size, not below this: many times quicker."""

Hashes = tuple[str | None, str | None]


def hashed(batches: Iterable[Batch], pictures: Path | None) -> Iterator[Batch]:
    """Yield batches whose images have hashes, where the picture is found and the source gives none.

    Pictures are read by as many threads as there are processors (LABELDUCK_THREADS), each holding one at a time.

    Args:
        batches: What an importer yields.
        pictures: Folder or zip in which the pictures lie; None leaves the batches as they are.
    """
    if pictures is None:
        yield from batches
        return
    source = _Pictures(pictures)
    workers = limits.threads() or os.cpu_count() or 1
    with ThreadPoolExecutor(workers) as pool:
        for batch in batches:
            yield _with_hashes(batch, source, pool) if "images" in batch else batch


def phash(picture: bytes) -> str:
    """Return the perceptual hash of a picture as 16 hexadecimal digits.

    64 bits: whether each of the 8 x 8 lowest frequencies of the picture, in grey and at 32 x 32 pixels, lies above their
    median. Equal to `imagehash.phash` (of a large JPEG but for a bit or two, see DRAFT).

    Raises:
        ValueError: It is no picture, or too large.

    After: Zauner, Implementation and benchmarking of perceptual image hash functions (2010).
    """
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(picture)) as image:
            image.draft("L", DRAFT)
            if image.width * image.height > (Image.MAX_IMAGE_PIXELS or 0):
                raise ValueError(f"{image.width} x {image.height} pixels are too many to be hashed")
            small = image.convert("L").resize((SIDE, SIDE), Image.Resampling.LANCZOS)
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError) as error:
        raise ValueError(f"cannot be read: {error}") from error
    cosines = _cosines()
    low = cosines @ np.asarray(small, dtype=np.float64) @ cosines.T
    bits = low > np.median(low)
    return np.packbits(bits).tobytes().hex()


@cache
def _cosines() -> NDArray[np.float64]:
    frequency, place = np.arange(KEPT)[:, None], np.arange(SIDE)[None, :]
    return np.asarray(2 * np.cos(np.pi * frequency * (2 * place + 1) / (2 * SIDE)))


class _Pictures:
    """Pictures below a folder or in a zip, by the name that annotations give them."""

    def __init__(self, path: Path) -> None:
        self._names = ImageSizes(images=path)
        self._files = Files(path, PICTURE_SUFFIXES)
        self.path = path

    def hashes(self, name: str | None) -> tuple[Hashes, str | None]:
        """Return both hashes of a picture, and what is wrong with it."""
        found = self._names.find(name.replace("\\", "/")) if name else None
        if found is None or found not in self._files.member_names:
            return (None, None), None
        try:
            content = self._files.read(found)
        except UnreadableFileError as error:
            return (None, None), str(error)
        digest = hashlib.sha256(content).hexdigest()
        try:
            return (digest, phash(content)), None
        except ValueError as error:
            return (digest, None), str(error)


def _with_hashes(batch: Batch, source: _Pictures, pool: ThreadPoolExecutor) -> Batch:
    images, problems = batch["images"], Problems()
    names = _column(images, "file_name") or _column(images, "image_id")
    told: list[Hashes] = []
    for name, (found, problem) in zip(names, pool.map(source.hashes, names), strict=True):
        told.append(found)
        if problem is not None:
            problems.add(str(source.path), name, f"picture: {problem}", severity="warning")
    for place, column in enumerate(("sha256", "phash")):
        given = _column(images, column) or [None] * len(told)
        values = [old or new[place] for old, new in zip(given, told, strict=True)]
        images = _set(images, column, pa.array(values, pa.string()))
    if not problems.rows:
        return batch | {"images": images}
    known = [batch["import_problems"]] if "import_problems" in batch else []
    tables = [*known, problems.take()]
    return batch | {"images": images, "import_problems": pa.concat_tables(tables, promote_options="default")}


def _column(rows: pa.Table, name: str) -> list[Any]:
    return rows[name].to_pylist() if name in rows.column_names else []


def _set(rows: pa.Table, column: str, values: pa.Array) -> pa.Table:
    if column not in rows.column_names:
        return rows.append_column(column, values)
    return rows.set_column(rows.column_names.index(column), column, values)
