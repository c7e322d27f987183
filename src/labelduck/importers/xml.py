"""XML as a tree, from bytes that nobody has vouched for.

Entities are refused, as a few lines of them can stand for gigabytes, and nothing outside the file is ever read.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.parsers import expat

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element


class UnreadableError(ValueError):
    """The bytes are no XML, or one that is refused; the message says what and where."""


_ENCODING = re.compile(rb"""<\?xml[^>]*?encoding\s*=\s*["']([\w.:-]+)["']""")
_EXPAT_READS = {"utf-8", "utf-16", "iso-8859-1", "us-ascii"}


def parse_tree(data: bytes) -> Element:
    """Return the root of an XML text, without entities; names lose their namespace prefix.

    Raises:
        UnreadableError: It is not well-formed, uses entities or is in an unknown encoding; the message says where.
    """
    from xml.etree.ElementTree import TreeBuilder

    def refuse(*_: object) -> None:
        raise UnreadableError(
            f"line {parser.CurrentLineNumber}: it uses entities, which are refused; write the text itself"
        )

    data, encoding = _decodable(data)
    builder = TreeBuilder()
    parser = expat.ParserCreate(encoding)
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = builder.start, builder.end
    parser.CharacterDataHandler = builder.data
    parser.EntityDeclHandler = parser.SkippedEntityHandler = refuse
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise UnreadableError(f"no well-formed XML: {error}") from error
    root = builder.close()
    for element in root.iter() if b":" in data else ():
        element.tag = element.tag.rpartition(":")[2]
    return root


def _decodable(data: bytes) -> tuple[bytes, str | None]:
    """Return XML in an encoding that expat reads, and that encoding when it must be told."""
    declared = _ENCODING.match(data)
    name = declared[1].decode().lower() if declared else "utf-8"
    if name in _EXPAT_READS:
        return data, None
    try:
        return data.decode(name).encode(), "utf-8"
    except (LookupError, ValueError) as error:
        raise UnreadableError(
            f"it is not in the encoding {name} that it declares; save it as UTF-8"
        ) from error
