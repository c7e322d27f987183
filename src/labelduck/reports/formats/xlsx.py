"""A report as an Excel workbook: a sheet for each section, typed columns, no formula whatever a name begins with."""

from __future__ import annotations

import io
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from labelduck.errors import LabelduckEnvironmentError
from labelduck.reports.formats.cells import is_rate, plain
from labelduck.reports.formats.files import put

if TYPE_CHECKING:
    from pathlib import Path

    from labelduck.reports.document import Answer, Document

ROWS_WRITTEN = 50_000
"""Rows of a sheet; a sheet that leaves out some says so. More take minutes to write and to open."""

_CELL_LENGTH = 32_767  # letters that Excel takes in one cell
_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": True,
}


def write_xlsx(document: Document, folder: Path) -> list[Path]:
    """Write `NAME.xlsx`.

    Raises:
        LabelduckEnvironmentError: The package xlsxwriter is not installed.
    """
    try:
        from xlsxwriter import Workbook
    except ImportError as error:
        raise LabelduckEnvironmentError(
            "XLSX needs the package xlsxwriter: pip install 'labelduck[reports]'"
        ) from error
    sink = io.BytesIO()
    with Workbook(sink, _OPTIONS) as book:
        book.set_properties({"title": document.report.title, "created": document.as_of})
        _about(book, document)
        for answer in document.answers:
            _sheet(book, answer)
    return [put(folder / f"{document.report.name}.xlsx", sink.getvalue())]


def _about(book: Any, document: Document) -> None:  # noqa: ANN401 - xlsxwriter states no types
    sheet = book.add_worksheet("about")
    bold, wrap = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 1, 90)
    sheet.write_string(0, 0, document.report.title, book.add_format({"bold": True, "font_size": 14}))
    lines = [
        *document.facts().items(),
        ("labelduck", document.labelduck_version),
        ("Catalogue", document.catalogue),
    ]
    for row, (name, value) in enumerate(lines, 2):
        sheet.write_string(row, 0, name, bold)
        sheet.write_string(row, 1, value, wrap)
    for row, answer in enumerate(document.answers, len(lines) + 3):
        sheet.write_string(row, 0, answer.key, bold)
        sheet.write_string(row, 1, " ".join(filter(None, (answer.section.title, _left_out(answer)))), wrap)


def _left_out(answer: Answer) -> str:
    n_rows, plus = answer.table.num_rows, "+" if answer.is_cut else ""
    if n_rows <= ROWS_WRITTEN and not answer.is_cut:
        return ""
    return f"(first {min(n_rows, ROWS_WRITTEN):,} of {n_rows:,}{plus} rows)"


def _sheet(book: Any, answer: Answer) -> None:  # noqa: ANN401 - xlsxwriter states no types
    sheet = book.add_worksheet(answer.key[:31])
    table = answer.table.slice(0, ROWS_WRITTEN)
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    styles = {kind: book.add_format({"num_format": form}) for kind, form in _FORMS.items()}
    for place, name in enumerate(table.column_names):
        values = table[name].to_pylist()
        shown = [name, *(plain(v) for v in values[:200] if v is not None)]
        sheet.set_column(place, place, min(max(map(len, shown)) + 2, 60))
        sheet.write_string(0, place, name, head)
        for row, value in enumerate(values, 1):
            _write(sheet, row, place, value, styles, is_rate=is_rate(name))
    sheet.freeze_panes(1, 0)
    if table.num_rows:
        sheet.autofilter(0, 0, table.num_rows, len(table.column_names) - 1)
    if told := _left_out(answer):
        sheet.write_string(table.num_rows + 1, 0, told, book.add_format({"italic": True}))


_FORMS = {"rate": "0.0%", "time": "yyyy-mm-dd hh:mm:ss", "date": "yyyy-mm-dd"}


def _write(sheet: Any, row: int, place: int, value: Any, styles: dict[str, Any], *, is_rate: bool) -> None:  # noqa: ANN401
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, place, value)
    elif isinstance(value, int | float) and abs(value) < 2**53:
        sheet.write_number(row, place, value, styles["rate"] if is_rate else None)
    elif isinstance(value, datetime):
        sheet.write_datetime(row, place, value.replace(tzinfo=None), styles["time"])
    elif isinstance(value, date):
        sheet.write_datetime(row, place, value, styles["date"])
    else:
        sheet.write_string(row, place, plain(value)[:_CELL_LENGTH])
