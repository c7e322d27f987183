"""A judgement of the release gates as pages that other programs show: JUnit XML and Markdown."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from collections.abc import Mapping

    from labelduck.gating import Judgement

_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_WORDS = {"pass": "pass", "fail": "**fail**", "not_enough_data": "not enough data", "waived": "waived"}


def junit(judgement: Judgement) -> str:
    """Return a JUnit report as CI systems show it: a suite per dataset, a case per gate.

    A failure is one; not enough data and waivers are skipped cases, with the reason.
    """
    root = ET.Element("testsuites", _totals(judgement.rows, judgement) | {"name": "labelduck gate"})
    for dataset in judgement.datasets:
        rows = [row for row in judgement.rows if row["dataset"] == dataset]
        when = judgement.evaluated_at.isoformat(timespec="seconds")
        suite = ET.SubElement(
            root, "testsuite", {"name": _xml(dataset), "timestamp": when} | _totals(rows, judgement)
        )
        for row in rows:
            _case(suite, row, judgement)
    ET.indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def markdown(judgement: Judgement) -> str:
    """Return a summary in Markdown, as GitHub shows of a step: a table per dataset, and what violates the failed gates."""
    parts = []
    for dataset in judgement.datasets:
        rows = [row for row in judgement.rows if row["dataset"] == dataset]
        failed = [row for row in rows if judgement.is_failure(row)]
        told = f"{len(failed)} of {len(rows)} gates fail" if failed else f"no gate of {len(rows)} fails"
        version = f" version {rows[0]['version']}" if rows[0]["version"] is not None else ""
        parts.append(f"## {_cell(dataset)}{version}: {told}\n\n| gate | status | result |\n|---|---|---|\n")
        parts += [f"| {row['gate']} | {_WORDS[row['status']]} | {_cell(_result(row))} |\n" for row in rows]
        parts += [_details(row, judgement) for row in failed]
        parts.append("\n")
    return "".join(parts)


def _case(suite: ET.Element, row: Mapping[str, Any], judgement: Judgement) -> None:
    case = ET.SubElement(
        suite,
        "testcase",
        {"classname": _xml(f"labelduck.gate.{row['dataset']}"), "name": row["gate"], "time": "0"},
    )
    message = _xml(_result(row))
    if judgement.is_failure(row):
        failure = ET.SubElement(case, "failure", {"message": message, "type": row["status"]})
        failure.text = _xml("\n".join((message, *_listed(row, judgement))))
    elif row["status"] != "pass":
        ET.SubElement(case, "skipped", {"message": f"{row['status'].replace('_', ' ')}: {message}"})
    else:
        ET.SubElement(case, "system-out").text = message


def _totals(rows: Any, judgement: Judgement) -> dict[str, str]:  # noqa: ANN401 - rows of release_gate
    failures = sum(judgement.is_failure(row) for row in rows)
    passed = sum(row["status"] == "pass" for row in rows)
    counts = {"tests": len(rows), "failures": failures, "errors": 0, "skipped": len(rows) - failures - passed}
    return {name: str(n) for name, n in counts.items()} | {"time": "0"}


def _result(row: Mapping[str, Any]) -> str:
    waiver = (
        f"; waived by {row['waived_by']} until {row['waived_until']}: {row['waiver_reason']}"
        if row["status"] == "waived"
        else ""
    )
    return f"{row['sentence']}{waiver}"


def _listed(row: Mapping[str, Any], judgement: Judgement) -> list[str]:
    shown = list(judgement.violations.get((row["dataset"], row["gate"]), ()))
    rest = row["n_violations"] - len(shown)
    return [*shown, f"... and {rest:,} more: from {row['gate']}_violations"] if rest > 0 else shown


def _details(row: Mapping[str, Any], judgement: Judgement) -> str:
    listed = "".join(f"- {_cell(told)}\n" for told in _listed(row, judgement))
    return f"\n<details><summary>{row['gate']}</summary>\n\n{listed}\n</details>\n" if listed else ""


def _xml(text: str) -> str:
    return _NO_XML.sub("?", text)


def _cell(text: str) -> str:
    plain = " ".join(text.split()).replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;")
    return plain.replace("`", "\\`")
