"""A judgement of the release gates as pages that other programs show: JUnit XML and Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from labelduck.junit import Suite, judged, result
from labelduck.junit import junit as junit_xml

if TYPE_CHECKING:
    from collections.abc import Mapping

    from labelduck.gating import Judgement
    from labelduck.junit import Case

_WORDS = {"pass": "pass", "fail": "**fail**", "not_enough_data": "not enough data", "waived": "waived"}


def junit(judgement: Judgement) -> str:
    """Return a JUnit report as CI systems show it: a suite per dataset, a case per gate.

    A failure is one; not enough data and waivers are skipped cases, with the reason.
    """
    suites = [
        Suite(
            name=dataset,
            judged_at=judgement.evaluated_at,
            cases=[_case(row, judgement) for row in judgement.rows if row["dataset"] == dataset],
        )
        for dataset in judgement.datasets
    ]
    return junit_xml("labelduck gate", suites)


def markdown(judgement: Judgement) -> str:
    """Return a summary in Markdown, as GitHub shows of a step: a table per dataset, and what violates the failed gates."""
    parts = []
    for dataset in judgement.datasets:
        rows = [row for row in judgement.rows if row["dataset"] == dataset]
        failed = [row for row in rows if judgement.is_failure(row)]
        told = f"{len(failed)} of {len(rows)} gates fail" if failed else f"no gate of {len(rows)} fails"
        version = f" version {rows[0]['version']}" if rows[0]["version"] is not None else ""
        parts.append(f"## {_cell(dataset)}{version}: {told}\n\n| gate | status | result |\n|---|---|---|\n")
        parts += [f"| {row['gate']} | {_WORDS[row['status']]} | {_cell(result(row))} |\n" for row in rows]
        parts += [_details(row, judgement) for row in failed]
        parts.append("\n")
    return "".join(parts)


def _case(row: Mapping[str, Any], judgement: Judgement) -> Case:
    is_failure, group = judgement.is_failure(row), f"labelduck.gate.{row['dataset']}"
    lines = _listed(row, judgement) if is_failure else ()
    return judged(row, classname=group, is_failure=is_failure, lines=lines)


def _listed(row: Mapping[str, Any], judgement: Judgement) -> list[str]:
    shown = list(judgement.violations.get((row["dataset"], row["gate"]), ()))
    rest = row["n_violations"] - len(shown)
    return [*shown, f"... and {rest:,} more: from {row['gate']}_violations"] if rest > 0 else shown


def _details(row: Mapping[str, Any], judgement: Judgement) -> str:
    listed = "".join(f"- {_cell(told)}\n" for told in _listed(row, judgement))
    return f"\n<details><summary>{row['gate']}</summary>\n\n{listed}\n</details>\n" if listed else ""


def _cell(text: str) -> str:
    plain = " ".join(text.split()).replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;")
    return plain.replace("`", "\\`")
