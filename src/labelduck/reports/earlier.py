"""A lake as it was at an earlier version of a dataset: a folder beside it that shares its files."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from labelduck import building, catalog, manifests, settings
from labelduck.errors import BadInputError
from labelduck.folder import LakeFolder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from labelduck.manifests import Manifest

_AS_NOW = (settings.FILE_NAME, "checklist.toml", "decisions", "runs")


@contextmanager
def at_version(folder: LakeFolder, version: Manifest) -> Iterator[LakeFolder]:
    """Give the lake with one dataset alone, whose newest version is this one; it is built, and gone afterwards.

    Settings, the checklist and decisions are those of now: a decision is about an annotation, whatever the version.

    Args:
        folder: The lake; it is only read.
        version: What shall be the newest.

    Raises:
        BadInputError: A file of the version is gone.
    """
    with tempfile.TemporaryDirectory(prefix="labelduck-", ignore_cleanup_errors=True) as scratch:
        home = Path(scratch) / "lake"
        _share(folder.path, home)
        for number in manifests.versions(folder.path, version.dataset):
            if number <= version.version:
                path = manifests.path_of(version.dataset, number)
                (home / path).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(folder.path / path, home / path)
        for file in version.files:
            if not (folder.path / file.path).is_file():
                raise BadInputError(folder.path / file.path, "", "is gone; restore it from a backup first")
        past = LakeFolder(home)
        building.build(past)
        yield past


def _share(lake: Path, home: Path) -> None:
    """Let a new lake see the tables of another, and take what was set and decided."""
    for path in sorted(lake.glob("tables/*/*.parquet")):
        if path.name == catalog.EMPTY_NAME:
            continue  # the new lake writes its own
        target = home / path.relative_to(lake)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.symlink_to(path.resolve())
    for name in _AS_NOW:
        source = lake / name
        if source.is_dir():
            shutil.copytree(source, home / name, ignore=shutil.ignore_patterns("outbox", ".*"))
        elif source.is_file():
            shutil.copy(source, home / name)
