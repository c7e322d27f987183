"""One Pascal VOC annotation file, read: the picture's facts, and its objects with their corners as written.

Files come by the ten thousand and look alike, so a strict pattern reads the plain ones: the text of an object without
its numbers occurs again and again and is parsed once. Whatever the pattern does not know (comments before the
objects, parts, other encodings, attributes on elements) goes through expat, whole. Both ways end in the same functions,
so they give the same result. Entities are refused, as a few lines of them can stand for gigabytes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from labelduck.importers.voc.object import (
    STRUCTURED,
    child_fields,
    corners_of,
    looks_from,
    looks_of,
)
from labelduck.importers.xml import UnreadableError, parse_tree

if TYPE_CHECKING:
    from collections.abc import Mapping

    from labelduck.importers.voc.object import Looks

_TEXT = rb"[^<>&\x00-\x1f]*+"
_SPACE = rb"[ \t\r\n]*+"
_NAME = rb"[A-Za-z_]\w*+"


def _child(*, outer: bytes, inner: bytes) -> bytes:
    """Return the pattern of one element that holds text or elements that hold text."""
    leaf = rb"%b<(?P<%b>%b)>%b</(?P=%b)>" % (_SPACE, inner, _NAME, _TEXT, inner)
    return rb"<(?P<%b>%b)>(?:(%b)|((?>%b)++%b))</(?P=%b)>" % (outer, _NAME, _TEXT, leaf, _SPACE, outer)


_CHILDREN = re.compile(_child(outer=b"outer", inner=b"inner").decode(), re.ASCII)
_LEAVES = re.compile((rb"<(%b)>(%b)</" % (_NAME, _TEXT)).decode(), re.ASCII)
_FIELDS = rb"((?>%b%b)*+)%b" % (_SPACE, _child(outer=b"outer", inner=b"inner"), _SPACE)
_END = rb"</annotation>%b" % _SPACE
_HEAD = re.compile(
    rb'(?:<\?xml version="1.0"(?: encoding="[Uu][Tt][Ff]-8")? ?\?>)?+%b<annotation(?: verified="(\w++)")?+>'
    % _SPACE
    + _FIELDS
    + rb"(%b)?+" % _END
)
_TAIL = re.compile(_FIELDS + _END)
_ONLY_FIELDS = re.compile(_FIELDS)
_NUMBER = rb"[+-]?\d++(?:\.\d*+)?(?:[eE][+-]?\d++)?"
_BOX = re.compile(
    rb"<bndbox>%b" % _SPACE
    + b"".join(
        rb"<([xy]m(?:in|ax))>%b(%b)%b</\%d>%b" % (_SPACE, _NUMBER, _SPACE, 2 * i + 1, _SPACE)
        for i in range(4)
    )
    + rb"</bndbox>"
)


@dataclass(slots=True)
class Document:
    """What one file says.

    Attributes:
        file_name: The picture, as written; None when the file does not say.
        width: Width of the picture in pixels; None when missing or not above 0.
        height: Height likewise.
        annotator: Who annotated the picture.
        attributes: All other facts about the picture, as JSON.
        looks: For each object its number in `Parser.looks`.
        corners: For each object x_min, y_min, x_max, y_max as written, or in words why there are none.
    """

    file_name: str | None
    width: int | None
    height: int | None
    annotator: str | None
    attributes: str | None
    looks: list[int]
    corners: list[tuple[float, float, float, float] | str]


class Parser:
    """Reads files one after the other and remembers what their objects look like.

    Attributes:
        looks: What objects look like apart from their corners; documents refer to it by number.
    """

    def __init__(self, *, always_expat: bool = False) -> None:
        self.looks: list[Looks] = []
        self._known: dict[tuple[bytes, bytes], int] = {}
        self._always_expat = always_expat

    def forget(self) -> None:
        """Forget all looks, so that memory stays bounded; numbers of earlier documents lose their meaning."""
        self.looks = []
        self._known = {}

    def parse(self, data: bytes) -> Document:
        """Return what a file says.

        Args:
            data: Content of the file.

        Raises:
            UnreadableError: It is no XML, its root is not `annotation`, it declares entities, or it nests too deep.
        """
        document = None if self._always_expat else self._parse_plain(data)
        return document or self._parse_any(data)

    def _parse_plain(self, data: bytes) -> Document | None:
        """Return what a plain file says, None when it is not plain."""
        head, *objects = data.split(b"<object>")
        start = _HEAD.fullmatch(head)
        if start is None or (start[7] is None) != bool(objects):
            return None
        looks: list[int] = []
        corners: list[tuple[float, float, float, float] | str] = []
        between = b""
        for text in objects:
            body, close, after = text.partition(b"</object>")
            found = self._plain_object(body) or self._odd_object(body)
            if not close or found is None or between.strip(b" \t\r\n"):
                return None
            looks.append(found[0])
            corners.append(found[1])
            between = after
        end = _TAIL.fullmatch(between) if objects else None
        if objects and end is None:
            return None
        # Many tools write the facts about the picture before the objects, VOC 2011 and 2012 after them.
        fields = _plain_fields(start[1], start[2] + end[1] if end else start[2])
        return None if fields is None else _document(fields, looks, corners)

    def _plain_object(self, body: bytes) -> tuple[int, tuple[float, float, float, float]] | None:
        match = _BOX.search(body)
        if match is None:
            return None
        x, x_min, y, y_min, u, x_max, v, y_max = match.groups()
        if (x, y, u, v) != (b"xmin", b"ymin", b"xmax", b"ymax"):
            edges = {x: x_min, y: y_min, u: x_max, v: y_max}
            if len(edges) != 4:
                return None
            x_min, y_min, x_max, y_max = edges[b"xmin"], edges[b"ymin"], edges[b"xmax"], edges[b"ymax"]
        start, end = match.span()
        key = (body[:start], body[end:])
        number = self._known.get(key)
        if number is None:
            number = self._learn(key)
            if number is None:
                return None
        return number, (float(x_min), float(y_min), float(x_max), float(y_max))

    def _learn(self, key: tuple[bytes, bytes]) -> int | None:
        """Understand an object's text around its numbers, once."""
        before, after = key
        if b"bndbox" in before or b"bndbox" in after:
            return None
        if _ONLY_FIELDS.fullmatch(before) and _ONLY_FIELDS.fullmatch(after):
            fields = _plain_fields(None, before + after)
            if fields is not None and fields.keys().isdisjoint(STRUCTURED):
                number = self._known[key] = self._add(looks_from(fields))
                return number
        try:
            element = parse_tree(b"<object>" + before + b"<bndbox/>" + after + b"</object>")
        except UnreadableError:
            return None
        # The numbers must belong to the object itself, not to an element inside it or a comment.
        if element.find("bndbox") is None:
            return None
        number = self._known[key] = self._add(looks_of(element))
        return number

    def _odd_object(self, body: bytes) -> tuple[int, tuple[float, float, float, float] | str] | None:
        try:
            element = parse_tree(b"<object>" + body + b"</object>")
        except UnreadableError:
            return None
        return self._add(looks_of(element)), corners_of(element)

    def _add(self, looks: Looks) -> int:
        self.looks.append(looks)
        return len(self.looks) - 1

    def _parse_any(self, data: bytes) -> Document:
        root = parse_tree(data)
        if root.tag != "annotation":
            raise UnreadableError(f"the root element is <{root.tag}>, expected <annotation>")
        objects = root.findall("object")
        looks = [self._add(looks_of(element)) for element in objects]
        fields = child_fields(root, without=("object",))
        return _document(fields, looks, [corners_of(element) for element in objects])


