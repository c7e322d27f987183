"""The classes of a CVAT task: what attributes their objects have, and in which order a skeleton's keypoints come."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from labelduck.importers.drawn import DrawnError, numbers
from labelduck.importers.values import FLAGS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from xml.etree.ElementTree import Element

    from labelduck.importers.rows import Rows

Record = dict[str, Any]
_NODE = re.compile(r"<circle\b[^>]*>")
_EDGE = re.compile(r"<line\b[^>]*>")
_SVG_VALUE = re.compile(r"""([\w-]+)\s*=\s*["']([^"']*)["']""")
_OLD_SPEC = re.compile(r"([~@])(\w+)=([^:]+):(.*)", re.DOTALL)
_OF_ITSELF = ("name", "parent", "sublabels")


@dataclass
class Label:
    """One class.

    Attributes:
        parent: Class that it belongs to, where that is no skeleton.
        kinds: What the values of its attributes are, by the attribute's name: checkbox, number, radio, select or text.
        keypoints: Names of its keypoints, in order.
        skeleton: Pairs of keypoint numbers, 1-based, that are joined.
        fields: All else that the source says of it.
    """

    parent: str | None = None
    kinds: dict[str, str] = field(default_factory=dict)
    keypoints: list[str] = field(default_factory=list)
    skeleton: list[list[int]] = field(default_factory=list)
    fields: Record = field(default_factory=dict)


class Labels:
    """The classes by name; those that were not declared are met when their first object comes."""

    def __init__(self, class_names: Iterable[str] = ()) -> None:
        self._labels = {name: Label() for name in class_names}
        self._numbers = {name: n for n, name in enumerate(self._labels)}

    def declare(self, records: Iterable[Record]) -> None:
        """Take the labels of a task.

        Args:
            records: As CVAT's JSON has them: name, color, type, attributes, svg, and the keypoints of a skeleton either as
                its `sublabels` or as labels of their own that name it as `parent`.
        """
        known = [record for record in records if _text(record.get("name"))]
        skeletons = {record["name"] for record in known if record.get("type") == "skeleton"}
        parts: dict[str, list[Record]] = {name: [] for name in skeletons}
        for record in known:
            if _text(record.get("parent")) in skeletons:
                parts[record["parent"]].append(record)
            else:
                self._declare(record)
        for name, sublabels in parts.items():
            own = next(record for record in known if record["name"] == name).get("sublabels")
            self._join(self._labels[name], [*sublabels, *records_of(own)])

    def meet(self, name: str) -> Label:
        """Return the class of this name, which need not be declared."""
        found = self._labels.get(name)
        if found is None:
            found = self._labels[name] = Label()
        return found

    def add_rows(self, rows: Rows) -> None:
        """Add a row for each class."""
        for name, label in self._labels.items():
            row: Record = {
                "class_name": name,
                "class_index": self._numbers.get(name),
                "supercategory": label.parent,
                "attributes": label.fields,
            }
            if label.keypoints:
                row |= {"keypoint_names": label.keypoints, "skeleton": label.skeleton or None}
            rows.add("classes", row)

    def _declare(self, record: Record) -> None:
        label = self.meet(record["name"])
        label.parent = _text(record.get("parent")) or label.parent
        specs = records_of(record.get("attributes"))
        label.kinds |= {str(spec.get("name")): str(spec.get("input_type")) for spec in specs}
        told = {key: value for key, value in record.items() if key not in _OF_ITSELF and value}
        label.fields = told | label.fields

    def _join(self, label: Label, sublabels: list[Record]) -> None:
        """Give a skeleton its keypoints and, from its drawing, the lines between them."""
        for part in sublabels:
            if (name := _text(part.get("name"))) and name not in label.keypoints:
                label.keypoints.append(name)
        label.fields.setdefault("sublabels", sublabels)
        label.skeleton = label.skeleton or _joined(str(label.fields.get("svg", "")), label.keypoints)


def typed(value: Any, kind: str | None) -> Any:  # noqa: ANN401 - whatever JSON may hold
    """Return the value of an attribute: a checkbox's as true or false, a number's as number, others as they are."""
    if not isinstance(value, str):
        return value
    if kind == "checkbox":
        return FLAGS.get(value.strip().lower(), value)
    if kind != "number":
        return value
    try:
        (number,) = numbers((value,))
    except DrawnError:
        return value
    return int(number) if number.is_integer() else number


def label_records(labels: Element | None) -> list[Record]:
    """Return the labels of a CVAT XML's meta as records, as CVAT's JSON has them."""
    return [] if labels is None else [_label_record(label) for label in labels.iter("label")]


def records_of(value: object) -> list[Record]:
    """Return the objects of a JSON list; nothing of what is no list."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _label_record(label: Element) -> Record:
    record: Record = {}
    for child in label:
        if child.tag == "attributes":
            record["attributes"] = [_spec(attribute) for attribute in child.iter("attribute")]
        else:
            record[child.tag] = (child.text or "").strip()
    return record


def _spec(attribute: Element) -> Record:
    """Return what is said of an attribute; dumps of 2018 say `@select=colour:red,blue`, with ~ where it lasts."""
    if old := _OLD_SPEC.fullmatch((attribute.text or "").strip()):
        mutable, input_type, name, values = old.groups()
        told = {"name": name, "mutable": str(mutable == "@"), "input_type": input_type}
        return told | {"values": values.split(",")}
    spec: Record = {part.tag: part.text or "" for part in attribute}
    if "\n" in (values := spec.get("values", "")):
        spec["values"] = values.splitlines()
    return spec


def _joined(svg: str, keypoints: list[str]) -> list[list[int]]:
    """Return the lines of a skeleton's drawing as pairs of keypoint numbers; of an odd drawing nothing."""
    places: dict[str, int] = {}
    for node in _NODE.findall(svg):
        told = dict(_SVG_VALUE.findall(node))
        name = told.get("data-label-name")
        if name in keypoints:
            places[told.get("data-node-id", "")] = keypoints.index(name) + 1
    edges = (dict(_SVG_VALUE.findall(edge)) for edge in _EDGE.findall(svg))
    pairs = [(edge.get("data-node-from", ""), edge.get("data-node-to", "")) for edge in edges]
    return [[places[a], places[b]] for a, b in pairs if a in places and b in places]


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
