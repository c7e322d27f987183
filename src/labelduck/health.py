"""`labelduck doctor`: is this installation whole, and is this lake?"""

from __future__ import annotations

import platform
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from labelduck import catalog, derived, findings, manifests, native, settings, storage
from labelduck.errors import BadInputError, LabelduckEnvironmentError, LabelduckError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from labelduck.lake import Lake

Status = Literal["ok", "note", "bad data", "environment"]
_EXIT_CODES = {"bad data": BadInputError.exit_code, "environment": LabelduckEnvironmentError.exit_code}


@dataclass(frozen=True, kw_only=True)
class Check:
    """One thing that was looked at.

    Attributes:
        name: What was looked at.
        status: `ok`, `note` (works, could be better), `bad data` or `environment`.
        detail: What was found, and what to do about it.
    """

    name: str
    status: Status
    detail: str

    def as_text(self) -> str:
        """Return the check as a line."""
        mark = {"ok": "ok  ", "note": "note"}.get(self.status, "BAD ")
        return f"{mark}  {self.name}: {self.detail}"


def checks(lake: Lake, *, quick: bool = False) -> Iterator[Check]:
    """Yield the checks of the installation, then those of the lake if there is one.

    Args:
        lake: The lake.
        quick: Compare sizes instead of reading all data.
    """
    yield from _installation()
    if not lake.folder.exists():
        yield Check(name="lake", status="note", detail=f"none in {lake.path}; `labelduck demo` makes one")
        return
    try:
        heads = manifests.heads(lake.path)
        options = settings.load(lake.path)
    except LabelduckError as error:
        yield Check(name="lake", status="bad data", detail=str(error))
        return
    yield Check(name="lake", status="ok", detail=f"{lake.path}: {len(heads)} datasets")
    is_whole = True
    for check in _contents(lake, heads, options, quick=quick):
        is_whole = is_whole and check.status != "bad data"
        yield check
    for finding in findings.find(lake) if is_whole else ():  # damaged data has no answers to tell of
        detail = finding.sentence + (f": `labelduck {finding.next}`" if finding.next else "")
        yield Check(name=f"{finding.dataset} {finding.subject}", status="ok", detail=detail)


def exit_code(found: Iterable[Check]) -> int:
    """Return 0 when all is well, else the code of the worst check."""
    return max((_EXIT_CODES.get(check.status, 0) for check in found), default=0)


def _installation() -> Iterator[Check]:
    import duckdb

    yield Check(name="python", status="ok", detail=f"{platform.python_version()} on {platform.platform()}")
    yield Check(name="duckdb", status="ok", detail=duckdb.__version__)
    if problem := native.absence():
        yield Check(name="kernel", status="note", detail=f"in Python, exact but slow: {problem}")
    else:
        yield Check(name="kernel", status="ok", detail="native")


def _contents(
    lake: Lake, heads: list[manifests.Manifest], options: settings.Settings, *, quick: bool
) -> Iterator[Check]:
    for manifest in heads:
        yield _files(lake.path, manifest, quick=quick)
        yield _comparisons(lake.path, manifest, options)
    made = [path for manifest in heads for _, path in derived.current(lake.path, manifest, options)]
    yield _made(lake.path, sorted(set(made)), quick=quick)
    yield from _views(lake)


def _files(lake: Path, manifest: manifests.Manifest, *, quick: bool) -> Check:
    name = f"{manifest.dataset} version {manifest.version}"
    damaged = [f.path for f in manifest.files if not _is_whole(lake / f.path, f, quick=quick)]
    if damaged:
        what = f"{len(damaged)} of {len(manifest.files)} files are missing or changed, first {damaged[0]}"
        return Check(
            name=name, status="bad data", detail=f"{what}: import the source again or restore a backup"
        )
    how = "sizes" if quick else "hashes"
    return Check(name=name, status="ok", detail=f"{len(manifest.files)} files, {how} as recorded")


def _is_whole(path: Path, file: storage.StoredFile, *, quick: bool) -> bool:
    if not path.is_file() or path.stat().st_size != file.n_bytes:
        return False
    return quick or storage.sha256_of(path) == file.sha256


def _comparisons(lake: Path, manifest: manifests.Manifest, options: settings.Settings) -> Check:
    models = derived.models(manifest)
    waiting = [m for m in models if not derived.is_built(lake, derived.key(manifest, m, options))]
    if waiting:
        return Check(
            name=f"{manifest.dataset} matches",
            status="note",
            detail=f"{', '.join(waiting)} not built: `labelduck build`",
        )
    return Check(name=f"{manifest.dataset} matches", status="ok", detail=f"{len(models)} models, all built")


def _made(lake: Path, made: list[str], *, quick: bool) -> Check:
    """Read what the build made and the files of tables without rows: no manifest has their hashes."""
    empty = [
        file.relative_to(lake).as_posix() for file in sorted(lake.glob(f"tables/*/{catalog.EMPTY_NAME}"))
    ]
    damaged = [path for path in (*made, *empty) if not _is_readable(lake / path, quick=quick)]
    if damaged:
        what = f"{len(damaged)} of {len(made) + len(empty)} files are damaged, first {damaged[0]}"
        return Check(
            name="built tables", status="bad data", detail=f"{what}: delete them, then `labelduck build`"
        )
    return Check(name="built tables", status="ok", detail=f"{len(made)} files can be read")


def _is_readable(path: Path, *, quick: bool) -> bool:
    import pyarrow as pa
    from pyarrow import parquet

    try:
        with parquet.ParquetFile(path) as file:
            for number in range(0 if quick else file.num_row_groups):
                file.read_row_group(number).validate(full=True)
    except (OSError, pa.ArrowException, UnicodeDecodeError):
        return False
    return True


def _views(lake: Lake) -> Iterator[Check]:
    import duckdb

    views = catalog.views()
    broken = []
    with lake.connect() as connection:
        for view in views:
            try:  # planned, not answered: whether the files are whole was looked at before
                connection.execute(f"from {view.name} limit 0").fetchall()
            except duckdb.Error as error:
                broken.append(f"{view.name} ({error})")
    if broken:
        yield Check(
            name="views", status="bad data", detail=f"{len(broken)} of {len(views)} fail, first {broken[0]}"
        )
    else:
        yield Check(name="views", status="ok", detail=f"all {len(views)} can be asked")
