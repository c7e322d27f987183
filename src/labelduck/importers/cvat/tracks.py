"""The tracks of a CVAT XML: one object over the frames of a video."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from labelduck.importers.cvat.elements import UNKNOWN_SHAPE, attributes_of, subset_of
from labelduck.importers.cvat.shapes import is_shape, shape_of
from labelduck.importers.single_values import whole

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

    from labelduck.importers.base import Batch
    from labelduck.importers.cvat.meta import Meta
    from labelduck.importers.cvat.source import Source

NO_FRAME = "frame is missing"
OF_TRACK = frozenset(("id", "label", "source", "group_id", "task_id", "subset"))
SHARED = ("label", "source", "group_id")


class Tracks:
    """Reads tracks, and at the end lists the frames on which nothing was drawn."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def read(self, element: Element, meta: Meta) -> None:
        """Take one `track`; rows that only close it are no annotations."""
        source, told, counts = self._source, element.attrib, self._source.pictures.n_objects
        task = meta.task(told.get("task_id"), told.get("subset"))
        subset, scope = subset_of(told, task), source.scope_of(task)
        track_id = told.get("id")
        shared = {key: told[key] for key in SHARED if key in told}
        shared |= {key: value for key, value in told.items() if key not in OF_TRACK}
        common: dict[str, Any] = {"annotator": task.annotator, "source_file": source.file}
        common["track_id"] = None if track_id is None else f"{scope.tracks}{track_id}"
        for n, child in enumerate(element):
            number = whole(child.get("frame"))
            place = f"track {track_id} / {child.tag} {n}"
            if not is_shape(child.tag) or number is None:
                why = NO_FRAME if is_shape(child.tag) else UNKNOWN_SHAPE
                source.rows.repeats.add(why, source.file, place, record=child.attrib)
                continue
            if _is_outside(child):
                continue
            image_id, frame = source.frame(task, subset, number, is_annotated=True)
            child.attrib.update(shared)
            common["image_id"], common["source_ref"] = image_id, place
            common["annotation_id"] = f"{image_id}/{counts[image_id]}"
            common["job"] = task.job_of(number)
            counts[image_id] += 1
            source.objects.add(
                child.attrib,
                attributes_of(child),
                partial(shape_of, child, frame),
                common,
                scope=scope,
                more={"keyframe": child.get("keyframe", "1") == "1"},
            )

    def other_frames(self, meta: Meta) -> Iterator[Batch]:
        """Add the frames of videos on which nothing was drawn, which the tracks do not name; yield batches when they are full."""
        source = self._source
        for task in meta.tasks.values():
            numbers = task.frames() if task.is_video else range(0)
            if not source.pictures.may_list(len(numbers), source.file, task.task or ""):
                continue
            for number in numbers:
                source.frame(task, task.subset, number, is_annotated=None)
                yield from source.rows.batches()


def _is_outside(element: Element) -> bool:
    """Tell whether the object has left the picture: CVAT closes tracks so. A skeleton has left when all its points have."""
    if element.tag != "skeleton":
        return element.get("outside") == "1"
    points = [part for part in element if part.tag != "attribute"]
    return bool(points) and all(part.get("outside") == "1" for part in points)
