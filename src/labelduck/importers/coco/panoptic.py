"""COCO panoptic annotations: one record per image, with a segment per object and the pixels in a PNG beside the file.

A pixel of the PNG holds the id of its segment as red + 256 green + 65536 blue. Source: cocodataset.org, data format.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from labelduck.importers.coco.ids import id_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from labelduck.importers.coco.scene import Scene


def objects(position: int, record: Any, scene: Scene) -> Iterator[tuple[str, Any]]:  # noqa: ANN401
    """Yield the place and the record of each object that a record of `annotations` stands for.

    An ordinary record is one object. A panoptic one gives its segments, as ordinary records with mask and id
    "image/segment"; without the PNG they have box and area only.
    """
    place = f"annotations[{position}]"
    segments = record.get("segments_info") if isinstance(record, dict) else None
    if not isinstance(segments, list):
        yield place, record
        return
    masks, size = _read_masks(record, position, scene)
    unclaimed = set(masks)
    for number, segment in enumerate(segments):
        where = f"{place}.segments_info[{number}]"
        if not isinstance(segment, dict):
            yield where, segment
            continue
        # What is no number is a string then, which no pixel holds.
        segment_id = segment.get("id") if type(segment.get("id")) is int else str(segment.get("id"))
        unclaimed.discard(segment_id)
        extra = {"image_id": record.get("image_id"), "id": f"{id_text(record.get('image_id'))}/{segment_id}"}
        if segment_id in masks:
            extra["segmentation"] = {"size": list(size), "counts": masks[segment_id]}
        elif masks:
            scene.note("are segments without a pixel in the PNG", position, where)
        yield where, segment | extra
    if unclaimed:
        problem = "are regions of a panoptic PNG that no segment explains"
        scene.note(problem, position, place, len(unclaimed))


def masks_folder(path: Path) -> Path:
    """Return the folder of the PNG files of a panoptic JSON file: the one named like it, else the one that it lies in."""
    folder = path.with_suffix("")
    return folder if folder.is_dir() else path.parent


def _read_masks(
    record: dict[str, Any], position: int, scene: Scene
) -> tuple[dict[int, str], tuple[int, int]]:
    labels = _read_labels(scene.masks, record.get("file_name"))
    if labels is None:
        problem = "are panoptic images whose PNG is absent or unreadable; boxes and areas only"
        scene.note(problem, position, f"annotations[{position}].file_name")
        return {}, (0, 0)
    from labelduck.geometry import rles_from_labels

    return rles_from_labels(labels), (labels.shape[0], labels.shape[1])


def _read_labels(folder: Path, name: object) -> NDArray[np.uint32] | None:
    """Return the segment id of each pixel, None when the PNG is absent, unreadable, or outside its folder."""
    if not isinstance(name, str):
        return None
    from PIL import Image

    file = folder / name
    try:
        if not file.resolve().is_relative_to(folder.resolve()):
            return None
        with Image.open(file) as picture:
            colours = np.asarray(picture.convert("RGB"), np.uint32)
    except (OSError, RuntimeError, SyntaxError, ValueError, Image.DecompressionBombError):
        return None
    return np.asarray(colours @ np.array([1, 1 << 8, 1 << 16], np.uint32))
