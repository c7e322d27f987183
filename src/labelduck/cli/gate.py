"""`labelduck gate`: may this version be released?"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from labelduck.cli import narration, output

if TYPE_CHECKING:
    import argparse

    from labelduck.gating import Judgement

FAILED = 1


def arguments(command: argparse.ArgumentParser) -> None:
    """Add the words of the command."""
    command.add_argument("--dataset", metavar="NAME", help="judge this one alone (default: all)")
    command.add_argument(
        "--only", action="append", default=[], metavar="GATE", help="ask this gate alone; may be repeated"
    )
    command.add_argument("--strict", action="store_true", help="take not enough data for a failure")
    command.add_argument("--json", action="store_true", help="print the result as one JSON document")
    command.add_argument("--junit", type=Path, metavar="FILE", help="write it as JUnit XML too, for CI")
    command.add_argument(
        "--markdown", type=Path, metavar="FILE", help="write it as Markdown too, for a CI step's summary"
    )


def run(options: argparse.Namespace) -> int:
    """Ask the gates, tell, keep the result in `gate_results`; return 1 when one fails."""
    from labelduck import gate_pages, gating
    from labelduck.errors import LabelduckEnvironmentError
    from labelduck.lake import Lake

    folder = Lake(options.lake).folder
    judgement = gating.judge(folder, dataset=options.dataset, only=options.only, is_strict=options.strict)
    for path, page in ((options.junit, gate_pages.junit), (options.markdown, gate_pages.markdown)):
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(page(judgement), encoding="utf-8")
    if options.json:
        output.json_document(judgement.to_json())
    else:
        _table(judgement)
    sys.stdout.flush()
    try:
        gating.record(folder, judgement)
    except LabelduckEnvironmentError as error:  # a lake that may only be read can be judged all the same
        narration.say(f"not kept in gate_results: {error}")
    _tell(judgement)
    return FAILED if judgement.failed else 0


def _table(judgement: Judgement) -> None:
    if not judgement.rows:
        output.text("nothing to judge: every gate is switched off")
    width = max((len(row["gate"]) for row in judgement.rows), default=0)
    for dataset in judgement.datasets:
        rows = [row for row in judgement.rows if row["dataset"] == dataset]
        output.text(f"{dataset} version {rows[0]['version']}")
        for row in rows:
            waived = f"; waived by {row['waived_by']} until {row['waived_until']}" if row["waived_by"] else ""
            status = row["status"].replace("_", " ")
            output.text(f"  {status:15}  {row['gate']:{width}}  {row['sentence']}{waived}")


def _tell(judgement: Judgement) -> None:
    for row in judgement.failed:
        for violation in judgement.violations.get((row["dataset"], row["gate"]), ())[:3]:
            narration.say(f"  {row['gate']}: {violation}")
    for dataset in judgement.datasets:
        counts = judgement.counts(dataset)
        told = ", ".join(f"{n} {status.replace('_', ' ')}" for status, n in sorted(counts.items()))
        narration.say(f"{dataset}: {told}; what violates a gate: from GATE_violations")
