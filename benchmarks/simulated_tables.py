"""A lake of many made-up datasets: columns in, the tables that the build makes of boxes and drift out, and a connection."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from labelduck import derived, schema, scores

sys.path.append(str(Path(__file__).resolve().parents[1] / "tests"))
from catalog_lake import open_lake, write_lake

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import duckdb
    import numpy.typing as npt

Table = dict[str, Any]

STORED = (
    *derived.STORED_REVIEWS,
    *(table for table in derived.STORED if table in schema.drift.TABLES),
)
"""Tables of drift and what it reads, in the order in which the build makes them."""

OF_BOXES = ("box_offsets", "box_biases")
"""Those that box bias reads."""

PAIRS = """
select drawn.dataset, predicted.model, drawn.image_id, annotation_id, prediction_id,
    drawn.class_name as annotation_class, predicted.class_name as prediction_class,
    box_iou(drawn.box, predicted.box) as iou
from annotations as drawn
inner join predictions as predicted
    on drawn.dataset = predicted.dataset and drawn.image_id = predicted.image_id
where box_iou(drawn.box, predicted.box) >= 0.1
"""
"""What matching calls pairs: every overlap of an annotation and a prediction."""


def lake_of(
    folder: Path, tables: Mapping[str, Table], stored: Sequence[str] = STORED
) -> duckdb.DuckDBPyConnection:
    """Write tables of columns and what the build makes of them; connect as a reader does."""
    write_lake(folder)
    for name, columns in tables.items():
        _write(folder, name, columns)
    with open_lake(folder) as lake:
        lake.execute(f"copy ({PAIRS}) to '{_path(folder, 'pairs')}' (format parquet)")
    files = {table: [f"tables/{table}/rows.parquet"] for table in schema.TABLES}
    for table in stored:
        scores.write(table, folder / files[table][0], lake=folder, files=files)
    return open_lake(folder)


def datasets(table: Table, first: int) -> Table:
    """Return a table with the names of its datasets instead of the numbers of runs."""
    names = texts("run", table["run"] + first)
    return {"dataset": names} | {name: values for name, values in table.items() if name != "run"}


def texts(letter: str, *numbers: npt.NDArray[Any]) -> pa.Array:
    """Return ids: a letter, then numbers with a dot between."""
    first, *others = (pa.array(column).cast(pa.string()) for column in numbers)
    joined = pc.binary_join_element_wise(letter, first, "")
    return pc.binary_join_element_wise(joined, *others, ".") if others else joined


def boxes(corners: npt.NDArray[Any]) -> pa.Array:
    """Return a column of boxes."""
    names = ("x_min", "y_min", "x_max", "y_max")
    return pa.StructArray.from_arrays([pa.array(corners[:, n]) for n in range(4)], names=list(names))


def _path(folder: Path, table: str) -> Path:
    return folder / "tables" / table / "rows.parquet"


def _write(folder: Path, table: str, columns: Table) -> None:
    known = schema.TABLES[table].remove_metadata()
    n = len(columns["dataset"])
    arrays = [
        _column(columns[field.name]).cast(_plain(field.type))
        if field.name in columns
        else pa.nulls(n, _plain(field.type))
        for field in known
    ]
    pq.write_table(pa.Table.from_arrays(arrays, names=known.names), _path(folder, table))


def _column(values: object) -> pa.Array:
    return values if isinstance(values, pa.Array) else pa.array(values)


def _plain(kind: pa.DataType) -> pa.DataType:
    return kind.value_type if pa.types.is_dictionary(kind) else kind
