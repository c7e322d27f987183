"""Classes of whole images: confirmed or ruled out by people, or told by a model."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from labelduck.importers.base import rows_to_table, storable
from labelduck.importers.open_images.columns import numbers, portions

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from labelduck.importers.base import Batch
    from labelduck.importers.open_images.images import ImageBook
    from labelduck.importers.open_images.names import Names
    from labelduck.importers.repeats import Repeats

MACHINE = "open_images_machine"
"""Model that labels with the source `machine` are recorded under."""

_COLUMNS = ("ImageID", "Source", "LabelName", "Confidence")
_BAD = "the label is left out: it needs ImageID, LabelName and a Confidence from 0 to 1"


def read_image_labels(file: Path, images: ImageBook, names: Names, repeats: Repeats) -> Iterator[Batch]:
    """Yield the labels of a file.

    What people say has the field `present` (Confidence above 0) or `absent` (0: somebody looked and it is not there).
    """
    for before, rows in portions(file, _COLUMNS, repeats):
        good, confidence = _good(rows, before, file, repeats)
        image_ids, _ = images.column(good["ImageID"].combine_chunks(), file)
        class_names = names.column(good["LabelName"].combine_chunks())
        is_machine = pc.fill_null(pc.equal(good["Source"], "machine"), False).combine_chunks()
        yield _batch(pa.table({"image_id": image_ids, "class_name": class_names}), confidence, is_machine)


def _good(rows: pa.Table, before: int, file: Path, repeats: Repeats) -> tuple[pa.Table, NDArray[np.float64]]:
    """Return the rows that say something, with their confidence."""
    confidence = numbers(rows["Confidence"].combine_chunks())
    known = pc.and_(pc.is_valid(rows["ImageID"]), pc.is_valid(rows["LabelName"])).combine_chunks()
    is_good = np.asarray(known) & (confidence >= 0) & (confidence <= 1)
    bad = np.flatnonzero(~is_good).tolist()

    def describe(number: int) -> tuple[str, str, object]:
        return f"line {before + bad[number] + 2}", _BAD, rows.slice(bad[number], 1).to_pylist()[0]

    repeats.add_many(_BAD, storable(str(file)), len(bad), describe)
    return rows.filter(pa.array(is_good)), confidence[is_good]


def _batch(table: pa.Table, confidence: NDArray[np.float64], is_machine: pa.Array) -> Batch:
    fields = pc.if_else(pa.array(confidence > 0), "present", "absent")
    people = table.append_column("field", fields).filter(pc.invert(is_machine))
    batch = {"image_labels": people.append_column("source", pa.repeat(pa.scalar("manual"), people.num_rows))}
    told = table.append_column("confidence", pa.array(confidence)).filter(is_machine)
    if told.num_rows:
        models = pa.repeat(pa.scalar(MACHINE), told.num_rows)
        batch["predicted_labels"] = told.append_column("model", models)
        batch["models"] = rows_to_table("models", [{"model": MACHINE, "is_out_of_sample": True}])
    return batch
