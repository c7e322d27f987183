"""A report's tables for machines: CSV, Parquet and JSON, with every row and column that was read."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from labelduck.reports.formats.files import put

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pyarrow as pa

    from labelduck.reports.document import Document

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What begins a formula in Excel and LibreOffice: OWASP, CSV injection."""


def write_csv(document: Document, folder: Path) -> list[Path]:
    """Write `NAME.SECTION.csv` for each section: values as they are, lists and structs as JSON, unknown as nothing."""
    return _csvs(document, folder, "csv", is_for_spreadsheets=False)


def write_spreadsheet_csv(document: Document, folder: Path) -> list[Path]:
    """Write `NAME.SECTION.spreadsheet.csv`: text that a spreadsheet would take for a formula begins with an apostrophe."""
    return _csvs(document, folder, "spreadsheet.csv", is_for_spreadsheets=True)


def write_parquet(document: Document, folder: Path) -> list[Path]:
    """Write `NAME.SECTION.parquet` for each section."""
    import pyarrow.parquet as pq

    written: list[Path] = []
    for answer in document.answers:
        sink = io.BytesIO()
        table = answer.table.replace_schema_metadata(None)
        pq.write_table(table, sink, compression="zstd", store_schema=False)
        written.append(put(folder / f"{document.report.name}.{answer.key}.parquet", sink.getvalue()))
    return written


def write_json(document: Document, folder: Path) -> list[Path]:
    """Write `NAME.json`: one document with what the report is about and the rows of each section."""
    report = document.report
    whole = {
        "report": report.name,
        "title": report.title,
        "parameters": document.parameters,
        "lake_state": document.lake_state,
        "as_of": document.as_of.isoformat(),
        "datasets": [{"dataset": d.name, "version": d.version} for d in document.datasets],
        "labelduck_version": document.labelduck_version,
        "sections": [
            {
                "section": answer.key,
                "title": answer.section.title,
                "sql": answer.sql,
                "columns": answer.table.column_names,
                "is_cut": answer.is_cut,
                "note": answer.note,
                "rows": [{name: _json(v) for name, v in row.items()} for row in answer.table.to_pylist()],
            }
            for answer in document.answers
        ],
    }
    content = json.dumps(whole, indent=1, ensure_ascii=False, allow_nan=False)
    return [put(folder / f"{report.name}.json", content + "\n")]


def _csvs(document: Document, folder: Path, ending: str, *, is_for_spreadsheets: bool) -> list[Path]:
    written: list[Path] = []
    for answer in document.answers:
        sink = io.StringIO()
        writer = csv.writer(sink, lineterminator="\r\n")
        writer.writerow(answer.table.column_names)
        for row in _rows(answer.table):
            writer.writerow([_guarded(_csv(v)) if is_for_spreadsheets else _csv(v) for v in row])
        written.append(put(folder / f"{document.report.name}.{answer.key}.{ending}", sink.getvalue()))
    return written


def _rows(table: pa.Table) -> Iterator[tuple[Any, ...]]:
    return zip(*(column.to_pylist() for column in table.columns), strict=True)


def _csv(value: Any) -> Any:  # noqa: ANN401 - whatever a query returns
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, default=str)
    return value.isoformat() if isinstance(value, date | datetime) else value


def _guarded(value: Any) -> Any:  # noqa: ANN401 - whatever a query returns
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def _json(value: Any) -> Any:  # noqa: ANN401 - whatever a query returns
    if isinstance(value, float):
        return value if value - value == 0 else None  # JSON has no such number
    if isinstance(value, dict):
        return {key: _json(v) for key, v in value.items()}
    if isinstance(value, list):
        return [_json(v) for v in value]
    if value is None or isinstance(value, bool | int | str):
        return value
    return value.isoformat() if isinstance(value, date | datetime) else str(value)
