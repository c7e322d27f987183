"""A null owns no items in what is written: pyarrow before 25 does not write a list below a null otherwise."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

import labelduck
from labelduck import storage
from labelduck.evaluation import evaluate
from sample_files import HARDHAT, LIDC


@pytest.fixture
def lists_below_nulls(monkeypatch):
    """Give the columns that were written with items below a null."""
    found = []
    write = storage.TableWriter.write

    def write_and_look(self, rows):
        found.extend(
            f"{self.table}.{name}"
            for name in rows.column_names
            for chunk in rows[name].chunks
            if _owns_items_below_null(chunk, np.ones(len(chunk), bool))
        )
        write(self, rows)

    monkeypatch.setattr(storage.TableWriter, "write", write_and_look)
    return found


@pytest.mark.parametrize("annotations", [HARDHAT / "coco" / "overlap.json", LIDC / "readings.json"])
def test_annotations_without_a_mask_have_no_items(tmp_path, lists_below_nulls, annotations):
    lake = labelduck.open(tmp_path / "lake")

    lake.import_annotations(annotations)

    assert lake.sql("select count(*) from annotations").fetchall()[0][0] > 0
    assert lists_below_nulls == []


def test_an_evaluation_writes_no_points_where_there_is_nothing_to_measure(tmp_path, lists_below_nulls):
    lake = labelduck.open(tmp_path / "lake")
    coco = HARDHAT / "coco"

    evaluate(lake, annotations=coco / "instances.json", predictions=coco / "predictions_detector-a.json")

    assert lake.sql("select count(*) from average_precision where precision is null").fetchall()[0][0] > 0
    assert lists_below_nulls == []


def test_the_check_finds_items_below_a_null():
    ends, mask = pa.array([0, 1, 2], pa.int32()), pa.array([False, True])
    items = pa.ListArray.from_arrays(ends, pa.array([1.0, 2.0]), mask=mask)

    assert _owns_items_below_null(items, np.ones(2, bool))


def _owns_items_below_null(array, is_visible):
    """Tell whether a list, at any depth, has items where it or what it belongs to is null."""
    is_visible = is_visible & array.is_valid().to_numpy(zero_copy_only=False)
    if pa.types.is_list(array.type):
        offsets = array.offsets.to_numpy()
        numbers = np.diff(offsets)
        items = array.values[int(offsets[0]) : int(offsets[-1])]
        return bool(numbers[~is_visible].any()) or _owns_items_below_null(
            items, np.repeat(is_visible, numbers)
        )
    if pa.types.is_struct(array.type):
        return any(_owns_items_below_null(array.field(n), is_visible) for n in range(array.type.num_fields))
    return False
