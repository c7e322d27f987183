"""Boxes of Open Images as annotations, a portion of a file at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from labelduck.importers.base import LARGEST_COORDINATE, box_array, storable
from labelduck.importers.open_images.columns import flags, numbers, portions
from labelduck.importers.rows import json_text
from labelduck.schema.columns import MASK

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from labelduck.importers.base import Batch
    from labelduck.importers.open_images.images import ImageBook
    from labelduck.importers.open_images.masks import MaskBook
    from labelduck.importers.open_images.names import Names
    from labelduck.importers.repeats import Repeats

EDGES = ("XMin", "XMax", "YMin", "YMax")
FLAGS = ("IsOccluded", "IsTruncated", "IsGroupOf", "IsDepiction", "IsInside")
COLUMNS = ("ImageID", "Source", "LabelName", "Confidence", *EDGES, *FLAGS)
_SOURCES = {"xclick": "manual", "activemil": "model_assisted", "machine": "model", "freeform": "manual"}
NO_SIZE = "its boxes are left out, for the size of the picture is not known: give the pictures (--images) or sizes (--sizes)"
NO_BOX = "the box is left out: its edges are no numbers, or the wrong way round"
NO_IDS = "the row is left out: it has no ImageID or no LabelName"


class BoxReader:
    """Turns files of boxes into annotations.

    Args:
        images: The images.
        names: Names of the classes.
        masks: Masks that belong to boxes.
        repeats: Takes what is refused.
    """

    def __init__(self, images: ImageBook, names: Names, masks: MaskBook, repeats: Repeats) -> None:
        self._images, self._names, self._masks, self._repeats = images, names, masks, repeats
        self._counts: dict[str, int] = {}

    def read(self, file: Path) -> Iterator[Batch]:
        """Yield the annotations of a file."""
        for before, rows in portions(file, COLUMNS, self._repeats):
            yield {"annotations": self._annotations(rows, before, file)}

    def rest(self) -> Iterator[Batch]:
        """Yield masks of which no file has the box as annotations of their own."""
        for rows in self._masks.unclaimed(self._images, self._names):
            ids = self._ids(rows["image_id"].combine_chunks().dictionary_encode())
            yield {"annotations": rows.append_column("annotation_id", ids)}

    def _annotations(self, rows: pa.Table, before: int, file: Path) -> pa.Table:
        lines = np.arange(rows.num_rows) + before + 2
        rows, lines = self._with_ids(rows, lines, file)
        written = _chunk(rows["ImageID"])
        image_ids, sizes = self._images.column(written, file)
        fractions = np.stack([numbers(_chunk(rows[edge])) for edge in EDGES], axis=1)
        with np.errstate(over="ignore", invalid="ignore"):  # beyond all pictures is refused below
            edges = fractions * sizes[:, [0, 0, 1, 1]]
        unsized = sizes[:, 0] == 0
        is_box = (np.abs(edges) <= LARGEST_COORDINATE).all(axis=1)
        is_box &= (edges[:, 1] >= edges[:, 0]) & (edges[:, 3] >= edges[:, 2])
        self._note(NO_SIZE, unsized, rows, lines, file)
        self._note(NO_BOX, ~unsized & ~is_box, rows, lines, file)
        kept = np.flatnonzero(~unsized & is_box)
        chosen = rows.take(pa.array(kept))
        image_ids = image_ids.take(pa.array(kept))
        x_min, x_max, y_min, y_max = edges[kept].T
        columns = {
            "annotation_id": self._ids(image_ids),
            "image_id": image_ids,
            "class_name": self._names.column(_chunk(chosen["LabelName"])),
            "box": box_array(x_min, y_min, x_max, y_max),
            "area": pa.array((x_max - x_min) * (y_max - y_min)),
            "source_file": pa.repeat(pa.scalar(storable(str(file))), len(kept)),
            "source_ref": pa.array([f"line {line}" for line in lines[kept].tolist()], pa.string()),
            **_flag_columns(chosen),
        }
        return pa.table(columns | self._geometry(chosen, fractions[kept]))

    def _geometry(self, rows: pa.Table, fractions: NDArray[np.float64]) -> dict[str, pa.Array]:
        """Return the masks of the boxes that have one."""
        masks = self._masks.claim(rows, fractions)
        kinds = pa.array([mask is not None for mask in masks], pa.bool_())
        columns = {"geometry": pc.if_else(kinds, "mask", "box")}
        if any(masks):
            columns["mask"] = pa.array(masks, MASK)
        return columns

    def _with_ids(
        self, rows: pa.Table, lines: NDArray[np.int64], file: Path
    ) -> tuple[pa.Table, NDArray[np.int64]]:
        known = pc.and_(pc.is_valid(rows["ImageID"]), pc.is_valid(rows["LabelName"]))
        is_known = np.asarray(known)
        self._note(NO_IDS, ~is_known, rows, lines, file)
        return rows.filter(known), lines[is_known]

    def _ids(self, image_ids: pa.DictionaryArray) -> pa.Array:
        """Return ids of annotations: the image's, and how many came before in it."""
        names = image_ids.dictionary.to_pylist()
        places = np.asarray(image_ids.indices)
        order = np.argsort(places, kind="stable")
        starts = np.searchsorted(places[order], np.arange(len(names)))
        position = np.empty(len(places), np.int64)
        position[order] = np.arange(len(places)) - starts[places[order]]
        position += np.array([self._counts.get(name, 0) for name in names], np.int64)[places]
        for name, n in zip(names, np.bincount(places, minlength=len(names)).tolist(), strict=True):
            self._counts[name] = self._counts.get(name, 0) + n
        numbered = pa.array(position).cast(pa.string())
        return pc.binary_join_element_wise(image_ids.cast(pa.string()), numbered, "/")

    def _note(
        self, kind: str, which: NDArray[np.bool_], rows: pa.Table, lines: NDArray[np.int64], file: Path
    ) -> None:
        places = np.flatnonzero(which)

        def describe(number: int) -> tuple[str, str, Any]:
            place = int(places[number])
            return f"line {lines[place]}", kind, rows.slice(place, 1).to_pylist()[0]

        self._repeats.add_many(kind, storable(str(file)), len(places), describe)


