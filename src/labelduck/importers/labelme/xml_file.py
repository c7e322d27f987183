"""One XML file of the LabelMe web tool, which names the annotator and the time of each object."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from labelduck.importers import drawn
from labelduck.importers.drawn import DrawnError
from labelduck.importers.files import UnreadableFileError
from labelduck.importers.packed_masks import mask_of_png

if TYPE_CHECKING:
    from collections.abc import Iterable
    from xml.etree.ElementTree import Element

    from labelduck.importers.drawn import Columns
    from labelduck.importers.files import Files
    from labelduck.importers.labelme.scene import Scene

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DATE = re.compile(r"(\d{1,2})-([A-Za-z]{3})-(\d{4})(?:\s+(\d\d:\d\d:\d\d))?")
_OBJECT = frozenset(
    (
        "name",
        "deleted",
        "verified",
        "occluded",
        "date",
        "id",
        "attributes",
        "polygon",
        "segm",
        "type",
        "parts",
    )
)
_DEEPEST = 20
_IMAGE = frozenset(("filename", "object", "imagesize"))


def add_xml(scene: Scene, root: Element, source_file: str, files: Files) -> None:
    """Add the image and the objects of one file; `files` has the masks."""
    size = root.find("imagesize")
    sides = (None, None) if size is None else (_text(size, "ncols"), _text(size, "nrows"))
    rest = {child.tag: _said(child) for child in root if child.tag not in _IMAGE}
    rest = {name: value for name, value in rest.items() if value}
    image = scene.add_image(source_file, _text(root, "filename"), sides, {"attributes": rest})
    objects = root.findall("object")
    groups, masks = _groups(objects), _Masks(files, source_file)
    for number, element in enumerate(objects):
        place = f"object[{number}]"
        if _text(element, "deleted") == "1":
            scene.rows.repeats.add(
                "a deleted object is left out", source_file, place, severity="warning", record=_said(element)
            )
            continue
        own_id = _text(element, "id") or str(number)
        try:
            columns = _object(element, masks, (image["width"], image["height"]))
        except (DrawnError, UnreadableFileError) as error:
            problem = f"{error}; left out"
            scene.rows.repeats.add(
                "an object cannot be used", source_file, place, problem, record=_said(element)
            )
            continue
        if own_id in groups:
            columns["group_id"] = f"{image['image_id']}/{groups[own_id]}"
        scene.add_object(image, own_id, place, columns | {"source_file": source_file})


class _Masks:
    """The mask files of one XML file: in Masks/ beside Annotations/, in Masks/ beside the file, or beside the file."""

    def __init__(self, files: Files, source_file: str) -> None:
        self._files = files
        self._names = files.member_names
        self._folder = source_file.rpartition("/")[0]

    def read(self, name: str) -> bytes:
        """Return the bytes of a mask; UnreadableFileError where it is not there."""
        folder = f"{self._folder}/" if self._folder else ""
        apart = f"/{folder}".replace("/Annotations/", "/Masks/")[1:]
        for path in (apart + name, f"{folder}Masks/{name}", folder + name):
            if path in self._names:
                return self._files.read(path)
        raise UnreadableFileError(
            f"the mask {name:.80} is not there; name the folder that holds Masks as well"
        )


def _object(element: Element, masks: _Masks, size: tuple[int | None, int | None]) -> Columns:
    name = _text(element, "name")
    if name is None:
        raise DrawnError("the object has no name")
    outline, segment = element.find("polygon"), element.find("segm")
    if outline is not None:
        columns, by = _outline(outline, is_box=_text(element, "type") == "bounding_box"), outline
    elif segment is not None:
        columns, by = _segment(segment, masks, size), segment
    else:
        raise DrawnError("the object has neither a polygon nor a mask")
    columns |= {"class_name": name, "annotator": _text(by, "username"), "created_at": _time(element)}
    occluded = {"yes": 1.0, "no": 0.0}.get((_text(element, "occluded") or "").lower())
    if occluded is not None:
        columns["occluded"] = occluded
    if _text(element, "verified") == "1":
        columns["review_status"] = "accepted"
    rest = _attributes(_text(element, "attributes") or "")
    more = {child.tag: _said(child) for child in element if child.tag not in _OBJECT}
    parts = element.find("parts")
    if parts is not None:
        more |= {child.tag: _said(child) for child in parts}
    columns["attributes"] = rest | {name: value for name, value in more.items() if value}
    return columns


def _outline(polygon: Element, *, is_box: bool) -> Columns:
    flat = [
        number
        for point in polygon.findall("pt")
        for number in drawn.numbers((_text(point, "x"), _text(point, "y")))
    ]
    if is_box and len(flat) == 8:
        x, y = flat[0::2], flat[1::2]
        if len(set(x)) <= 2 and len(set(y)) <= 2:
            return drawn.box(min(x), min(y), max(x), max(y))
    if len(flat) == 2:
        return drawn.point(*flat)
    return drawn.polyline(flat) if len(flat) == 4 else drawn.polygon([flat])


def _segment(segment: Element, masks: _Masks, size: tuple[int | None, int | None]) -> Columns:
    name = _text(segment, "mask")
    if name is None:
        raise DrawnError("the object's mask has no file name")
    pixels = mask_of_png(masks.read(name))
    height, width = pixels.shape
    if size not in ((None, None), (width, height)):
        raise DrawnError(f"the mask {name:.80} is {width} x {height}, the picture {size[0]} x {size[1]}")
    return drawn.mask_in_frame(pixels, left=0, top=0, height=height, width=width)


def _groups(objects: Iterable[Element]) -> dict[str, str]:
    """Return for each object that is part of another, or has parts, the id of the whole."""
    above: dict[str, str] = {}
    for number, element in enumerate(objects):
        own_id = _text(element, "id") or str(number)
        parts = element.find("parts")
        whole = None if parts is None else _text(parts, "ispartof")
        if whole is not None and whole != own_id:
            above[own_id] = whole
    groups: dict[str, str] = {}
    for own_id in above:
        whole, seen = own_id, {own_id}
        # A chain that was followed before need not be followed again.
        while whole not in groups and above.get(whole, whole) not in seen:
            whole = above[whole]
            seen.add(whole)
        whole = groups.get(whole, whole)
        groups[own_id] = groups[whole] = whole
    return groups


def _attributes(text: str) -> dict[str, Any]:
    """Return `a=1, b` as names and values."""
    pairs = (part.partition("=") for part in text.split(",") if part.strip())
    return {name.strip(): value.strip() if equals else True for name, equals, value in pairs}


def _time(element: Element) -> str | None:
    """Return the date as ISO 8601; the tool writes 25-May-2012 00:09:48 without a zone, taken as UTC."""
    text = _text(element, "date")
    found = _DATE.fullmatch(text) if text else None
    if not found or found[2].lower() not in _MONTHS:
        return text
    month = _MONTHS.index(found[2].lower()) + 1
    return f"{found[3]}-{month:02}-{int(found[1]):02}T{found[4] or '00:00:00'}"


def _text(element: Element, tag: str) -> str | None:
    """Return the text of a child without blanks around it; None where it is absent or empty."""
    return (element.findtext(tag) or "").strip() or None


def _said(element: Element, depth: int = 0) -> Any:  # noqa: ANN401 - text or a dictionary of it
    """Return what an element holds: its text, or its children by name."""
    if not len(element) or depth > _DEEPEST:
        return (element.text or "").strip()
    found: dict[str, Any] = {}
    for child in element:
        value = _said(child, depth + 1)
        known = found.get(child.tag)
        found[child.tag] = (
            value if known is None else [*(known if isinstance(known, list) else [known]), value]
        )
    return found
