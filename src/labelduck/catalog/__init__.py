"""The files below sql/ as macros, views and comments of a DuckDB file.

All that does not depend on a lake (every macro, view and comment) is made once and kept as a template in the user's cache
folder, named by the hash of what it is made from. A lake's catalogue is a copy of the template in which a few macros name
the lake's own files, so that it costs milliseconds however many views there are.
"""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING

from labelduck.catalog.files import LAYERS, Macro, View, read_macros, read_views
from labelduck.catalog.tables import literal, name_files, name_manifests
from labelduck.catalog.template import CATALOG_NAME, EMPTY_NAME, STORAGE_VERSION, copy_empty_tables, template
from labelduck.errors import LabelduckEnvironmentError, UsageError
from labelduck.resources import folder
from labelduck.schema import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

__all__ = [
    "CATALOG_NAME",
    "EMPTY_NAME",
    "LAYERS",
    "Macro",
    "View",
    "build",
    "check_settings",
    "copy_empty_tables",
    "index",
    "literal",
    "macros",
    "views",
]

_DEFAULT = re.compile(r"(coalesce\(getvariable\('\w+'\), )(.+?)(\))")


def views() -> list[View]:
    """Return every view, each after those that it reads."""
    return read_views(folder("sql"))


def macros() -> list[Macro]:
    """Return every macro, each after those that it calls."""
    return read_macros(folder("sql"))


def build(
    target: Path,
    files: Mapping[str, Sequence[str]] | None,
    manifests: Sequence[str],
    settings: Mapping[str, float | str],
) -> None:
    """Write the catalogue of a lake: macros, views and comments, no data.

    Args:
        target: DuckDB file to write, in the lake's folder; one that exists is replaced.
        files: Parquet files of each table, relative to the lake, at least one each, if only of zero rows; None when
            whatever lies in `tables/` and `versions/` is current, which costs no more than copying a file.
        manifests: Manifests of all dataset versions, relative to the lake.
        settings: Defaults of the threshold macros, by name, where they differ.

    Raises:
        UsageError: A setting names no threshold.
        ValueError: A table has no file.
        LabelduckEnvironmentError: The file cannot be written.
    """
    statements = check_settings(settings)
    if files is not None:
        if without := [table for table in TABLES if not files.get(table)]:
            raise ValueError(f"no file for {', '.join(without)}")
        statements += [name_files(table, paths) for table, paths in files.items()]
        statements.append(name_manifests(manifests))
    with template() as source:
        shutil.copyfile(source / CATALOG_NAME, target)
    if statements:
        _execute(target, statements)


def check_settings(settings: Mapping[str, float | str]) -> list[str]:
    """Return the statements that change the defaults of thresholds.

    Raises:
        UsageError: A setting names no threshold.
    """
    return [_threshold(name, value) for name, value in settings.items()]


def index() -> str:
    """Return the text of sql/README.md: every view and macro with its question, by layer and theme."""
    parts = [_INDEX_HEAD]
    for layer in LAYERS:
        entries: list[View] | list[Macro] = (
            macros() if layer == "macros" else [v for v in views() if v.layer == layer]
        )
        if entries:
            parts.append(f"\n## {layer}\n\n{_LAYER_SENTENCES[layer]}\n")
            parts.extend(_entries(layer, entries))
    return "".join(parts)


def _execute(target: Path, statements: Sequence[str]) -> None:
    import duckdb

    with duckdb.connect() as connection:
        connection.execute(f"attach {literal(str(target))} as lake (storage_version '{STORAGE_VERSION}')")
        # A table macro is bound when it is made: its relative files are looked for beside the catalogue.
        connection.execute(f"set file_search_path = {literal(str(target.parent.absolute()))}")
        try:
            connection.execute(f"use lake; begin; {'; '.join(statements)}; commit; use memory; detach lake")
        except (duckdb.IOException, duckdb.TransactionException) as error:
            raise LabelduckEnvironmentError(f"{target}: {error}; the catalogue is as it was") from error


def _threshold(name: str, value: float | str) -> str:
    # Reads one file: a lake with settings is opened as quickly as one without.
    paths = (folder("sql") / "macros").glob(f"*/{name}.sql") if name.isidentifier() else iter(())
    text = next((path.read_text(encoding="utf-8").strip().removesuffix(";") for path in paths), "")
    statement = text[text.find("create or replace") :]
    if not _DEFAULT.search(statement):
        known = ", ".join(macro.name for macro in macros() if _DEFAULT.search(macro.sql))
        raise UsageError(f"{name!r} is no threshold; known are {known}")
    new_default = literal(value) if isinstance(value, str) else repr(value)
    changed = _DEFAULT.sub(lambda found: found[1] + new_default + found[3], statement, count=1)
    sentence = text.partition("\n")[0].removeprefix("-- ")  # which a macro that is replaced loses
    return f"{changed}; comment on macro {name} is {literal(sentence)}"


_INDEX_HEAD = """\
# What the catalogue answers

One file is one view (or macro); its name is the file's name. This page is made from the headers by
`python -m labelduck.catalog`; a test keeps it current. Each view says in its header what a row is and what each column means;
the same words stand in the database as comments (`labelduck views NAME`).
"""

_LAYER_SENTENCES = {
    "macros": "Functions for use in any query; thresholds change with `set variable min_iou = 0.75`.",
    "facts": "One row per thing: the named steps that the answers read.",
    "scores": "One row per suspect and reason.",
    "answers": "One question per file.",
    "gates": "What must not be: rows are violations.",
}


def _entries(layer: str, entries: Sequence[View | Macro]) -> Iterator[str]:
    theme = None
    for entry in sorted(entries, key=lambda entry: (entry.theme, entry.name)):
        if entry.theme != theme:
            theme = entry.theme
            yield f"\n### {theme}\n" if theme else ""
            yield "\n| name | what it says |\n|---|---|\n"
        sentence = entry.question if isinstance(entry, View) else entry.sentence
        place = "/".join(filter(None, (layer, theme, f"{entry.name}.sql")))
        yield f"| [`{entry.signature}`]({place}) | {sentence} |\n"
