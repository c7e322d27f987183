"""A lake of literal annotations of several people, with the tables that the build makes of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from catalog_lake import box, open_lake, write_lake
from labelduck import catalog, grouping, schema, scores

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import duckdb

    from catalog_lake import Row

STORED = ("agreement_counts", "annotator_pair_counts", "rating_coincidences", "image_agreement")


def drawn(image_id: str, annotator: str | None, class_name: str, *corners: float, **values: object) -> Row:
    """Return an annotation without id."""
    who = {"image_id": image_id, "annotator": annotator, "class_name": class_name}
    return {**who, "box": box(*map(float, corners)), **values}


def grouped(**tables: Sequence[Row]) -> dict[str, list[Row]]:
    """Return the rows that `labelduck build` groups annotations into, dataset by dataset; missing ids are 1, 2, ..."""
    made: dict[str, list[Row]] = {}
    named = dict.fromkeys(row.get("dataset", "d") for rows in tables.values() for row in rows)
    for dataset in named or ("d",):
        arguments = []
        for table in grouping.COLUMNS:
            own = [row for row in tables.get(table, ()) if row.get("dataset", "d") == dataset]
            columns = schema.TABLES[table].remove_metadata()
            arguments.append(pa.Table.from_pylist(_numbered(own), schema=columns))
        for table, rows in grouping.group(*arguments).items():
            made.setdefault(table, []).extend({"dataset": dataset, **row} for row in rows.to_pylist())
    return made


def people_lake(
    folder: Path, variables: dict[str, float] | None = None, **tables: Sequence[Row]
) -> duckdb.DuckDBPyConnection:
    """Write a lake as a build leaves it, and connect to it."""
    tables["annotations"] = _numbered(tables.get("annotations", ()))
    ids = dict.fromkeys(
        (row.get("dataset", "d"), row["image_id"])
        for table in ("annotations", "assignments")
        for row in tables.get(table, ())
    )
    tables.setdefault("images", [{"dataset": dataset, "image_id": image_id} for dataset, image_id in ids])
    write_lake(folder, {**tables, **grouped(**tables)})
    files = {table: [f"tables/{table}/rows.parquet"] for table in schema.TABLES}
    for view in catalog.views():
        if view.stored in STORED:
            scores.write(view.stored, folder / files[view.stored][0], lake=folder, files=files)
    return open_lake(folder, **(variables or {}))


def _numbered(rows: Sequence[Row]) -> list[Row]:
    return [{"annotation_id": str(n), **row} if "box" in row else dict(row) for n, row in enumerate(rows, 1)]
