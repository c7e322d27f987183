"""Rows written as each kind of file that tables are read from."""

from __future__ import annotations

import csv
import io
import json

import pyarrow as pa
from pyarrow import parquet

from labelduck.importers import records
from labelduck.importers.base import ReadOptions

KINDS = ("csv", "json", "jsonl", "parquet")


def write(folder, kind, rows, *, name="table"):
    """Write dictionaries; lists and objects are JSON text in a CSV, and nulls are empty."""
    path = folder / f"{name}.{kind}"
    if kind == "json":
        path.write_text(json.dumps(rows))
    elif kind == "jsonl":
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    elif kind == "parquet":
        names = dict.fromkeys(name for row in rows for name in row)
        parquet.write_table(pa.table({name: [row.get(name) for row in rows] for name in names}), path)
    else:
        path.write_text(as_csv(rows))
    return path


def as_csv(rows, *, delimiter=","):
    names = list(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerow(names)
    for row in rows:
        cells = [row.get(name) for name in names]
        writer.writerow([json.dumps(cell) if isinstance(cell, list | dict) else cell for cell in cells])
    return text.getvalue()


def read(path, table=None, **options):
    """Return the rows of each table, without their nulls."""
    reader = records.read if table is None else records.of_table(table).read
    return gathered(reader(path, ReadOptions(**options)))


def gathered(batches):
    rows = {}
    for batch in batches:
        for table, found in batch.items():
            told = [{k: v for k, v in row.items() if v is not None} for row in found.to_pylist()]
            rows.setdefault(table, []).extend(told)
    return {table: found for table, found in rows.items() if found}
