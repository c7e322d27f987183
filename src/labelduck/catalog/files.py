"""The header and body of each file below sql/, and the order in which they can be made.

A header is the run of comment lines at the top. A view's first line is a question, a macro's a sentence; then follow
`Grain:`, `Columns:` with one indented line per column, `After:` where a formula is not ours, and `Stored:` where the build
keeps the result as a table. Plain lines between the question and the first of these are a note to the reader.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING, TypeVar

from labelduck.schema import TABLES
from labelduck.schema.histories import HISTORIES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

LAYERS = ("macros", "facts", "scores", "answers", "gates")
"""Folders of sql/ from the ground up; a file reads only its own layer and those before it."""

MANIFEST_VIEWS = ("versions", "version_files", "imports", *HISTORIES)
"""Views over the manifests of dataset versions and over histories, made beside those over the tables."""


@dataclass(frozen=True)
class View:
    """One view of the catalogue.

    Attributes:
        name: Name of the view, which is the file's.
        layer: facts, scores, answers or gates.
        theme: Folder below the layer; empty for files right in it.
        path: The file.
        question: What it answers, with a question mark.
        note: What else a reader should know; may be empty.
        grain: Columns that tell its rows apart.
        columns: What each column means, in order.
        after: Source of the formula; empty for our own.
        stored: Table that the build keeps the result in; None for a view alone.
        sql: The query, without header.
        uses: Tables, views and macros that the query names.
    """

    name: str
    layer: str
    theme: str
    path: Path
    question: str
    note: str
    grain: tuple[str, ...]
    columns: dict[str, str]
    after: str
    stored: str | None
    sql: str
    uses: frozenset[str] = frozenset()

    @property
    def signature(self) -> str:
        """How a query names it."""
        return self.name


@dataclass(frozen=True)
class Macro:
    """One macro of the catalogue.

    Attributes:
        name: Name of the macro, which is the file's.
        theme: Folder below macros/; empty for files right in it.
        path: The file.
        sentence: What it gives.
        note: What else a reader should know; may be empty.
        after: Source of the formula; empty for our own.
        parameters: What stands between its parentheses.
        is_table: Whether it stands in `from`.
        sql: The statement that makes it, without header.
        uses: Tables and macros that it names.
    """

    name: str
    theme: str
    path: Path
    sentence: str
    note: str
    after: str
    parameters: str
    is_table: bool
    sql: str
    uses: frozenset[str] = frozenset()
    layer: str = "macros"

    @property
    def signature(self) -> str:
        """How a query calls it."""
        return f"{self.name}({self.parameters})"


def read_views(root: Path) -> list[View]:
    """Return the views below a folder, each after those that it reads.

    Raises:
        ValueError: A header is malformed, a file reads a higher layer, or views read each other in a circle.
    """
    paths = [path for layer in LAYERS[1:] for path in sorted((root / layer).rglob("*.sql"))]
    found = [_view(root, path) for path in paths]
    _refuse_twins(found)
    layers = {view.name: view.layer for view in found} | {path.stem: "macros" for path in _macro_paths(root)}
    known = frozenset(layers) | frozenset(TABLES) | frozenset(MANIFEST_VIEWS)
    return _in_order([_with_uses(view, known) for view in found], layers)


def read_macros(root: Path) -> list[Macro]:
    """Return the macros below a folder, each after those that it calls.

    Raises:
        ValueError: A header or statement is malformed, or macros call each other in a circle.
    """
    found = [_macro(root, path) for path in _macro_paths(root)]
    layers = {macro.name: "macros" for macro in found}
    known = frozenset(layers) | frozenset(TABLES) | frozenset(MANIFEST_VIEWS)
    return _in_order([_with_uses(macro, known) for macro in found], layers)


def words(sql: str) -> frozenset[str]:
    """Return the identifiers and keywords of a query, leaving out comments and texts."""
    return frozenset(re.findall(r"[a-z_]\w*", re.sub(r"--[^\n]*|'(?:[^']|'')*'", " ", sql.lower())))


Entry = TypeVar("Entry", View, Macro)

_SECTION = re.compile(r"(Grain|Columns|After|Stored):\s*(.*)")
_STATEMENT = re.compile(r"create or replace macro (\w+)\((.*?)\) as( table)?\s", re.DOTALL)


@dataclass
class _Header:
    first: str
    note: list[str] = field(default_factory=list)
    sections: dict[str, list[str]] = field(default_factory=dict)

    def text(self, name: str) -> str:
        return " ".join(self.sections.get(name, [])).strip()

    def listing(self, path: Path) -> dict[str, str]:
        columns: dict[str, str] = {}
        for line in self.sections.get("Columns", []):
            name, _, comment = line.strip().partition(" ")
            if line.startswith("    ") and columns:  # a longer indent continues the line above
                columns[next(reversed(columns))] += f" {line.strip()}"
            elif name and comment.strip():
                columns[name] = comment.strip()
            elif name:
                raise ValueError(f"{path}: column {name} has no comment")
        return columns


def _macro_paths(root: Path) -> list[Path]:
    return sorted((root / "macros").rglob("*.sql"))


def _view(root: Path, path: Path) -> View:
    header, body = _split(path)
    if not header.first.endswith("?"):
        raise ValueError(f"{path}: the first line is no question: {header.first!r}")
    layer, *themes = path.relative_to(root).parts[:-1]
    grain, columns = tuple(re.findall(r"\w+", header.text("Grain"))), header.listing(path)
    if not grain or not set(grain) <= set(columns):
        raise ValueError(f"{path}: Grain must name columns that stand under Columns")
    return View(
        name=path.stem,
        layer=layer,
        theme="/".join(themes),
        path=path,
        question=header.first,
        note="\n".join(header.note).strip(),
        grain=grain,
        columns=columns,
        after=header.text("After"),
        stored=header.text("Stored") or None,
        sql=body,
    )


def _macro(root: Path, path: Path) -> Macro:
    header, body = _split(path)
    statement = _STATEMENT.match(body)
    if not statement or statement[1] != path.stem:
        raise ValueError(f"{path}: expected `create or replace macro {path.stem}(...) as ...`")
    return Macro(
        name=path.stem,
        theme="/".join(path.relative_to(root).parts[1:-1]),
        path=path,
        sentence=header.first,
        note="\n".join(header.note).strip(),
        after=header.text("After"),
        parameters=" ".join(statement[2].split()),
        is_table=bool(statement[3]),
        sql=body,
    )


def _split(path: Path) -> tuple[_Header, str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    n_comments = next((i for i, line in enumerate(lines) if not line.startswith("--")), len(lines))
    comments = [line[2:].removeprefix(" ").rstrip() for line in lines[:n_comments]]
    if not comments:
        raise ValueError(f"{path}: has no header")
    header = _Header(comments[0])
    section = header.note
    for line in comments[1:]:
        if found := _SECTION.match(line):
            section = header.sections.setdefault(found[1], [])
            section.extend([found[2]] if found[2] else [])
        else:
            section.append(line)
    return header, "\n".join(lines[n_comments:]).strip().removesuffix(";")


def _with_uses(entry: Entry, known: frozenset[str]) -> Entry:
    uses = (words(entry.sql) & known) - {entry.name}
    return type(entry)(**{**entry.__dict__, "uses": frozenset(uses)})


def _in_order(entries: Sequence[Entry], layers: dict[str, str]) -> list[Entry]:
    for entry in entries:
        for name in entry.uses & layers.keys():
            if LAYERS.index(layers[name]) > LAYERS.index(entry.layer):
                raise ValueError(f"{entry.path}: a file of {entry.layer} reads {name} of {layers[name]}")
    named = {entry.name: entry for entry in entries}
    graph = {entry.name: sorted(entry.uses & named.keys()) for entry in entries}
    try:
        return [named[name] for name in TopologicalSorter(graph).static_order()]
    except CycleError as error:
        raise ValueError(f"views read each other in a circle: {' -> '.join(error.args[1])}") from error


def _refuse_twins(found: Iterable[View]) -> None:
    taken = dict.fromkeys((*TABLES, *MANIFEST_VIEWS), "a table")
    for view in found:
        if view.name in taken:
            raise ValueError(f"{view.path}: {view.name} is already {taken[view.name]}")
        taken[view.name] = str(view.path)
