"""Text and numbers as CVAT's XML holds them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_PRECISE = 1e15
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def content(text: str) -> str:
    """Return text between tags; characters that no XML may hold become question marks."""
    return escape(_NOT_XML.sub("?", text), {"\r": "&#13;"})


def attributes(pairs: Iterable[tuple[str, str | int | float]]) -> str:
    """Return the attributes of a tag, a space before each."""
    return "".join(f" {name}={quoted(value)}" for name, value in pairs)


def quoted(value: str | float) -> str:
    """Return the value of a tag's attribute, in quotes."""
    if isinstance(value, str):
        return quoteattr(_NOT_XML.sub("?", value))
    return f'"{number(value)}"'


def number(value: float) -> str:
    """Return a number in as many digits as give the same number again; CVAT itself writes two decimals."""
    return str(int(value)) if abs(value) < _PRECISE and value == int(value) else repr(value)


def points(flat: Sequence[float]) -> str:
    """Return x1, y1, x2, y2, ... as CVAT writes them: x1,y1;x2,y2."""
    return ";".join(f"{number(x)},{number(y)}" for x, y in zip(flat[::2], flat[1::2], strict=True))


def element(tag: str, *inside: str | tuple[str, str | None]) -> str:
    """Return an element without attributes from markup, and from pairs of tag and text that become elements without children."""
    children = (
        each if isinstance(each, str) else f"<{each[0]}>{content(each[1] or '')}</{each[0]}>"
        for each in inside
    )
    return f"<{tag}>{''.join(children)}</{tag}>"
