"""Ways to harm a file."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from hostile_columns import COLUMNS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from random import Random

NUMBERS = (
    "NaN", "nan", "-nan", "Infinity", "-Infinity", "inf", "1e999", "-1e999", "1e308", "-1e308", "5e-324", "0",
    "-0", "-1", "-0.0", "1e-7", "0.1e1", "01", "+1", "1.", ".5", "1_000", "0x10", "1,5", "99999999999999999999",
    "9223372036854775807", "9223372036854775808", "-9223372036854775809", "18446744073709551616", "2147483648",
    "4294967296", "1e19", "1" * 400, "true", "null", '"7"', '""', "[]", "{}", "[1]", "1 2", "\u0661", "\uff11",
)  # fmt: skip
TEXTS = (
    "", " ", "\\u0000", "\\ud800", "\\n", '\\"', "'", "; drop table annotations; --", "../../../etc/passwd", "\u202e",
    "e\u0301", "x" * 300, "y" * 70_000, "\\", "%s", "{}", "\x00", "\x1b[31m", "NaN", "null", "1", "\U0001f986",
)  # fmt: skip
VALUES = (
    None, True, False, 0, -1, 1, 1.5, -0.0, 2**31, 2**63, 2**64, 10**30, 1e308, -1e308, 5e-324, float("nan"),
    float("inf"), "", "7", "x" * 5_000, "\x00", "\ud800", "person", [], [[]], [None], [1], [[1, 2]], [1, 2, 3, 4, 5],
    [-10, -10, 5, 5], [1, 1, 0, 0], [1, 1, -3, 4], [1e308, 1e308, 1e308, 1e308], {}, {"a": {"b": []}},
    {"size": [10, 10], "counts": "~~~~"}, {"size": [-1, 3], "counts": [1, 2]}, {"size": [2**31, 2**31], "counts": [9]},
    {"size": [400, 640], "counts": [256_000]}, {"counts": []}, [[0, 0, 0, 0, 0, 0]], [[1, 2, 3]], ["1", "2", "3", "4"],
)  # fmt: skip
_NUMBER = re.compile(rb"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
_TAG = re.compile(rb"</?([A-Za-z_]+)[^<>]*>")
_TEXT = re.compile(rb'(?<=")[^"\n]*(?=")|(?<=>)[^<\n]*(?=<)|[A-Za-z_]+')
BYTE_ORDER_MARKS = ("utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32")


def cut(data: bytes, random: Random) -> bytes:
    return data[: random.randrange(len(data) + 1)]


def flip(data: bytes, random: Random) -> bytes:
    harmed = bytearray(data)
    for _ in range(random.choice((1, 1, 2, 5, 50))):
        if harmed:
            harmed[random.randrange(len(harmed))] = random.randrange(256)
    return bytes(harmed)


def flip_bit(data: bytes, random: Random) -> bytes:
    harmed = bytearray(data or b" ")
    harmed[random.randrange(len(harmed))] ^= 1 << random.randrange(8)
    return bytes(harmed)


def drop(data: bytes, random: Random) -> bytes:
    start = random.randrange(len(data) + 1)
    return data[:start] + data[start + random.choice((1, 1, 2, 8, 100)) :]


def double(data: bytes, random: Random) -> bytes:
    start = random.randrange(len(data) + 1)
    end = start + random.choice((1, 10, 100, len(data)))
    return data[:end] + data[start:]


def stuff(data: bytes, random: Random) -> bytes:
    start = random.randrange(len(data) + 1)
    return data[:start] + random.randbytes(random.choice((1, 4, 64))) + data[start:]


def encode(data: bytes, random: Random) -> bytes:
    text = data.decode("latin-1")
    return text.encode(random.choice(BYTE_ORDER_MARKS))


def accent(data: bytes, random: Random) -> bytes:
    """Put a letter of Latin-1 into a word: no UTF-8."""
    start = random.randrange(len(data) + 1)
    return data[:start] + random.choice((b"\xe9", b"\xff", b"\xc3", b"\xed\xa0\x80")) + data[start:]


def replace_number(data: bytes, random: Random) -> bytes:
    return _replace(_NUMBER, data, random.choice(NUMBERS), random)


def replace_text(data: bytes, random: Random) -> bytes:
    return _replace(_TEXT, data, random.choice(TEXTS), random)


def swap_lines(data: bytes, random: Random) -> bytes:
    lines = data.splitlines(keepends=True)
    if not lines:
        return data
    how = random.randrange(4)
    first, second = random.randrange(len(lines)), random.randrange(len(lines))
    if how == 0:
        lines[first], lines[second] = lines[second], lines[first]
    elif how == 1:
        lines.insert(first, lines[second])
    elif how == 2:
        del lines[first]
    else:
        lines[first] = lines[first].rstrip(b"\n")
    return b"".join(lines)


def line_ends(data: bytes, random: Random) -> bytes:
    return data.replace(
        b"\n", random.choice((b"\r\n", b"\r", b"\n\n", b" \n", b"\t\n", b"\x0b", b"\xe2\x80\xa8"))
    )


def tangle_tags(data: bytes, random: Random) -> bytes:
    """Remove, double or move one tag of an XML document, or take the name of another for it."""
    tags = list(_TAG.finditer(data))
    if not tags:
        return flip(data, random)
    tag, other = random.choice(tags), random.choice(tags)
    how = random.randrange(4)
    if how == 3:
        return data[: tag.start(1)] + other[1] + data[tag.end(1) :]
    times = (0, 2, 0)[how]
    harmed = data[: tag.start()] + tag[0] * times + data[tag.end() :]
    return harmed if how < 2 else harmed[: other.start()] + tag[0] + harmed[other.start() :]


def replace_line(data: bytes, random: Random) -> bytes:
    """Replace, remove or rename one value of one line of JSON."""
    lines = data.splitlines(keepends=True)
    if not lines:
        return data
    place = random.randrange(len(lines))
    lines[place] = replace_value(lines[place], random).replace(b"\n", b"") + b"\n"
    return b"".join(lines)


def replace_value(data: bytes, random: Random) -> bytes:
    """Replace, remove or rename one value of a JSON document."""
    try:
        document = json.loads(data)
    except ValueError:
        return flip(data, random)
    places = list(_places(document)) if isinstance(document, dict | list) else []
    if not places:
        return flip(data, random)
    for _ in range(random.choice((1, 1, 1, 3))):
        holder, key = random.choice(places)
        _harm(holder, key, random)
    text = json.dumps(document, indent=0 if random.random() < 0.5 else None)
    return text.encode("utf-8", "surrogatepass")


def each_replaced(data: bytes) -> Iterator[bytes]:
    """Yield a JSON document with one value after the other replaced by each odd one, or removed; of a list's items the first stands for all."""
    document = json.loads(data)
    for holder, key in _kinds_of_places(document):
        kept = holder[key]
        for odd in VALUES:
            holder[key] = odd
            yield json.dumps(document).encode("utf-8", "surrogatepass")
        if isinstance(holder, dict):
            del holder[key]
            yield json.dumps(document).encode("utf-8", "surrogatepass")
        holder[key] = kept


