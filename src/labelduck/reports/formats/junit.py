"""A report's gates as JUnit XML, which every CI shows: sections whose rows have a `status` are suites."""

from __future__ import annotations

from typing import TYPE_CHECKING

from labelduck.junit import Suite, judged, junit
from labelduck.reports.formats.files import put

if TYPE_CHECKING:
    from pathlib import Path

    from labelduck.reports.document import Document


def write_junit(document: Document, folder: Path) -> list[Path]:
    """Write `NAME.junit.xml`; a report without gates gives an empty one."""
    report = document.report.name
    suites = [
        Suite(
            name=answer.section.title,
            judged_at=document.as_of,
            cases=[
                judged(row, classname=str(row.get("dataset") or report)) for row in answer.table.to_pylist()
            ],
        )
        for answer in document.answers
        if "status" in answer.table.column_names
    ]
    return [put(folder / f"{report}.junit.xml", junit(report, suites))]
