"""The folder of a lake: who may write, what is current, and the catalogue that shows it."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import sys
import tempfile
from collections import defaultdict
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from labelduck import catalog, derived, limits, manifests, resources, schema, scores, settings, storage
from labelduck.catalog import CATALOG_NAME
from labelduck.errors import BadInputError, LabelduckEnvironmentError, LakeLockedError, UsageError
from labelduck.importers.base import storable
from labelduck.parquet import TEMPORARY_SUFFIX

if TYPE_CHECKING:
    from collections.abc import Iterator

    import duckdb

FINGERPRINT_NAME = ".catalog"
LOCK_NAME = ".lock"
SLOW_OPTIMIZER = "projection_pullup"
"""Optimizer of DuckDB 2.0 that takes half the time in which an answer is planned, and gains none of them anything."""
_UNREADABLE = {errno.EACCES, errno.ENOENT, errno.EISDIR, errno.ENOTDIR, errno.ELOOP, errno.ENAMETOOLONG}
_UNREADABLE |= {errno.EIO}


class LakeFolder:
    """A folder of Parquet tables, dataset versions and one catalogue.

    Args:
        path: The folder; made when it is absent.
        lock_timeout: Seconds to wait for another writer; LABELDUCK_LOCK_TIMEOUT, else 60.

    Raises:
        UsageError: The path is a file, or a folder of something else.
    """

    def __init__(self, path: Path | str, *, lock_timeout: float | None = None) -> None:
        self.path = Path(path).absolute()
        if storable(str(path)) != str(path):
            raise UsageError(f"{path!r}: is no text in UTF-8, which DuckDB needs; give the lake another name")
        self.lock_timeout = limits.lock_timeout() if lock_timeout is None else lock_timeout
        self.memory: storage.Memory | None = None
        self._is_writing = False
        if self.path.is_file():
            raise UsageError(f"{path}: is a file; a lake is a folder")

    def exists(self) -> bool:
        """Tell whether there is a lake here."""
        return (self.path / "tables").is_dir()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the lake's write lock, and show what was written in the catalogue at the end.

        Within a thread it may be nested: then the outermost block locks and shows, so that readers see all or nothing of it.

        Raises:
            LakeLockedError: Another process kept the lock for longer than `lock_timeout`.
            LabelduckEnvironmentError: The disk is full or the folder cannot be written.
        """
        if self._is_writing:
            yield
            return
        with _explained(self.path), self._locked(timeout=self.lock_timeout):
            self._is_writing = True
            try:
                self._settings()  # broken ones stop an import before it begins
                self._sweep()
                catalog.copy_empty_tables(self.path)
                if self._recorded().startswith("open"):
                    self.refresh(pinned=True)
                yield
            except BaseException:
                with suppress(
                    Exception
                ):  # what was committed before the failure is shown; the failure itself is told
                    self.refresh()
                raise
            else:
                self.refresh()
            finally:
                self._is_writing = False

    @contextmanager
    def remembering(self) -> Iterator[None]:
        """Keep what is imported in memory for the build that follows within the block."""
        self.memory = storage.Memory(derived.COMPARED)
        try:
            yield
        finally:
            self.memory = None

    @contextmanager
    def _locked(self, *, timeout: float) -> Iterator[None]:
        from filelock import FileLock, Timeout

        self._claim()
        lock = FileLock(self.path / LOCK_NAME, timeout=timeout)
        try:
            lock.acquire()
        except Timeout as error:
            raise LakeLockedError(_busy(self.path, timeout)) from error
        holder = _holder(self.path)
        try:
            with suppress(OSError):  # a full disk must not keep an import from making room
                holder.write_text(
                    f"{os.getpid()} {' '.join(sys.argv)[:200]}", encoding="utf-8", errors="replace"
                )
            yield
        finally:
            holder.unlink(missing_ok=True)
            lock.release()

    def refresh(self, *, pinned: bool = False) -> None:
        """Rebuild the catalogue beside the old one and swap it in, when it does not show what is current.

        Where all files are current the catalogue reads whatever lies in `tables/`, which is the quickest to make; else, and
        before anything new is written (`pinned`), it names the files.

        Raises:
            LabelduckEnvironmentError: The catalogue, or a table that needs no build, cannot be written; the catalogue is as it was.
        """
        if not pinned:  # what is about to be written may mend what cannot be read now
            self._store_at_once()
        files, names = self.current_files(), self.manifest_names()
        options = self._settings()
        is_open = self._is_all_current(files) and bool(names) and not pinned
        recorded = ("open " if is_open else "pinned ") + _fingerprint(files, names, options)
        if self._recorded() == recorded:
            return
        target = self.path / f".{CATALOG_NAME}.{os.getpid()}{TEMPORARY_SUFFIX}"
        try:
            catalog.build(target, None if is_open else files, names, options.macros())
            target.replace(self.path / CATALOG_NAME)
        finally:
            for leftover in self.path.glob(f"{target.name}*"):
                leftover.unlink(missing_ok=True)
        (self.path / "tables" / FINGERPRINT_NAME).write_text(recorded)

    def connect(self) -> duckdb.DuckDBPyConnection:
        """Return a DuckDB connection to the catalogue: read-only, with the lake as search path.

        Raises:
            UsageError: There is no lake here.
        """
        if not self.exists():
            raise UsageError(
                f"{self.path}: no lake here; `labelduck import` or `labelduck evaluate` makes one"
            )
        self._catch_up()
        import duckdb

        connection = duckdb.connect()
        try:
            _attach(connection, self.path / CATALOG_NAME)
        except duckdb.IOException:
            # Somebody has opened the catalogue for writing, a shell without -readonly for example: a copy serves as well.
            with tempfile.TemporaryDirectory(prefix="labelduck-") as scratch:
                _attach(connection, Path(shutil.copy(self.path / CATALOG_NAME, scratch)))
        # DuckDB shows the progress of slow queries on stdout, which is for data; and an answer reads the same file up to
        # a dozen times, in planning too, of which the footer alone takes a millisecond.
        connection.execute(
            f"use lake; set file_search_path = {_literal(self.path)}; set enable_progress_bar = false;"
            " set parquet_metadata_cache = true"
        )
        with suppress(duckdb.Error):  # DuckDB 1.5 has no such optimizer
            connection.execute(f"set disabled_optimizers = '{SLOW_OPTIMIZER}'")
        if threads := limits.threads():
            connection.execute(f"set threads = {threads}")
        return connection

    def _store_at_once(self) -> None:
        """Store how much there is and what reviews tell: answers about these need no build, and it takes little time."""
        for manifest in manifests.heads(self.path):
            for table, stem in derived.keys_at_once(manifest).items():
                target = derived.stored_path(self.path, table, stem)
                if not target.is_file():
                    files = {name: [f.path for f in manifest.current(name)] for name in schema.IMPORTED}
                    scores.write(table, target, lake=self.path, files=files)

    def _settings(self) -> settings.Settings:
        options = settings.load(self.path)
        try:
            catalog.check_settings(options.macros())
        except UsageError as error:
            raise BadInputError(self.path / settings.FILE_NAME, "thresholds", str(error)) from error
        return options

    def _catch_up(self) -> None:
        """Show what a killed writer, new settings or a new labelduck left unshown, unless somebody is writing."""
        files, names = self.current_files(), self.manifest_names()
        wanted = _fingerprint(files, names, settings.load(self.path))
        if self._is_writing or self._recorded().endswith(wanted):
            return
        try:
            with self._locked(timeout=0):
                catalog.copy_empty_tables(self.path)  # a newer labelduck may know more of them
                self.refresh()
        except (LabelduckEnvironmentError, OSError):
            # Busy, or no right to write: the catalogue is good as it is.
            if not (self.path / CATALOG_NAME).is_file():
                raise

    def _claim(self) -> None:
        """Make the folder; what is not a lake stays as it is."""
        ours = {settings.FILE_NAME, LOCK_NAME, _holder(self.path).name}
        if self.path.is_dir() and not self.exists() and {p.name for p in self.path.iterdir()} - ours:
            raise UsageError(
                f"{self.path}: is no lake and not empty; name an empty or new folder with --lake"
            )
        self.path.mkdir(parents=True, exist_ok=True)

    def _is_all_current(self, files: dict[str, list[str]]) -> bool:
        lying = {path.relative_to(self.path).as_posix() for path in self.path.glob("tables/*/*.parquet")}
        current = {path for paths in files.values() for path in paths}
        return {path for path in lying ^ current if not path.endswith(f"/{catalog.EMPTY_NAME}")} == set()

    def _recorded(self) -> str:
        if not (self.path / CATALOG_NAME).is_file():
            return ""
        with suppress(OSError):
            return (self.path / "tables" / FINGERPRINT_NAME).read_text()
        return ""

    def _sweep(self) -> None:
        for folder in ("tables/*", "versions/*", "."):
            for leftover in self.path.glob(f"{folder}/.*{TEMPORARY_SUFFIX}*"):
                leftover.unlink(missing_ok=True)

    def current_files(self) -> dict[str, list[str]]:
        """Return the files of each table that the catalogue shows, relative to the lake; at least one each."""
        files: dict[str, list[str]] = defaultdict(list)
        options = settings.load(self.path)
        for manifest in manifests.heads(self.path):
            for table in schema.IMPORTED:
                files[table] += [f.path for f in manifest.current(table)]
            for table, path in derived.current(self.path, manifest, options):
                files[table].append(path)
        for table in schema.RECORDED:
            found = sorted((self.path / "tables" / table).glob("*.parquet"))
            files[table] = [
                f"tables/{table}/{path.name}" for path in found if path.name != catalog.EMPTY_NAME
            ]
        return {table: files[table] or [f"tables/{table}/{catalog.EMPTY_NAME}"] for table in schema.TABLES}

    def manifest_names(self) -> list[str]:
        """Return the manifests of all dataset versions, relative to the lake."""
        folders = [(name, manifests.versions(self.path, name)) for name in manifests.datasets(self.path)]
        return [manifests.path_of(name, number) for name, numbers in folders for number in numbers]


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno is None:
            raise
        where = error.filename2 or error.filename or path  # of a copy, what was to be written
        if _is_elsewhere(error, path):
            raise BadInputError(where, "", f"cannot be read: {error.strerror}") from error
        if isinstance(error, PermissionError):
            said = "may not be written; check the folder's rights"
        else:
            said = f"{error.strerror}; the lake still holds its last version"
        raise LabelduckEnvironmentError(f"{where}: {said}") from error


