"""What every test may ask for."""

from __future__ import annotations

import tarfile
from typing import TYPE_CHECKING

import pytest

from places import SHARED_DATA

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Give the unpacked folder of a pack of real data, or skip the test where the pack is absent."""
    unpacked: dict[str, Path] = {}

    def unpack(pack: str) -> Path:
        archives = sorted(SHARED_DATA.glob(f"{pack}.tar.*")) if SHARED_DATA.is_dir() else []
        if not archives:
            pytest.skip(f"{pack} is not in {SHARED_DATA}")
        if pack not in unpacked:
            target = tmp_path_factory.mktemp(pack)
            with tarfile.open(archives[0]) as archive:
                archive.extractall(target, filter="data")
            unpacked[pack] = target
        return unpacked[pack]

    return unpack