def _flag_columns(rows: pa.Table) -> dict[str, pa.Array]:
    occluded, truncated, group, depiction, inside = (flags(_chunk(rows[name])) for name in FLAGS)
    sources = _chunk(rows["Source"]).dictionary_encode()
    meant = [_SOURCES.get(word.lower(), "imported") for word in sources.dictionary.to_pylist()]
    confidence = numbers(_chunk(rows["Confidence"]))
    return {
        "occluded": pa.array(occluded[0].astype(float), mask=~occluded[1]),
        "truncated": pa.array(truncated[0].astype(float), mask=~truncated[1]),
        "is_crowd": pa.array(group[0], mask=~group[1]),
        "source": pa.DictionaryArray.from_arrays(sources.indices, pa.array(meant, pa.string())),
        "attributes": _extras(confidence, depiction[0], inside[0]),
    }


def _extras(
    confidence: NDArray[np.float64], depiction: NDArray[np.bool_], inside: NDArray[np.bool_]
) -> pa.Array:
    """Return as JSON what has no column of its own; most boxes have nothing of it."""
    is_unsure = np.isfinite(confidence) & (confidence != 1)
    texts: list[str | None] = [None] * len(confidence)
    for row in np.flatnonzero(is_unsure | depiction | inside).tolist():
        told = {"confidence": float(confidence[row])} if is_unsure[row] else {}
        told |= {name: True for name, has in (("depiction", depiction), ("inside", inside)) if has[row]}
        texts[row] = json_text(told)
    return pa.array(texts, pa.string())


def _chunk(column: pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks()
