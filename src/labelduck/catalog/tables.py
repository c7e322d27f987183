"""The views over a lake's tables and manifests: statements that depend on the schema alone, and the macros that name files.

A view reads `read_parquet(annotations_files())`; only that macro knows the files. So the views never change, and a stock
shell can ask a lake which files it reads: `select annotations_files()`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from labelduck.catalog import histories
from labelduck.schema import TABLES
from labelduck.schema.histories import HISTORIES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pyarrow as pa

MANIFESTS = "versions/*/*.json"
"""Where a lake's manifests lie."""

_JSON_COLUMNS = {("models", "params")} | {(table, "attributes") for table in TABLES}

_MANIFEST = {
    "dataset": "varchar",
    "version": "bigint",
    "parent": "bigint",
    "created_at": "varchar",
    "author": "varchar",
    "message": "varchar",
    "name": "varchar",
    "taxonomy_hash": "varchar",
    "import": "json",
    "files": "struct(table_name varchar, path varchar, sha256 varchar, n_rows bigint, n_bytes bigint, source varchar)[]",
}

_MANIFEST_VIEWS = {
    "versions": (
        "One row per dataset version.",
        {
            "dataset": ("dataset", "dataset that the row belongs to"),
            "version": ("version", "1, 2, 3, ... within the dataset"),
            "parent": ("parent", "version that this one was made from; null for the first"),
            "created_at": ("created_at::timestamp", "when it was made (UTC)"),
            "author": ("author", "who made it"),
            "message": ("message", "why"),
            "name": ("name", "what `labelduck version create` calls it; null for most"),
            "taxonomy_hash": (
                "taxonomy_hash",
                "hash of the classes; versions with the same one share a taxonomy",
            ),
            "n_files": ("len(files)", "Parquet files that make up the version"),
            "n_rows": ("list_sum(list_transform(files, lambda f: f.n_rows))::bigint", "rows in them"),
            "n_bytes": ("list_sum(list_transform(files, lambda f: f.n_bytes))::bigint", "size of them"),
        },
        "from manifests()",
    ),
    "version_files": (
        "One row per file of a dataset version.",
        {
            "dataset": ("dataset", "dataset that the row belongs to"),
            "version": ("version", "version of the dataset"),
            "table_name": ("file.table_name", "table that the file's rows belong to"),
            "path": ("file.path", "path relative to the lake"),
            "sha256": ("file.sha256", "hash of the file"),
            "n_rows": ("file.n_rows", "rows in it"),
            "n_bytes": ("file.n_bytes", "size of it"),
            "source": ("file.source", "what was imported into it"),
        },
        "from (select dataset, version, unnest(files) as file from manifests())",
    ),
    "imports": (
        "One row per import run.",
        {
            "dataset": ("dataset", "dataset that the row belongs to"),
            "version": ("version", "dataset version that the import made"),
            **{
                name: (f"(\"import\" ->> '{name}')::{kind}", comment)
                for name, kind, comment in (
                    ("import_id", "varchar", "import run"),
                    ("format", "varchar", "format of the files: coco, cvat, label_studio, ..."),
                    ("path", "varchar", "what was imported, as the caller named it"),
                    ("kind", "varchar", "annotations, predictions, ..."),
                    ("started_at", "timestamp", "when it started (UTC)"),
                    ("finished_at", "timestamp", "when it was done (UTC)"),
                    ("n_images", "bigint", "images that it brought"),
                    ("n_annotations", "bigint", "annotations that it brought"),
                    ("n_predictions", "bigint", "predictions that it brought"),
                    ("n_problems", "bigint", "records that it refused, repaired or warned of"),
                    ("labelduck_version", "varchar", "version of labelduck that ran it"),
                )
            },
            "options": ("\"import\" -> 'options'", "options of the import, as JSON"),
        },
        "from manifests() where \"import\" ->> 'import_id' is not null",
    ),
}


def base_statements() -> Iterator[str]:
    """Yield the statements that make and describe the views over tables, manifests and histories."""
    for table, schema in TABLES.items():
        listing = _columns(table, schema)
        yield f"create view {table} as select {listing} from read_parquet({table}_files()) as file"  # noqa: S608 - our names
        yield from describe(
            table,
            _comment(schema.metadata),
            {column.name: _comment(column.metadata) for column in schema},
        )
    for view, (sentence, columns, source) in _MANIFEST_VIEWS.items():
        listing = ", ".join(f"{expression} as {name}" for name, (expression, _) in columns.items())
        yield f"create view {view} as select {listing} {source}"
        yield from describe(view, sentence, {name: comment for name, (_, comment) in columns.items()})
    for view, history in HISTORIES.items():
        yield f"create view {view} as {histories.select(history)}"
        comments = {name: comment for name, (_, comment) in history.columns.items()}
        yield from describe(view, history.sentence, comments)


def describe(view: str, sentence: str, columns: dict[str, str]) -> Iterator[str]:
    """Yield the statements that put comments on a view and its columns."""
    yield f"comment on view {view} is {literal(sentence)}"
    for name, comment in columns.items():
        yield f'comment on column {view}."{name}" is {literal(comment)}'


def name_files(table: str, paths: Sequence[str]) -> str:
    """Return the statement that tells a table's view its files."""
    return f"create or replace macro {table}_files() as [{', '.join(map(literal, paths))}]"


def name_manifests(paths: Sequence[str]) -> str:
    """Return the statement that tells the views of versions and imports their files; none gives no rows."""
    columns = ", ".join(f"\"{name}\": '{kind}'" for name, kind in _MANIFEST.items())
    if paths:
        listing = ", ".join(map(literal, paths))
        source = f"from read_json([{listing}], format = 'unstructured', columns = {{{columns}}})"
    else:
        nothing = ", ".join(f'null::{kind} as "{name}"' for name, kind in _MANIFEST.items())
        source = f"select {nothing} where false"
    return f"create or replace macro manifests() as table {source}"


def literal(text: str) -> str:
    """Return a text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"


def _columns(table: str, schema: pa.Schema) -> str:
    # Qualified, so that a table macro over the view may have a parameter of a column's name.
    return ", ".join(
        f'file."{name}"::json as "{name}"' if (table, name) in _JSON_COLUMNS else f'file."{name}"'
        for name in schema.names
    )


def _comment(metadata: dict[bytes, bytes]) -> str:
    return metadata[b"comment"].decode()
