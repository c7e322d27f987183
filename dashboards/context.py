"""What one dashboard serves: the lake, its pictures, the desk for decisions. Made once a process, from the environment."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import labelduck
from labelduck.pictures import Pictures
from labelduck.worklist.desk import Desk

if TYPE_CHECKING:
    from labelduck.lake import Lake


@dataclass(frozen=True)
class Context:
    """One lake and how it is shown.

    Attributes:
        lake: The lake.
        pictures: Where its pictures are looked for.
        desk: Where decisions are taken.
        hosts: Names that this server may be called by; any when empty.
        token: Shown by whoever decides; the page has it, other sites do not.
    """

    lake: Lake
    pictures: Pictures
    desk: Desk
    hosts: frozenset[str]
    token: str = field(default_factory=lambda: secrets.token_urlsafe(32))


@cache
def context() -> Context:
    """Return what this process serves, as `labelduck dashboard` said."""
    lake = labelduck.open(os.environ.get("LABELDUCK_LAKE", "lake"))
    images = os.environ.get("LABELDUCK_IMAGES") or None
    is_read_only = os.environ.get("LABELDUCK_READ_ONLY") == "1"
    is_address = images is not None and "://" in images
    return Context(
        lake=lake,
        pictures=Pictures(images if is_address or images is None else Path(images)),
        desk=Desk(lake.folder, is_read_only=is_read_only),
        hosts=frozenset(filter(None, os.environ.get("LABELDUCK_HOSTS", "").split(","))),
    )
