"""What is told on stderr; progress only where somebody watches."""

from __future__ import annotations

import shlex
import shutil
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Mapping, Sequence

    from labelduck.exporting import Exported
    from labelduck.findings import Finding
    from labelduck.folder import LakeFolder
    from labelduck.importing import Imported
    from labelduck.transaction import Progress

SECONDS_BETWEEN = 0.2
DEFAULT_LAKE = Path("lake")
_COUNTED = (
    *("images", "annotations", "image_labels", "assignments", "jobs", "events", "reviews", "issues", "tags"),
    *("predictions", "predicted_labels", "embeddings", "guidelines", "import_problems"),
)


def say(text: str) -> None:
    """Write one line."""
    sys.stderr.write(text + "\n")


def progress() -> Progress | None:
    """Return a function that keeps one line current on a terminal; None where stderr is no terminal."""
    if not sys.stderr.isatty():
        return None
    last = 0.0

    def show(n_rows: Counter[str]) -> None:
        nonlocal last
        if time.monotonic() - last > SECONDS_BETWEEN:
            last = time.monotonic()
            sys.stderr.write(f"\r\x1b[K  {_counts(n_rows)} ...\r")
            sys.stderr.flush()

    return show


def tell_import(imported: Imported) -> None:
    """Say what an import did, and where to read about what it refused."""
    if sys.stderr.isatty():
        sys.stderr.write("\r\x1b[K")
    manifest = imported.manifest
    say(f"{manifest.dataset} version {manifest.version}: {_counts(imported.n_rows)} ({imported.format})")
    for column, share in imported.coverage.items():
        say(f"  {column}: known for {share:.1%} of the annotations")
    if imported.n_rows.get("import_problems"):
        import_id = manifest.imported["import_id"]
        say(f"  see: select * from import_problems where import_id = '{import_id}'")  # noqa: S608 - printed, not run


def tell_export(exported: Exported, lake: Path) -> None:
    """Say what an export wrote, what it could not write, and how it is read back."""
    say(f"{exported.dataset} version {exported.version}: {_counts(exported.n_rows)} ({exported.format})")
    for what, n in exported.left_out.items():
        say(f"  left out: {n:,} annotations, because {what}")
    for what, n in exported.changed.items():
        say(f"  changed: {what} ({n:,})")
    for what, n in exported.lost.items():
        say(f"  not in {exported.format}: {what} ({n:,})")
    if exported.n_pictures_missing:
        say(f"  not found: {exported.n_pictures_missing:,} of the pictures")
    words = f"import {exported.read_as} {shlex.quote(str(exported.path))}"
    if exported.provenance is not None:
        say(f"  the rest: {exported.provenance}")
        words += f" --provenance {shlex.quote(str(exported.provenance))}"
    for option, path in exported.read_with.items():
        words += f" --{option.replace('_', '-')} {shlex.quote(str(path))}"
    say(f"read it back: {call(words, lake)}")


def tell_findings(found: Sequence[Finding], lake: Path) -> None:
    """Say what was found, and which command goes on from there."""
    for finding in found:
        say(f"{finding.dataset}: {finding.sentence}")
    for command in dict.fromkeys(finding.next for finding in found if finding.next):
        say(f"next: {call(command, lake)}")


def tell_if_due(folder: LakeFolder) -> None:
    """Tell when some answers lack what a build would make."""
    from labelduck import building

    if building.is_due(folder):
        say(f"a build is due, without which some answers lack rows: {call('build', folder.path)}")


def call(words: str, lake: Path) -> str:
    """Return a command as the user can type it here: by the name that starts this program, on this lake."""
    program = Path(sys.argv[0])
    found = shutil.which("labelduck")
    name = "labelduck" if found and Path(found).samefile(program) else _shortest(program)
    if program.name != "labelduck":
        name = "python -m labelduck"
    command, _, rest = words.partition(" ")
    where = "" if lake == DEFAULT_LAKE else f" --lake {shlex.quote(_shortest(lake))}"
    return f"{name} {command}{where}" + (f" {rest}" if rest else "")


def _shortest(path: Path) -> str:
    with suppress(ValueError):
        return str(path.absolute().relative_to(Path.cwd()))
    return str(path)


def _counts(n_rows: Mapping[str, int]) -> str:
    told = [(table, n_rows[table]) for table in _COUNTED if n_rows.get(table)] or list(n_rows.items())
    return ", ".join(f"{n:,} {table.replace('_', ' ')}" for table, n in told if n) or "nothing"
