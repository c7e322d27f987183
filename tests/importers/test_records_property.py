"""Whatever a table holds, our own columns as Parquet and as CSV read back equal."""

from __future__ import annotations

import csv
import json
import tempfile
from datetime import datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from labelduck.geometry import rle_from_mask
from labelduck.importers import records
from labelduck.importers.base import ReadOptions
from labelduck.importers.records.tables import TABLES
from labelduck.schema import TABLES as SCHEMAS

WORDS = {
    "decision": ("accepted", "rejected", "fixed"),
    "review_status": ("accepted", "rejected", "fixed"),
    "status": ("completed", "skipped", "in_progress"),
    "state": ("new", "in_progress", "completed", "rejected"),
    "action": ("create", "update", "delete", "submit", "accept", "reject", "fix"),
    "sampling": ("random", "risk", "all"),
    "target": ("image", "annotation", "prediction"),
    "risk": ("low", "medium", "high"),
    "error_kind": ("missing_label", "wrong_class", "bad_box", "extra_label", "duplicate_label"),
}
TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), min_size=1, max_size=8)
SAID = TEXT.map(str.strip).filter(bool)
REAL = st.floats(-1e6, 1e6, allow_subnormal=False)
BOX = st.tuples(REAL, REAL, st.floats(0, 1e5), st.floats(0, 1e5)).map(
    lambda b: {"x_min": b[0], "y_min": b[1], "x_max": b[0] + b[2], "y_max": b[1] + b[3]}
)
COLUMNS = {
    "width": st.integers(1, 2**31 - 1),
    "height": st.integers(1, 2**31 - 1),
    "lead_time_s": st.floats(0, 1e9),
    "occluded": st.floats(0.01, 0.99),
    "truncated": st.floats(0.01, 0.99),
    "attributes": st.dictionaries(SAID, SAID, min_size=1, max_size=2).map(
        lambda d: json.dumps(d, ensure_ascii=False, separators=(",", ":"))
    ),
    "mask": st.just({"size": [4, 5], "counts": rle_from_mask(np.eye(4, 5, dtype=bool))}),
    "polygons": st.lists(st.lists(REAL, min_size=3, max_size=3).map(lambda x: x + x), min_size=1, max_size=2),
    "rotated_box": st.lists(REAL, min_size=8, max_size=8),
    "vector": st.lists(st.floats(-1e3, 1e3, width=32), min_size=1, max_size=4),
    "skeleton": st.lists(st.lists(st.integers(1, 9), min_size=2, max_size=2), min_size=1, max_size=2),
}
GEOMETRY = (
    "box",
    "class_name",
    "image_id",
    "annotation_id",
    "area",
    "geometry",
    "prediction_id",
    "confidence",
    "model",
)


def values(name, kind):
    if name in COLUMNS:
        return COLUMNS[name]
    if name in WORDS:
        return st.sampled_from(WORDS[name])
    if name == "box":
        return BOX
    by_kind = {
        pa.string(): SAID,
        pa.float64(): REAL,
        pa.bool_(): st.booleans(),
        pa.int32(): st.integers(-(2**31) + 1, 2**31 - 1),
        pa.int64(): st.integers(-(2**53), 2**53),
        pa.timestamp("us"): st.datetimes(datetime(1971, 1, 1), datetime(2200, 1, 1)),  # noqa: DTZ001
        pa.list_(pa.string()): st.lists(SAID, min_size=1, max_size=3),
        pa.list_(pa.float64()): st.lists(REAL, min_size=1, max_size=3),
    }
    if kind in by_kind:
        return by_kind[kind]
    point = st.fixed_dictionaries({"x": REAL, "y": REAL, "visibility": st.sampled_from((0.0, 1.0, 2.0))})
    return st.lists(point, min_size=1, max_size=3)


def table(word):
    """Return a strategy of tables with the columns of the schema; what a row needs is there, the rest may be null."""
    known = TABLES[word]
    schema = pa.schema([field.remove_metadata() for field in SCHEMAS[known.table] if field.name != "dataset"])
    needed = {name for group in known.needs for name in group} | {
        known.key,
        "target",
        "target_id",
        "vector",
        "tag",
    }
    needed |= set(GEOMETRY) if "box" in schema.names else set()
    row = {}
    for field in schema:
        told = values(field.name, field.type)
        row[field.name] = told if field.name in needed else st.none() | told
    key = known.key
    unique = (lambda r: r[key]) if key is not None else None
    rows = st.lists(st.fixed_dictionaries(row), min_size=1, max_size=3, unique_by=unique)
    return rows.map(lambda found: pa.Table.from_pylist(found, schema=schema))


def write_csv(rows, path):
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(rows.column_names)
        for row in rows.to_pylist():
            writer.writerow([json.dumps(v) if isinstance(v, list | dict) else v for v in row.values()])


def read(path, word):
    batches = [
        b[TABLES[word].table]
        for b in records.of_table(word).read(path, ReadOptions())
        if TABLES[word].table in b
    ]
    return pa.concat_tables(batches, promote_options="permissive").to_pylist()


@pytest.mark.parametrize("word", [word for word in TABLES if word != "predicted_labels"])
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_a_random_table_reads_back_equal(word, data):
    rows = data.draw(table(word))

    with tempfile.TemporaryDirectory() as folder:
        as_csv, as_parquet = Path(folder) / "t.csv", Path(folder) / "t.parquet"
        write_csv(rows, as_csv)
        parquet.write_table(rows, as_parquet)

        expected = rows.to_pylist()
        found = {path.suffix: read(path, word) for path in (as_csv, as_parquet)}

    assert found == {".csv": expected, ".parquet": expected}
