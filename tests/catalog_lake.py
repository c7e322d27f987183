"""A lake of literal rows, for tests of the catalogue alone: no importer and no matching takes part."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from labelduck import catalog, derived, schema, scores
from labelduck.folder import SLOW_OPTIMIZER

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

Row = dict[str, Any]


def write_lake(
    folder: Path,
    rows: Mapping[str, Sequence[Row]] | None = None,
    *,
    manifests: Sequence[Row] = (),
    settings: Mapping[str, float | str] | None = None,
) -> Path:
    """Write tables of literal rows and a catalogue over them; the dataset is `d` unless a row says otherwise."""
    rows = _with_what_is_known_of_suspects(rows or {})
    files = {table: [_write_table(folder, table, rows.get(table, ()))] for table in schema.TABLES}
    for table, made_from in derived.STORED_AT_ONCE.items():
        if rows.get(made_from[-1]):
            scores.write(table, folder / files[table][0], lake=folder, files=files)
    names = []
    for manifest in manifests:
        path = folder / "versions" / manifest["dataset"] / f"{manifest['version']}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(manifest, indent=1))
        names.append(path.relative_to(folder).as_posix())
    catalog.build(folder / "labelduck.duckdb", files, names, settings or {})
    return folder


def open_lake(folder: Path, **variables: float) -> duckdb.DuckDBPyConnection:
    """Connect to a lake as a reader does, with session variables set."""
    connection = duckdb.connect(config={"threads": 2})
    connection.execute(
        f"attach '{folder}/labelduck.duckdb' as lake (read_only); use lake; set file_search_path = '{folder}'"
    )
    with suppress(duckdb.Error):  # as LakeFolder.connect does
        connection.execute(f"set disabled_optimizers = '{SLOW_OPTIMIZER}'")
    for name, value in variables.items():
        connection.execute(f"set variable {name} = {value!r}")
    return connection


def box(x_min: float, y_min: float, x_max: float, y_max: float) -> Row:
    """Corners by name."""
    return {"x_min": x_min, "y_min": y_min, "x_max": x_max, "y_max": y_max}


def _with_what_is_known_of_suspects(rows: Mapping[str, Sequence[Row]]) -> Mapping[str, Sequence[Row]]:
    """Return the tables with what the build keeps in `suspicions` of label and prediction, where a row does not say it."""
    key = ("dataset", "image_id", "annotation_id", "issue", "model", "prediction_id")
    told = sorted(
        ({"dataset": "d", **row} for row in rows.get("suspicions", ())),
        key=lambda row: (-row["suspicion"], *((row.get(name) is None, row.get(name)) for name in key)),
    )
    answers = sorted(
        rows.get("image_label_suspicions", ()),
        key=lambda row: (row.get("dataset", "d"), row["field"], row["image_id"]),
    )
    drawn = _by(rows, "annotations", "annotation_id")
    images = _by(rows, "images", "image_id")
    predictions = _by(rows, "predictions", "model", "prediction_id")

    def known(row: Row) -> Row:
        label = drawn.get((row["dataset"], row.get("annotation_id")), {})
        image = images.get((row["dataset"], row.get("image_id")), {})
        prediction = predictions.get((row["dataset"], row.get("model"), row.get("prediction_id")), {})
        return {
            "class_name": label.get("class_name"),
            "annotator": label.get("annotator"),
            "batch": label.get("batch") or image.get("batch"),
            "confidence": prediction.get("confidence"),
        }

    return {
        **rows,
        "image_label_suspicions": _numbered(answers),
        "suspicions": _numbered([known(row) | row for row in told]),
    }


def _numbered(rows: Sequence[Row]) -> list[Row]:
    return [{"number": number} | row for number, row in enumerate(rows, start=1)]


def _by(rows: Mapping[str, Sequence[Row]], table: str, *key: str) -> dict[tuple[Any, ...], Row]:
    return {(row.get("dataset", "d"), *(row.get(name) for name in key)): row for row in rows.get(table, ())}


def _write_table(folder: Path, table: str, rows: Sequence[Row]) -> str:
    columns = schema.TABLES[table]
    unknown = {name for row in rows for name in row} - set(columns.names)
    assert not unknown, f"{table} has no column {unknown}"
    path = folder / "tables" / table / "rows.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    complete = [{"dataset": "d", **row} for row in rows]
    pq.write_table(pa.Table.from_pylist(complete, schema=columns.remove_metadata()), path)
    return path.relative_to(folder).as_posix()
