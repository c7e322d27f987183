"""CSV of rows or spans: several people's versions of one file."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from labelduck.importers.datasaur.votes import Votes

SPAN_COLUMNS = ("Line", "Begin Offset", "End Offset", "Type")
STATUS, LINE = "Label Status", "Line"
CONFLICTS = ("conflict", "conflicted", "unresolved")


@dataclass(frozen=True)
class Sheet:
    """One version of a file.

    Attributes:
        name: Where it lies in the export.
        file: The file that it is a version of.
        who: Its labeler; None for the review, ROOT for the original.
        columns: Names of its columns.
        rows: Their cells.
    """

    name: str
    file: str
    who: str | None
    columns: list[str]
    rows: list[list[str]]

    def line(self, row: int) -> str:
        """Return the line that a row is about: as its column says, else its number."""
        if LINE in self.columns:
            said = self.rows[row][self.columns.index(LINE)].strip()
            if said:
                return said
        return str(row + 1)


def read_sheet(data: bytes, name: str, file: str, who: str | None) -> Sheet:
    """Return a version of a file.

    Raises:
        ValueError: It is no UTF-8, or has no header.
    """
    text = data.decode("utf-8-sig")
    header = text.partition("\n")[0]
    delimiter = "\t" if header.count("\t") > header.count(",") else ","
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise ValueError(f"cannot be read as CSV: {error}") from error
    if not lines:
        raise ValueError("is empty, expected a header")
    return Sheet(
        name, file, who, [column.strip() for column in lines[0]], [line for line in lines[1:] if line]
    )


def read_sheets(versions: list[Sheet], votes: Votes) -> None:
    """Add the answers of all versions of one file."""
    spans = [sheet for sheet in versions if set(SPAN_COLUMNS) <= set(sheet.columns)]
    for sheet in spans:
        _read_spans(sheet, votes)
    rows = [sheet for sheet in versions if sheet not in spans]
    answered = [sheet for sheet in rows if sheet.who != "ROOT"]
    if not answered:
        return
    questions = _questions(rows)
    if not questions:
        problem = "nothing tells its questions from its data: there is no original in ROOT, and no two versions that differ; left out"
        votes.rows.problems.add(answered[0].name, "", problem)
    for sheet in answered if questions else ():
        _read_rows(sheet, questions, votes)


def _questions(versions: list[Sheet]) -> list[str]:
    """Return the columns that are questions: those that the original lacks, else those in which versions differ."""
    original = next((sheet for sheet in versions if sheet.who == "ROOT"), None)
    answered = [sheet for sheet in versions if sheet.who != "ROOT"]
    columns = [c for c in dict.fromkeys(c for s in answered for c in s.columns) if c not in (STATUS, LINE)]
    if original is not None:
        return [column for column in columns if column not in original.columns]
    told = {column: {tuple(_cells(sheet, column)) for sheet in answered} for column in columns}
    first = next((n for n, column in enumerate(columns) if len(told[column]) > 1), None)
    # Questions stand behind the data: what follows the first one that differs is one too, if all agree on it.
    return [] if first is None else columns[first:]


def _cells(sheet: Sheet, column: str) -> list[str]:
    if column not in sheet.columns:
        return []
    at = sheet.columns.index(column)
    return [row[at] if at < len(row) else "" for row in sheet.rows]


def _read_rows(sheet: Sheet, questions: list[str], votes: Votes) -> None:
    for n, row in _whole_rows(sheet, votes):
        cells = dict(zip(sheet.columns, row, strict=True))
        item = f"{sheet.file}/{sheet.line(n)}"
        data = {
            column: cell
            for column, cell in cells.items()
            if column not in (*questions, STATUS, LINE) and cell
        }
        votes.item(item, data)
        if cells.get(STATUS, "").strip().lower() in CONFLICTS:
            continue
        answers = [votes.answer(item, q, cells[q].strip(), sheet.who) for q in questions if q in cells]
        votes.assignment(item, sheet.who, is_done=any(answers))


def _read_spans(sheet: Sheet, votes: Votes) -> None:
    place = {column: sheet.columns.index(column) for column in SPAN_COLUMNS}
    status = sheet.columns.index(STATUS) if STATUS in sheet.columns else None
    for _, row in _whole_rows(sheet, votes):
        line, begin, end, kind = (row[place[column]].strip() for column in SPAN_COLUMNS)
        item = f"{sheet.file}/{line}:{begin}-{end}"
        votes.item(item)
        if status is not None and row[status].strip().lower() in CONFLICTS:
            continue
        if sheet.who != "ROOT":
            votes.assignment(item, sheet.who, is_done=votes.answer(item, None, kind, sheet.who))


def _whole_rows(sheet: Sheet, votes: Votes) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows with their place; one that has too few or too many cells becomes a problem."""
    for n, row in enumerate(sheet.rows):
        if len(row) == len(sheet.columns):
            yield n, row
        else:
            problem = f"{len(row)} cells, expected {len(sheet.columns)}; left out"
            kind = "the row has too few or too many cells"
            votes.rows.repeats.add(kind, sheet.name, f"row {n + 2}", problem, record=row)
