"""A report as GitHub Markdown: for a CI step summary or a comment."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from labelduck.reports.formats.cells import columns, nothing, remark
from labelduck.reports.formats.files import put

if TYPE_CHECKING:
    from pathlib import Path

    from labelduck.reports.document import Answer, Document

LONGEST = 60_000
"""Characters: GitHub takes 65,536 in a comment, and a MiB in a step summary."""

_SPECIAL = re.compile(r"([\\`*_\[\]<>|#~])")
_SHOWN = 20


def write_markdown(document: Document, folder: Path) -> list[Path]:
    """Write `NAME.md`."""
    return [put(folder / f"{document.report.name}.md", markdown(document))]


def markdown(document: Document) -> str:
    """Return the report; sections that no longer fit are named and left out."""
    report = document.report
    facts = " · ".join(f"**{name}** {text(value)}" for name, value in document.facts().items())
    parts = [f"# {text(report.title)}\n\n", f"{report.text}\n\n" if report.text else "", f"{facts}\n"]
    length = sum(map(len, parts))
    left_out: list[str] = []
    for answer in document.answers:
        part = _section(answer, document.hidden)
        if left_out or length + len(part) > LONGEST:
            left_out.append(text(answer.section.title))
            continue
        parts.append(part)
        length += len(part)
    if left_out:
        parts.append(f"\nLeft out, since a comment takes no more: {', '.join(left_out)}.\n")
    return "".join(parts)


def text(words: str) -> str:
    """Return words that Markdown shows as they are."""
    return _SPECIAL.sub(r"\\\1", words).replace("\n", " ")


def _section(answer: Answer, hidden: tuple[str, ...]) -> str:
    section = answer.section
    head = f"\n## {text(section.title)}\n\n" + (f"{section.text}\n\n" if section.text else "")
    summary = "".join(
        f"_{text(chart.summary)}_\n\n"
        for chart in answer.charts
        if section.rows_shown == 0 and answer.table.num_rows
    )
    note = f"\n{text(answer.note)}\n" if answer.note else ""
    return head + summary + _table(answer, hidden) + note


def _table(answer: Answer, hidden: tuple[str, ...]) -> str:
    shown = min(answer.section.rows_shown, _SHOWN)
    if answer.table.num_rows == 0:
        return f"{nothing(answer)}\n"
    if shown == 0:
        return ""
    told = columns(answer, shown, hidden=hidden)
    lines = [
        "| " + " | ".join(text(column.heading) for column in told) + " |",
        "|" + "|".join("---:" if column.is_number else "---" for column in told) + "|",
        *("| " + " | ".join(map(text, row)) + " |" for row in zip(*(c.cells for c in told), strict=True)),
    ]
    said = remark(answer, shown, hidden)
    return "\n".join(lines) + "\n" + (f"\n{text(said)}\n" if said else "")
