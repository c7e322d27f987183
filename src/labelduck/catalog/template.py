"""An empty lake, made once and kept in the user's cache folder: its catalogue is what no lake changes.

Its views read whatever Parquet files lie in `tables/`. So a copy of it is the catalogue of any lake in which all files are
current, and costs no more than copying a file; elsewhere a few macros are told which files to read.
"""

from __future__ import annotations

import filecmp
import hashlib
import os
import shutil
import sys
import tempfile
import uuid
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from labelduck import schema
from labelduck.catalog.files import read_macros, read_views
from labelduck.catalog.tables import MANIFESTS, base_statements, describe, literal, name_files, name_manifests
from labelduck.errors import LabelduckEnvironmentError
from labelduck.parquet import TEMPORARY_SUFFIX
from labelduck.resources import folder

if TYPE_CHECKING:
    from collections.abc import Iterator

CATALOG_NAME = "labelduck.duckdb"
EMPTY_NAME = "empty.parquet"
STORAGE_VERSION = "v1.5.0"
"""Every DuckDB from 1.5 on can open files of this version."""

_SEAL = "seal"  # file with the hash of the catalogue: a damaged template must not spread
_KEPT = 8  # templates of other installations and DuckDB versions that stay in the cache


@contextmanager
def template() -> Iterator[Path]:
    """Give the folder of an empty lake: from the cache, or made anew and, where that can be written, kept there."""
    cached = cache_folder() / f"lake-{_key()}"
    if _is_whole(cached):
        yield cached
        return
    with tempfile.TemporaryDirectory(prefix="labelduck-") as scratch:
        made = Path(scratch) / "lake"
        _make(made)
        # A cache that cannot be written costs a tenth of a second at the next import, no more.
        with suppress(OSError):
            _keep(made, cached)
        yield made


def copy_empty_tables(lake: Path) -> None:
    """Give every table of a lake a file without rows, and anew where another labelduck's has other columns."""
    with template() as source:
        for table in schema.TABLES:
            target, made = (lying / "tables" / table / EMPTY_NAME for lying in (lake, source))
            if target.is_file() and filecmp.cmp(made, target, shallow=False):
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            temporary = target.with_name(f".{uuid.uuid4().hex}{TEMPORARY_SUFFIX}")
            shutil.copyfile(made, temporary)
            temporary.replace(target)


def cache_folder() -> Path:
    """Return where this user's programs keep what they can make again."""
    if chosen := os.environ.get("XDG_CACHE_HOME"):
        return Path(chosen) / "labelduck"
    places = {"darwin": "~/Library/Caches", "win32": "~/AppData/Local"}
    return Path(places.get(sys.platform, "~/.cache")).expanduser() / "labelduck"


def _key() -> str:
    code = Path(__file__).parent
    tables = Path(schema.__file__).parent
    sources = [
        *sorted(folder("sql").rglob("*.sql")),
        *sorted(tables.glob("*.py")),
        *sorted(code.glob("*.py")),
    ]
    engine = find_spec("duckdb")
    digest = hashlib.sha256(
        repr(Path(engine.origin).stat().st_mtime_ns if engine and engine.origin else 0).encode()
    )
    for source in sources:
        digest.update(source.name.encode() + b"\0" + source.read_bytes() + b"\0")
    return digest.hexdigest()[:32]


def _is_whole(cached: Path) -> bool:
    try:
        return (cached / _SEAL).read_text() == _hash(cached)
    except OSError:
        return False


def _hash(made: Path) -> str:
    return hashlib.sha256((made / CATALOG_NAME).read_bytes()).hexdigest()


def _make(made: Path) -> None:
    import duckdb
    import pyarrow.parquet as pq

    for table, columns in schema.TABLES.items():
        file = made / "tables" / table / EMPTY_NAME
        file.parent.mkdir(parents=True)
        pq.write_table(columns.remove_metadata().empty_table(), file, store_schema=False)
    # A macro over files is bound when it is made: a manifest has to be there at that moment.
    manifest = made / MANIFESTS.replace("*", "1")
    manifest.parent.mkdir(parents=True)
    manifest.write_text("{}", encoding="utf-8")
    target = literal(str(made / CATALOG_NAME))
    try:
        with duckdb.connect() as connection:
            connection.execute(f"set file_search_path = {literal(str(made))}")
            connection.execute(f"attach {target} as made (storage_version '{STORAGE_VERSION}')")
            connection.execute(f"use made; begin; {'; '.join(_statements())}; commit")
            connection.execute("use memory; detach made")
    except (duckdb.IOException, duckdb.TransactionException) as error:
        raise LabelduckEnvironmentError(f"{made}: {error}") from error
    shutil.rmtree(made / "versions")
    (made / _SEAL).write_text(_hash(made), encoding="utf-8")


def _keep(made: Path, cached: Path) -> None:
    cached.parent.mkdir(parents=True, exist_ok=True)
    temporary = cached.with_name(f".{uuid.uuid4().hex}.tmp")
    try:
        shutil.copytree(made, temporary)
        shutil.rmtree(cached, ignore_errors=True)
        temporary.replace(cached)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    templates = sorted(cached.parent.glob("lake-*"), key=lambda path: path.stat().st_mtime)
    for old in templates[:-_KEPT]:
        shutil.rmtree(old, ignore_errors=True)


def _statements() -> Iterator[str]:
    for table in schema.TABLES:
        yield name_files(table, [f"tables/{table}/*.parquet"])
    yield name_manifests([MANIFESTS])
    yield from base_statements()
    for macro in read_macros(folder("sql")):
        yield macro.sql
        kind = "macro table" if macro.is_table else "macro"
        yield f"comment on {kind} {macro.name} is {literal(macro.sentence)}"
    for view in read_views(folder("sql")):
        yield f"create view {view.name} as {view.sql}"
        yield from describe(view.name, view.question, view.columns)
