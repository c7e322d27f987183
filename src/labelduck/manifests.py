"""Dataset versions: what files make up a dataset at one moment.

Each import makes a version. A version is one JSON file that names immutable Parquet files, so versions share what did
not change, and the appearance of that file is the moment at which an import has happened.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

from labelduck.errors import BadInputError, UsageError
from labelduck.parquet import TEMPORARY_SUFFIX
from labelduck.storage import StoredFile

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

LONGEST_NAME = 255
"""Bytes that a folder's name may have; letters other than ASCII take six or more."""

MERGED = "*"
"""Source of a file that merges the rows of all sources; it stands for them."""


@dataclass(frozen=True)
class Manifest:
    """One version of a dataset; `to_json` gives the keys of the file on disk.

    Attributes:
        dataset: Name of the dataset.
        version: 1 for the first.
        created_at: UTC.
        parent: Version that it was made from.
        author: Who made it.
        message: Why.
        name: What `labelduck version create` calls it; it stays with this version.
        taxonomy_hash: Equal in two versions with the same classes.
        imported: The import that made it.
        models: By model, the matching options that were asked for with its predictions.
        files: All files of the dataset.
    """

    dataset: str
    version: int
    created_at: str
    parent: int | None = None
    author: str | None = None
    message: str | None = None
    name: str | None = None
    taxonomy_hash: str | None = None
    imported: dict[str, Any] = field(default_factory=dict)
    models: dict[str, dict[str, str]] = field(default_factory=dict)
    files: tuple[StoredFile, ...] = ()

    @property
    def path(self) -> str:
        """Path relative to the lake."""
        return path_of(self.dataset, self.version)

    def current(self, table: str) -> list[StoredFile]:
        """Return the files that hold a table's rows; a merged file stands for those that it merges."""
        files = [f for f in self.files if f.table_name == table]
        return [f for f in files if f.source == MERGED] or files

    def to_json(self) -> dict[str, Any]:
        """Return the manifest as it is written."""
        document = asdict(self)
        document["import"] = document.pop("imported")
        return document


def commit(lake: Path, manifest: Manifest) -> None:
    """Write a manifest: whole, on the disk, and never over another one."""
    path = lake / manifest.path
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{manifest.version}{TEMPORARY_SUFFIX}")
    try:
        with temporary.open("w", encoding="utf-8") as file:
            json.dump(manifest.to_json(), file, indent=1, ensure_ascii=False)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise


def path_of(dataset: str, version: int) -> str:
    """Return where a version's manifest lies, relative to the lake."""
    return f"versions/{_folder_name(dataset)}/{version}.json"


def datasets(lake: Path) -> list[str]:
    """Return the names of the datasets in a lake, sorted."""
    root = lake / "versions"
    if not root.is_dir():
        return []
    return sorted(unquote(folder.name) for folder in root.iterdir() if any(_numbers(folder)))


def versions(lake: Path, dataset: str) -> list[int]:
    """Return the version numbers of a dataset, oldest first."""
    return sorted(_numbers(lake / "versions" / _folder_name(dataset)))


def head(lake: Path, dataset: str) -> Manifest | None:
    """Return the newest version of a dataset."""
    numbers = versions(lake, dataset)
    return read(lake, dataset, numbers[-1]) if numbers else None


def heads(lake: Path) -> list[Manifest]:
    """Return the newest version of every dataset."""
    return [manifest for name in datasets(lake) if (manifest := head(lake, name))]


def read(lake: Path, dataset: str, version: int) -> Manifest:
    """Return one version of a dataset.

    Raises:
        BadInputError: The file is absent or damaged.
    """
    path = lake / path_of(dataset, version)
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        files = tuple(StoredFile(**entry) for entry in document.pop("files"))
        return Manifest(imported=document.pop("import"), files=files, **document)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadInputError(
            path, "", f"is no readable manifest ({error}); restore it from a backup"
        ) from error


def _folder_name(dataset: str) -> str:
    name = quote(dataset, safe="").replace(".", "%2E") if dataset.startswith(".") else quote(dataset, safe="")
    if len(name) > LONGEST_NAME:
        raise UsageError(
            f"the dataset {dataset[:40]!r}... has too long a name for a folder; give it a shorter one with --dataset"
        )
    return name


def _numbers(folder: Path) -> Iterable[int]:
    if not folder.is_dir():
        return ()
    return (int(path.stem) for path in folder.glob("*.json") if path.stem.isdecimal())
