"""Rectangles that move through a video, at their keyframes.

Only what an annotator set is read: one row for each keyframe, none for the frames between, whose rectangles Label Studio
computes when it plays the video. Frames count from 0 here, from 1 there. From a keyframe that is not `enabled` on the object is
gone until the next one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from labelduck.importers.drawn import DrawnError
from labelduck.importers.label_studio.objects import class_of
from labelduck.importers.label_studio.reading import is_side
from labelduck.importers.label_studio.shapes import draw, keyframes

if TYPE_CHECKING:
    from labelduck.importers.label_studio.reading import Reading, Record, Shown
    from labelduck.importers.label_studio.regions import Region


def read_video(reading: Reading, region: Region, shown: Shown, batch: str | None) -> list[Record]:
    """Return a row for each keyframe, with the frame to put behind the id in `_frame`; add a row of `images` for its frame."""
    place = f"{region.place}.value"
    size = shown.size(reading, region.result)
    if size is None:
        text = "the size of its video is not known; name it with --sizes"
        reading.note(text, place, record=region.result)
        return []
    try:
        sequence = keyframes(region.value)
    except DrawnError as error:
        reading.note("a region is no shape", place, str(error), record=region.result)
        return []
    class_name = class_of(reading, region)
    found = []
    for n, key in enumerate(sequence):
        number = key.get("frame") if isinstance(key, dict) else None
        if not is_side(number):
            text = "a keyframe has no frame, counted from 1"
            reading.note(text, f"{place}.sequence[{n}]", record=key)
            continue
        try:
            columns = draw("rectangle", key, *size)
        except DrawnError as error:
            reading.note("a keyframe is no shape", f"{place}.sequence[{n}]", str(error), record=key)
            continue
        frame = number - 1
        columns["image_id"] = _frame(reading, shown, frame, batch)
        columns["class_name"] = class_name
        columns["track_id"] = f"{shown.image_id}/{region.region_id or region.number}"
        columns["attributes"] = {
            "keyframe": True,
            **({"enabled": False} if key.get("enabled") is False else {}),
            **({"time": key["time"]} if "time" in key else {}),
        }
        columns["_frame"] = f"/{frame}"
        found.append(columns)
    if found:
        text = "moving rectangles are read at their keyframes only; the frames between have no rows"
        reading.note(text, place, severity="warning")
    return found


def _frame(reading: Reading, shown: Shown, frame: int, batch: str | None) -> str:
    image_id = f"{shown.image_id}/{frame}"
    row: Record = {
        "image_id": image_id,
        "file_name": shown.path or None,
        "uri": shown.uri,
        "video": shown.image_id,
        "frame": frame,
        "split": shown.split or reading.split,
        "batch": batch,
        "is_annotated": True,
    }
    if (size := shown.known_size(reading)) is not None:
        row["width"], row["height"] = size
    reading.rows.add_once("images", image_id, row)
    return image_id
