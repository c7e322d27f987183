"""What must be known of CVAT XML before it is read: which files are jobs of one task, and which images share a name."""

from __future__ import annotations

import re
from html import unescape
from typing import IO, TYPE_CHECKING

from labelduck.errors import BadInputError
from labelduck.importers.files import UnreadableFileError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from labelduck.importers.files import Files

_IMAGE = re.compile(rb"<image\s[^>]*>")
_NAME = re.compile(rb"""\sname\s*=\s*("[^"]*"|'[^']*')""")
_PIECE = 1 << 20
_LONGEST_TAG = 1 << 16
_JOB = re.compile(rb"<meta>\s*<job>")
_CREATED = re.compile(rb"<created>([^<]+)</created>")
_HEAD = 1 << 16


def jobs_together(files: Files, names: list[str]) -> dict[str, list[str]]:
    """Return for each file those that are jobs of the same task, itself among them, in order.

    Raises:
        BadInputError: A file cannot be read.
    """
    groups: dict[bytes, list[str]] = {}
    found = {}
    for name in names:
        with _opened(files, name) as file:
            head = _read(files, name, file)
        created = _CREATED.search(head) if _JOB.search(head) else None
        group = groups.setdefault(created[1].strip() if created else name.encode("utf-8", "replace"), [])
        group.append(name)
        found[name] = group
    return found


def image_names(files: Files, groups: Mapping[str, list[str]]) -> Iterator[str]:
    """Yield the names of all images, one that several jobs of a task show only once.

    Raises:
        BadInputError: A file cannot be read.
    """
    for name, group in groups.items():
        if name != group[0]:
            continue
        seen: set[str] = set()
        for each in group:
            with _opened(files, each) as file:
                try:
                    found = list(names_in(file))
                except UnreadableFileError as error:
                    raise _refused(files, each, error) from error
            yield from found if len(group) == 1 else (new for new in dict.fromkeys(found) if new not in seen)
            seen.update(found if len(group) > 1 else ())


def names_in(file: IO[bytes]) -> Iterator[str]:
    """Yield the names of the images of a CVAT XML, without parsing it.

    In an encoding that is not like ASCII none is found: images of the same name then get #2, #3, ... behind their ids.
    """
    rest = b""
    while piece := file.read(_PIECE):
        text = rest + piece
        for tag in _IMAGE.findall(text):
            if found := _NAME.search(tag):
                yield unescape(found[1][1:-1].decode("utf-8", "replace"))
        cut = text.rfind(b"<", max(0, len(text) - _LONGEST_TAG))
        rest = text[cut:] if cut >= 0 and b">" not in text[cut:] else b""


def _opened(files: Files, name: str) -> IO[bytes]:
    try:
        return files.open(name)
    except UnreadableFileError as error:
        raise _refused(files, name, error) from error


def _read(files: Files, name: str, file: IO[bytes]) -> bytes:
    try:
        return file.read(_HEAD)
    except UnreadableFileError as error:
        raise _refused(files, name, error) from error


def _refused(files: Files, name: str, error: UnreadableFileError) -> BadInputError:
    return BadInputError(files.path, "" if files.is_single else name, str(error))
