"""A report's gates as JUnit XML, which every CI shows: sections whose rows have a `status` are suites."""

from __future__ import annotations

import xml.etree.ElementTree as ET  # writes only
from typing import TYPE_CHECKING, Any

from labelduck.reports.formats.files import put

if TYPE_CHECKING:
    from pathlib import Path

    from labelduck.reports.document import Answer, Document

_NAMES = ("gate", "item", "check")


def write_junit(document: Document, folder: Path) -> list[Path]:
    """Write `NAME.junit.xml`; a report without gates gives an empty one."""
    root = ET.Element("testsuites", name=document.report.name)
    for answer in document.answers:
        if "status" in answer.table.column_names:
            _suite(root, document, answer)
    ET.indent(root)
    content = ET.tostring(root, encoding="unicode", xml_declaration=False)
    return [
        put(
            folder / f"{document.report.name}.junit.xml",
            f'<?xml version="1.0" encoding="UTF-8"?>\n{content}\n',
        )
    ]


def _suite(root: ET.Element, document: Document, answer: Answer) -> None:
    rows = answer.table.to_pylist()
    failed = sum(row["status"] == "fail" for row in rows)
    skipped = sum(row["status"] in {"not_enough_data", "waived"} for row in rows)
    counts: dict[str, Any] = {
        "tests": str(len(rows)),
        "failures": str(failed),
        "skipped": str(skipped),
        "errors": "0",
    }
    suite = ET.SubElement(
        root,
        "testsuite",
        name=answer.section.title,
        timestamp=document.as_of.isoformat(timespec="seconds"),
        **counts,
    )
    for row in rows:
        name = next((str(row[key]) for key in _NAMES if row.get(key) is not None), "?")
        case = ET.SubElement(
            suite, "testcase", name=name, classname=str(row.get("dataset") or document.report.name)
        )
        said = _legal(row.get("sentence"))
        if row["status"] == "fail":
            ET.SubElement(case, "failure", message=said)
        elif row["status"] != "pass":
            ET.SubElement(case, "skipped", message=f"{row['status']}: {said}")


def _legal(value: Any) -> str:  # noqa: ANN401 - whatever a view holds
    """Return a text without the signs that XML cannot hold."""
    return "".join(
        c
        for c in str(value or "")
        if c in "\t\n" or " " <= c <= "\ud7ff" or "\ue000" <= c <= "\ufffd" or c > "\uffff"
    )
