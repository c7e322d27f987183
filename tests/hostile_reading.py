"""Harming a hostile source, and reading it: through its importer alone, or by the whole command into a lake."""

from __future__ import annotations

import contextlib
import io
import shlex
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from hostile_bytes import ways
from labelduck.cli import main
from labelduck.errors import BadInputError, LabelduckError, UsageError
from labelduck.importers import reader
from labelduck.importers.base import Known, ReadOptions

if TYPE_CHECKING:
    from random import Random

    from hostile_sources import Source

STEMS = [f"site_{number:03}" for number in range(20)] + [str(number) for number in range(20)]
STEPS = (1, 1, 1, 2, 3, 10)
"""How often a file is harmed before it is read."""
OPTIONS = {"--sizes": "sizes", "--images": "images", "--class-map": "class_map"}


def harm(folder: Path, originals: dict[str, bytes], random: Random) -> str:
    """Harm one file, now and then by losing it or by taking another file for it; returns its name."""
    file = random.choice(sorted(originals))
    data = originals[file]
    if random.random() < 0.02:
        (folder / file).unlink()
        if random.random() < 0.3:
            (folder / file).mkdir()
        return file
    if random.random() < 0.02:
        data = originals[random.choice(sorted(originals))]
    for _ in range(random.choice(STEPS)):
        data = random.choice(ways(file))(data, random)
    (folder / file).write_bytes(data)
    return file


def put_back(path: Path, data: bytes) -> None:
    """Write a file again that was harmed."""
    if path.is_dir():
        path.rmdir()
    path.write_bytes(data)


def read(source: Source, folder: Path, *, is_auto: bool = False) -> int:
    """Read a source by its importer and check each batch; returns the number of rows.

    Args:
        source: What to read.
        folder: Where it was written.
        is_auto: Let every format look at it as well.
    """
    kind, name, path, *rest = shlex.split(source.command.replace("{here}", str(folder)))
    options = ReadOptions(
        **{OPTIONS[word]: Path(rest[n + 1]) for n, word in enumerate(rest) if word in OPTIONS},
        class_names=tuple(rest[rest.index("--class-names") + 1].split(","))
        if "--class-names" in rest
        else (),
    )
    _, module = reader(name, Path(path), predictions=kind == "predictions")
    batches = (
        module.read_predictions(Path(path), known(), options)
        if kind == "predictions"
        else module.read(Path(path), options)
    )
    n_rows = 0
    for batch in batches:
        for rows in batch.values():
            rows.validate(full=True)
            n_rows += len(rows)
    if is_auto:
        with contextlib.suppress(LabelduckError):
            reader("auto", Path(path))
    return n_rows


def read_into_lake(source: Source, folder: Path) -> None:
    """Import a source by its command into a lake of its own, in this process."""
    lake = folder.with_name(f"{folder.name}.lake")
    told = io.StringIO()
    with contextlib.redirect_stderr(told):
        command = shlex.split(source.command.replace("{here}", str(folder)))
        code = main([*command, "--lake", str(lake)])
    shutil.rmtree(lake, ignore_errors=True)
    if code in (BadInputError.exit_code, UsageError.exit_code):
        raise LabelduckError(told.getvalue())
    if code or "Traceback" in told.getvalue():
        raise RuntimeError(f"exit code {code}: {told.getvalue()}")


def known() -> Known:
    """Return images and classes as a lake may know them when predictions come."""
    sides = {
        name: pa.array([side] * len(STEMS), pa.int32()) for name, side in (("width", 640), ("height", 400))
    }
    return Known(
        images=pa.table({"image_id": STEMS, "file_name": [f"{stem}.jpg" for stem in STEMS]} | sides),
        classes=pa.table({"class_name": ["person", "vest"], "class_index": [0, 1]}),
    )
