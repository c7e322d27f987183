"""`labelduck version`: name, list, compare and restore versions."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from labelduck.cli import narration, output

if TYPE_CHECKING:
    from collections.abc import Callable

    from labelduck.lake import Lake

_LISTED = """
select dataset, version, name, parent, created_at, author, n_rows, message
from versions where ? is null or dataset = ? order by dataset, version
"""
_BY_CLASS = """
select class_name, sum(n_added)::bigint as added, sum(n_removed)::bigint as removed, sum(n_moved)::bigint as moved,
    sum(n_to)::bigint as "relabelled to", sum(n_from)::bigint as "relabelled from"
from (
    select class_name, count(*) filter (where change = 'added') as n_added, 0 as n_removed,
        count(*) filter (where change = 'moved') as n_moved, count(*) filter (where change = 'relabelled') as n_to, 0 as n_from
    from told where change <> 'removed' group by class_name
    union all
    select class_before, 0, count(*) filter (where change = 'removed'), 0, 0, count(*) filter (where change = 'relabelled')
    from told where change in ('removed', 'relabelled') group by class_before
)
group by class_name order by class_name
"""


def arguments(command: argparse.ArgumentParser) -> None:
    """Add the words of the command."""
    actions = command.add_subparsers(dest="action", required=True, metavar="ACTION")
    create = _action(actions, "create", "give what is current a name: a new version with the same files")
    create.add_argument("name", metavar="NAME", help="a text that is no number; it stays with its version")
    _action(actions, "list", "list all versions")
    diff = _action(actions, "diff", "count what changed in the annotations, class by class")
    diff.add_argument("old", metavar="OLD", help="number or name")
    diff.add_argument("new", nargs="?", metavar="NEW", help="number or name (default: the newest)")
    diff.add_argument("--rows", action="store_true", help="print each annotation that changed, as CSV")
    restore = _action(
        actions, "restore", "make an earlier version current again: a new version with its files"
    )
    restore.add_argument("which", metavar="VERSION", help="number or name")
    for made in (create, restore):
        made.add_argument("--message", metavar="TEXT", help="why, for the version's history")
        made.add_argument("--author", metavar="NAME", help="who makes it (default: you)")


def run(lake: Lake, options: argparse.Namespace) -> None:
    """Do what the words ask for."""
    _ACTIONS[options.action](lake, options)


def _action(
    actions: argparse._SubParsersAction[argparse.ArgumentParser], name: str, text: str
) -> argparse.ArgumentParser:
    action = actions.add_parser(name, help=text, description=text[0].upper() + text[1:] + ".")
    action.add_argument(
        "--lake", type=Path, default=argparse.SUPPRESS, metavar="DIR", help="folder of the lake"
    )
    action.add_argument("--dataset", metavar="NAME", help="dataset (default: the lake's only one)")
    action.add_argument("--json", action="store_true", help="print JSON")
    return action


def _create(lake: Lake, options: argparse.Namespace) -> None:
    made = lake.create_version(
        options.name, dataset=options.dataset, message=options.message, author=options.author
    )
    narration.say(f"{made.dataset} version {made.version} is {made.name}")
    if options.json:
        output.json_document({"dataset": made.dataset, "version": made.version, "name": made.name})


def _restore(lake: Lake, options: argparse.Namespace) -> None:
    made = lake.restore_version(
        options.which, dataset=options.dataset, message=options.message, author=options.author
    )
    narration.say(f"{made.dataset} version {made.version} holds what version {made.parent} held")
    if options.json:
        output.json_document({"dataset": made.dataset, "version": made.version, "parent": made.parent})


def _list(lake: Lake, options: argparse.Namespace) -> None:
    rows = lake.sql(_LISTED, options.dataset, options.dataset)
    if options.json:
        output.json_document([dict(zip(rows.columns, row, strict=True)) for row in rows.fetchall()])
    else:
        output.table(rows)


def _diff(lake: Lake, options: argparse.Namespace) -> None:
    import duckdb

    found = lake.diff_versions(options.old, options.new, dataset=options.dataset)
    narration.say(f"{found.old.dataset}: from version {found.old.version} to {found.new.version}")
    with duckdb.connect() as connection:
        connection.register("told", found.rows)
        query = "from told" if options.rows else _BY_CLASS
        form = "json" if options.json else "csv" if options.rows else "table"
        output.query(connection, query, form=form, out=None)


_ACTIONS: dict[str, Callable[[Lake, argparse.Namespace], None]] = {
    "create": _create,
    "list": _list,
    "diff": _diff,
    "restore": _restore,
}
