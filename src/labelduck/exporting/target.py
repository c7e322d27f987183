"""Where an export goes: everything is written beside it first, and takes its name at the end."""

from __future__ import annotations

import json
import os
import shutil
import uuid
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from labelduck.errors import LabelduckEnvironmentError, LabelduckError, UsageError
from labelduck.exporting.sidecar import NAME
from labelduck.parquet import TEMPORARY_SUFFIX

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

NOTE = ".labelduck-export"
"""Says what an export holds, as JSON; a folder with it may be overwritten. No reader takes a hidden file for data."""


class Target:
    """A folder that is filled, and then takes the place of the target; on failure nothing is left of it.

    Args:
        out: Folder to make, or the main file when the name ends like `main`.
        lake: Folder of the lake, which is no place for exports.
        main: Main file of the format; None where the folder is what an importer reads.
        overwrite: Whether an earlier export may be replaced.

    Attributes:
        folder: Where to write.
        is_file: Whether the target is the main file, with others beside it, and no folder.

    Raises:
        UsageError: There is something else at the target.
    """

    def __init__(self, out: Path, *, lake: Path, main: str | None, overwrite: bool) -> None:
        self._out = Path(os.path.abspath(out))  # noqa: PTH100 - a link stays what it is
        if self._out.is_symlink():
            self._out = self._out.resolve()
        self._main, self._overwrite = main, overwrite
        self.is_file = (
            main is not None and self._out.suffix.lower() == Path(main).suffix and not self._out.is_dir()
        )
        self._check(lake)
        self.folder = self._out.with_name(f".{self._out.name[:100]}.{uuid.uuid4().hex[:8]}{TEMPORARY_SUFFIX}")

    def __enter__(self) -> Self:
        """Make the folder to write to."""
        try:
            self._out.parent.mkdir(parents=True, exist_ok=True)
            self.folder.mkdir()
        except OSError as error:
            raise self._explained(error) from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave nothing half-written behind, and say what was in the way."""
        shutil.rmtree(self.folder, ignore_errors=True)
        if isinstance(error, OSError) and not isinstance(error, LabelduckError):
            raise self._explained(error) from error

    def describe(self, said: Mapping[str, Any]) -> None:
        """Note what the export holds; a single file goes without."""
        if not self.is_file:
            text = json.dumps(said, indent=1, ensure_ascii=False, default=str) + "\n"
            (self.folder / NOTE).write_text(text, encoding="utf-8", errors="replace")

    def place(self) -> None:
        """Give everything its name."""
        if self.is_file:
            self._clear_the_way()
            names = sorted(os.listdir(self.folder), key=lambda name: name == self._main)  # noqa: PTH208 - names, not paths
            for name in names:  # the main file comes last: with it the export is there
                _replace(self.folder / name, self.placed(name))
        else:
            _replace(self.folder, self._out)

    def read_path(self, *, is_whole: bool) -> Path:
        """Return what an importer reads: the main file, or the folder where there is none, or where it reads the whole."""
        return self._out if self.is_file or is_whole or self._main is None else self._out / self._main

    def placed(self, name: str) -> Path:
        """Return where a file or folder of the export lies in the end; those beside a single file begin with its name."""
        if not self.is_file:
            return self._out / name
        return self._out if name == self._main else self._out.with_name(f"{self._out.stem}.{name}")

    def _check(self, lake: Path) -> None:
        if self._out == lake or lake in self._out.parents or self._out in lake.parents:
            raise UsageError(f"{self._out}: is, holds or lies in the lake {lake}; name another place")
        if self.is_file:
            if self._out.exists() and not self._overwrite:
                raise UsageError(f"{self._out}: is there already; --overwrite replaces it")
            return
        if self._out.exists() and not self._out.is_dir():
            raise UsageError(
                f"{self._out}: is a file; name a folder"
                + (f" or a file {Path(self._main).suffix}" if self._main else "")
            )
        if not self._out.is_dir() or not any(self._out.iterdir()):
            return
        if not (self._out / NOTE).is_file():
            raise UsageError(f"{self._out}: holds something that no export made; name a new or empty folder")
        if not self._overwrite:
            raise UsageError(f"{self._out}: holds an earlier export; --overwrite replaces it")

    def _clear_the_way(self) -> None:
        """Refuse to write over files beside a single one that nobody said may be replaced, and remove a sidecar that is not this export's."""
        new = {path.name for path in self.folder.iterdir()}
        taken = [self.placed(name) for name in sorted(new) if self.placed(name).exists()]
        if taken and not self._overwrite:
            raise UsageError(f"{taken[0]}: is there already; --overwrite replaces it")
        if NAME not in new and self._overwrite:
            self.placed(NAME).unlink(missing_ok=True)

    def _explained(self, error: OSError) -> LabelduckEnvironmentError:
        why = error.strerror or str(error) or type(error).__name__
        if isinstance(error, PermissionError):
            why = "may not be written; check the folder's rights"
        return LabelduckEnvironmentError(f"{self._out}: {why}; nothing was exported")


def _replace(new: Path, old: Path) -> None:
    """Put a file or folder in the place of another one."""
    if not old.is_dir():
        new.replace(old)
        return
    aside = old.with_name(f".{old.name[:100]}.{uuid.uuid4().hex[:8]}.old{TEMPORARY_SUFFIX}")
    old.replace(aside)
    try:
        new.replace(old)
    except OSError:
        with suppress(OSError):
            aside.replace(old)
        raise
    shutil.rmtree(aside, ignore_errors=True)