def _is_elsewhere(error: OSError, lake: Path) -> bool:
    """Tell whether a failure is about a file that was to be read: one that is neither in the lake nor above it."""
    if error.errno not in _UNREADABLE or not isinstance(error.filename, str):
        return False
    path = Path(error.filename).absolute()
    return not path.is_relative_to(lake) and not lake.is_relative_to(path)


def _attach(connection: duckdb.DuckDBPyConnection, catalogue: Path) -> None:
    connection.execute(f"attach {_literal(catalogue)} as lake (read_only)")


def _literal(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


def _holder(path: Path) -> Path:
    return path / f"{LOCK_NAME}.holder"


def _busy(path: Path, seconds: float) -> str:
    with suppress(OSError):
        pid, _, command = _holder(path).read_text(encoding="utf-8").partition(" ")
        return f"{path}: process {pid} is writing ({command}) and was not done after {seconds:g} s; try again later"
    return f"{path}: another process is writing and was not done after {seconds:g} s; try again later"


def _fingerprint(files: dict[str, list[str]], names: list[str], options: settings.Settings) -> str:
    digest = hashlib.sha256(repr((files, names, options)).encode())
    for path in sorted(resources.folder("sql").rglob("*.sql")):
        digest.update(path.read_bytes())
    digest.update(repr(sorted(schema.TABLES.items(), key=lambda item: item[0])).encode())
    return digest.hexdigest()
