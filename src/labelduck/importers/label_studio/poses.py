"""Objects of several results: outlines of several rings, and boxes with the keypoints of a pose.

Label Studio has one ring a polygon. An object of several is written as polygons whose ids are that of the object with `.0`, `.1`, ...
behind it, which no region drawn in Label Studio has.

Keypoints whose `parentID` is a rectangle are its pose, where the interface says their order (`model_index`, else the order of the
labels). Without it they stay points of a group.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from labelduck.importers.label_studio.config import LabelConfig
    from labelduck.importers.label_studio.regions import Region

_PIECE = re.compile(r"(.+)\.(\d{1,6})$", re.DOTALL)


def posed(regions: list[Region], config: LabelConfig) -> list[Region]:
    """Return the regions with the pieces of an object as one, in the place of the first, and keypoints with their rectangle."""
    gone: set[int] = set()
    pieces: dict[str, list[tuple[int, Region]]] = {}
    points: list[tuple[str, Region]] = []
    for region in regions:
        if region.shape == "polygon":
            if (
                "." in region.region_id
                and (found := _PIECE.match(region.region_id))
                and _is_piece(region, int(found[2]))
            ):
                pieces.setdefault(found[1], []).append((int(found[2]), region))
        elif region.shape == "keypoint" and type(parent := region.result.get("parentID")) is str:
            points.append((parent, region))
    for name, many in pieces.items():
        if _are_one(many):
            first, *others = (region for _, region in sorted(many, key=lambda piece: piece[0]))
            first.region_id = name
            rings = [region.value.get("points") for region in (first, *others)]
            first.value = {**first.value, "rings": rings}
            gone.update(map(id, others))
    if points and config.keypoints:
        boxes = {region.region_id: region for region in regions if region.shape == "rectangle"}
        gone.update(
            id(point) for parent, point in points if parent in boxes and _join(boxes[parent], point, config)
        )
    return [region for region in regions if id(region) not in gone] if gone else regions


def _is_piece(region: Region, number: int) -> bool:
    """Tell whether a polygon whose id ends like a piece's is one; regions that labelduck wrote say so."""
    own = _own(region)
    return own is None or own.get("piece") == number


def _own(region: Region) -> dict[str, Any] | None:
    """Return what our exporter wrote beside a region; None for a region of anybody else."""
    meta = region.result.get("meta")
    own = meta.get("labelduck") if isinstance(meta, dict) else None
    return own if isinstance(own, dict) else None


def _are_one(pieces: list[tuple[int, Region]]) -> bool:
    numbers = sorted(number for number, _ in pieces)
    labels = [region.labels for _, region in pieces]
    is_closed = all(region.value.get("closed") is not False for _, region in pieces)
    is_numbered = numbers == list(range(len(pieces)))
    return len(pieces) > 1 and is_numbered and is_closed and labels.count(labels[0]) == len(labels)


def _join(box: Region, point: Region, config: LabelConfig) -> bool:
    """Give a rectangle one of its keypoints; false where the pose has no such place or it is taken."""
    place = config.keypoints.get(point.labels[0]) if point.labels else None
    if place is None or place in box.keypoints:
        return False
    is_hidden = (_own(point) or {}).get("visibility") == 1
    box.keypoints[place] = {**point.value, "is_hidden": is_hidden}
    return True
