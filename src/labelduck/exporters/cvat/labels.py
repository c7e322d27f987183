"""The labels of a CVAT task: classes, the points of skeletons, and attributes with what they may hold."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from labelduck.exporters.cvat.text import element, number, quoted
from labelduck.exporters.one_shape import CORNERS, attributes_of, cuboid_corners, kind_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from labelduck.exporters.base import Selection
    from labelduck.exporters.one_shape import Row

_COLUMNS = ("class_name", "geometry", "keypoints", "attributes", "group_id")
_LARGEST = 2**31 - 1
_LARGEST_EXACT = 2**53
_NUMBERS = {int, float}
_SMALLEST_STEP = "0.000001"
_SVG = 100
"""Width and height of the drawing that CVAT shows a skeleton in."""


@dataclass
class Attribute:
    """What the values of one attribute are.

    Attributes:
        kinds: Types of the values met.
        low: Smallest number met.
        high: Largest number met.
    """

    kinds: set[type] = field(default_factory=set)
    low: float = math.inf
    high: float = -math.inf

    def note(self, value: object) -> None:
        """Take one more value into account."""
        if isinstance(value, int | float) and not isinstance(value, bool):
            self.low, self.high = min(self.low, value), max(self.high, value)
        self.kinds.add(type(value))

    @property
    def input_type(self) -> str:
        """CVAT's word for what the values are: a tick box, a number, or else text."""
        if self.kinds == {bool}:
            return "checkbox"
        return "number" if self.kinds and self.kinds <= _NUMBERS else "text"

    def keeps(self, value: object) -> bool:
        """Tell whether a value is the same again when it is read as what is declared."""
        if self.input_type == "number":
            return isinstance(value, float) or abs(value) <= _LARGEST_EXACT  # type: ignore[arg-type]
        return isinstance(value, str if self.input_type == "text" else bool)

    def xml(self, name: str) -> str:
        """Return its declaration, with its default and the values that it may have."""
        step = "1" if self.kinds == {int} else _SMALLEST_STEP
        low, high = number(self.low), number(self.high)
        told = {"checkbox": ("false", "false"), "number": (low, f"{low}\n{high}\n{step}"), "text": ("", "")}
        default, values = told[self.input_type]
        pairs = (("input_type", self.input_type), ("default_value", default), ("values", values))
        return element("attribute", ("name", name), ("mutable", "False"), *pairs)


@dataclass
class Label:
    """One class.

    Attributes:
        name: Its class_name.
        points: Names of a skeleton's points, in order; empty where it has no skeleton.
        edges: Pairs of points that are joined, 1-based.
        attributes: Attributes by name.
        is_skeleton: Whether some object is written as a skeleton.
    """

    name: str
    points: list[str] = field(default_factory=list)
    edges: list[list[int]] = field(default_factory=list)
    attributes: dict[str, Attribute] = field(default_factory=lambda: defaultdict(Attribute))
    is_skeleton: bool = False

    def note(self, row: Row) -> None:
        """Take one more object into account."""
        if kind_of(row) == "keypoints" and (
            self.points or any(each["visibility"] != 2 for each in row["keypoints"])
        ):
            self.is_skeleton = True
        for name, value in declared_attributes(row).items():
            self.attributes[name].note(value)

    def point_name(self, place: int) -> str:
        """Return the name of a point; those that the class does not name are numbered from 1."""
        return self.points[place] if place < len(self.points) else str(place + 1)

    def xml(self) -> Iterator[str]:
        """Yield the label and, for a skeleton, the labels of its points."""
        declared = element("attributes", *(each.xml(name) for name, each in self.attributes.items()))
        if not self.is_skeleton:
            yield element("label", ("name", self.name), ("type", "any"), declared)
            return
        yield element("label", ("name", self.name), ("type", "skeleton"), declared, ("svg", self._svg()))
        for point in self.points:
            told = (("name", point), ("type", "points"), "<attributes></attributes>", ("parent", self.name))
            yield element("label", *told)

    def _svg(self) -> str:
        """Return the drawing of the skeleton that CVAT needs to make such a label: the points on a diagonal."""
        step = _SVG / (len(self.points) + 1)
        lines = (
            f'<line x1="{a * step:.1f}" y1="{a * step:.1f}" x2="{b * step:.1f}" y2="{b * step:.1f}" data-type="edge"'
            f' data-node-from="{a}" data-node-to="{b}"></line>'
            for a, b in self.edges
        )
        dots = (
            f'<circle r="1.5" cx="{n * step:.1f}" cy="{n * step:.1f}" data-type="element node" data-element-id="{n}"'
            f' data-node-id="{n}" data-label-name={quoted(name)}></circle>'
            for n, name in enumerate(self.points, start=1)
        )
        return "".join((*lines, *dots))


class Labels:
    """The labels of a selection, found in one pass over its annotations.

    Attributes:
        by_name: Label by class_name.
    """

    def __init__(self, selection: Selection) -> None:
        self.by_name = {row["class_name"]: _label(row) for row in selection.classes.to_pylist()}
        self._groups: dict[str, int] = {}
        self._n_points: dict[str, int] = defaultdict(int)
        for table in selection.annotations.tables(_COLUMNS):
            for row in table.to_pylist():
                self._note(row)
        for name, n_points in self._n_points.items():
            label = self.by_name[name]
            label.points += [label.point_name(place) for place in range(len(label.points), n_points)]
        self._number_groups()

    def group(self, group_id: str) -> int:
        """Return CVAT's number of a group: the id itself where it is a number that CVAT can hold."""
        return self._groups[group_id]

    @property
    def n_renamed_groups(self) -> int:
        """How many groups have another number than their id."""
        return sum(str(number) != group_id for group_id, number in self._groups.items())

    def _note(self, row: Row) -> None:
        if row["group_id"] is not None:
            self._groups.setdefault(row["group_id"], 0)
        if (label := self.by_name.get(row["class_name"])) is not None:
            label.note(row)
            self._n_points[label.name] = max(self._n_points[label.name], len(row["keypoints"] or ()))

    def _number_groups(self) -> None:
        kept = {each: int(each) for each in self._groups if _is_number(each)}
        others = [each for each in self._groups if each not in kept]
        first = max(kept.values(), default=0) + 1
        self._groups = kept | dict(zip(others, range(first, first + len(others)), strict=True))


def declared_attributes(row: Row) -> dict[str, Any]:
    """Return the attributes of an object, without the corners that are its shape."""
    told = attributes_of(row)
    return (
        told if cuboid_corners(row, told) is None else {name: told[name] for name in told if name != CORNERS}
    )


def _label(row: Row) -> Label:
    points: list[str] = []
    for place, name in enumerate(row["keypoint_names"] or ()):
        points.append(name if name and name not in points else f"{name or ''}#{place + 1}")
    edges = [
        edge
        for edge in row["skeleton"] or ()
        if len(edge) == 2 and all(1 <= end <= len(points) for end in edge)
    ]
    return Label(row["class_name"], points, edges)


def _is_number(group_id: str) -> bool:
    return (
        group_id.isascii() and group_id.isdecimal() and group_id[0] != "0" and int(group_id[:11]) <= _LARGEST
    )
