"""One `<object>` of a Pascal VOC annotation: its columns, its corners, and everything else as attributes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from labelduck.importers.base import LARGEST_COORDINATE
from labelduck.importers.xml import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from xml.etree.ElementTree import Element

MAX_DEPTH = 32
STRUCTURED = ("part", "bndbox", "attributes", "polygon")
EDGES = ("xmin", "ymin", "xmax", "ymax")
SECOND_BOX = "it has more than one bndbox; the first was taken, the others are in attributes"
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d*)?(?:[eE][+-]?\d+)?", re.ASCII)
_FLAGS = {"0": 0.0, "1": 1.0, "false": 0.0, "true": 1.0, "no": 0.0, "yes": 1.0}
_SPACE = " \t\r\n"


@dataclass(frozen=True, slots=True)
class Looks:
    """What an object is, apart from its corners.

    Attributes:
        class_name: Its name; None when missing.
        difficult: Whether it is marked difficult; None when the file does not say.
        truncated: How far it leaves the picture, 0 to 1.
        occluded: How far it is hidden, 0 to 1.
        track_id: Object over the frames of a video.
        annotator: Who drew it, when the object itself says so.
        polygon: Outline as x1, y1, x2, y2, ... as written; None without one.
        attributes: All else as JSON; parts keep their corners as written.
        note: What was repaired, in words.
    """

    class_name: str | None
    difficult: bool | None = None
    truncated: float | None = None
    occluded: float | None = None
    track_id: str | None = None
    annotator: str | None = None
    polygon: tuple[float, ...] | None = None
    attributes: str | None = None
    note: str | None = None


def looks_of(element: Element) -> Looks:
    """Return what an object is, from its element."""
    boxes = element.findall("bndbox")
    fields = child_fields(element, without=("part", "bndbox", "attributes"))
    parts = [child_fields(part) for part in element.findall("part")]
    extra = [child_fields(box, without=EDGES) for box in boxes[:1]] + [child_fields(box) for box in boxes[1:]]
    _take_named_attributes(fields, element.findall("attributes"))
    polygon = _take_polygon(fields, element.findall("polygon"))
    fields |= ({"parts": parts} if parts else {}) | ({"bndbox": extra} if any(extra) else {})
    return looks_from(fields, polygon=polygon, note=SECOND_BOX if len(boxes) > 1 else None)


def looks_from(
    fields: dict[str, Any], *, polygon: tuple[float, ...] | None = None, note: str | None = None
) -> Looks:
    """Return what an object is, from its fields; those with a place of their own are taken out of them.

    Args:
        fields: Its children, none of them in `STRUCTURED`.
        polygon: Its outline.
        note: What was repaired.
    """
    class_name = _take_text(fields, "name")
    track_id = _take_text(fields, "trackid") or _take_text(fields, "track_id")
    annotator = _take_text(fields, "annotator")
    truncated, occluded = _take_share(fields, "truncated"), _take_share(fields, "occluded")
    difficult = _take_share(fields, "difficult")
    return Looks(
        class_name=class_name,
        difficult=None if difficult is None else difficult > 0,
        truncated=truncated,
        occluded=occluded,
        track_id=track_id,
        annotator=annotator,
        polygon=polygon,
        attributes=msgspec.json.encode(fields).decode() if fields else None,
        note=note,
    )


def corners_of(element: Element) -> tuple[float, float, float, float] | str:
    """Return an object's corners as written, x_min, y_min, x_max, y_max, or in words why it has none."""
    box = element.find("bndbox")
    if box is None:
        return "bndbox is missing"
    corners = []
    for edge in EDGES:
        text = _text(box.find(edge))
        if text is None:
            return f"bndbox/{edge} is missing"
        if not _NUMBER.fullmatch(text):
            return f"bndbox/{edge} is {text[:40]!r}, expected a number"
        corners.append(float(text))
    x_min, y_min, x_max, y_max = corners
    return x_min, y_min, x_max, y_max


def child_fields(element: Element, *, without: Collection[str] = (), depth: int = 0) -> dict[str, Any]:
    """Return an element's attributes and children as a dictionary.

    Text stays text, an element with children becomes a dictionary, a name that occurs several times a list.
    XML attributes have an @ before their name; text beside children is `#text`.

    Raises:
        UnreadableError: Elements nest deeper than MAX_DEPTH.
    """
    if depth > MAX_DEPTH:
        raise UnreadableError(f"elements nest deeper than {MAX_DEPTH} below <{element.tag}>")
    fields: dict[str, Any] = {f"@{name}": value for name, value in element.items()}
    repeated: set[str] = set()
    beside = element.text or ""
    for child in element:
        tag = child.tag
        beside += child.tail or ""
        if tag in without:
            continue
        value = child_fields(child, depth=depth + 1) if len(child) or child.keys() else _text(child)
        if tag in repeated:
            fields[tag].append(value)
        elif tag in fields:
            fields[tag] = [fields[tag], value]
            repeated.add(tag)
        else:
            fields[tag] = value
    beside = beside.strip(_SPACE)
    return fields | {"#text": beside} if beside else fields


def _text(element: Element | None) -> str | None:
    return None if element is None else (element.text or "").strip(_SPACE)


def _take_text(fields: dict[str, Any], name: str) -> str | None:
    value = fields.get(name)
    if not isinstance(value, str) or not value:
        return None
    del fields[name]
    return value


def _take_share(fields: dict[str, Any], name: str) -> float | None:
    """Take a flag or a share of 0 to 1; a value that is neither stays among the attributes."""
    value = fields.get(name)
    if not isinstance(value, str):
        return None
    share = _FLAGS.get(value.lower())
    if share is None and _NUMBER.fullmatch(value) and 0 <= float(value) <= 1:
        share = float(value)
    if share is not None:
        del fields[name]
    return share


def _take_named_attributes(fields: dict[str, Any], groups: Iterable[Element]) -> None:
    """Add `<attributes><attribute><name/><value/></attribute></attributes>`, as CVAT writes them, under their names."""
    for group in groups:
        pairs = [(_text(a.find("name")), _text(a.find("value"))) for a in group.findall("attribute")]
        names = [name for name, _ in pairs]
        plain = len(pairs) == len(group) and all(len(a) == 2 for a in group) and None not in names
        if plain and len(set(names)) == len(names) and not fields.keys() & set(names):
            fields.update((name, value) for name, value in pairs if name is not None)
        else:
            fields.setdefault("attributes", []).append(child_fields(group))


def _take_polygon(fields: dict[str, Any], polygons: list[Element]) -> tuple[float, ...] | None:
    """Take an outline, written as x1, y1, x2, ... or as points; one that cannot be read stays among the attributes."""
    if len(polygons) != 1:
        return None
    polygon = polygons[0]
    points = polygon.findall("pt") or polygon.findall("point")
    if points:
        texts = [_text(point.find(axis)) for point in points for axis in "xy"]
    else:
        texts = [_text(polygon.find(f"{axis}{i}")) for i in range(1, len(polygon) // 2 + 1) for axis in "xy"]
    numbers = [float(text) for text in texts if text is not None and _NUMBER.fullmatch(text)]
    if len(numbers) < len(texts) or len(numbers) < 6 or not max(map(abs, numbers)) <= LARGEST_COORDINATE:
        return None
    rest = child_fields(polygon, without={child.tag for child in polygon if child.tag[:1] in {"p", "x", "y"}})
    del fields["polygon"]
    fields |= {"polygon": rest} if rest else {}
    return tuple(numbers)
