"""What is printed on stdout: answers, and nothing else."""

from __future__ import annotations

import json
import shutil
import sys
from typing import TYPE_CHECKING, Any, TextIO

from labelduck.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb

ROWS_SHOWN = 200
ROWS_PER_BATCH = 10_000


def text(words: str) -> None:
    """Print a text."""
    sys.stdout.write(words + "\n")


def json_document(value: object) -> None:
    """Print one JSON document."""
    sys.stdout.write(json.dumps(value, indent=1, default=str) + "\n")


def query(connection: duckdb.DuckDBPyConnection, statement: str, *, form: str, out: Path | None) -> None:
    """Print the answer to a query as a table, CSV, JSON or Parquet.

    Raises:
        UsageError: The query is wrong; the message is DuckDB's.
    """
    import duckdb

    try:
        relation = connection.sql(statement)
        if relation is None:
            return
        if form == "parquet":
            _parquet(relation, out)
        elif out is not None:
            with out.open("w", encoding="utf-8", newline="") as file:
                _WRITERS[form](relation, file)
        else:
            _WRITERS[form](relation, sys.stdout)
    except duckdb.Error as error:
        raise UsageError(f"{type(error).__name__}: {error}") from error


def table(relation: duckdb.DuckDBPyRelation, file: TextIO | None = None) -> None:
    """Print rows as a table as wide as the terminal."""
    file = file or sys.stdout
    columns = shutil.get_terminal_size((160, 24)).columns
    rows = relation.limit(ROWS_SHOWN + 1).fetchall()
    if not rows:
        file.write(f"no rows ({', '.join(relation.columns)})\n")
        return
    cells = [relation.columns, *([_cell(value) for value in row] for row in rows[:ROWS_SHOWN])]
    is_number = [
        all(isinstance(row[i], (int, float)) or row[i] is None for row in rows) for i in range(len(cells[0]))
    ]
    wanted = [max(len(row[i]) for row in cells) for i in range(len(cells[0]))]
    widths = [min(width, max(16, columns // 3)) for width in wanted]
    room = columns - sum(widths) - 2 * (len(widths) - 1)
    for i in reversed(range(len(widths))):  # what is left goes to cut columns, sentences at the end first
        more = max(0, min(wanted[i] - widths[i], room))
        widths[i], room = widths[i] + more, room - more
    for number, row in enumerate(cells):
        line = "  ".join(_fit(cell, w, right=r) for cell, w, r in zip(row, widths, is_number, strict=True))
        file.write(line.rstrip() + "\n")
        if number == 0:
            file.write("  ".join("-" * width for width in widths) + "\n")
    if len(rows) > ROWS_SHOWN:
        file.write(f"... first {ROWS_SHOWN} rows; --format csv prints all\n")


def _cell(value: Any) -> str:  # noqa: ANN401 - whatever a query returns
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:.4g}" if abs(value) < 1 else f"{value:,.2f}".rstrip("0").rstrip(".")
    if isinstance(value, dict) and set(value) == {"x_min", "y_min", "x_max", "y_max"}:
        return "({x_min:.0f}, {y_min:.0f})-({x_max:.0f}, {y_max:.0f})".format(**value)
    return str(value).replace("\n", " ")


def _fit(cell: str, width: int, *, right: bool) -> str:
    short = cell if len(cell) <= width else cell[: width - 1] + "…"
    return short.rjust(width) if right else short.ljust(width)


def _csv(relation: duckdb.DuckDBPyRelation, file: TextIO) -> None:
    import csv

    writer = csv.writer(file)
    writer.writerow(relation.columns)
    for rows in _batches(relation):
        writer.writerows(
            [json.dumps(v, default=str) if isinstance(v, (dict, list)) else v for v in row] for row in rows
        )


def _json(relation: duckdb.DuckDBPyRelation, file: TextIO) -> None:
    names, comma = relation.columns, "\n"
    file.write("[")
    for rows in _batches(relation):
        for row in rows:
            file.write(comma + json.dumps(dict(zip(names, row, strict=True)), default=str))
            comma = ",\n"
    file.write("\n]\n")


def _batches(relation: duckdb.DuckDBPyRelation) -> Any:  # noqa: ANN401 - an iterator of lists of tuples
    for batch in relation.to_arrow_reader(ROWS_PER_BATCH):
        yield zip(*(column.to_pylist() for column in batch.columns), strict=True)


def _parquet(relation: duckdb.DuckDBPyRelation, out: Path | None) -> None:
    import pyarrow.parquet as pq

    if out is None and sys.stdout.isatty():
        raise UsageError("Parquet is no text: name a file with --out, or send stdout to one")
    reader = relation.to_arrow_reader(ROWS_PER_BATCH)
    with pq.ParquetWriter(str(out) if out else sys.stdout.buffer, reader.schema) as writer:
        for batch in reader:
            writer.write_batch(batch)


_WRITERS = {"table": table, "csv": _csv, "json": _json}
