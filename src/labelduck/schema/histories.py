"""What a lake remembers line by line: append-only JSON lines, each file of them shown by a view."""

from __future__ import annotations

from dataclasses import dataclass

from labelduck.schema.decided import DECISIONS


@dataclass(frozen=True)
class History:
    """A view over lines that are only ever appended.

    Attributes:
        files: Pattern of the files, relative to the lake.
        sentence: What one row is.
        columns: Type and comment of each column.
    """

    files: str
    sentence: str
    columns: dict[str, tuple[str, str]]


_GATE_RESULTS = {
    "evaluation": ("varchar", "one run of `labelduck gate`; its rows share it"),
    "evaluated_at": ("timestamp", "when (UTC)"),
    "dataset": ("varchar", "dataset that was judged"),
    "version": ("bigint", "version of it"),
    "lake_state": ("varchar", "hash of all files that the judgement read; equal states give equal results"),
    "gate": ("varchar", "gate"),
    "status": ("varchar", "pass, fail, not_enough_data or waived"),
    "value": ("double", "what was measured"),
    "value_low": ("double", "lower end of its 95 % interval"),
    "value_high": ("double", "upper end"),
    "n": ("bigint", "units that it was measured on"),
    "threshold": ("double", "limit at that time"),
    "comparison": ("varchar", "at_most or at_least the threshold"),
    "n_violations": ("bigint", "rows of the gate's view"),
    "sentence": ("varchar", "the result in words"),
    "waived_by": ("varchar", "who answers for a waiver"),
    "waiver_reason": ("varchar", "why it was waived"),
    "waived_until": ("date", "last day of the waiver"),
}

_REPORT_RUNS = {
    "run_id": ("varchar", "run"),
    "report": ("varchar", "name of the report"),
    "slot": ("timestamp", "time that it was due (UTC); null for a run by hand"),
    "started_at": ("timestamp", "when it started (UTC)"),
    "ended_at": ("timestamp", "when it was done or had failed (UTC)"),
    "status": ("varchar", "done, failed or skipped"),
    "dataset": ("varchar", "dataset that it told of; null for all"),
    "version": ("bigint", "version of it"),
    "lake_state": ("varchar", "hash of all files that it read"),
    "formats": ("varchar[]", "formats that were written"),
    "n_rows": ("bigint", "rows in its tables"),
    "artefacts": ("varchar[]", "files that were written"),
    "delivered_to": ("varchar[]", "where they were sent"),
    "error": ("varchar", "why it failed"),
    "host": ("varchar", "machine that ran it"),
    "attempt": ("bigint", "1 for the first try of the slot"),
}

HISTORIES = {
    "decisions": History(
        "decisions/*.jsonl",
        "One row per decision of a reviewer on a suspect; the audit trail, in which nothing is ever edited.",
        DECISIONS,
    ),
    "gate_results": History(
        "runs/gates*.jsonl",
        "One row per gate and run of `labelduck gate`: what was released, refused or waived, and when.",
        _GATE_RESULTS,
    ),
    "report_runs": History(
        "runs/reports*.jsonl", "One row per run of a report, also those that failed.", _REPORT_RUNS
    ),
}
"""History by the name of its view."""
