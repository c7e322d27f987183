"""The `labelduck` command: words become calls. stdout is data, stderr is narration.

Exit codes: 0 ok, 1 gate failed, 2 usage, 3 bad input data, 4 environment (lock held, disk full, program missing).
"""

from __future__ import annotations

import gc
import os
import sys
from typing import TYPE_CHECKING, NoReturn

from labelduck.cli import arguments
from labelduck.errors import LabelduckEnvironmentError, LabelduckError

if TYPE_CHECKING:
    from collections.abc import Sequence

INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    options = arguments.parser().parse_args(argv)
    from labelduck.cli import commands

    try:
        return commands.RUN[options.command](options) or 0
    except LabelduckError as error:
        sys.stderr.write(f"labelduck: {error}\n")
        return error.exit_code
    except KeyboardInterrupt:
        sys.stderr.write("labelduck: interrupted; the lake holds its last version\n")
        return INTERRUPTED
    except BrokenPipeError:  # the reader, `head` for example, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        sys.stderr.write(f"labelduck: {error.filename or 'the system'}: {error.strerror or error}\n")
        return LabelduckEnvironmentError.exit_code


def run() -> NoReturn:
    """Run the command of this process, as the program `labelduck` does, and end the process."""
    # pyarrow's own memory pool keeps what is freed: a quarter more memory, and no quicker here.
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
    os.environ.setdefault(
        "OPENBLAS_NUM_THREADS", "1"
    )  # numpy would start threads for algebra that nobody does
    sys.meta_path.insert(0, _NoPandas())
    gc.set_threshold(100_000)  # a short life with few cycles: looking for them at the usual pace is wasted
    try:
        code = main()
        sys.stdout.flush()
    except BrokenPipeError:
        code = 0
    sys.stderr.flush()
    os._exit(code)  # all files are closed; the system takes memory back quicker than Python gives it


class _NoPandas:
    """A finder that finds no pandas: pyarrow imports it where it is installed, for a fifth of a second and no use here."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:  # noqa: ARG002 - the protocol's
        """Say that there is no pandas, and nothing of other modules."""
        if name == "pandas":
            raise ModuleNotFoundError("the command line goes without pandas", name=name)
