"""Versions of a dataset by hand: named, compared, restored. A version is never changed; restoring makes a new one."""

from __future__ import annotations

import getpass
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from labelduck import changes, manifests
from labelduck.errors import BadInputError, UsageError
from labelduck.importers.base import storable

if TYPE_CHECKING:
    import pyarrow as pa

    from labelduck.folder import LakeFolder
    from labelduck.manifests import Manifest


@dataclass(frozen=True, kw_only=True)
class Difference:
    """Two versions, and what is not the same in them.

    Attributes:
        old: The earlier one, as a rule.
        new: The one compared with it.
        rows: As `annotation_changes`.
    """

    old: Manifest
    new: Manifest
    rows: pa.Table


def create(
    folder: LakeFolder,
    *,
    name: str,
    dataset: str | None = None,
    message: str | None = None,
    author: str | None = None,
) -> Manifest:
    """Give what is current a name: a new version with the files of the newest.

    Raises:
        UsageError: No such dataset, or a name that is taken, a number or no text.
    """
    if not name.strip() or name.isdecimal() or storable(name) != name:
        raise UsageError(f"{name!r} can be no version's name: it needs to be a text that is no number")
    with folder.writing():
        head = _newest(folder, dataset)
        if _named(folder, head.dataset, name) is not None:
            raise UsageError(f"{head.dataset} has a version {name!r}; a name stays with its version")
        return _commit(folder, head, head, name=name, message=message, author=author)


def restore(
    folder: LakeFolder,
    which: str,
    *,
    dataset: str | None = None,
    message: str | None = None,
    author: str | None = None,
) -> Manifest:
    """Make an earlier version current again: a new version with the files of the earlier.

    Raises:
        UsageError: No such dataset or version.
        BadInputError: A file of it is gone.
    """
    with folder.writing():
        head = _newest(folder, dataset)
        wanted = find(folder, head.dataset, which)
        for file in wanted.files:
            if not (folder.path / file.path).is_file():
                raise BadInputError(folder.path / file.path, "", "is gone; restore it from a backup first")
        told = message or f"restores version {wanted.version}"
        return _commit(folder, head, wanted, name=None, message=told, author=author)


def diff(folder: LakeFolder, old: str, new: str | None = None, *, dataset: str | None = None) -> Difference:
    """Compare the annotations of two versions, by number or name; the newest when the second is None.

    Raises:
        UsageError: No such dataset or version.
        BadInputError: A file of a version is gone.
    """
    head = _newest(folder, dataset)
    before = find(folder, head.dataset, old)
    after = head if new is None else find(folder, head.dataset, new)
    sides = [(version.version, changes.files(version)) for version in (before, after)]
    for _, paths in sides:
        for path in (path for table in paths for path in table):
            if not (folder.path / path).is_file():
                raise BadInputError(folder.path / path, "", "is gone: this version cannot be read any more")
    rows = changes.annotation_changes(folder.path, head.dataset, *sides)
    return Difference(old=before, new=after, rows=rows)


def find(folder: LakeFolder, dataset: str, which: str) -> Manifest:
    """Return a version by its number or name.

    Raises:
        UsageError: There is none.
    """
    numbers = manifests.versions(folder.path, dataset)
    if which.isdecimal() and int(which) in numbers:
        return manifests.read(folder.path, dataset, int(which))
    found = _named(folder, dataset, which)
    if found is None:
        raise UsageError(
            f"{dataset} has no version {which!r}; it has 1 to {numbers[-1]}: `labelduck version list`"
        )
    return found


def _newest(folder: LakeFolder, dataset: str | None) -> Manifest:
    known = manifests.datasets(folder.path)
    if dataset is None and len(known) != 1:
        raise UsageError(
            f"{folder.path} holds {', '.join(known) or 'no dataset'}: say which one with --dataset"
        )
    head = manifests.head(folder.path, dataset or known[0])
    if head is None:
        raise UsageError(f"{folder.path}: no dataset {dataset!r}; it holds {', '.join(known) or 'none'}")
    return head


def _named(folder: LakeFolder, dataset: str, name: str) -> Manifest | None:
    read = (manifests.read(folder.path, dataset, n) for n in manifests.versions(folder.path, dataset))
    return next((manifest for manifest in read if manifest.name == name), None)


def _commit(
    folder: LakeFolder,
    head: Manifest,
    content: Manifest,
    *,
    name: str | None,
    message: str | None,
    author: str | None,
) -> Manifest:
    made = replace(
        content,
        version=head.version + 1,
        parent=content.version,
        created_at=datetime.now(tz=UTC).replace(tzinfo=None).isoformat(sep=" ", timespec="microseconds"),
        author=author or _user(),
        message=message,
        name=name,
        imported={},
    )
    manifests.commit(folder.path, made)
    return made


def _user() -> str | None:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may run under a number without a name
        return None
