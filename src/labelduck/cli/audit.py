"""`labelduck audit`: plan how much to judge, draw it, record what was found, tell what it means."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

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


ZERO_FAILURE_RATES = (0.005, 0.01, 0.02, 0.05)
"""Error rates for which `audit plan` tells how many labels, all right, rule them out."""


def arguments(command: argparse.ArgumentParser) -> None:
    """Add the words of the command."""
    command.add_argument("action", choices=("plan", "draw", "record", "status"), help="what to do")
    command.add_argument(
        "file", nargs="?", type=Path, metavar="FILE", help="record: verdicts as CSV, JSON or Parquet"
    )
    command.add_argument("--dataset", metavar="NAME", help="plan, draw: dataset (default: the only one)")
    command.add_argument(
        "--acceptable",
        type=float,
        default=0.01,
        metavar="RATE",
        help="plan: error rate that passes (default: 0.01)",
    )
    command.add_argument(
        "--limiting",
        type=float,
        default=0.05,
        metavar="RATE",
        help="plan: error rate that fails (default: 0.05)",
    )
    command.add_argument("--n", type=int, default=0, metavar="N", help="plan, draw: annotations to draw")
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
    """Plan, draw, record or tell."""
    {"plan": _plan, "draw": _draw, "record": _record, "status": _status}[options.action](options)


def _plan(options: argparse.Namespace) -> None:
    from labelduck import audit, audit_plans
    from labelduck.cli import narration, output
    from labelduck.lake import Lake

    folder, by = Lake(options.lake).folder, options.strata.split(",") if options.strata else ()
    dataset, parts = audit.allot(
        folder, options.dataset, n=options.n or 1, strategy=options.strategy, strata=by
    )
    n_labels = sum(n for _, n, _ in parts)
    plan = audit_plans.acceptance(n_labels, acceptable=options.acceptable, limiting=options.limiting)
    if not options.n:  # how many to draw was not said: as many as the plan wants
        _, parts = audit.allot(folder, dataset, n=plan.n, strategy=options.strategy, strata=by)
    told = {
        "dataset": dataset,
        **asdict(plan),
        "operating_curve": [{"error_rate": rate, "accepted": chance} for rate, chance in plan.curve()],
        "zero_failure": [
            {"error_rate": rate, "n": audit_plans.zero_failure(n_labels, rate)} for rate in ZERO_FAILURE_RATES
        ],
        "strata": [{"stratum": name, "n_labels": n, "n_drawn": n_drawn} for name, n, n_drawn in parts],
    }
    if options.json:
        output.json_document(told)
        return
    output.text(_plan_text(told))
    words = f"audit draw --n {sum(n for _, _, n in parts)} --strategy {options.strategy}"
    narration.say(
        f"next: {narration.call(words + (f' --strata {options.strata}' if by else ''), options.lake)}"
    )


def _plan_text(told: dict[str, Any]) -> str:
    lines = [
        f"{told['dataset']}: {told['n_population']:,} labels that nobody has judged",
        "",
        f"Accept or refuse: judge {told['n']:,} at random, accept with at most {told['n_accepted']:,} wrong.",
        "  wrong    accepted",
        *(f"  {row['error_rate']:5.1%}  {row['accepted']:10.1%}" for row in told["operating_curve"]),
        "",
        "None wrong among so many shows, with 95 %, less than",
        *(f"  {row['error_rate']:5.1%}  {row['n']:10,}" for row in told["zero_failure"]),
    ]
    if len(told["strata"]) > 1:
        lines += ["", "Accepted and refused are simple draws; of strata `audit status` tells the error rate."]
        lines += ["  stratum: labels, to judge"]
        lines += [f"  {row['stratum']}: {row['n_labels']:,}, {row['n_drawn']:,}" for row in told["strata"]]
    return "\n".join(lines)


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
    from labelduck.errors import UsageError
    from labelduck.lake import Lake

    lake = Lake(options.lake)
    if options.decision is None and options.file is None:
        raise UsageError("audit record: name the file of verdicts, or give one with --decision")
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
