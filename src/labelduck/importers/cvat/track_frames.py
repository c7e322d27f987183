"""Where an object is on each frame of its track, from the keyframes that a backup holds.

As in CVAT, rectangles, ellipses, cuboids, single points and skeletons move in a straight line from one keyframe to the next
and turn the shorter way round; several points and masks stay where they are; the last keyframe holds to the job's end
unless it is outside. Polygons and lines are bent by CVAT in a way of its own: between their keyframes no row is made, and
a warning says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from labelduck.importers.base import LARGEST_COORDINATE
from labelduck.importers.cvat.labels import records_of
from labelduck.importers.cvat.manifest import count_of

if TYPE_CHECKING:
    from collections.abc import Iterator

Record = dict[str, Any]
STRAIGHT = ("rectangle", "ellipse", "cuboid", "skeleton")
BENT = ("polygon", "polyline")
BETWEEN = (
    "a backup holds the keyframes of polygons and lines only; export CVAT for video for the frames between"
)
NO_KEYFRAME = "a keyframe has no frame, or one that another has; left out"
MOST_FRAMES = 5_000_000
"""Frames between keyframes that one import fills in."""


@dataclass
class Budget:
    """How many frames may still be filled in: a few keyframes could stand for billions."""

    left: int = MOST_FRAMES

    @property
    def is_spent(self) -> bool:
        """Whether no frame is left."""
        return self.left <= 0


@dataclass(frozen=True)
class Reach:
    """How far a track may be filled in.

    Attributes:
        stop: Last frame of the job, to which the last keyframe holds.
        length: Frames of the task; further ones are not filled in.
        budget: Frames that may be filled in altogether.
    """

    stop: int
    length: int
    budget: Budget

    def frames(self, start: int, end: int) -> range:
        """Return the frames from `start` to before `end` that may be filled in, and count them."""
        n = min(max(0, min(end, self.length) - start), max(0, self.budget.left))
        self.budget.left -= n
        return range(start, start + n)


def frames_of(track: Record, reach: Reach) -> tuple[Iterator[Record], list[str]]:
    """Return the shapes of a track that are not outside, frame by frame, and what cannot be said.

    Args:
        track: With `shapes`, of a skeleton also `elements`, which are tracks.
        reach: How far it may be filled in.
    """
    keys = _keyframes(track)
    told = track.get("shapes")
    problems = [NO_KEYFRAME] if isinstance(told, list) and len(keys) < len(told) else []
    if any(
        first.get("type") in BENT and second["frame"] - first["frame"] > 1 for first, second in pairwise(keys)
    ):
        problems.append(BETWEEN)
    return _filled(track, keys, reach), problems


def _filled(track: Record, keys: list[Record], reach: Reach) -> Iterator[Record]:
    elements = [
        (element.get("label"), _Positions(element, reach)) for element in records_of(track.get("elements"))
    ]
    for shape in _positions(keys, reach):
        if not elements:
            if not shape.get("outside"):
                yield shape
            continue
        frame = shape["frame"]
        parts = [({"label": name}, positions.at(frame)) for name, positions in elements]
        shown = [part | at for part, at in parts if at is not None]
        if any(not part.get("outside") for part in shown) and not shape.get("outside"):
            is_key = shape["keyframe"] or any(part["keyframe"] for part in shown)
            yield shape | {"elements": shown, "keyframe": is_key}


class _Positions:
    """Positions of a skeleton's element, asked for frame after frame."""

    def __init__(self, element: Record, reach: Reach) -> None:
        self._rest = _positions(_keyframes(element), reach, with_outside=True)
        self._now: Record | None = next(self._rest, None)

    def at(self, frame: int) -> Record | None:
        """Return where it is on a frame; frames must be asked for in order."""
        while self._now is not None and self._now["frame"] < frame:
            self._now = next(self._rest, None)
        return self._now if self._now is not None and self._now["frame"] == frame else None


def _keyframes(track: Record) -> list[Record]:
    """Return the keyframes in order, each with the attributes that hold there."""
    lasting: dict[Any, Record] = {str(each.get("name")): each for each in records_of(track.get("attributes"))}
    shapes = [shape for shape in records_of(track.get("shapes")) if count_of(shape.get("frame")) is not None]
    by_frame = {shape["frame"]: shape for shape in shapes}
    keys = []
    for frame in sorted(by_frame):
        lasting = lasting | {
            str(each.get("name")): each for each in records_of(by_frame[frame].get("attributes"))
        }
        keys.append(by_frame[frame] | {"attributes": list(lasting.values()), "keyframe": True})
    return keys


def _positions(keys: list[Record], reach: Reach, *, with_outside: bool = False) -> Iterator[Record]:
    for first, second in pairwise(keys):
        yield first
        if with_outside or not first.get("outside"):
            yield from _between(first, second, reach)
    if not keys:
        return
    last = keys[-1]
    yield last
    if with_outside or not last.get("outside"):
        for frame in reach.frames(last["frame"] + 1, reach.stop + 1):
            yield last | {"frame": frame, "keyframe": False}


def _between(first: Record, second: Record, reach: Reach) -> Iterator[Record]:
    kind, start, end = first.get("type"), first["frame"], second["frame"]
    if kind in BENT:
        return
    low, high = _numbers(first), _numbers(second)
    moves = kind in STRAIGHT or (kind == "points" and len(low) == 2)
    moves = moves and len(low) == len(high) and kind == second.get("type")
    turn = _number(first.get("rotation"))
    way = (_number(second.get("rotation")) - turn + 180) % 360 - 180
    for frame in reach.frames(start + 1, end):
        at = first | {"frame": frame, "keyframe": False}
        if moves:
            share = (frame - start) / (end - start)
            at["points"] = [a + (b - a) * share for a, b in zip(low, high, strict=True)]
            at["rotation"] = (turn + way * share) % 360
        yield at


def _numbers(shape: Record) -> list[float]:
    points = shape.get("points")
    if not isinstance(points, list) or not all(_is_number(point) for point in points):
        return []
    return points


def _number(value: object) -> float:
    return value if isinstance(value, int | float) and _is_number(value) else 0.0


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= LARGEST_COORDINATE
