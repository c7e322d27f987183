"""What happens when two sources of a dataset speak of the same images, classes or annotations."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from labelduck import schema, storage
from labelduck.errors import UsageError
from labelduck.manifests import MERGED

if TYPE_CHECKING:
    from pathlib import Path

    from labelduck.storage import StoredFile

_KEYS = {"images": "image_id", "classes": "class_name", "models": "model"}


def merged(lake: Path, dataset: str, kept: list[StoredFile], written: list[StoredFile]) -> list[StoredFile]:
    """Return the files of a new version from those kept and those just written.

    Images, classes and models that several sources name are joined into one row each, in a file that stands for all sources:
    the newest source that has a value wins. Annotation ids must not meet.

    Raises:
        UsageError: Annotations of the new source have ids that the dataset already has.
    """
    _refuse_shared_ids(lake, dataset, kept, written)
    files = kept + written
    return files + [
        file for table, key in _KEYS.items() for file in _joined(lake, dataset, files, table, key)
    ]


def _refuse_shared_ids(lake: Path, dataset: str, kept: list[StoredFile], written: list[StoredFile]) -> None:
    old, new = ([f for f in files if f.table_name == "annotations"] for files in (kept, written))
    if not old or not new:
        return
    known = storage.read(lake, old, "annotations", columns=["annotation_id"])["annotation_id"]
    ids = storage.read(lake, new, "annotations", columns=["annotation_id"])["annotation_id"]
    shared = ids.filter(pc.is_in(ids, value_set=pc.unique(known)))
    if len(shared):
        raise UsageError(
            f"dataset {dataset}: {len(shared):,} of {len(ids):,} annotation ids are there already (first {shared[0]}), "
            f"from {', '.join(sorted({f.source for f in old}))}; --replace makes this the new content, --id-prefix keeps both"
        )


def _joined(lake: Path, dataset: str, files: list[StoredFile], table: str, key: str) -> list[StoredFile]:
    parts = [f for f in files if f.table_name == table]
    # Within one source importers see to it themselves, but a folder of tables may tell of a model twice.
    if len(parts) < 2 and table != "models":
        return []
    if not parts:
        return []
    rows = storage.read(lake, parts, table).cast(_plain(table))
    if pc.count_distinct(rows[key]).as_py() == rows.num_rows:
        return []
    writer = storage.TableWriter(lake, table, dataset=dataset, source=MERGED)
    try:
        writer.write(_newest(rows, key).drop_columns(["dataset"]))
        file = writer.close()
    finally:
        writer.discard()
    return [file] if file else []


def _newest(rows: pa.Table, key: str) -> pa.Table:
    """Join rows of one key, each column taking its newest value; the order of first appearance stays."""
    import duckdb

    columns = ", ".join(
        f'last("{name}" order by place) filter (where "{name}" is not null) as "{name}"'
        for name in rows.column_names
        if name != key
    )
    numbered = rows.append_column("place", pa.array(range(rows.num_rows)))
    with duckdb.connect() as connection:
        connection.execute("set enable_progress_bar = false")  # it would go to stdout, which is for data
        connection.register("numbered", numbered)
        query = f'select "{key}", {columns} from numbered group by "{key}" order by min(place)'  # noqa: S608
        return connection.sql(query).to_arrow_table()


def _plain(table: str) -> pa.Schema:
    return pa.schema([field.remove_metadata() for field in schema.TABLES[table]])
