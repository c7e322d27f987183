"""A document in each format: `WRITERS[format](document, folder)` writes it and returns the files.

Equal documents give equal bytes, but for PDF, which a browser prints.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from labelduck.reports.formats.html import write_html, write_static_html
from labelduck.reports.formats.junit import write_junit
from labelduck.reports.formats.markdown import write_markdown
from labelduck.reports.formats.pdf import write_pdf
from labelduck.reports.formats.tables import write_csv, write_json, write_parquet, write_spreadsheet_csv
from labelduck.reports.formats.xlsx import write_xlsx

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from labelduck.reports.definition import Format
    from labelduck.reports.document import Document

WRITERS: dict[Format, Callable[[Document, Path], list[Path]]] = {
    "html": write_html,
    "static_html": write_static_html,
    "pdf": write_pdf,
    "xlsx": write_xlsx,
    "csv": write_csv,
    "spreadsheet_csv": write_spreadsheet_csv,
    "parquet": write_parquet,
    "json": write_json,
    "markdown": write_markdown,
    "junit": write_junit,
}

__all__ = ["WRITERS"]
