"""The part of every catalogue that no lake changes, made once and kept in the user's cache folder."""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import tempfile
import uuid
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pyarrow.parquet as pq

from labelduck import schema
from labelduck.catalog.files import read_macros, read_views
from labelduck.catalog.tables import base_statements, describe, literal, name_files, name_manifests
from labelduck.resources import folder

if TYPE_CHECKING:
    from collections.abc import Iterator

STORAGE_VERSION = "v1.5.0"
"""Every DuckDB from 1.5 on can open files of this version."""

_KEPT = 8  # templates of other installations and DuckDB versions that stay in the cache


def copy_template(target: Path, *, afresh: bool = False) -> None:
    """Write the template to a file: from the cache, or made anew and, where that can be written, kept there.

    Args:
        target: File to write.
        afresh: Whether to make it anew in any case, because the one in the cache is damaged.
    """
    cached = cache_folder() / f"catalog-{_key()}.duckdb"
    if not afresh and os.access(cached, os.R_OK):
        shutil.copyfile(cached, target)
        return
    _make(target)
    # A cache that cannot be written costs a tenth of a second at the next build, no more.
    with suppress(OSError):
        _keep(target, cached)


def cache_folder() -> Path:
    """Return where this user's programs keep what they can make again."""
    if chosen := os.environ.get("XDG_CACHE_HOME"):
        return Path(chosen) / "labelduck"
    places = {"darwin": "~/Library/Caches", "win32": "~/AppData/Local"}
    return Path(places.get(sys.platform, "~/.cache")).expanduser() / "labelduck"


def _key() -> str:
    root = folder("sql")
    code = Path(__file__).parent
    sources = [*sorted(root.rglob("*.sql")), Path(schema.__file__), *sorted(code.glob("*.py"))]
    digest = hashlib.sha256(duckdb.__version__.encode())
    for source in sources:
        digest.update(source.name.encode() + b"\0" + source.read_bytes() + b"\0")
    return digest.hexdigest()[:32]


def _make(target: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="labelduck-") as scratch, duckdb.connect() as connection:
        # A view can only be made over files that exist: files without rows stand in for the lake's.
        connection.execute(f"attach {literal(str(target))} as made (storage_version '{STORAGE_VERSION}')")
        connection.execute(f"use made; begin; {'; '.join(_statements(Path(scratch)))}; commit")
        connection.execute("use memory; detach made")


def _keep(made: Path, cached: Path) -> None:
    cached.parent.mkdir(parents=True, exist_ok=True)
    temporary = cached.with_name(f".{uuid.uuid4().hex}.tmp")
    try:
        shutil.copyfile(made, temporary)
        temporary.replace(cached)
    finally:
        temporary.unlink(missing_ok=True)
    templates = sorted(cached.parent.glob("catalog-*.duckdb"), key=lambda path: path.stat().st_mtime)
    for old in templates[:-_KEPT]:
        old.unlink(missing_ok=True)


def _statements(scratch: Path) -> Iterator[str]:
    for table, columns in schema.TABLES.items():
        file = scratch / f"{table}.parquet"
        pq.write_table(columns.remove_metadata().empty_table(), file)
        yield name_files(table, [str(file)])
    yield name_manifests([])
    yield from base_statements()
    for macro in read_macros(folder("sql")):
        yield macro.sql
        kind = "macro table" if macro.is_table else "macro"
        yield f"comment on {kind} {macro.name} is {literal(macro.sentence)}"
    for view in read_views(folder("sql")):
        yield f"create view {view.name} as {view.sql}"
        yield from describe(view.name, view.question, view.columns)
