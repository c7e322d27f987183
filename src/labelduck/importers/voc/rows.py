"""Pascal VOC documents gathered into Arrow tables in the lake's conventions."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from labelduck.importers.base import LARGEST_COORDINATE, rows_to_table
from labelduck.importers.voc.columns import Objects
from labelduck.schema import TABLES

if TYPE_CHECKING:
    from labelduck.importers.base import Batch, Problems, ReadOptions, Severity
    from labelduck.importers.repeats import Repeats
    from labelduck.importers.voc.columns import Flags, Floats
    from labelduck.importers.voc.files import XmlFile
    from labelduck.importers.voc.object import Looks
    from labelduck.importers.voc.xml import Document

IMAGE_COLUMNS = ("image_id", "file_name", "width", "height", "split", "is_annotated", "attributes")
NO_BOX = "the box cannot be read"
NO_NAME = "name is missing"
NOT_FINITE = "the box has numbers that are not finite"
TOO_FAR = f"the box has a corner beyond {LARGEST_COORDINATE:g} pixels"
NO_AREA = "the box has no area"
OUTSIDE = "more than half of the box lies outside the picture"
STARTS_AT_0 = "boxes begin at 0, so corners were read as plain coordinates (offset 0); set the VOC offset to 1 if they are 1-based"
LATE_0 = "boxes begin at 0 although corners were taken as 1-based before; set the VOC offset to 0 if they are plain coordinates"
_UNKNOWN = (np.nan,) * 4


class Rows:
    """Gathers documents; `take` turns them into a batch.

    Args:
        options: `voc_offset`, `split` and `class_names`.
        problems: Takes what is wrong.
        repeats: Takes what may be wrong a million times.

    Attributes:
        n_objects: Objects gathered since the last batch.
        n_images: Images likewise.
    """

    def __init__(self, *, options: ReadOptions, problems: Problems, repeats: Repeats) -> None:
        self._options = options
        self._problems = problems
        self._repeats = repeats
        self._offset: float | None = options.voc_offset
        self._n_late = 0
        self._new_classes: dict[str, int | None] = {name: i for i, name in enumerate(options.class_names)}
        self._classes = set(self._new_classes)
        self._clear()

    def _clear(self) -> None:
        self.n_objects = self.n_images = 0
        self._images: list[tuple[Any, ...]] = []
        self._files: list[str] = []
        self._annotators: list[str | None] = []
        self._counts: list[int] = []
        self._looks: list[int] = []
        self._corners: list[tuple[float, float, float, float]] = []

    def add(self, document: Document, looks: list[Looks], *, file: XmlFile, source_file: str) -> None:
        """Take one document and what its objects look like."""
        split = file.split or self._options.split
        facts = (document.file_name, document.width, document.height, split, True, document.attributes)
        self._images.append((file.image_id, *facts))
        self._files.append(source_file)
        self._annotators.append(document.annotator)
        self._counts.append(len(document.looks))
        self._looks += document.looks
        for i, corners in enumerate(document.corners):
            if isinstance(corners, str):
                self._repeats.add(
                    NO_BOX, source_file, f"object[{i}]", corners, record=asdict(looks[document.looks[i]])
                )
                self._corners.append(_UNKNOWN)
            else:
                self._corners.append(corners)
        self.n_objects = len(self._corners)
        self.n_images += 1

    def add_unannotated(
        self, file_name: str, *, width: int | None, height: int | None, place: tuple[str, str | None]
    ) -> None:
        """Take a picture that nobody has looked at; its place is its id and split."""
        image_id, split = place
        self._images.append((image_id, file_name, width, height, split or self._options.split, False, None))

    def take(self, looks: list[Looks], *, path: str, last: bool = False) -> Batch:
        """Return what was gathered as a batch and forget it.

        Args:
            looks: What the documents' objects look like, by number.
            path: The data set, as problems name it.
            last: Whether this is the last batch.
        """
        batch: Batch = {}
        if self._corners:
            batch["annotations"] = self._annotation_table(looks, path=path)
        if self._images:
            columns = zip(*self._images, strict=True)
            batch["images"] = _image_table(dict(zip(IMAGE_COLUMNS, columns, strict=True)))
        if self._new_classes:
            rows = [{"class_name": name, "class_index": i} for name, i in self._new_classes.items()]
            batch["classes"] = rows_to_table("classes", rows)
            self._new_classes = {}
        if last:
            if self._n_late:
                self._problems.add(path, "bndbox", f"{self._n_late:,} {LATE_0}", severity="warning")
            self._repeats.finish(path)
        if self._problems.rows:
            batch["import_problems"] = self._problems.take()
        self._clear()
        return batch

    def _annotation_table(self, looks: list[Looks], *, path: str) -> pa.Table:
        corners = np.array(self._corners, np.float64)
        corners[:, :2] -= self._decide_offset(corners, path=path)
        counts = np.array(self._counts, np.int32)
        objects = Objects(
            corners=corners,
            looks=looks,
            look=np.array(self._looks, np.int32),
            file=np.repeat(np.arange(len(counts), dtype=np.int32), counts),
            position=_positions(counts),
        )
        objects = objects.where(~np.isnan(corners[:, 0]))  # told in `add`
        objects = self._leave_out(objects, NOT_FINITE, np.asarray(~np.isfinite(objects.corners).all(axis=1)))
        is_far = np.asarray((np.abs(objects.corners) > LARGEST_COORDINATE).any(axis=1))
        objects = self._leave_out(objects, TOO_FAR, is_far)
        has_no_area = np.asarray((objects.corners[:, 2:] <= objects.corners[:, :2]).any(axis=1))
        objects = self._leave_out(objects, NO_AREA, has_no_area)
        nameless = np.array([look.class_name is None for look in looks])
        objects = self._leave_out(objects, NO_NAME, nameless[objects.look])
        self._mention(objects, OUTSIDE, self._is_outside(objects), severity="warning")
        notes = [look.note for look in looks]
        for note in dict.fromkeys(filter(None, notes)):
            has = np.array([look.note == note for look in looks])
            self._mention(objects, note, has[objects.look], severity="repaired")
        self._meet_classes(objects)
        return objects.table([image[0] for image in self._images], self._files, self._annotators)

    def _decide_offset(self, corners: Floats, *, path: str) -> float:
        """Return what to subtract from the low edges; the first batch decides for all."""
        n_at_0 = int((corners[:, :2] == 0).any(axis=1).sum())
        if self._offset is None:
            self._offset = 0 if n_at_0 else 1
            if n_at_0:
                self._problems.add(path, "bndbox", f"{n_at_0:,} {STARTS_AT_0}", severity="warning")
        elif self._offset == 1 and self._options.voc_offset is None:
            self._n_late += n_at_0
        return self._offset

    def _is_outside(self, objects: Objects) -> Flags:
        """Tell which boxes lie for the greater part outside their picture; False where its size is unknown."""
        widths = np.array([np.inf if image[2] is None else image[2] for image in self._images], np.float64)
        heights = np.array([np.inf if image[3] is None else image[3] for image in self._images], np.float64)
        x_min, y_min, x_max, y_max = objects.corners.T
        inside_x = np.minimum(x_max, widths[objects.file]) - np.maximum(x_min, 0)
        inside_y = np.minimum(y_max, heights[objects.file]) - np.maximum(y_min, 0)
        inside = np.maximum(inside_x, 0) * np.maximum(inside_y, 0)
        return np.asarray(inside < 0.5 * objects.area)

    def _leave_out(self, objects: Objects, problem: str, is_bad: Flags) -> Objects:
        self._mention(objects, problem, is_bad, severity="error")
        return objects.where(~is_bad) if is_bad.any() else objects

    def _mention(self, objects: Objects, problem: str, is_so: Flags, *, severity: Severity) -> None:
        for i in np.flatnonzero(is_so).tolist():
            look = objects.looks[objects.look[i]]
            box = dict(zip(("x_min", "y_min", "x_max", "y_max"), objects.corners[i].tolist(), strict=True))
            record = {"class_name": look.class_name, "box": box, "attributes": look.attributes}
            place = f"object[{objects.position[i]}]"
            self._repeats.add(problem, self._files[objects.file[i]], place, severity=severity, record=record)

    def _meet_classes(self, objects: Objects) -> None:
        for look in np.unique(objects.look).tolist():
            name = objects.looks[look].class_name
            if name is not None and name not in self._classes:
                self._classes.add(name)
                self._new_classes[name] = None


def _positions(counts: np.ndarray[Any, np.dtype[np.int32]]) -> np.ndarray[Any, np.dtype[np.int32]]:
    """Return 0, 1, ... for the objects of each file in turn."""
    starts = np.cumsum(counts) - counts
    return np.arange(counts.sum(), dtype=np.int32) - np.repeat(starts, counts).astype(np.int32)


def _image_table(columns: dict[str, tuple[Any, ...]]) -> pa.Table:
    schema = pa.schema([f.remove_metadata() for f in TABLES["images"] if f.name in columns])
    return pa.table({name: pa.array(values, schema.field(name).type) for name, values in columns.items()})
