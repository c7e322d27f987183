"""Masks of Open Images: pictures of their own, listed with the box that they fill."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from PIL import Image

from labelduck import geometry
from labelduck.importers import drawn
from labelduck.importers.base import rows_to_table, storable
from labelduck.importers.image_sizes import walk
from labelduck.importers.open_images.columns import numbers, portions
from labelduck.importers.rows import json_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from labelduck.importers.open_images.images import ImageBook
    from labelduck.importers.open_images.names import Names
    from labelduck.importers.repeats import Repeats

Key = tuple[str, str, tuple[float, ...]]
_EDGES = ("BoxXMin", "BoxXMax", "BoxYMin", "BoxYMax")
_COLUMNS = ("MaskPath", "ImageID", "LabelName", "BoxID", *_EDGES, "PredictedIoU", "Clicks")
_PNG = frozenset((".png",))
_DIGITS = 5
_BEYOND = 1e9
"""Edge, as a share of its picture, that stands for all that are further out."""


@dataclass(frozen=True, slots=True)
class _Listed:
    """One listed mask: its picture's name, the facts of its row, and where it is listed."""

    name: str
    image: str
    code: str
    facts: str | None
    file: Path
    place: str


class MaskBook:
    """Masks by the image, class and box that they belong to.

    Args:
        files: CSV files that list masks.
        root: Folder below which their pictures lie.
        repeats: Takes what is refused.
    """

    def __init__(self, files: list[Path], *, root: Path, repeats: Repeats) -> None:
        self._root, self._repeats = root, repeats
        self._paths = {name.rpartition("/")[2]: name for name in walk(root, _PNG)} if files else {}
        self._listed: dict[Key, _Listed] = {}
        for file in files:
            for before, rows in portions(file, _COLUMNS, repeats):
                self._list(rows, before, file)

    def claim(self, rows: pa.Table, fractions: NDArray[np.float64]) -> list[geometry.Mask | None]:
        """Return the mask of each box, None where it has none.

        Args:
            rows: Columns ImageID and LabelName.
            fractions: XMin, XMax, YMin, YMax of each, [n, 4].
        """
        if not self._listed:
            return [None] * rows.num_rows
        names = zip(
            rows["ImageID"].to_pylist(), rows["LabelName"].to_pylist(), _rounded(fractions), strict=True
        )
        found = [self._listed.pop(key, None) for key in names]
        return [None if listed is None else (self._columns(listed) or {}).get("mask") for listed in found]

    def unclaimed(self, images: ImageBook, names: Names) -> Iterator[pa.Table]:
        """Yield the masks that no box claimed, without their ids."""
        rows: list[dict[str, Any]] = []
        codes: list[str] = []
        for listed in self._listed.values():
            columns = self._columns(listed)
            if columns is not None:
                image_id = images.find(listed.image, listed.file).image_id
                place = {"source_file": storable(str(listed.file)), "source_ref": listed.place}
                rows.append(columns | place | {"image_id": image_id, "attributes": listed.facts})
                codes.append(listed.code)
        if rows:
            boxes = [row.pop("box", None) for row in rows]
            for row, corners in zip(rows, boxes, strict=True):
                row["box"] = corners and dict(zip(("x_min", "y_min", "x_max", "y_max"), corners, strict=True))
            yield rows_to_table("annotations", rows).append_column(
                "class_name", names.column(pa.array(codes))
            )

    def _list(self, rows: pa.Table, before: int, file: Path) -> None:
        edges = np.stack([numbers(rows[name].combine_chunks()) for name in _EDGES], axis=1)
        for number, (row, box) in enumerate(zip(rows.to_pylist(), _rounded(edges), strict=True), before + 2):
            image, code, name = row["ImageID"], row["LabelName"], row["MaskPath"]
            if not (image and code and name):
                text = "the mask is left out: it has no MaskPath, ImageID or LabelName"
                self._repeats.add(text, storable(str(file)), f"line {number}", record=row)
                continue
            facts = json_text({k: row[k] for k in ("BoxID", "PredictedIoU", "Clicks") if row[k]})
            key = (image, code, box)
            while key in self._listed:  # two masks of one box are two objects
                key = (image, code, (*key[2], 0.0))
            self._listed[key] = _Listed(name, image, code, facts, file, f"line {number}")

    def _columns(self, listed: _Listed) -> drawn.Columns | None:
        try:
            return drawn.mask_of_pixels(self._pixels(listed.name))
        except (ValueError, OSError, SyntaxError, Image.DecompressionBombError) as error:
            told = f"the mask {listed.name} is left out: {error}"
            self._repeats.add("the mask is left out", storable(str(listed.file)), listed.place, told)
            return None

    def _pixels(self, name: str) -> NDArray[np.bool_]:
        path = self._paths.get(name.replace("\\", "/").rpartition("/")[2])
        if path is None:
            raise ValueError("there is no such picture below the folder")
        with Image.open(io.BytesIO((self._root / path).read_bytes())) as picture:
            width, height = picture.size
            if width * height > geometry.MAX_PIXELS:
                raise ValueError(f"{width} x {height} pixels are too many")
            pixels: NDArray[np.bool_] = np.asarray(picture.convert("L")) > 0
            return pixels


def _rounded(edges: NDArray[np.float64]) -> list[tuple[float, ...]]:
    """Return edges as keys: the two files print the same numbers with different digits."""
    numbers_alone = np.clip(np.nan_to_num(edges, nan=-1), -1, _BEYOND)
    return [tuple(row) for row in np.round(numbers_alone, _DIGITS).tolist()]
