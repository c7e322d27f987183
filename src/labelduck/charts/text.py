"""How wide text is when no browser is there to tell, and text that is cut to fit."""

from __future__ import annotations

import unicodedata
from functools import cache

_NARROW, _WIDE = frozenset("fijlrtI.,:;!|'()[]{} `/\\-·"), frozenset("mwMWQO@%&—…GDHNU")
_FULL = 1.02  # of the font's size: letters of Chinese, Japanese and Korean
ELLIPSIS = "…"


def width(text: str, size: float) -> float:
    """Return how wide a text is at a font size, in pixels, rather a little too much for the usual sans-serif fonts."""
    return sum(map(_width, text)) * size


def fitted(text: str, room: float, size: float) -> str:
    """Return a text that is no wider than the room: its middle gives way, since names differ at both ends."""
    if width(text, size) <= room:
        return text
    kept = len(text) - 1
    while kept > 2 and width(text[:kept], size) + size * 0.9 > room:
        kept -= 1
    head = (kept + 1) // 2
    cut = text[:head].rstrip() + ELLIPSIS + text[len(text) - (kept - head) :].lstrip()
    while len(cut) > 2 and width(cut, size) > room:
        middle = cut.index(ELLIPSIS)
        side = middle - 1 if middle > len(cut) - middle - 1 else middle + 1
        cut = cut[:side] + cut[side + 1 :]
    return cut


def wrapped(text: str, room: float, size: float) -> list[str]:
    """Return a text in lines that fit; a word that is too long alone is cut."""
    lines: list[str] = []
    for word in text.split():
        if lines and width(f"{lines[-1]} {word}", size) <= room:
            lines[-1] += f" {word}"
        else:
            lines.append(fitted(word, room, size))
    return lines


@cache
def _width(letter: str) -> float:
    if unicodedata.combining(letter):
        return 0.0
    if unicodedata.east_asian_width(letter) in {"W", "F"}:
        return _FULL
    if letter in _NARROW:
        return 0.37
    if letter in _WIDE:
        return 0.94
    return 0.7 if letter.isupper() else 0.615
