"""A lake of annotations, predictions and gold, with the tables that the build makes of boxes and drift."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from catalog_lake import box, open_lake, write_lake
from labelduck import derived, schema, scores
from labelduck.matching import match
from people_scenes import grouped

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import duckdb

    from catalog_lake import Row

STORED = tuple(table for table in derived.STORED if table in schema.drift.TABLES)
"""Tables of drift, in the order in which the build makes them."""


def drift_lake(
    folder: Path, variables: dict[str, Any] | None = None, **tables: Sequence[Row]
) -> duckdb.DuckDBPyConnection:
    """Write a lake as a build leaves it, and connect to it; images are those that annotations name."""
    names = dict.fromkeys(str(row["image_id"]) for row in tables.get("annotations", ()))
    tables.setdefault(
        "images", [{"image_id": name, "file_name": name, "width": 1000, "height": 1000} for name in names]
    )
    classes = dict.fromkeys(row["class_name"] for row in tables.get("annotations", ()) if "class_name" in row)
    tables.setdefault("classes", [{"class_name": name} for name in classes])
    if any(row.get("is_gold") for row in tables.get("annotations", ())):
        tables["gold_matches"] = grouped(**tables)["gold_matches"]
    write_lake(folder, tables)
    for model in dict.fromkeys(row["model"] for row in tables.get("predictions", ())):
        _match(folder, model)
    files = {table: [f"tables/{table}/rows.parquet"] for table in schema.TABLES}
    for table in STORED:
        scores.write(table, folder / files[table][0], lake=folder, files=files)
    return open_lake(folder, **(variables or {}))


def moved(corners: Row, *, left: float = 0, top: float = 0, right: float = 0, bottom: float = 0) -> Row:
    """Return a box whose sides lie elsewhere by shares of its width and height; positive is right and down."""
    width, height = corners["x_max"] - corners["x_min"], corners["y_max"] - corners["y_min"]
    return box(
        corners["x_min"] + left * width,
        corners["y_min"] + top * height,
        corners["x_max"] + right * width,
        corners["y_max"] + bottom * height,
    )


def _match(folder: Path, model: str) -> None:
    inputs = []
    for table in ("images", "classes", "annotations", "predictions"):
        rows = pq.read_table(folder / "tables" / table / "rows.parquet")
        if table == "predictions":
            rows = rows.filter(pa.compute.equal(rows["model"], model))
        inputs.append(rows.drop_columns(["dataset"]))
    made: dict[str, list[Row]] = {"pairs": [], "matches": []}
    for table, piece in match(*inputs, model=model):
        if table in made:
            made[table] += piece.to_pylist()
    for table, rows in made.items():
        path = folder / "tables" / table / "rows.parquet"
        columns = schema.TABLES[table].remove_metadata()
        new = pa.Table.from_pylist([{"dataset": "d", **row} for row in rows], schema=columns)
        pq.write_table(pa.concat_tables([pq.read_table(path, schema=columns), new]), path)