ANY: tuple[Callable[[bytes, Random], bytes], ...] = (cut, flip, flip_bit, drop, double, stuff)
TEXT: tuple[Callable[[bytes, Random], bytes], ...] = (
    *ANY, encode, accent, replace_number, replace_number, replace_number, replace_text, swap_lines, line_ends,
)  # fmt: skip
JSON: tuple[Callable[[bytes, Random], bytes], ...] = (*TEXT, *[replace_value] * 8)
OF_END = {
    **dict.fromkeys((".png", ".jpg", ".zip", ".npy"), ANY),
    **{end: (*ANY, *[replace] * 12) for end, replace in COLUMNS.items()},
    ".json": JSON,
    ".jsonl": (*TEXT, *[replace_line] * 8),
    ".xml": (
        *TEXT,
        *[tangle_tags] * 3,
        *[replace_number, replace_text, swap_lines] * 4,
    ),  # what mostly stays XML
}


def ways(name: str) -> tuple[Callable[[bytes, Random], bytes], ...]:
    """Return the ways to harm a file of this name."""
    return OF_END.get("." + name.rpartition(".")[2].lower(), TEXT)


def _replace(pattern: re.Pattern[bytes], data: bytes, text: str, random: Random) -> bytes:
    found = list(pattern.finditer(data))
    if not found:
        return data
    place = random.choice(found)
    return data[: place.start()] + text.encode() + data[place.end() :]


def _kinds_of_places(document: Any) -> list[tuple[Any, Any]]:
    """Return one holder and key for each path of keys."""
    found: dict[tuple[str, ...], tuple[Any, Any]] = {}
    waiting: list[tuple[Any, tuple[str, ...]]] = [(document, ())]
    while waiting:
        holder, path = waiting.pop()
        for key in list(holder) if isinstance(holder, dict) else range(len(holder)):
            own = (*path, key if isinstance(holder, dict) else "[]")
            found.setdefault(own, (holder, key))
            if isinstance(holder[key], dict | list):
                waiting.append((holder[key], own))
    return list(found.values())


def _places(value: Any, most: int = 20_000) -> Any:
    waiting = [value]
    while waiting and most:
        holder = waiting.pop()
        for key in holder.keys() if isinstance(holder, dict) else range(len(holder)):
            most -= 1
            yield holder, key
            if isinstance(holder[key], (dict, list)):
                waiting.append(holder[key])


def _harm(holder: Any, key: Any, random: Random) -> None:
    how = random.randrange(5)
    try:
        if how == 0:
            del holder[key]
        elif how == 1 and isinstance(holder, dict):
            holder[random.choice((key + " ", key.upper(), "", "x"))] = holder.pop(key)
        elif how == 1:
            holder.insert(key, holder[key])
        else:
            holder[key] = random.choice(VALUES)
    except (KeyError, IndexError):  # an earlier harm removed it
        return
