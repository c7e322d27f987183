"""`labelduck worklist`: look at it, hand it out, take it back."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from labelduck.cli import narration, output
from labelduck.errors import UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from labelduck.lake import Lake

_LISTED = """
select place, issue, round(error_probability, 2) as p, file_name, annotation_id, class_name, suggested_class, evidence
from worklist where ? is null or dataset = ? order by dataset, place limit ?
"""
_TOP = 20


def run(lake: Lake, options: argparse.Namespace) -> None:
    """Do what the words ask for."""
    if options.action != "list" and options.path is None:
        raise UsageError(f"worklist {options.action}: name the file to {options.action}")
    _ACTIONS[options.action](lake, options)


def _list(lake: Lake, options: argparse.Namespace) -> None:
    causes = lake.sql(
        "select cause from suspect_causes where ? is null or dataset = ? limit 5", *[options.dataset] * 2
    )
    for (cause,) in causes.fetchall():
        narration.say(f"cause: {cause}")
    output.table(lake.sql(_LISTED, options.dataset, options.dataset, options.top or _TOP))


def _export(lake: Lake, options: argparse.Namespace) -> None:
    from labelduck import worklist

    written = worklist.export(
        lake.folder,
        format=options.format or "csv",
        out=options.path,
        dataset=options.dataset,
        top=options.top,
        overwrite=options.overwrite,
    )
    narration.say(
        f"{written.n_suspects} suspects -> {written.path}; what is suspected and why: {written.sheet}"
    )
    if options.json:
        output.json_document(asdict(written))


def _import(lake: Lake, options: argparse.Namespace) -> None:
    from labelduck import worklist

    who = {"reviewer": options.reviewer, "lead": options.lead}
    if options.sheet is None:
        reviewed = worklist.import_sheet(lake.folder, options.path, **who)
    else:
        reviewed = worklist.import_corrected(
            lake.folder, options.path, sheet=options.sheet, format=options.format or "auto", **who
        )
    narration.say(
        f"{reviewed.n_new} decisions taken, {reviewed.n_known} known already, {reviewed.n_open} suspects still open"
    )
    if options.json:
        output.json_document(asdict(reviewed))


_ACTIONS: dict[str, Callable[[Lake, argparse.Namespace], None]] = {
    "list": _list,
    "export": _export,
    "import": _import,
}