def _plain_fields(verified: bytes | None, children: bytes) -> dict[str, Any] | None:
    """Return the facts about a picture, None when it takes a real parser to tell."""
    fields: dict[str, Any] = {} if verified is None else {"@verified": verified.decode()}
    try:
        found = _CHILDREN.findall(children.decode())
    except UnicodeDecodeError:
        return None
    for name, text, nested, _ in found:
        if nested:
            pairs = _LEAVES.findall(nested)
            fields[name] = leaves = {leaf: value.strip(" ") for leaf, value in pairs}
            if len(leaves) != len(pairs):
                return None
        else:
            fields[name] = text.strip(" ")
    # XML has no U+FFFE and U+FFFF, Python's decoder knows them.
    odd = len(fields) != len(found) + (verified is not None) or b"\xef\xbf" in children
    return None if odd else fields


def _document(
    fields: dict[str, Any],
    looks: list[int],
    corners: list[tuple[float, float, float, float] | str],
) -> Document:
    """Put the facts about the picture in their places; what has none stays in the attributes."""
    file_name = fields.pop("filename", None)
    width = height = None
    size = fields.get("size")
    if isinstance(size, dict):
        width, height = _pixels(size.pop("width", None)), _pixels(size.pop("height", None))
        if not size:
            del fields["size"]
    return Document(
        file_name=file_name if isinstance(file_name, str) and file_name else None,
        width=width,
        height=height,
        annotator=_annotator(fields),
        attributes=msgspec.json.encode(fields).decode() if fields else None,
        looks=looks,
        corners=corners,
    )


def _annotator(fields: dict[str, Any]) -> str | None:
    """Take the annotator from `source`, else from the file's own element.

    `owner` is not asked: in VOC it is whoever took the picture.
    """
    source = fields.get("source")
    places: tuple[Mapping[str, Any], ...] = (source, fields) if isinstance(source, dict) else (fields,)
    for place in places:
        name = place.get("annotator")
        if isinstance(name, str) and name:
            return name
    return None


def _pixels(text: object) -> int | None:
    """Return a size, None when it is missing, no number, or not above 0 (some tools write 0 for unknown)."""
    try:
        value = float(text) if isinstance(text, str) else 0.0
    except ValueError:
        return None
    return int(value) if 1 <= value < 1 << 31 else None
