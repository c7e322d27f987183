"""The objects that the files of a dump hold, each with its kind and with what its place says of it.

A page, a list, a single object or the containers of CVAT's own test assets (`{"job": {"12": {...}}}`) all come out as single objects.
What a file's name or a container's key says (job 12) is kept, for annotations and frames do not say whose they are.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from labelduck.importers.cvat_server.fields import whole
from labelduck.importers.cvat_server.kinds import PAGE, kind_of
from labelduck.importers.json_records import UnreadableJsonError, document

if TYPE_CHECKING:
    from collections.abc import Iterator

_BOM = b"\xef\xbb\xbf"
_DEEPEST = 4
_LEVEL = msgspec.json.Decoder(dict[str, msgspec.Raw] | list[msgspec.Raw])
_OWNER = re.compile(r"(?<![a-z])(job|task|project|report)s?[^a-z0-9]*(\d{1,18})(?!\d)")
_NUMBER = re.compile(r"(?<![\da-z])(\d{1,18})(?![\da-z])")
_OF_WHAT = re.compile(r"(?<![a-z])(job|task|project|report)s?(?![a-z])")


@dataclass(frozen=True)
class Piece:
    """One object of a file.

    Attributes:
        kind: One of KINDS; None for what is not read here.
        value: Its fields, the values not decoded yet.
        file: Name of the file.
        place: Where in the file.
        hint: File name and keys on the way to it.
    """

    kind: str | None
    value: dict[str, msgspec.Raw]
    file: str
    place: str
    hint: str

    def decoded(self) -> dict[str, Any]:
        """Return the object with all values."""
        return {name: plain(raw) for name, raw in self.value.items()}


@dataclass(frozen=True)
class Page:
    """What a page says: how many objects the whole list has, how many of them the page, and of which kind."""

    file: str
    kind: str | None
    count: int
    n_results: int


def plain(raw: msgspec.Raw) -> Any:  # noqa: ANN401 - whatever a dump holds
    """Return a value."""
    return document(bytes(raw))


def owner(hint: str) -> tuple[str | None, int | None]:
    """Return whose annotations or frames a place holds: `jobs/12/annotations.json` is ("job", 12), `annotations_12.json` is (None, 12)."""
    hint = hint.lower()
    if found := _OWNER.findall(hint):
        return found[-1][0], int(found[-1][1])
    what = _OF_WHAT.findall(hint)
    numbers = _NUMBER.findall(hint.replace("_", "/"))
    return (what[-1] if what else None), (int(numbers[-1]) if numbers else None)


def pieces(data: bytes, file: str) -> Iterator[Piece | Page]:
    """Yield the objects of a JSON file.

    Raises:
        UnreadableJsonError: It is no JSON.
    """
    data = data[3:] if data[:3] == _BOM else data
    try:
        _LEVEL.decode(data)
    except msgspec.ValidationError:
        pass
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        data = _sound(data)
    yield from _inside(data, file, "", file, 0)


def _inside(
    data: bytes | msgspec.Raw, file: str, place: str, hint: str, depth: int
) -> Iterator[Piece | Page]:
    value = _opened(data)
    if isinstance(value, list):
        for i, each in enumerate(value):
            yield from _inside(each, file, f"{place}[{i}]", hint, depth + 1) if depth < _DEEPEST else ()
        return
    if not isinstance(value, dict):
        yield Piece(None, {}, file, place, hint)
        return
    kind = kind_of(value)
    if "results" in value and PAGE.issuperset(value):
        results = _opened(value["results"])
        listed = results if isinstance(results, list) else []
        first = _opened(listed[0]) if listed else None
        yield Page(
            file, kind_of(first) if isinstance(first, dict) else None, _count(value.get("count")), len(listed)
        )
        yield from _inside(value["results"], file, f"{place}.results", hint, depth)
    elif kind is None and depth < _DEEPEST and value and all(map(_is_container_key, value)):
        for key, each in value.items():
            # `{"job": {"12": ...}}`: the number belongs to the word before it, not to a number in the file's name.
            yield from _inside(each, file, f"{place}.{key}", f"{hint}/{key}", depth + 1)
    else:
        yield Piece(kind, value, file, place.removeprefix("."), hint)


def _is_container_key(key: str) -> bool:
    return key.isdigit() or key in {"job", "task", "jobs", "tasks", "project", "projects"}


def _opened(data: bytes | msgspec.Raw) -> dict[str, msgspec.Raw] | list[msgspec.Raw] | None:
    """Decode one level; None for what is neither object nor list."""
    try:
        level: dict[str, msgspec.Raw] | list[msgspec.Raw] = _LEVEL.decode(data)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return None
    return level


def _sound(data: bytes) -> bytes:
    """Return JSON that holds no NaN, no infinite number and no half of a character: they become null and question marks."""
    try:
        whole = json.loads(data, parse_constant=lambda _: None, parse_float=_finite)
        return json.dumps(whole, ensure_ascii=False).encode("utf-8", "replace")
    except (ValueError, RecursionError) as error:
        raise UnreadableJsonError(f"is no JSON: {error}") from error


def _finite(digits: str) -> float | None:
    number = float(digits)
    return number if math.isfinite(number) else None


def _count(raw: msgspec.Raw | None) -> int:
    try:
        return (None if raw is None else whole(plain(raw))) or 0
    except UnreadableJsonError:
        return 0
