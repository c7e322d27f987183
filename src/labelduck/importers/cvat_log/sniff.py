"""Tells the events CSV from other CSV by its header."""

from __future__ import annotations

import csv

NEEDED = ("scope", "timestamp", "payload")
TYPICAL = frozenset(("obj_name", "obj_id", "obj_val", "job_id", "task_id", "user_id", "user_name"))
HEAD = 1 << 12


def header(head: bytes) -> list[str]:
    """Return the names of the columns in the first line of a file."""
    line = head.removeprefix(b"\xef\xbb\xbf").split(b"\n", 1)[0].decode("utf-8", "replace").strip("\r")
    try:
        return [name.strip() for name in next(csv.reader([line]), [])]
    except csv.Error:
        return []


def looks_like_log(head: bytes) -> bool:
    """Tell whether the first bytes of a file begin CVAT's log of events."""
    names = set(header(head))
    return names.issuperset(NEEDED) and len(names & TYPICAL) >= 3
