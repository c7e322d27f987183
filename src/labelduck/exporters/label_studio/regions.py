"""One object as Label Studio's regions: percent of the picture, boxes turned around their top left corner."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from labelduck.exporters.label_studio.interface import IMAGE
from labelduck.exporters.one_shape import kind_of, note_own_area, note_own_box, pixels_of, shape_again, turn
from labelduck.geometry import encode_brush

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator, Mapping

    from labelduck.exporters.label_studio.interface import Interface
    from labelduck.exporters.one_shape import Row

ORIGINS = {"manual": "manual", "model": "prediction", "model_assisted": "prediction-changed"}
"""Label Studio's word for each of ours."""

POINT_WIDTH = 0.5
"""Width of a keypoint's dot, in percent of the picture."""

OWN = (
    *(
        "is_crowd",
        "is_ignored",
        "difficult",
        "occluded",
        "truncated",
        "track_id",
        "group_id",
        "z_order",
        "attributes",
    ),
    *("batch", "job", "lead_time_s", "review_status", "reviewer"),
)
"""Columns that Label Studio has no word for; they go along in a region's `meta`, which it keeps."""

TIMES = ("created_at", "updated_at")
Result = dict[str, Any]
_NO_POINTS: tuple[str, ...] = ()


class Shape(NamedTuple):
    """A region's type and values, one for each ring, and what became of the object where Label Studio has no such shape."""

    kind: str
    values: list[Result]
    change: str | None = None


@dataclass
class Regions:
    """Writes objects, and notes which it had to change or leave out.

    Attributes:
        interface: Controls of the project.
        keypoint_names: Names of keypoints by class.
        left_out: Reason by annotation_id or prediction_id.
        changed: Counts by what became of objects.
    """

    interface: Interface
    keypoint_names: Mapping[str, tuple[str, ...]]
    left_out: dict[str, str] = field(default_factory=dict)
    changed: Counter[str] = field(default_factory=Counter)

    def of(self, row: Row, image: Row, *, region_id: str) -> list[Result]:
        """Return the results of one object: its region or regions and those of its keypoints; none if it cannot be.

        Args:
            row: The object, with its `upright` where it has a rotated box.
            image: Its image.
            region_id: Its id; pieces get `.0`, `.1`, ... behind it.
        """
        kind, name = kind_of(row), row["class_name"]
        size = _size(row, image)
        if kind is None or name is None or size is None:
            why = "shape" if kind is None else "class" if name is None else "picture of known size"
            self.left_out[region_id] = f"it has no {why}"
            return []
        try:
            shape = _WRITERS[kind](row, *size)
        except ValueError as error:
            self.left_out[region_id] = str(error)
            return []
        self._note_changes(row, kind, shape)
        frame = {"to_name": IMAGE, "original_width": size[0], "original_height": size[1], "image_rotation": 0}
        control = {"type": shape.kind, "from_name": self.interface.shape(shape.kind, name)}
        said = control | frame | _said(row)
        regions = [{"id": region_id, **said, "value": value | {shape.kind: [name]}} for value in shape.values]
        if len(regions) > 1:
            regions = [_piece(region, number) for number, region in enumerate(regions)]
        return [*regions, *self._keypoints(row, frame, region_id)] if kind == "keypoints" else regions

    def _keypoints(self, row: Row, frame: Result, region_id: str) -> Iterator[Result]:
        names = self.keypoint_names.get(row["class_name"], _NO_POINTS)
        for place, point in enumerate(row["keypoints"]):
            label = names[place] if place < len(names) else str(place + 1)
            control = {"type": "keypointlabels", "from_name": self.interface.pose(label, place)}
            if point["visibility"]:
                value = _point(point, frame["original_width"], frame["original_height"])
                told = {"id": f"{region_id}.{label}", "parentID": region_id, **control, **frame}
                # Label Studio has no hidden keypoints.
                hidden = {"meta": {"labelduck": {"visibility": 1}}} if point["visibility"] == 1 else {}
                yield told | hidden | {"value": value | {"keypointlabels": [label]}}

    def _note_changes(self, row: Row, kind: str, shape: Shape) -> None:
        if shape.change is not None:
            self.changed[shape.change] += 1
        elif kind != "keypoints":
            again = shape_again(row, kind)
            note_own_box(row, again, self.changed)
            note_own_area(row, again, self.changed)
        if row["keypoints"] and kind not in ("keypoints", "point"):
            self.changed["keypoints of objects that are outlined were left out"] += 1
        elif any(not each["visibility"] and (each["x"] or each["y"]) for each in row["keypoints"] or ()):
            self.changed["absent keypoints lost their place"] += 1


