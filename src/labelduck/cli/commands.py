"""One function a command."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from labelduck.cli import narration, output
from labelduck.cli.narration import DEFAULT_LAKE
from labelduck.exporters.base import WriteOptions
from labelduck.importers.base import ReadOptions
from labelduck.lake import Lake

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    import duckdb

    from labelduck.importing import Imported


def demo(options: argparse.Namespace) -> None:
    """Import the sample data and show what labelduck finds in it."""
    from labelduck import demo as script

    script.run(Lake(options.lake), say=narration.say, show=output.table, print_text=output.text)
    shell = f"cd {options.lake} && duckdb -readonly labelduck.duckdb"
    for what, command in (
        ("what else can be asked:", narration.call("views", options.lake)),
        ("may it be released:", narration.call("gate", options.lake)),
        ("ask it in SQL:", narration.call("shell", options.lake)),
        ("in any DuckDB shell:", shell),
        ("your own files:", narration.call("evaluate ANNOTATIONS PREDICTIONS", DEFAULT_LAKE)),
    ):
        narration.say(f"{what:24} {command}")


def evaluate(options: argparse.Namespace) -> None:
    """Import, match and score one set of predictions."""
    from labelduck import evaluation

    result = evaluation.evaluate(
        Lake(options.lake),
        annotations=options.annotations,
        predictions=options.predictions,
        dataset=options.dataset,
        model=options.model,
        format=options.format,
        read=_read_options(options),
        matching=_matching(options),
        progress=narration.progress(),
    )
    for imported in (result.annotations, result.predictions):
        narration.tell_import(imported)
    if result.hint:
        narration.say(result.hint)
    if options.json:
        output.json_document(result.as_json())
    else:
        output.text(result.as_text())
    question = narration.call('sql "from error_kinds_by_class"', options.lake)
    narration.say(f"\nask more: {question}")


def import_(options: argparse.Namespace) -> None:
    """Read annotations into the lake."""
    imported = Lake(options.lake).import_annotations(
        options.path,
        format=options.format,
        read=_read_options(options),
        dataset=options.dataset,
        provenance=options.provenance,
        provenance_pattern=options.provenance_pattern,
        annotator=options.annotator,
        batch=options.batch,
        split=options.split,
        is_gold=options.gold,
        id_prefix=options.id_prefix,
        replace=options.replace,
        message=options.message,
        progress=narration.progress(),
    )
    narration.tell_import(imported)


def predictions(options: argparse.Namespace) -> None:
    """Read one model's predictions into the lake."""
    imported: Imported = Lake(options.lake).import_predictions(
        options.path,
        model=options.model,
        format=options.format,
        dataset=options.dataset,
        is_out_of_sample=not options.in_sample,
        matching=_matching(options),
        message=options.message,
        read=_read_options(options),
        progress=narration.progress(),
    )
    narration.tell_import(imported)
    narration.say(f"next: {narration.call('build', options.lake)}")


def export(options: argparse.Namespace) -> None:
    """Write a dataset version, or a selection of it."""
    exported = Lake(options.lake).export(
        options.format,
        options.out,
        dataset=options.dataset,
        version=options.version,
        where=options.where,
        select=options.select,
        split=options.split,
        models=tuple(dict.fromkeys(options.predictions)),
        images=options.images,
        with_images=options.with_images,
        overwrite=options.overwrite,
        write=WriteOptions(task=options.task, people=not options.no_people),
    )
    narration.tell_export(exported, options.lake)
    if options.json:
        output.json_document(asdict(exported))


def build(options: argparse.Namespace) -> None:
    """Match predictions with annotations."""
    from labelduck import findings

    lake = Lake(options.lake)
    comparisons = lake.build()
    if options.json:
        output.json_document([asdict(comparison) for comparison in comparisons])
        return
    for comparison in comparisons:
        counts = ", ".join(f"{n:,} {table}" for table, n in comparison.n_rows.items())
        narration.say(
            f"{comparison.dataset} x {comparison.model}: {counts if comparison.is_new else 'unchanged'}"
        )
    if not comparisons:
        narration.say("nothing to compare: `labelduck predictions` adds a model")
    narration.tell_findings(findings.find(lake), options.lake)


def worklist(options: argparse.Namespace) -> None:
    """Show the worklist, hand it out, or take decisions back."""
    from labelduck.cli import worklist as pages

    pages.run(Lake(options.lake), options)


def audit(options: argparse.Namespace) -> None:
    """Draw, record or tell of an audit."""
    from labelduck.cli import audit as steps

    steps.run(options)


def gate(options: argparse.Namespace) -> int:
    """Tell whether a version may be released."""
    from labelduck.cli import gate as steps

    return steps.run(options)


def version(options: argparse.Namespace) -> None:
    """Name, list, compare or restore versions."""
    from labelduck.cli import version as steps

    steps.run(Lake(options.lake), options)


def report(options: argparse.Namespace) -> int:
    """Write reports, run what is due, or tell how they stand."""
    from labelduck.cli import report as steps

    return steps.run(Lake(options.lake), options)


def dashboard(options: argparse.Namespace) -> int:
    """Serve the dashboard."""
    from labelduck.cli import dashboard as server

    return server.run(options)


def sql(options: argparse.Namespace) -> None:
    """Run one query."""
    query = sys.stdin.read() if options.query == "-" else options.query
    output.query(_asked(Lake(options.lake)), query, form=options.format, out=options.out)


def shell(options: argparse.Namespace) -> None:
    """Type SQL."""
    from labelduck.cli import shell as prompt

    prompt.run(_asked(Lake(options.lake)))


def _asked(lake: Lake) -> duckdb.DuckDBPyConnection:
    """Return a connection to a lake; tell when some of its answers lack what a build would make."""
    connection = lake.connect()
    narration.tell_if_due(lake.folder)
    return connection


def formats(options: argparse.Namespace) -> None:
    """List the formats, or tell of one."""
    from labelduck.cli import formats as pages

    pages.run(options.name, as_json=options.json)


def views(options: argparse.Namespace) -> None:
    """List the views, or describe one."""
    from labelduck.cli import views as pages

    pages.run(options.name, as_json=options.json)


def doctor(options: argparse.Namespace) -> int:
    """Check the installation and the lake."""
    from labelduck import health

    checks = list(health.checks(Lake(options.lake), quick=options.quick))
    if options.json:
        output.json_document([asdict(check) for check in checks])
    else:
        output.text("\n".join(check.as_text() for check in checks))
    return health.exit_code(checks)


RUN: dict[str, Callable[[argparse.Namespace], int | None]] = {
    "demo": demo,
    "evaluate": evaluate,
    "import": import_,
    "predictions": predictions,
    "export": export,
    "build": build,
    "worklist": worklist,
    "audit": audit,
    "gate": gate,
    "version": version,
    "report": report,
    "dashboard": dashboard,
    "sql": sql,
    "shell": shell,
    "formats": formats,
    "views": views,
    "doctor": doctor,
}


def _read_options(options: argparse.Namespace) -> ReadOptions:
    return ReadOptions(
        images=options.images,
        sizes=options.sizes,
        class_names=tuple(options.class_names.split(",")) if options.class_names else (),
        class_map=options.class_map,
        task=options.task,
        split=options.split if options.command == "import" else None,
        voc_offset=options.voc_offset,
        box_layout=options.box_layout,
    )


def _matching(options: argparse.Namespace) -> dict[str, str]:
    asked: dict[str, Any] = {"mode": options.mode, "difficult": options.difficult, "split": options.split}
    if options.geometry != "auto":
        asked["geometry"] = options.geometry
    return {name: value for name, value in asked.items() if value is not None}
