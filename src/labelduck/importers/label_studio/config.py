"""The labelling interface, where it lies beside an export: which tags ask what, and the classes in their order."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from labelduck.importers.base import storable
from labelduck.importers.xml import UnreadableError, parse_tree

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

    from labelduck.importers.base import Problems
    from labelduck.importers.files import Files

NAMES = ("label_config.xml", "config.xml", "interface.xml", "labeling_config.xml")
_LARGEST = 1 << 24
_QUESTIONS = {
    "choices",
    "taxonomy",
    "textarea",
    "number",
    "rating",
    "pairwise",
    "datetime",
}
_SHAPES = {"rectangle", "ellipse", "polygon", "brush", "bitmask", "keypoint", "videorectangle", "vector"}


@dataclass
class LabelConfig:
    """What a labelling interface says.

    Attributes:
        kinds: Type of result by name of control, in small letters: `rectanglelabels`, `choices`.
        classes: Labels of regions, in the order of the interface.
        choices: Choices of whole pictures, likewise.
        per_region: Controls that ask about a region, not about the picture.
        pictures: Key of the task's data by name of the picture tag, `image` for `$image`.
        keypoints: Place in the pose by keypoint label: its `model_index`; where none has one, its place among the labels.
    """

    kinds: dict[str, str] = field(default_factory=dict)
    classes: list[str] = field(default_factory=list)
    choices: list[str] = field(default_factory=list)
    pictures: dict[str, str] = field(default_factory=dict)
    per_region: set[str] = field(default_factory=set)
    keypoints: dict[str, int] = field(default_factory=dict)


def beside(files: Files, problems: Problems) -> LabelConfig:
    """Return the interface that lies beside a file, in a folder or in a zip; an empty one where there is none.

    Beside `data_pose.json`, `data_pose.xml` and `label_config_pose.xml` come before `label_config.xml`.
    """
    for name, data in _candidates(files):
        try:
            return parse(data)
        except UnreadableError as error:
            problems.add(name, "", f"is no labelling interface: {error}; it is not used", severity="warning")
    return LabelConfig()


def parse(data: bytes) -> LabelConfig:
    """Return what the XML of a labelling interface says; UnreadableError where it is no XML."""
    found = LabelConfig()
    listed: dict[str, int] = {}
    for tag in parse_tree(data).iter():
        kind, name = tag.tag.lower(), storable(tag.get("name", ""))
        if kind in ("image", "video") and name:
            found.pictures[name] = (tag.get("value") or tag.get("valueList") or "").lstrip("$")
        if kind in _QUESTIONS or kind in _SHAPES or kind.endswith("labels"):
            found.kinds[name] = kind
            if tag.get("perRegion", "").lower() == "true":
                found.per_region.add(name)
        if kind.endswith("labels"):
            words = list(_values(tag, "label"))
            if kind == "keypointlabels":
                found.keypoints |= {word: place for word, place in words if place is not None}
                listed |= {word: n for n, (word, _) in enumerate(words)}
            else:
                found.classes += [word for word, _ in words if word not in found.classes]
        elif kind in ("choices", "taxonomy") and name not in found.per_region:
            found.choices += [word for word, _ in _values(tag, "choice") if word not in found.choices]
    found.keypoints = found.keypoints or listed
    return found


def _values(tag: Element, child: str) -> Iterator[tuple[str, int | None]]:
    """Yield what results will say for each label: its alias, else its value; and its place in a pose."""
    for each in tag.iter():
        if each.tag.lower() == child and (word := each.get("alias") or each.get("value")):
            place = each.get("model_index", "")
            yield (
                storable(word),
                int(place) if place.isascii() and place.isdigit() and len(place) < 4 else None,
            )


def _candidates(files: Files) -> Iterator[tuple[str, bytes]]:
    if not files.is_single:
        names = [name for name in files.names if name.rpartition("/")[2].lower() in NAMES]
        for name in sorted(names, key=lambda name: name.count("/")):
            try:
                yield name, files.read(name)
            except ValueError:
                continue
        return
    ending = files.path.stem.partition("_")[2]
    own = (f"{files.path.stem}.xml", *((f"label_config_{ending}.xml",) if ending else ()))
    for name in (*own, *NAMES):
        path = files.path.with_name(name)
        try:
            if path.is_file() and path.stat().st_size <= _LARGEST:
                yield name, path.read_bytes()
        except (OSError, ValueError):
            continue