def _said(row: Row) -> Result:
    """Return what is said of a region beside its shape; times too, as the server gives annotations its own when it imports."""
    told = origin_of(row.get("source"))
    own = told["meta"]["labelduck"]
    own |= {column: row[column] for column in OWN if row.get(column) is not None}
    own |= {name: at for name in TIMES if (at := iso(row.get(name))) is not None}
    score = row.get("confidence")
    return told if score is None else told | {"score": score}


def _piece(region: Result, number: int) -> Result:
    """Return the region of one ring of several; its id alone could be that of an object."""
    own = {"labelduck": region["meta"]["labelduck"] | {"piece": number}}
    return region | {"id": f"{region['id']}.{number}", "meta": own}


def origin_of(source: str | None) -> Result:
    """Return who made a region or an answer: Label Studio's word where it has one, else ours beside it, or none."""
    if source in ORIGINS:
        return {"origin": ORIGINS[source], "meta": {"labelduck": {}}}
    return {"meta": {"labelduck": {} if source is None else {"source": source}}}


def iso(at: dt.datetime | None) -> str | None:
    """Return a time in ISO 8601, as Label Studio writes it."""
    return None if at is None else at.isoformat() + "Z"


def _size(row: Row, image: Row) -> tuple[int, int] | None:
    """Return width and height of the picture that a region lies in; a mask has its own."""
    if mask := row.get("mask"):
        height, width = mask["size"]
        return width, height
    return (image["width"], image["height"]) if image["width"] and image["height"] else None


def _box(row: Row, width: int, height: int) -> Shape:
    left, top, right, bottom = row["box"].values()
    value = _rectangle(left, top, (right - left, bottom - top), width, height)
    return Shape("rectanglelabels", [value | {"rotation": 0}])


def _cuboid(row: Row, width: int, height: int) -> Shape:
    return _box(row, width, height)._replace(change="cuboids became the boxes around them")


def _rotated_box(row: Row, width: int, height: int) -> Shape:
    if row["upright"] is None:
        value = {"points": _percent(row["rotated_box"], width, height), "closed": True}
        return Shape("polygonlabels", [value], "turned boxes that are no rectangles became polygons")
    left, top, right, bottom, degrees = row["upright"]
    x, y = row["rotated_box"][:2]
    value = _rectangle(x, y, (right - left, bottom - top), width, height)
    return Shape("rectanglelabels", [value | {"rotation": turn(degrees)}])


def _ellipse(row: Row, width: int, height: int) -> Shape:
    if row["upright"] is None:
        raise ValueError("the box that holds its ellipse is no rectangle")
    left, top, right, bottom, degrees = row["upright"]
    value = {"x": (left + right) * 50 / width, "y": (top + bottom) * 50 / height}
    radii = {"radiusX": (right - left) * 50 / width, "radiusY": (bottom - top) * 50 / height}
    return Shape("ellipselabels", [value | radii | {"rotation": turn(degrees)}])


def _polygon(row: Row, width: int, height: int) -> Shape:
    rings = [{"points": _percent(ring, width, height), "closed": True} for ring in row["polygons"]]
    return Shape("polygonlabels", rings)


def _polyline(row: Row, width: int, height: int) -> Shape:
    change = None if len(row["polygons"]) == 1 else "lines of several pieces became their first piece"
    line = {"points": _percent(row["polygons"][0], width, height), "closed": False}
    return Shape("polygonlabels", [line], change)


def _one_point(row: Row, width: int, height: int) -> Shape:
    return Shape("keypointlabels", [_point(row["keypoints"][0], width, height)])


def _mask(row: Row, _width: int, _height: int) -> Shape:
    return Shape("brushlabels", [{"format": "rle", "rle": encode_brush(pixels_of(row))}])


def _around_keypoints(row: Row, width: int, height: int) -> Shape:
    """Return the box that holds keypoints together."""
    if not row["box"]:
        raise ValueError("none of its keypoints is seen, and it has no box")
    return _box(row, width, height)


_WRITERS: dict[str, Callable[[Row, int, int], Shape]] = {
    "box": _box,
    "cuboid": _cuboid,
    "rotated_box": _rotated_box,
    "ellipse": _ellipse,
    "polygon": _polygon,
    "polyline": _polyline,
    "point": _one_point,
    "keypoints": _around_keypoints,
    "mask": _mask,
}


def _rectangle(x: float, y: float, sides: tuple[float, float], width: int, height: int) -> Result:
    places = {"x": x * 100 / width, "y": y * 100 / height}
    return places | {"width": sides[0] * 100 / width, "height": sides[1] * 100 / height}


def _point(point: Row, width: int, height: int) -> Result:
    return {"x": point["x"] * 100 / width, "y": point["y"] * 100 / height, "width": POINT_WIDTH}


def _percent(flat: list[float], width: int, height: int) -> list[list[float]]:
    return [[x * 100 / width, y * 100 / height] for x, y in zip(flat[::2], flat[1::2], strict=True)]
