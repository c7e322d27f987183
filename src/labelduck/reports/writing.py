"""A document as files in a folder, with a manifest that says what they are made from."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from labelduck.errors import UsageError
from labelduck.reports.definition import FORMATS
from labelduck.reports.formats import WRITERS
from labelduck.reports.formats.files import put

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from labelduck.reports.definition import Format
    from labelduck.reports.document import Document

MANIFEST = "manifest.json"


def write(document: Document, folder: Path, formats: Sequence[str] = ()) -> list[Path]:
    """Write a document in formats, and then its manifest; each file appears whole.

    Args:
        document: What to write.
        folder: Where; made where it is absent.
        formats: Else those of the report's definition.

    Returns:
        The files, the manifest last.

    Raises:
        UsageError: A format is unknown.
        LabelduckEnvironmentError: A program or package that a format needs is missing.
    """
    wanted = checked(formats or document.report.formats)
    folder.mkdir(parents=True, exist_ok=True)
    by_format = {form: WRITERS[form](document, folder) for form in wanted}
    manifest = put(
        folder / f"{document.report.name}.{MANIFEST}",
        json.dumps(_manifest(document, by_format), indent=1) + "\n",
    )
    return [path for paths in by_format.values() for path in paths] + [manifest]


def checked(formats: Sequence[str]) -> list[Format]:
    """Return formats, each once.

    Raises:
        UsageError: One is unknown.
    """
    known: dict[str, Format] = {form: form for form in FORMATS}
    if unknown := [form for form in formats if form not in known]:
        raise UsageError(f"format {unknown[0]!r} is unknown; known are {', '.join(FORMATS)}")
    return [known[form] for form in dict.fromkeys(formats)]


def _manifest(document: Document, by_format: dict[Format, list[Path]]) -> dict[str, Any]:
    report = document.report
    return {
        "report": report.name,
        "title": report.title,
        "definition": hashlib.sha256(repr(report).encode()).hexdigest()[:16],
        "parameters": document.parameters,
        "datasets": [{"dataset": d.name, "version": d.version} for d in document.datasets],
        "lake_state": document.lake_state,
        "as_of": document.as_of.isoformat(),
        "catalogue": document.catalogue,
        "labelduck_version": document.labelduck_version,
        "n_rows": {answer.key: answer.table.num_rows for answer in document.answers},
        "is_cut": [answer.key for answer in document.answers if answer.is_cut],
        "files": [
            {
                "name": path.name,
                "format": form,
                "n_bytes": path.stat().st_size,
                "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
            }
            for form, paths in by_format.items()
            for path in paths
        ],
    }
