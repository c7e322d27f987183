"""One CVAT XML, image by image and track by track."""

from __future__ import annotations

from functools import partial
from typing import IO, TYPE_CHECKING, Any

from labelduck.errors import BadInputError
from labelduck.importers.cvat.elements import UNKNOWN_ELEMENT, UNKNOWN_SHAPE, attributes_of, subset_of
from labelduck.importers.cvat.meta import Meta
from labelduck.importers.cvat.shapes import Frame, is_shape, shape_of
from labelduck.importers.cvat.source import frame_name
from labelduck.importers.cvat.tracks import Tracks
from labelduck.importers.files import UnreadableFileError
from labelduck.importers.single_values import whole
from labelduck.importers.xml import UnreadableError, children

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from xml.etree.ElementTree import Element

    from labelduck.importers.base import Batch
    from labelduck.importers.cvat.source import Source
    from labelduck.importers.cvat.tasks import Task

NO_NAME = "name is missing"
OF_IMAGE = frozenset(("name", "width", "height", "subset"))
Record = dict[str, Any]


class Scene:
    """Reads one XML.

    Args:
        source: The file, and where its rows go.
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        self._meta = Meta()
        self._tracks = Tracks(source)
        self._n_images = 0

    def read(self, file: IO[bytes], path: Path, place: str) -> Iterator[Batch]:
        """Yield the batches of a file.

        Args:
            file: The XML.
            path: What the user named, for errors.
            place: The file in it, where there are several.

        Raises:
            BadInputError: It is damaged, refused, or no XML of CVAT's. What was yielded before is then worth nothing.
        """
        try:
            elements = children(file)
            root = next(elements)
            if root.tag != "annotations":
                raise BadInputError(path, place, f"is no CVAT XML: its root is <{root.tag:.40}>")
            for element in elements:
                self._element(element)
                yield from self._source.rows.batches()
        except (UnreadableError, UnreadableFileError) as error:
            raise BadInputError(path, place, str(error)) from error
        if self._source.has_frames or not self._n_images:
            yield from self._tracks.other_frames(self._meta)
        yield from self._source.rows.batches()

    def _element(self, element: Element) -> None:
        if element.tag == "image":
            self._image(element)
        elif element.tag == "track":
            self._tracks.read(element, self._meta)
        elif element.tag == "meta":
            self._read_meta(element)
        elif element.tag != "version":
            repeats = self._source.rows.repeats
            repeats.add(UNKNOWN_ELEMENT, self._source.file, f"<{element.tag}>", record=element.attrib)

    def _read_meta(self, element: Element) -> None:
        self._meta = Meta(element)
        self._source.n_tasks = len(self._meta.tasks)
        self._source.labels.declare(self._meta.labels)
        for task in self._meta.tasks.values():
            task.scope = task.subset or task.task or self._source.scope
            task.add_rows(self._source.rows, self._source.file)

    def _image(self, element: Element) -> None:
        source, told = self._source, element.attrib
        task = self._meta.task(told.get("task_id"), told.get("subset"))
        place = source.file, f"image {told.get('id', self._n_images)}"
        self._n_images += 1
        number, subset = whole(told.get("id")), subset_of(told, task)
        name = told.get("name") or (frame_name(number) if task.is_video and number is not None else "")
        if not name:
            source.rows.repeats.add(NO_NAME, *place, record=told)
            return
        shared = source.pictures.shared(name, task, source.file)
        image_id = shared or source.pictures.identify(name, source.front(task, subset), place)
        source.pictures.share(image_id, name, task, source.file)
        frame = Frame(whole(told.get("width")) or task.width, whole(told.get("height")) or task.height)
        frame = source.pictures.frame(frame, name, subset, place)
        common = {"image_id": image_id, "job": task.job_of(number), "annotator": task.annotator}
        n_drawn, tags = self._shapes(element, frame, common | {"source_file": source.file}, place[1], task)
        if shared is None:
            source.pictures.add(
                image_id,
                name,
                task,
                frame=frame,
                number=number,
                subset=subset,
                is_annotated=True if n_drawn or tags else None,
                attributes=_rest(told, task, tags),
            )
        source.assign(image_id, task, number)

    def _shapes(
        self, element: Element, frame: Frame, common: Record, place: str, task: Task
    ) -> tuple[int, list[Record]]:
        """Take what was drawn on an image; return how many shapes, and what is said of its classes."""
        source, tags, n_drawn = self._source, list[Record](), 0
        image_id, scope, counts = common["image_id"], source.scope_of(task), source.pictures.n_objects
        n_before = counts[image_id] if task.identity else 0
        for child in element:
            if child.tag == "tag":
                where = f"{place} / tag {len(tags)}"
                tags.append(source.objects.add_tag(child.attrib, attributes_of(child), common, where))
            elif is_shape(child.tag):
                common["annotation_id"] = f"{image_id}/{n_before + n_drawn}"
                common["source_ref"] = f"{place} / {child.tag} {n_drawn}"
                draw = partial(shape_of, child, frame)
                source.objects.add(child.attrib, attributes_of(child), draw, common, scope=scope)
                n_drawn += 1
            else:
                where = f"{place} / {child.tag} {n_drawn}"
                source.rows.repeats.add(UNKNOWN_SHAPE, source.file, where, record=child.attrib)
        if task.identity:
            counts[image_id] += n_drawn
        return n_drawn, tags


def _rest(told: dict[str, str], task: Task, tags: list[Record]) -> Record:
    """Return what is said of an image that has no column."""
    rest: Record = {key: value for key, value in told.items() if key not in OF_IMAGE}
    if task.task and not task.segments:
        rest["task"] = task.task
    if any(tags):
        rest["tags"] = [tag for tag in tags if tag]
    return rest
