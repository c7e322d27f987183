"""A report with its answers: what every format writes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    import pyarrow as pa

    from labelduck.charts import Chart
    from labelduck.reports.definition import Report, Section


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The answer to one section.

    Attributes:
        section: What was asked.
        key: Name of the section for files and sheets: unique in the report.
        table: Rows, all columns.
        is_cut: Whether there are more rows than were read.
        comments: What each column means, where the catalogue says it.
        sql: The query that was run.
        charts: Charts of the rows.
        note: What a reader must know: parameters that did not apply, rows that were left out.
    """

    section: Section
    key: str
    table: pa.Table
    is_cut: bool
    comments: dict[str, str]
    sql: str
    charts: tuple[Chart, ...]
    note: str


@dataclass(frozen=True, kw_only=True)
class Dataset:
    """A dataset that the lake holds, at the version that the report saw."""

    name: str
    version: int
    created_at: str


@dataclass(frozen=True, kw_only=True)
class Document:
    """A report, answered.

    Attributes:
        report: Its definition.
        parameters: Values that were used; those that are empty are left out.
        answers: One for each section.
        lake_state: Hash of all that the lake's answers depend on.
        as_of: When the lake last changed (UTC); the report's time, so that equal states give equal reports.
        datasets: What it tells of.
        catalogue: Hash of the views that answered.
        labelduck_version: Version of labelduck.
    """

    report: Report
    parameters: dict[str, str]
    answers: tuple[Answer, ...]
    lake_state: str
    as_of: datetime
    datasets: tuple[Dataset, ...]
    catalogue: str
    labelduck_version: str

    @property
    def n_rows(self) -> int:
        """Rows in all tables together."""
        return sum(answer.table.num_rows for answer in self.answers)

    @property
    def hidden(self) -> tuple[str, ...]:
        """Columns that tell people nothing: the dataset, where there is one alone."""
        return ("dataset",) if len(self.datasets) == 1 else ()

    def facts(self) -> dict[str, str]:
        """Return what the report is about, in words: for its head."""
        told = [f"{d.name} version {d.version}" for d in self.datasets]
        facts = {
            "Dataset": ", ".join(told[:5]) + (f" and {len(told) - 5} more" if len(told) > 5 else "")
            or "none",
            "State": f"{self.lake_state} of {self.as_of:%Y-%m-%d %H:%M} UTC",
        }
        if self.parameters:
            facts["Parameters"] = ", ".join(f"{name} = {value}" for name, value in self.parameters.items())
        return facts
