"""Delivery into a folder: PATH/REPORT/SLOT/, `latest` beside it, old ones taken away."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from labelduck.errors import LabelduckEnvironmentError
from labelduck.parquet import TEMPORARY_SUFFIX

if TYPE_CHECKING:
    from pathlib import Path

    from labelduck.delivery.destination import Destination
    from labelduck.delivery.package import Package

LATEST = "latest"


def to_folder(package: Package, target: Destination) -> None:
    """Put the files into a folder of the slot's name, which appears whole, and let `latest` point there.

    Raises:
        LabelduckEnvironmentError: The folder cannot be written.
    """
    home = target.path("path") / package.report
    place, temporary = home / package.when, home / f".{package.when}.{os.getpid()}{TEMPORARY_SUFFIX}"
    try:
        home.mkdir(parents=True, exist_ok=True)
        _sweep(home)
        if not _is_there(package, place):
            temporary.mkdir()
            for path in package.paths:
                shutil.copyfile(path, temporary / path.name)
            if place.exists():  # another state of the same slot, asked for by hand
                place.replace(home / f".old.{os.getpid()}{TEMPORARY_SUFFIX}")
            temporary.replace(place)
        point(home, package.when)
        _retire(home, target.options.get("keep_last"), target.options.get("keep_days"))
    except OSError as error:
        raise LabelduckEnvironmentError(f"{error.filename or home}: {error.strerror or error}") from error
    finally:
        _sweep(home)


def point(home: Path, name: str) -> None:
    """Let `latest` in a folder name the newest: a link, or a text file where the system has none; never backwards."""
    latest, temporary = home / LATEST, home / f".{LATEST}.{os.getpid()}{TEMPORARY_SUFFIX}"
    if latest.is_symlink() and latest.exists() and latest.readlink().name > name:
        return
    try:
        temporary.symlink_to(name, target_is_directory=True)
    except OSError:
        temporary.write_text(name + "\n", encoding="utf-8")
    temporary.replace(latest)


def _is_there(package: Package, place: Path) -> bool:
    """Tell whether the files lie there already: a run that was killed right after."""
    return place.is_dir() and all(
        (place / path.name).is_file() and (place / path.name).read_bytes() == path.read_bytes()
        for path in package.paths
    )


def _retire(home: Path, keep_last: int | None, keep_days: int | None) -> None:
    slots = sorted(
        path for path in home.iterdir() if path.is_dir() and not path.is_symlink() and path.name[:1] != "."
    )
    gone = set(slots[:-keep_last]) if keep_last else set()
    if keep_days:
        newest = _moment(slots[-1].name)
        gone |= {
            path
            for path in slots
            if newest and (then := _moment(path.name)) and newest - then > timedelta(keep_days)
        }
    for path in sorted(gone - {slots[-1]}):
        shutil.rmtree(path)


def _moment(name: str) -> datetime | None:
    with suppress(ValueError):
        return datetime.strptime(name, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    return None


def _sweep(home: Path) -> None:
    for leftover in home.glob(f".*{TEMPORARY_SUFFIX}"):
        if leftover.is_dir() and not leftover.is_symlink():
            shutil.rmtree(leftover, ignore_errors=True)
        else:
            leftover.unlink(missing_ok=True)
