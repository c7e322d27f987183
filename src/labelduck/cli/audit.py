"""`labelduck audit`: draw what to judge, record what was found, tell what it means."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

_TO_JUDGE = """
    select units.dataset, audit_id, units.unit, units.image_id, file_name, units.annotation_id, units.class_name,
        drawn.box, units.annotator, null::varchar as decision, null::varchar as issue, null::bigint as n_errors,
        null::varchar as reviewer, null::varchar as reason
    from audits as units
    left join images on images.dataset = units.dataset and images.image_id = units.image_id
    left join annotations as drawn on drawn.dataset = units.dataset and drawn.annotation_id = units.annotation_id
    where is_drawn and audit_id = '{audit_id}'
    order by units.unit, draw_order
"""


def arguments(command: argparse.ArgumentParser) -> None:
    """Add the words of the command."""
    command.add_argument("action", choices=("draw", "record", "status"), help="what to do")
    command.add_argument(
        "file", nargs="?", type=Path, metavar="FILE", help="record: verdicts as CSV, JSON or Parquet"
    )
    command.add_argument("--dataset", metavar="NAME", help="draw: dataset (default: the only one)")
    command.add_argument("--n", type=int, default=0, metavar="N", help="draw: annotations to draw")
    command.add_argument("--images", type=int, default=0, metavar="N", help="draw: images to search")
    command.add_argument(
        "--strategy", choices=("simple", "stratified", "risk"), default="simple", help="default: simple"
    )
    command.add_argument("--strata", metavar="COLUMNS", help="draw: class, annotator, batch")
    command.add_argument("--seed", type=int, help="draw the same again")
    command.add_argument(
        "--out", type=Path, metavar="FILE", help="draw: write what to judge there instead of to stdout"
    )
    command.add_argument(
        "--decision", choices=("confirm", "fix", "reject", "skip", "escalate"), help="record: one verdict"
    )
    for name, text in (("audit_id", "audit"), ("image_id", "image"), ("annotation_id", "annotation")):
        command.add_argument(
            f"--{name.replace('_', '-')}", metavar="ID", help=f"record: {text} of --decision"
        )
    command.add_argument("--issue", metavar="KIND", help="record: kind of error found")
    command.add_argument("--n-errors", type=int, metavar="N", help="record: objects that an image lacks")
    command.add_argument("--reviewer", metavar="NAME", help="record: who judged")
    command.add_argument("--reason", metavar="TEXT", help="record: why")
    command.add_argument("--json", action="store_true", help="print JSON")


def run(options: argparse.Namespace) -> None:
    """Draw, record or tell."""
    {"draw": _draw, "record": _record, "status": _status}[options.action](options)


def _draw(options: argparse.Namespace) -> None:
    from labelduck import audit
    from labelduck.cli import narration, output
    from labelduck.lake import Lake

    lake = Lake(options.lake)
    drawn = audit.draw(
        lake.folder,
        options.dataset,
        n=options.n,
        n_images=options.images,
        strategy=options.strategy,
        strata=options.strata.split(",") if options.strata else (),
        seed=options.seed,
    )
    narration.say(
        f"{drawn.audit_id}: {drawn.n_annotations:,} annotations and {drawn.n_images:,} images of {drawn.dataset} to judge "
        f"(seed {drawn.seed}); fill in `decision` (confirm: wrong, reject: right) and `issue`, of images `n_errors`, then "
        f"{narration.call('audit record FILE', options.lake)}"
    )
    if options.json:
        output.json_document(asdict(drawn))
        return
    query = _TO_JUDGE.format(audit_id=drawn.audit_id)
    output.query(lake.connect(), query, form="csv", out=options.out)


def _record(options: argparse.Namespace) -> None:
    from labelduck import audit_verdicts
    from labelduck.cli import narration
    from labelduck.lake import Lake

    lake = Lake(options.lake)
    if options.decision:
        row = {
            name: getattr(options, name)
            for name in ("audit_id", "image_id", "annotation_id", "decision", "issue")
        }
        verdicts = [
            row | {"n_errors": options.n_errors, "reviewer": options.reviewer, "reason": options.reason}
        ]
        n = audit_verdicts.record(lake.folder, verdicts, source="--decision")
    else:
        verdicts = audit_verdicts.read(options.file)
        n = audit_verdicts.record(lake.folder, verdicts, source=options.file)
    narration.say(f"{n:,} verdicts recorded; what they mean: {narration.call('audit status', options.lake)}")


def _status(options: argparse.Namespace) -> None:
    from labelduck.cli import output
    from labelduck.lake import Lake

    form = "json" if options.json else "table"
    connection = Lake(options.lake).connect()
    output.query(connection, "select dataset, issue, decision, sentence from stop_rule", form=form, out=None)
    sys.stdout.flush()
