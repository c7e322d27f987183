"""`labelduck shell`: a prompt for SQL, with the Python functions at hand."""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import TYPE_CHECKING

from labelduck.cli import narration, output

if TYPE_CHECKING:
    import duckdb

WELCOME = "labelduck: SQL ends with a semicolon; .views lists the views, .functions the functions, .help says more, .quit leaves"
HELP = """\
.views [NAME]   list the views, or describe one
.functions      list the Python functions
.quit           leave (also Ctrl-D)
set variable min_iou = 0.75;   changes every view's threshold in this session"""


def run(connection: duckdb.DuckDBPyConnection) -> None:
    """Read statements until the end of input and print their answers; an error does not end the session."""
    with suppress(ImportError):
        import readline  # noqa: F401 - gives input() its history
    interactive = sys.stdin.isatty()
    if interactive:
        narration.say(WELCOME)
    pending = ""
    while True:
        try:
            line = input(("   ...> " if pending else "labelduck> ") if interactive else "")
        except EOFError:
            break
        except KeyboardInterrupt:
            pending = ""
            narration.say("")
            continue
        if not pending and line.lstrip().startswith("."):
            if not _dot(line.split()):
                return
            continue
        pending = f"{pending}\n{line}" if pending else line
        if line.rstrip().endswith(";"):
            _answer(connection, pending)
            pending = ""
    if pending.strip():
        _answer(connection, pending)


def _answer(connection: duckdb.DuckDBPyConnection, statement: str) -> None:
    import duckdb

    try:
        relation = connection.sql(statement)
        if relation is not None:
            output.table(relation)
    except duckdb.Error as error:
        narration.say(f"{type(error).__name__}: {error}")


def _dot(words: list[str]) -> bool:
    """Run a dot command; False ends the session."""
    from labelduck import functions
    from labelduck.cli import views

    name = words[0]
    if name in (".quit", ".exit"):
        return False
    if name == ".views":
        views.run(words[1] if len(words) > 1 else None, as_json=False)
    elif name == ".functions":
        for function, about in functions.FUNCTIONS.items():
            output.text(f"{function:24} {about.comment}")
    else:
        narration.say(HELP if name == ".help" else f"{name} is unknown\n{HELP}")
    return True
