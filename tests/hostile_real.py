"""Real published data sets and exports as hostile sources, where the packs of real data are at hand."""

from __future__ import annotations

import shutil
import tarfile
from typing import TYPE_CHECKING

from hostile_sources import Source
from places import SHARED_DATA
from test_every_real_file import EXPORTS, READ

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PICTURES = (".jpg", ".png", ".jpeg", ".bmp", ".webp")
MOST_BYTES = 300_000
"""Larger files are left as they are: harming them again and again would only cost time."""
PACKS = ("datumaro_assets", "label_studio_exports")


def sources_of(folder: Path) -> dict[str, Source]:
    """Return the sources by name; the packs are unpacked into the folder the first time.

    Args:
        folder: For the unpacked packs of all processes of a run.
    """
    for pack in PACKS:
        for archive in SHARED_DATA.glob(f"{pack}.tar.*"):
            if not (folder / pack).is_dir():
                with tarfile.open(archive) as packed:
                    packed.extractall(folder / pack, filter="data")
    assets, exports = folder / PACKS[0] / "tests" / "assets", folder / PACKS[1] / "label_studio_exports"
    found = [(assets / path, path, name) for path, name, *_ in READ]
    found += [(exports / path, path, name) for path, name, *_ in EXPORTS]
    sources = {f"real {path}": _source(whole, name) for whole, path, name in found if whole.exists()}
    return {name: source for name, source in sources.items() if source.files}


def _source(path: Path, name: str) -> Source:
    root = path if path.is_dir() else path.parent
    files = [file for file in sorted(root.rglob("*")) if file.is_file() and file.stat().st_size < MOST_BYTES]
    told = [file for file in files if file.suffix.lower() not in PICTURES]
    pictures = [file for file in files if file.suffix.lower() in PICTURES]
    if path.is_file():
        told, pictures = [path], []
    shown = [*told, *pictures[: len(told) or 40]]
    within = "" if path.is_dir() else f"/{path.name}"
    return Source(
        f"import {name} {{here}}{within} --dataset real",
        tuple(file.relative_to(root).as_posix() for file in shown),
        _copy(root),
        "real",
    )


def _copy(root: Path) -> Callable[[Path], None]:
    return lambda folder: _copied(root, folder)


def _copied(root: Path, folder: Path) -> None:
    shutil.copytree(root, folder, dirs_exist_ok=True)
