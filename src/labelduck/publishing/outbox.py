"""What is rendered and waits to be delivered: LAKE/runs/outbox/RUN/, which appears whole.

A destination that has it is written down before the next one is tried. So whoever comes after a kill knows what is left to
do, and sends the very same bytes under the same message id.
"""

from __future__ import annotations

import json
import os
import shutil
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from labelduck import journal, reports
from labelduck.delivery import Package
from labelduck.delivery import package as packages
from labelduck.parquet import TEMPORARY_SUFFIX
from labelduck.reports.formats.html import html
from labelduck.reports.formats.markdown import markdown

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from labelduck.reports import Document

FOLDER = Path("runs") / "outbox"
_DELIVERED = "delivered.jsonl"


def stage(
    lake: Path,
    document: Document,
    *,
    run_id: str,
    slot: datetime | None,
    started_at: datetime,
    to: Sequence[str],
    formats: Sequence[str] = (),
) -> Package:
    """Write a document and all that its messages need into the outbox; it appears whole, or not at all."""
    home = lake / FOLDER
    place, temporary = home / run_id, home / f".{run_id}.{os.getpid()}{TEMPORARY_SUFFIX}"
    shutil.rmtree(temporary, ignore_errors=True)
    try:
        (temporary / "files").mkdir(parents=True)
        written = reports.write(document, temporary / "files", formats)
        report = document.report
        package = Package(
            run_id=run_id,
            report=report.name,
            title=report.title,
            slot=slot.isoformat() if slot else "",
            as_of=document.as_of.isoformat(),
            lake_state=document.lake_state,
            started_at=started_at.isoformat(),
            datasets=tuple((d.name, d.version) for d in document.datasets),
            formats=tuple(formats or report.formats),
            n_rows=document.n_rows,
            files=tuple(path.name for path in written),
            to=tuple(to),
            folder=temporary,
        )
        package.save(html=html(document, is_live=False), text=markdown(document))
        shutil.rmtree(place, ignore_errors=True)
        temporary.replace(place)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return packages.load(place)


def waiting(lake: Path, report: str) -> list[Package]:
    """Return the packages of a report that are not yet delivered everywhere, the oldest first."""
    found: list[Package] = []
    for folder in sorted((lake / FOLDER).glob(f"{report}@*")):
        with suppress(OSError, ValueError, KeyError, TypeError):
            found.append(packages.load(folder))
    return sorted((p for p in found if p.report == report), key=lambda p: (p.slot, p.run_id))


def delivered(package: Package) -> list[str]:
    """Return the destinations that have a package."""
    path = package.folder / _DELIVERED
    names: list[str] = []
    for line in path.read_bytes().split(b"\n") if path.is_file() else ():
        with suppress(ValueError):
            names.append(str(json.loads(line)))
    return list(dict.fromkeys(names))


def note(package: Package, name: str) -> None:
    """Write down that a destination has a package; it is on the disk on return."""
    journal.add(package.folder / _DELIVERED, json.dumps(name).encode() + b"\n")


def remove(package: Package) -> None:
    """Take a package out of the outbox."""
    gone = package.folder.with_name(f".{package.run_id}.gone{TEMPORARY_SUFFIX}")
    shutil.rmtree(gone, ignore_errors=True)
    package.folder.replace(gone)
    shutil.rmtree(gone, ignore_errors=True)


def sweep(lake: Path, report: str) -> None:
    """Take away what killed runs of a report left half done; hold the report's lock."""
    for leftover in (lake / FOLDER).glob(f".{report}@*{TEMPORARY_SUFFIX}"):
        shutil.rmtree(leftover, ignore_errors=True)
