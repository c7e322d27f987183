"""JUnit XML as CI systems show it: suites of gates and checks that passed, failed or were skipped."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal
from xml.etree import ElementTree as ET  # writes only

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

_NAMES = ("gate", "item", "check")
_GOOD = {"pass", "done"}
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, kw_only=True)
class Case:
    """One thing that was checked.

    Attributes:
        name: What was checked.
        classname: What it belongs to; CI systems group by it.
        outcome: passed, failed or skipped: nobody could tell, or it was waived.
        message: What was found, in a sentence.
        kind: Kind of failure.
        lines: What a failure lists below its message.
    """

    name: str
    classname: str
    outcome: Literal["passed", "failed", "skipped"]
    message: str
    kind: str = "fail"
    lines: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class Suite:
    """Cases that go together, and when they were judged."""

    name: str
    judged_at: datetime
    cases: Sequence[Case]


def junit(name: str, suites: Sequence[Suite]) -> str:
    """Return a JUnit report; signs that XML cannot hold become `?`."""
    root = ET.Element("testsuites", {"name": _xml(name)} | _counts(c for s in suites for c in s.cases))
    for suite in suites:
        told = {"name": _xml(suite.name), "timestamp": suite.judged_at.isoformat(timespec="seconds")}
        element = ET.SubElement(root, "testsuite", told | _counts(suite.cases))
        for case in suite.cases:
            _case(element, case)
    ET.indent(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def judged(
    row: Mapping[str, Any], *, classname: str, is_failure: bool | None = None, lines: Sequence[str] = ()
) -> Case:
    """Return a row with a `status` and a `sentence`, as of `release_gate` or `checklist`, as a case.

    Args:
        row: The row; `gate`, `item` or `check` names it.
        classname: What it belongs to.
        is_failure: Whether it fails; else its status says so.
        lines: What a failure lists.
    """
    status, said = str(row["status"]), result(row)
    fails = status == "fail" if is_failure is None else is_failure
    outcome: Literal["passed", "failed", "skipped"] = (
        "failed" if fails else "passed" if status in _GOOD else "skipped"
    )
    return Case(
        name=next((str(row[name]) for name in _NAMES if row.get(name) is not None), "?"),
        classname=classname,
        outcome=outcome,
        message=f"{status.replace('_', ' ')}: {said}" if outcome == "skipped" else said,
        kind=status,
        lines=lines if fails else (),
    )


def result(row: Mapping[str, Any]) -> str:
    """Return what a row found, and who waived it."""
    said = str(row.get("sentence") or "")
    if row["status"] != "waived" or not row.get("waived_by"):
        return said
    return f"{said}; waived by {row['waived_by']} until {row['waived_until']}: {row['waiver_reason']}"


def _case(suite: ET.Element, case: Case) -> None:
    told = {"classname": _xml(case.classname), "name": _xml(case.name), "time": "0"}
    element, message = ET.SubElement(suite, "testcase", told), _xml(case.message)
    if case.outcome == "failed":
        failure = ET.SubElement(element, "failure", {"message": message, "type": case.kind})
        failure.text = "\n".join((message, *map(_xml, case.lines)))
    elif case.outcome == "skipped":
        ET.SubElement(element, "skipped", {"message": message})
    else:
        ET.SubElement(element, "system-out").text = message


def _counts(cases: Iterable[Case]) -> dict[str, str]:
    outcomes = [case.outcome for case in cases]
    failures, skipped = outcomes.count("failed"), outcomes.count("skipped")
    counts = {"tests": len(outcomes), "failures": failures, "errors": 0, "skipped": skipped}
    return {name: str(n) for name, n in counts.items()} | {"time": "0"}


def _xml(text: str) -> str:
    return _NO_XML.sub("?", text)
