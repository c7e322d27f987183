"""Markdown of the results: a table, then what it was measured with and the command that does it again."""

from __future__ import annotations

import shlex
import sys
import time
from typing import TYPE_CHECKING

from processes import machine

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table; all columns but the first are numbers."""
    lines = [header, ["---", *["---:"] * (len(header) - 1)], *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def write(path: Path, *, title: str, parts: Sequence[str], conditions: Sequence[str]) -> None:
    """Write a page of results and print it.

    Args:
        path: File to write.
        title: Heading.
        parts: Paragraphs and tables.
        conditions: What a reader must know to judge or repeat the numbers.
    """
    measured = [
        f"- {line}" for line in (*conditions, f"Machine: {machine()}", f"Date: {time.strftime('%Y-%m-%d')}")
    ]
    again = f"```\npython benchmarks/{command_line()}\n```"
    page = "\n\n".join([f"# {title}", *parts, "## How it was measured", "\n".join(measured), "Again:", again])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page + "\n")
    print(page, end="\n\n")


def command_line() -> str:
    """Return this command as another person would type it: without options that only name local paths."""
    words, kept, local = (
        sys.argv[1:],
        [],
        {
            "--cache",
            "--labelduck-python",
            "--peers-python",
            "--results",
            "--annotations",
            "--page",
            "--lake",
            "--cifar",
            "--imagenet",
            "--cleanlab-python",
            "--generator",
        },
    )
    while words:
        word = words.pop(0)
        if word in local:
            words.pop(0)
        elif word.split("=")[0] not in local:
            kept.append(word)
    return shlex.join([sys.argv[0].rsplit("/", 1)[-1], *kept])
