"""A report as one HTML file that needs nothing else: with plotly in it, or static for mail."""

from __future__ import annotations

import json
import re
from functools import cache
from html import escape
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from labelduck import charts
from labelduck.reports.formats import page
from labelduck.reports.formats.cells import columns, nothing, remark
from labelduck.reports.formats.files import put

if TYPE_CHECKING:
    from collections.abc import Iterator

    from labelduck.reports.document import Answer, Document
    from labelduck.reports.formats.cells import Column

_CODE, _as_code = re.compile(r"`([^`]+)`"), r"<code>\1</code>"
_SHORT = 30
_BRACKETS = re.compile(r"[<>&\u2028\u2029]")


def write_html(document: Document, folder: Path) -> list[Path]:
    """Write `NAME.html`: charts that answer to the pointer where plotly is installed, else static ones."""
    return [put(folder / f"{document.report.name}.html", html(document, is_live=plotly_script() is not None))]


def write_static_html(document: Document, folder: Path) -> list[Path]:
    """Write `NAME.static.html`: no script, small, for mail."""
    return [put(folder / f"{document.report.name}.static.html", html(document, is_live=False))]


def html(document: Document, *, is_live: bool) -> str:
    """Return the page.

    Args:
        document: What it shows.
        is_live: Whether charts answer to the pointer: then plotly is in the page, once. On paper, and without scripts, they
            are static.
    """
    has_charts = any(not chart.is_empty for answer in document.answers for chart in answer.charts)
    script = plotly_script() if is_live and has_charts else None
    live = f"<script>{script}</script><script>{page.script()}</script>" if script else ""
    report = document.report
    return (
        "<!doctype html>\n"
        f'<html lang="en"><head><meta charset="utf-8"><title>{escape(report.title)}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        f'<meta name="generator" content="labelduck {document.labelduck_version}">'
        f"<style>{charts.css()}{page.CSS}</style></head>\n<body><main>"
        f"<header><h1>{escape(report.title)}</h1>{paragraphs(report.text)}{_facts(document)}</header>"
        f"{_contents(document)}"
        + "".join(
            _section(answer, document.hidden, is_live=script is not None) for answer in document.answers
        )
        + f"{_footer(document)}</main>{live}</body></html>\n"
    )


@cache
def plotly_script() -> str | None:
    """Return plotly.js as the plotly package has it; None where that is not installed."""
    found = find_spec("plotly")
    path = Path(found.origin).with_name("package_data") / "plotly.min.js" if found and found.origin else None
    return path.read_text(encoding="utf-8") if path and path.is_file() else None


def paragraphs(text: str) -> str:
    """Return text as paragraphs; `code` stays code."""
    parts = [part.strip() for part in re.split(r"\n\s*\n", text) if part.strip()]
    return "".join(f"<p>{_CODE.sub(_as_code, escape(part))}</p>" for part in parts)


def _facts(document: Document) -> str:
    rows = "".join(f"<dt>{escape(k)}</dt><dd>{escape(v)}</dd>" for k, v in document.facts().items())
    return f"<dl>{rows}</dl>"


def _contents(document: Document) -> str:
    if len(document.answers) < 4:  # a short page needs none
        return ""
    links = "".join(f'<li><a href="#{a.key}">{escape(a.section.title)}</a></li>' for a in document.answers)
    return f"<nav><ol>{links}</ol></nav>"


def _section(answer: Answer, hidden: tuple[str, ...], *, is_live: bool) -> str:
    section = answer.section
    note = f'<p class="note">{escape(answer.note)}</p>' if answer.note else ""
    return (
        f'<section id="{answer.key}"><h2>{escape(section.title)}</h2>{paragraphs(section.text)}'
        + "".join(_figures(answer, is_live=is_live))
        + f"{_table(answer, hidden)}{note}"
        f"<details><summary>SQL</summary><pre>{escape(answer.sql)}</pre></details></section>\n"
    )


def _figures(answer: Answer, *, is_live: bool) -> Iterator[str]:
    for chart in answer.charts if answer.table.num_rows else ():
        has_title = chart.title != answer.section.title  # which stands above it
        drawn = (charts.svg(chart, width=w, has_style=False, has_title=has_title) for w in (760, 360))
        wide, narrow = drawn
        still = f'<div class="still wide">{wide}</div><div class="still narrow">{narrow}</div>'
        live = ""
        if is_live and not chart.is_empty:
            figure = json.dumps(
                charts.plotly_figure(chart, width=760, has_title=has_title),
                ensure_ascii=False,
                allow_nan=False,
            )
            safe = _BRACKETS.sub(lambda found: f"\\u{ord(found[0]):04x}", figure)
            live = f'<div class="live"></div><script type="application/json">{safe}</script>'
        yield f'<figure aria-label="{escape(chart.title)}">{live}{still}</figure>'


def _table(answer: Answer, hidden: tuple[str, ...]) -> str:
    shown = answer.section.rows_shown
    if answer.table.num_rows == 0:
        return f'<p class="none">{nothing(answer)}</p>'
    if shown == 0:
        return ""
    told = columns(answer, shown, hidden=hidden)
    head = "".join(f"<th{_class(c)}{_title(c.comment)}>{escape(c.heading)}</th>" for c in told)
    cells = zip(*(column.cells for column in told), strict=True)
    body = "".join(
        "<tr>" + "".join(f"<td{_class(c)}>{escape(v)}</td>" for c, v in zip(told, row, strict=True)) + "</tr>"
        for row in cells
    )
    said = remark(answer, shown, hidden)
    more = f"<caption>{escape(said)}</caption>" if said else ""
    return (
        f'<div class="scroll"><table>{more}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
    )


def _class(column: Column) -> str:
    """Return the style of a column's cells: numbers to the right, short words unbroken, long ones with room."""
    if column.is_number:
        return ' class="n"'
    longest = max(map(len, column.cells), default=0)
    return ' class="s"' if longest <= _SHORT else ' class="w"'


def _title(comment: str) -> str:
    return f' title="{escape(comment)}"' if comment else ""


def _footer(document: Document) -> str:
    return (
        f"<footer>labelduck {document.labelduck_version}, catalogue {document.catalogue}, lake state "
        f"{document.lake_state}. The same state gives the same report.</footer>"
    )
