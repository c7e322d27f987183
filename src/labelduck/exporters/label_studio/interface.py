"""The labelling interface of a project: the controls that the regions were drawn with and the answers were given in.

Label Studio takes regions only for controls that its interface has, so it is gathered while the tasks are written.
"""

from __future__ import annotations

import re
from collections import defaultdict
from xml.sax.saxutils import quoteattr

SHAPES = {
    "rectanglelabels": ("RectangleLabels", "box"),
    "polygonlabels": ("PolygonLabels", "outline"),
    "brushlabels": ("BrushLabels", "brush"),
    "ellipselabels": ("EllipseLabels", "ellipse"),
    "keypointlabels": ("KeyPointLabels", "point"),
}
"""Control and name of each type of region."""

POSE = "pose"
"""Control of the keypoints that make an object together; those that are objects of their own have another."""

IMAGE = "image"
_ODD = re.compile(r"[^\w-]+")
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Interface:
    """The controls in use.

    Args:
        class_names: All classes, in order.
    """

    def __init__(self, class_names: list[str]) -> None:
        self._classes = class_names
        self._labels: dict[str, dict[str, None]] = defaultdict(dict)
        self._places: dict[str, int] = {}
        self._choices: dict[str, dict[str, None]] = defaultdict(dict)
        self._is_multiple: dict[str, bool] = defaultdict(bool)
        self._names: dict[str, str] = {}
        self._taken = {IMAGE, POSE, *(name for _, name in SHAPES.values())}

    def shape(self, kind: str, class_name: str) -> str:
        """Return the name of the control for regions of a type, as `rectanglelabels`, which from now on has the class."""
        self._labels[kind][class_name] = None
        return SHAPES[kind][1]

    def pose(self, keypoint: str, place: int) -> str:
        """Return the name of the control for keypoints, which from now on has this one, with its place in the pose."""
        self._places.setdefault(keypoint, place)
        return POSE

    def question(self, field: str, answers: list[str]) -> str:
        """Return the name of the control for a question on the image, which from now on has the answers."""
        self._choices[field].update(dict.fromkeys(answers))
        self._is_multiple[field] |= len(answers) > 1
        return self._name(field)

    @property
    def renamed(self) -> int:
        """How many questions have another name than in the data."""
        return sum(name != field for field, name in self._names.items())

    def xml(self) -> str:
        """Return the interface."""
        controls = [*self._shape_controls(), *self._questions()]
        return "\n".join(["<View>", f'  <Image name="{IMAGE}" value="$image"/>', *controls, "</View>", ""])

    def _shape_controls(self) -> list[str]:
        lines = []
        for kind, (tag, name) in SHAPES.items():
            # Rectangles can always be drawn, so that a project without a region is of use.
            own = self._labels.get(kind, {}) if kind != "rectanglelabels" else dict.fromkeys(self._classes)
            lines += _control(tag, name, [f"    <Label value={_quoted(label)}/>" for label in own])
        points = [
            f'    <Label value={_quoted(name)} model_index="{place}"/>'
            for name, place in self._places.items()
        ]
        return lines + _control("KeyPointLabels", POSE, points)

    def _questions(self) -> list[str]:
        lines = []
        for field, answers in self._choices.items():
            how = "multiple" if self._is_multiple[field] else "single"
            name = _quoted(self._name(field))
            lines.append(f'  <Choices name={name} toName="{IMAGE}" choice="{how}">')
            lines += [f"    <Choice value={_quoted(answer)}/>" for answer in answers]
            lines.append("  </Choices>")
        return lines

    def _name(self, field: str) -> str:
        """Return a name that is no other control's: the question itself where that is free and plain."""
        if field not in self._names:
            core = name = _ODD.sub("_", field) or "_"
            number = 1
            while name in self._taken:
                number += 1
                name = f"{core}_{number}"
            self._taken.add(name)
            self._names[field] = name
        return self._names[field]


def _control(tag: str, name: str, labels: list[str]) -> list[str]:
    return [f'  <{tag} name="{name}" toName="{IMAGE}">', *labels, f"  </{tag}>"] if labels else []


def _quoted(text: str) -> str:
    return quoteattr(_NOT_XML.sub("?", text))
