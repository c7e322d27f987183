"""One object as one element of CVAT's XML."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import msgspec

from labelduck.exporters.cvat.labels import declared_attributes
from labelduck.exporters.cvat.shapes import shape_of
from labelduck.exporters.cvat.text import attributes, content, number, quoted
from labelduck.exporters.one_shape import kind_of, note_own_area, note_own_box, shape_again

if TYPE_CHECKING:
    from collections.abc import Iterator

    from labelduck.exporters.cvat.labels import Label, Labels
    from labelduck.exporters.cvat.shapes import Pairs
    from labelduck.exporters.one_shape import Row

SOURCES = {
    "manual": "manual",
    "model": "auto",
    "model_assisted": "semi-auto",
    "consensus": "consensus",
    "imported": "file",
}
"""CVAT's word for each of ours."""


@dataclass
class Elements:
    """Writes objects, and notes which it had to change or leave out.

    Attributes:
        labels: The labels of the task.
        left_out: Reason by annotation_id.
        changed: Counts by what became of objects.
        inexact: Columns that have another value in the file for some object.
    """

    labels: Labels
    left_out: dict[str, str] = field(default_factory=dict)
    changed: Counter[str] = field(default_factory=Counter)
    inexact: set[str] = field(default_factory=set)

    def element(self, row: Row, image: Row) -> str:
        """Return the element of an object; no text for one that cannot be written."""
        kind = kind_of(row)
        label = self.labels.by_name.get(row["class_name"])
        if kind is None or label is None:
            self.left_out[row["annotation_id"]] = "it has no shape" if kind is None else "it has no class"
            return ""
        try:
            shape = shape_of(row, kind, image, label)
        except ValueError as error:
            self.left_out[row["annotation_id"]] = str(error)
            return ""
        self._note_changes(row, kind, shape.change)
        pairs: Pairs = [("label", label.name), *_facts(row), *shape.pairs, *self._order(row)]
        own = "".join(self._own_attributes(row, label))
        return f"<{shape.tag}{attributes(pairs)}>{shape.inside}{own}</{shape.tag}>\n"

    def _order(self, row: Row) -> Pairs:
        group = row["group_id"]
        held: Pairs = [] if group is None else [("group_id", self.labels.group(group))]
        order: Pairs = [] if row["z_order"] is None else [("z_order", row["z_order"])]
        return order + held

    def _own_attributes(self, row: Row, label: Label) -> Iterator[str]:
        for name, value in declared_attributes(row).items():
            if not label.attributes[name].keeps(value):
                self.changed["attributes without a type in CVAT became text"] += 1
                self.inexact.add("attributes")
            yield f"<attribute name={quoted(name)}>{content(_text(value))}</attribute>"

    def _note_changes(self, row: Row, kind: str, change: str | None) -> None:
        if change is not None:
            self.changed[change] += 1
        else:
            again = shape_again(row, kind)
            note_own_box(row, again, self.changed)
            note_own_area(row, again, self.changed)
        if kind == "keypoints" and row["area"] is not None:
            self.changed["areas of poses were left out"] += 1
        if row["keypoints"] and kind not in ("keypoints", "point"):
            self.changed["keypoints of objects that are outlined were left out"] += 1
        if row["occluded"] not in (None, 0, 1):
            self.changed["degrees of occlusion became yes"] += 1
            self.inexact.add("occluded")


def _facts(row: Row) -> Pairs:
    source = SOURCES.get(row["source"] or "")
    occluded = int((row["occluded"] or 0) > 0)
    return [*([("source", source)] if source else []), ("occluded", occluded)]


def _text(value: object) -> str:
    """Return an attribute's value as CVAT writes it: truth as true and false, lists and objects as JSON."""
    if isinstance(value, str):
        return value
    return number(value) if isinstance(value, float) else msgspec.json.encode(value).decode()
