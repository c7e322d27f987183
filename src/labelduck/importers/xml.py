"""XML from bytes that nobody has vouched for: as a tree, or child by child where a file is large.

Entities are refused, as a few lines of them can stand for gigabytes, and nothing outside the file is ever read.
"""

from __future__ import annotations

import codecs
import re
from typing import IO, TYPE_CHECKING
from xml.parsers import expat

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

_ENCODING = re.compile(rb"""<\?xml[^>]*?encoding\s*=\s*["']([\w.:-]+)["']""")
_EXPAT_READS = {"utf-8", "utf-16", "iso-8859-1", "us-ascii"}
_PIECE = 1 << 17
MAX_DEPTH = 200


class UnreadableError(ValueError):
    """The bytes are no XML, or one that is refused; the message says what and where."""


def parse_tree(data: bytes) -> Element:
    """Return the root of an XML text, without entities; names lose their namespace prefix.

    Raises:
        UnreadableError: It is not well-formed, uses entities or is in an unknown encoding; the message says where.
    """
    from xml.etree.ElementTree import TreeBuilder

    data, encoding = _decodable(data)
    builder = TreeBuilder()
    parser = _parser(encoding)
    parser.StartElementHandler, parser.EndElementHandler = builder.start, builder.end
    parser.CharacterDataHandler = builder.data
    _feed(parser, data, is_last=True)
    root = builder.close()
    for element in root.iter() if b":" in data else ():
        element.tag = element.tag.rpartition(":")[2]
    return root


def children(file: IO[bytes]) -> Iterator[Element]:
    """Yield the children of the root one after the other, each whole; memory holds one of them, however large the file.

    The first element is the root itself, with its attributes and without children.

    Raises:
        UnreadableError: As `parse_tree`, and where elements nest deeper than `MAX_DEPTH`.
    """
    head = file.read(_PIECE)
    decoder = _decoder(head)
    gathered = _Children()
    parser = _parser("utf-8" if decoder else None)
    parser.StartElementHandler, parser.EndElementHandler = gathered.start, gathered.end
    parser.CharacterDataHandler = gathered.data
    while head:
        _feed(parser, decoder.decode(head).encode() if decoder else head, is_last=False)
        yield from gathered.take()
        head = file.read(_PIECE)
    _feed(parser, b"", is_last=True)
    yield from gathered.take()


class _Children:
    """Builds each child of the root and lets go of it."""

    def __init__(self) -> None:
        from xml.etree.ElementTree import TreeBuilder

        self._new = TreeBuilder
        self._builder = TreeBuilder()
        self._depth = 0
        self._done: list[Element] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Begin an element."""
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise UnreadableError(f"elements nest deeper than {MAX_DEPTH}")
        self._builder.start(tag.rpartition(":")[2], attributes)
        if self._depth == 1:
            self._builder.end(tag.rpartition(":")[2])
            self._finish()

    def end(self, tag: str) -> None:
        """End an element."""
        self._depth -= 1
        if self._depth:
            self._builder.end(tag.rpartition(":")[2])
        if self._depth == 1:
            self._finish()

    def data(self, text: str) -> None:
        """Add text to the element that is open; between the root's children there is nothing but blanks."""
        if self._depth > 1:
            self._builder.data(text)

    def take(self) -> list[Element]:
        """Return the elements that are done."""
        done, self._done = self._done, []
        return done

    def _finish(self) -> None:
        self._done.append(self._builder.close())
        self._builder = self._new()


def _parser(encoding: str | None) -> expat.XMLParserType:
    def refuse(*_: object) -> None:
        raise UnreadableError(
            f"line {parser.CurrentLineNumber}: it uses entities, which are refused; write the text itself"
        )

    parser = expat.ParserCreate(encoding)
    parser.buffer_text = True
    parser.EntityDeclHandler = parser.SkippedEntityHandler = refuse
    return parser


def _feed(parser: expat.XMLParserType, data: bytes, *, is_last: bool) -> None:
    try:
        parser.Parse(data, is_last)
    except expat.ExpatError as error:
        raise UnreadableError(f"no well-formed XML: {error}") from error
    except UnreadableError:
        raise
    except (LookupError, ValueError) as error:  # an encoding that expat asks Python for
        raise UnreadableError(
            f"it is in an encoding that cannot be read: {error}; save it as UTF-8"
        ) from error


def _declared(data: bytes) -> str:
    declared = _ENCODING.match(data)
    return declared[1].decode().lower() if declared else "utf-8"


def _decoder(head: bytes) -> codecs.IncrementalDecoder | None:
    """Return what decodes a text that expat cannot read; None where it can."""
    name = _declared(head)
    if name in _EXPAT_READS:
        return None
    try:
        return codecs.getincrementaldecoder(name)(errors="replace")
    except LookupError as error:
        raise UnreadableError(f"it is in an unknown encoding, {name}; save it as UTF-8") from error


def _decodable(data: bytes) -> tuple[bytes, str | None]:
    """Return XML in an encoding that expat reads, and that encoding when it must be told."""
    name = _declared(data)
    if name in _EXPAT_READS:
        return data, None
    try:
        return data.decode(name).encode(), "utf-8"
    except (LookupError, ValueError) as error:
        raise UnreadableError(
            f"it is not in the encoding {name} that it declares; save it as UTF-8"
        ) from error
