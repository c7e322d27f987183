"""What a lake says now, as one short text: equal texts, equal answers."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from labelduck import resources, settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from labelduck.folder import LakeFolder

LENGTH = 16
_READ = ("*.toml", "decisions/*.jsonl")


def lake_state(folder: LakeFolder) -> str:
    """Return a hash of all that the lake's answers depend on: current files, versions, settings, decisions, views.

    The day is not among it, which ends waivers, nor what ran when.

    Raises:
        BadInputError: `labelduck.toml` or a manifest cannot be used.
    """
    # Data files are named by their content or by the key of what they were made from: their names suffice.
    known = (folder.current_files(), folder.manifest_names(), settings.load(folder.path))
    digest = hashlib.sha256(repr(known).encode())
    for path in (*_asked(folder.path), *sorted(resources.folder("sql").rglob("*.sql"))):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:LENGTH]


def _asked(lake: Path) -> Iterator[Path]:
    for pattern in _READ:
        yield from sorted(lake.glob(pattern))
