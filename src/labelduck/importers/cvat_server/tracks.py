"""The places of a track: where it was set by hand, and is to be seen.

CVAT keeps a track as key frames and draws what lies between; a key frame that is `outside` says that the object is gone.
The points of a skeleton have key frames each: the skeleton has one wherever a point has, and the other points lie on the
straight line between theirs, as CVAT draws them.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from labelduck.importers.cvat_server.fields import frame_number, items, record, whole

if TYPE_CHECKING:
    from collections.abc import Iterator

    from labelduck.importers.cvat_server.fields import Record

Keyframes = dict[int, "Record"]
"""Shapes by frame."""


def keyframes(track: Record) -> Keyframes:
    """Return the shapes of a track that have a frame, in their order."""
    found = ((frame_number(each.get("frame")), each) for each in map(record, items(track.get("shapes"))))
    return dict(
        sorted(((frame, each) for frame, each in found if frame is not None), key=lambda pair: pair[0])
    )


def visible(track: Record) -> Iterator[tuple[int, Record]]:
    """Yield frame and shape of each key frame at which the object is to be seen; a skeleton's with its `elements`."""
    own = keyframes(track)
    elements = [record(each) for each in items(track.get("elements"))]
    if not elements:
        yield from ((frame, shape) for frame, shape in own.items() if shape.get("outside") is not True)
        return
    parts = {whole(each.get("label_id")): keyframes(each) for each in elements}
    for frame in sorted({frame for part in (own, *parts.values()) for frame in part}):
        parent = _last(own, frame)
        points = [
            point | {"label_id": label}
            for label, part in parts.items()
            if (point := _between(part, frame)) is not None
        ]
        seen = any(point.get("outside") is not True for point in points)
        if seen and (parent or {}).get("outside") is not True:
            yield frame, (parent or {}) | {"type": "skeleton", "elements": points}


def _last(part: Keyframes, frame: int) -> Record | None:
    frames = list(part)
    place = bisect_right(frames, frame)
    return part[frames[place - 1]] if place else None


def _between(part: Keyframes, frame: int) -> Record | None:
    """Return a point at a frame: its last key frame's state, and its place on the way to the next one."""
    before = _last(part, frame)
    if before is None or frame in part:
        return before
    later = [number for number in part if number > frame]
    if not later or before.get("outside") is True:
        return before
    after = part[later[0]]
    start, end = before.get("points"), after.get("points")
    if not _is_place(start) or not _is_place(end):
        return before
    first = max(number for number in part if number < frame)
    share = (frame - first) / (later[0] - first)
    return before | {"points": [a + (b - a) * share for a, b in zip(start, end, strict=True)]}  # type: ignore[arg-type]


def _is_place(points: object) -> bool:
    return (
        isinstance(points, list)
        and len(points) == 2
        and all(isinstance(each, int | float) and abs(each) < 1e12 for each in points)
    )
