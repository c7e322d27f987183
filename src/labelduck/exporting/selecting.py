"""What is exported: a version of a dataset, or those of its annotations that SQL chooses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from labelduck import manifests
from labelduck.errors import UsageError
from labelduck.exporters.base import Selection, conform
from labelduck.exporting.rows import StoredRows, read_table

if TYPE_CHECKING:
    import duckdb

    from labelduck.exporting import ExportRequest
    from labelduck.folder import LakeFolder
    from labelduck.manifests import Manifest

OTHERS = (
    *(
        "image_labels",
        "assignments",
        "jobs",
        "events",
        "tags",
        "reviews",
        "issues",
        "predicted_labels",
        "models",
    ),
    "guidelines",
)


def select(folder: LakeFolder, request: ExportRequest) -> Selection:
    """Return what a request is about.

    Raises:
        UsageError: No such dataset, version, split or model, or a query that chooses nothing or is none.
    """
    manifest = _version(folder, request)
    connection = folder.connect()
    images = read_table(folder.path, manifest, "images")
    if request.split is not None:
        images = images.filter(pc.equal(images["split"], request.split))
        if not images.num_rows:
            raise UsageError(f"no image of {manifest.dataset} is of split {request.split!r}")
    if request.image_ids is not None:
        wanted = pa.array(request.image_ids, pa.string())
        images = images.filter(pc.is_in(images["image_id"].cast(pa.string()), value_set=wanted))
    chosen = _chosen(connection, folder, manifest, request)
    annotations = StoredRows(
        connection, folder.path, manifest, "annotations", images=images["image_id"], chosen=chosen
    )
    if chosen is not None:
        held = annotations.image_ids()
        images = images.filter(pc.is_in(images["image_id"], value_set=held))
        annotations = annotations.of_images(images["image_id"])
        if not annotations.n_rows:
            raise UsageError("the selection holds no annotation of this version and split")
    predictions = {model: annotations.of_model(model) for model in request.models}
    classes = _with_used(read_table(folder.path, manifest, "classes"), [annotations, *predictions.values()])
    others = {
        name: _about(read_table(folder.path, manifest, name), images, request.models) for name in OTHERS
    }
    return Selection(
        dataset=manifest.dataset,
        version=manifest.version,
        images=images,
        classes=classes,
        annotations=annotations,
        predictions=predictions,
        others={name: rows for name, rows in others.items() if rows.num_rows},
    )


def _version(folder: LakeFolder, request: ExportRequest) -> Manifest:
    names = manifests.datasets(folder.path)
    if not names:
        raise UsageError(f"{folder.path}: no lake here, or one without data; `labelduck import` makes one")
    dataset = request.dataset or names[0]
    if request.dataset is None and len(names) > 1:
        raise UsageError(f"{folder.path} holds {', '.join(names)}: say which one with --dataset")
    numbers = manifests.versions(folder.path, dataset)
    if not numbers:
        raise UsageError(f"{folder.path}: no dataset {dataset!r}; known are {', '.join(names)}")
    version = numbers[-1] if request.version is None else request.version
    if version not in numbers:
        raise UsageError(f"{dataset} has no version {version}; known are {numbers[0]} to {numbers[-1]}")
    return manifests.read(folder.path, dataset, version)


def _chosen(
    connection: duckdb.DuckDBPyConnection, folder: LakeFolder, manifest: Manifest, request: ExportRequest
) -> pa.Array | None:
    """Return the ids that the request's SQL chooses; None when it has none."""
    import duckdb

    if request.where is not None and request.select is not None:
        raise UsageError("--where and --select both choose annotations; give one of them")
    if request.where is None and request.select is None:
        return None
    try:
        if request.where is not None:
            files = [str(folder.path / file.path) for file in manifest.current("annotations")]
            rows = (
                connection.read_parquet(files).set_alias("annotations")
                if files
                else connection.sql("select * from annotations limit 0")
            )
            found = rows.filter(request.where).project("annotation_id")
        else:
            found = _of_dataset(_asked(connection, str(request.select)), manifest.dataset)
        return found.to_arrow_table()["annotation_id"].cast(pa.string()).combine_chunks().drop_null()
    except duckdb.Error as error:
        raise UsageError(f"{type(error).__name__}: {error}") from error


def _asked(connection: duckdb.DuckDBPyConnection, query: str) -> duckdb.DuckDBPyRelation | None:
    """Return the answer to a query; anything that is not one query could change something."""
    statements = connection.extract_statements(query)
    if len(statements) != 1 or "SELECT" not in str(statements[0].type).upper():
        raise UsageError('--select needs one query, as "select annotation_id from ..."')
    return connection.sql(query)


def _of_dataset(found: duckdb.DuckDBPyRelation | None, dataset: str) -> duckdb.DuckDBPyRelation:
    if found is None or "annotation_id" not in found.columns:
        raise UsageError("--select needs a query with a column annotation_id")
    if "dataset" in found.columns:
        found = found.filter("dataset = " + "'" + dataset.replace("'", "''") + "'")
    return found.project("annotation_id")


def _with_used(classes: pa.Table, rows: list[StoredRows]) -> pa.Table:
    """Return the classes and, behind them, those that only annotations or predictions name."""
    named = set(classes["class_name"].to_pylist())
    used: dict[str, None] = {}
    for each in rows:
        used.update(dict.fromkeys(each.class_names()))
    missing = [name for name in used if name not in named]
    if not missing:
        return classes
    return pa.concat_tables(
        [classes, conform(pa.table({"class_name": pa.array(missing, pa.string())}), "classes")]
    )


def _about(rows: pa.Table, images: pa.Table, models: tuple[str, ...]) -> pa.Table:
    """Return the rows that are about the images or about none, and of models only those that were asked for."""
    if "model" in rows.column_names:
        rows = rows.filter(pc.is_in(rows["model"], value_set=pa.array(models, pa.string())))
    if "image_id" in rows.column_names:
        ids = rows["image_id"]
        rows = rows.filter(pc.or_kleene(pc.is_in(ids, value_set=images["image_id"]), ids.is_null()))
    return rows
