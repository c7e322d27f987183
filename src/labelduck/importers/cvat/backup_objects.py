"""Tags, shapes and tracks of a CVAT backup."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from labelduck.importers import drawn
from labelduck.importers.cvat.labels import records_of
from labelduck.importers.cvat.shapes import (
    Frame,
    cuboid_of,
    keypoints_of,
    mask_of_runs,
    points_of,
    visibility,
)
from labelduck.importers.cvat.track_frames import MOST_FRAMES, Reach, frames_of
from labelduck.importers.drawn import DrawnError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from labelduck.importers.base import Batch
    from labelduck.importers.cvat.backup_frames import BackupFrames
    from labelduck.importers.cvat.backup_jobs import BackupJob
    from labelduck.importers.cvat.labels import Label
    from labelduck.importers.cvat.source import Source
    from labelduck.importers.drawn import Columns

NO_FRAME = "its frame is none of the task"
NO_RECORD = "no record; left out"
SPENT = f"tracks have more than {MOST_FRAMES:,} frames between their keyframes; the others were left out"
OWN_FIELDS = frozenset(
    ("label", "label_id", "type", "occluded", "outside", "z_order", "points", "rotation", "frame", "group")
) | {"source", "attributes", "shapes", "elements", "id", "keyframe"}
Record = dict[str, Any]


def add_tags(told: object, source: Source, frames: BackupFrames, job: BackupJob, place: str) -> None:
    """Add the classes of whole images."""
    for n, tag in enumerate(_items(told)):
        where = f"{place}.tags[{n}]"
        if _is_usable(tag, source, frames, where):
            number = tag["frame"]
            more = source.objects.add_tag(tag, _pairs(tag), frames.common(number, job), where)
            frames.note_tag(number, more)


def add_shapes(
    told: object, source: Source, frames: BackupFrames, job: BackupJob, place: str
) -> Iterator[Batch]:
    """Add shapes of single images; yield batches when they are full."""
    for n, shape in enumerate(_items(told)):
        where = f"{place}.shapes[{n}]"
        if _is_usable(shape, source, frames, where):
            _add(shape, source, frames, job, where)
        yield from source.rows.batches()


def add_tracks(
    told: object, source: Source, frames: BackupFrames, job: BackupJob, place: str
) -> Iterator[Batch]:
    """Add tracks, a row for each frame that shows the object; yield batches when they are full."""
    scope = source.scope_of(frames.task).tracks
    reach = Reach(frames.last_of(job), frames.length, source.pictures.budget)
    for n, track in enumerate(_items(told)):
        where = f"{place}.tracks[{n}]"
        if not isinstance(track, dict):
            source.rows.repeats.add(NO_RECORD, source.file, where, record=track)
            continue
        shared = {key: track[key] for key in ("label", "source", "group") if key in track}
        shapes, problems = frames_of(track, reach)
        for problem in problems:
            source.rows.repeats.add(problem, source.file, where, severity="warning")
        for shape in shapes:
            whole = {**shape, **shared}
            if _is_usable(whole, source, frames, where):
                more = {"keyframe": bool(shape["keyframe"])}
                _add(whole, source, frames, job, where, track_id=f"{scope}{job.name}/{n}", more=more)
            yield from source.rows.batches()
    if source.pictures.budget.is_spent:
        source.rows.repeats.add(SPENT, source.file, place, severity="warning")


def _add(
    told: Record,
    source: Source,
    frames: BackupFrames,
    job: BackupJob,
    where: str,
    *,
    track_id: str | None = None,
    more: Record | None = None,
) -> None:
    number = told["frame"]
    common = frames.common(number, job) | {"source_ref": where}
    common["annotation_id"] = f"{common['image_id']}/{frames.next_number(number)}"
    if track_id is not None:
        common["track_id"] = track_id
    found = frames.find(number)
    draw = partial(_drawn, told, found[1] if found else Frame(None, None))
    source.objects.add(told, _pairs(told), draw, common, scope=source.scope_of(frames.task), more=more)


def _is_usable(told: object, source: Source, frames: BackupFrames, where: str) -> bool:
    why = NO_RECORD if not isinstance(told, dict) else None
    if isinstance(told, dict) and frames.find(told.get("frame")) is None:
        why = NO_FRAME
    if why is not None:
        source.rows.repeats.add(why, source.file, where, record=told)
    return why is None


def _drawn(told: Record, frame: Frame, label: Label) -> Columns:
    kind = told.get("type")
    if kind == "skeleton":
        return _skeleton(told, label)
    points = told.get("points")
    if not isinstance(points, list):
        raise DrawnError(f"points are {points!r:.40}, expected a list of numbers")
    if kind == "mask":
        return _mask(points, frame)
    if isinstance(kind, str) and kind in _TURNED:
        (turn,) = drawn.numbers((told.get("rotation") or 0,))
        return _TURNED[kind](*_four(points), turn)
    if isinstance(kind, str) and kind in _OF_POINTS:
        return _OF_POINTS[kind](drawn.numbers(points))
    raise DrawnError(f"a shape of type {kind!r:.40} is not known here")


def _ellipse(center_x: float, center_y: float, right: float, top: float, turn: float) -> Columns:
    return drawn.ellipse(center_x, center_y, abs(right - center_x), abs(center_y - top), turn)


def _four(points: list[Any]) -> tuple[float, float, float, float]:
    if len(points) != 4:
        raise DrawnError(f"{len(points)} numbers, expected 4")
    a, b, c, d = drawn.numbers(points)
    return a, b, c, d


def _mask(points: list[Any], frame: Frame) -> Columns:
    numbers = drawn.numbers(points)
    if len(numbers) < 4 or not all(number.is_integer() for number in numbers):
        raise DrawnError("a mask needs whole numbers: runs, left, top, right and bottom")
    *runs, left, top, right, bottom = map(int, numbers)
    return mask_of_runs(runs, (left, top, right - left + 1, bottom - top + 1), frame)


def _skeleton(told: Record, label: Label) -> Columns:
    found: dict[str, tuple[float, float, int]] = {}
    for element in records_of(told.get("elements")):
        name, points = element.get("label"), element.get("points")
        if not isinstance(name, str) or not isinstance(points, list) or len(points) != 2:
            raise DrawnError("a keypoint needs a label and two numbers")
        x, y = drawn.numbers(points)
        seen = visibility(outside=bool(element.get("outside")), occluded=bool(element.get("occluded")))
        found[name] = (x, y, seen)
    return keypoints_of(found, label)


_TURNED: dict[str, Callable[[float, float, float, float, float], Columns]] = {
    "rectangle": drawn.rotated_box,
    "ellipse": _ellipse,
}
_OF_POINTS: dict[str, Callable[[list[float]], Columns]] = {
    "polygon": lambda points: drawn.polygon([points]),
    "polyline": drawn.polyline,
    "points": points_of,
    "cuboid": cuboid_of,
}


def _pairs(told: Record) -> list[tuple[str, Any]]:
    return [(str(each.get("name", "")), each.get("value")) for each in records_of(told.get("attributes"))]


def _items(told: object) -> list[Any]:
    return told if isinstance(told, list) else []
