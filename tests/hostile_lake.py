"""A lake that hostile files are thrown at, and what must be true of it whatever they hold."""

from __future__ import annotations

import shlex
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import labelduck
from hostile_sources import SOURCES
from labelduck import manifests
from labelduck.cli import main
from labelduck.errors import BadInputError, UsageError
from labelduck.transaction import ANNOTATED

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from hostile_sources import Source
    from labelduck.lake import Lake

REFUSED = (BadInputError.exit_code, UsageError.exit_code)
HOLDS = """
select 'annotations', dataset, count(*) from annotations group by all
union all select 'predictions', dataset, count(*) from predictions group by all
union all select 'images', dataset, count(*) from images group by all order by all
"""
NO_NUMBERS = """
select annotation_id from annotations where not (
    isfinite(box.x_min + box.y_min + box.x_max + box.y_max) and isfinite(coalesce(area, 0))
) union all select prediction_id from predictions where not (
    isfinite(box.x_min + box.y_min + box.x_max + box.y_max) and isfinite(confidence)
) union all select image_id from images where width < 1 or height < 1
union all from (select annotation_id from annotations group by dataset, annotation_id having count(*) > 1)
"""


@dataclass(frozen=True)
class State:
    """What a lake holds."""

    rows: list[Any]
    versions: dict[str, int]
    files: frozenset[str]


@dataclass
class HostileLake:
    """A lake with the scene in every format, restored after each import that succeeds.

    Attributes:
        base: The lake as it was made.
        path: The one that is worked on.
        before: What it holds.
        printed: Takes what a command writes.
    """

    base: Path
    path: Path
    before: State
    printed: pytest.CaptureFixture[str]

    def throw(self, command: str, *, names: str = "") -> tuple[int, str]:
        """Run a command that reads hostile files and check all that must be true afterwards.

        Args:
            command: Its words.
            names: What the message must name when the files are refused.

        Returns:
            Exit code and narration.
        """
        self.printed.readouterr()
        code = main([*shlex.split(command), "--lake", str(self.path)])
        told = self.printed.readouterr().err
        assert "Traceback" not in told
        check_lake(self.path, self.before, code)
        if code:
            assert code in REFUSED, told
            assert names in told, told
            assert told.startswith("labelduck: ")
            assert told.count("\n") == 1, "a message is one line"
        else:
            restore(self.base, self.path)
        return code, told


def make_lake(folder: Path) -> Path:
    """Return a new lake with the scene in every format."""
    lake = folder / "base"
    for source in ("coco", "coco results", "yolo detect", "yolo results", "voc", "voc results", "masks"):
        here = folder / source.replace(" ", "_")
        here.mkdir()
        SOURCES[source].write(here)
        code = main([*words(SOURCES[source], here), "--lake", str(lake)])
        assert code == 0
    return lake


def words(source: Source, here: Path) -> list[str]:
    """Return the words of a source's command."""
    return [word.replace("{here}", str(here)) for word in shlex.split(source.command)]


def restore(base: Path, path: Path) -> None:
    """Put the lake back as it was."""
    shutil.rmtree(path, ignore_errors=True)
    shutil.copytree(base, path)


def state(path: Path) -> State:
    """Return what a lake holds."""
    return _state(labelduck.open(path), path)


def _state(lake: Lake, path: Path) -> State:
    return State(
        rows=lake.sql(HOLDS).fetchall(),
        versions={m.dataset: m.version for m in manifests.heads(path)},
        files=frozenset(str(f.relative_to(path)) for f in path.glob("tables/*/*.parquet")),
    )


def check_lake(path: Path, before: State, code: int) -> None:
    """Check that a lake is whole and holds its last version, or exactly one more."""
    assert not list(path.rglob("*.tmp*"))
    lake = labelduck.open(path)
    after = _state(lake, path)
    if code:
        assert after == before
    else:
        assert sum(after.versions.values()) == sum(before.versions.values()) + 1
        _check_new_version(lake, path, before)
    assert lake.sql(NO_NUMBERS).fetchall() == []


def _check_new_version(lake: Lake, path: Path, before: State) -> None:
    (new,) = [m for m in manifests.heads(path) if m.version != before.versions.get(m.dataset)]
    for file in new.files:
        assert (path / file.path).stat().st_size == file.n_bytes
    if new.imported["kind"] == "annotations":
        told = [new.imported["n_images"], new.imported["n_annotations"]]
        found = [_count(lake, "images", new.dataset)]
        found.append(sum(_count(lake, table, new.dataset) for table in ANNOTATED))
        assert found == told
    (n_problems,) = lake.sql(
        "select count(*) from import_problems where import_id = ?", new.imported["import_id"]
    ).fetchall()[0]
    assert n_problems == new.imported["n_problems"]


def _count(lake: Lake, table: str, dataset: str) -> int:
    return lake.sql(f"select count(*) from {table} where dataset = ?", dataset).fetchall()[0][0]
