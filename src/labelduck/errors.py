"""Every error that labelduck raises.

    LabelduckError
    ├── UsageError            the call cannot mean anything: unknown format, missing option   exit code 2
    ├── BadInputError         a file as a whole cannot be used                                exit code 3
    └── LabelduckEnvironmentError   the machine is in the way: lock held, disk full           exit code 4
        └── LakeLockedError   another process is writing to the lake

A single bad record is no exception: it becomes a row of `import_problems`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class LabelduckError(Exception):
    """Something that the user can understand and mend; its message is all that the command line prints."""

    exit_code = 1


class UsageError(LabelduckError):
    """The call cannot mean anything."""

    exit_code = 2


class BadInputError(LabelduckError):
    """A file as a whole cannot be used.

    Args:
        path: The file.
        place: Where in it, for example `annotations[3].bbox` or `line 7`; empty for the file as a whole.
        problem: What is wrong and what to do about it.
    """

    exit_code = 3

    def __init__(self, path: Path | str, place: str, problem: str) -> None:
        self.path, self.place, self.problem = str(path), place, problem
        super().__init__(": ".join(part for part in (self.path, place, problem) if part))


class LabelduckEnvironmentError(LabelduckError):
    """The machine is in the way."""

    exit_code = 4


class LakeLockedError(LabelduckEnvironmentError):
    """Another process is writing to the lake."""
