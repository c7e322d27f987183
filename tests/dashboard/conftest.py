"""One sample lake, one server and one browser for all tests of the dashboard."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import pytest
from full_sample import SAMPLE, write_full_sample
from serving import FLAGS, chromium, serving
from watching import Window

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from labelduck.lake import Lake


@pytest.fixture(scope="session")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """Give the sample with all that it has."""
    return write_full_sample(tmp_path_factory.mktemp("dashboard") / "lake")


@pytest.fixture(scope="session")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder that `--images` names."""
    folder = tmp_path_factory.mktemp("pictures")
    shutil.copytree(SAMPLE / "images", folder / "hardhat")
    return folder


@pytest.fixture(scope="session")
def server(lake: Lake, pictures: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the address of a dashboard of the sample."""
    chromium()
    log = tmp_path_factory.mktemp("log") / "server.log"
    with serving(lake.path, "--images", str(pictures), log=log) as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Give a running Chromium."""
    sync_api = pytest.importorskip("playwright.sync_api")
    program = chromium()
    with sync_api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield started
        started.close()


@pytest.fixture
def visit(browser: Any, server: str) -> Iterator[Any]:
    """Open pages in one window that notes what goes wrong and who else is asked."""
    window = Window(browser, server)
    yield window.go
    window.close()
    assert window.problems == []
