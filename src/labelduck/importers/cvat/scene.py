"""One CVAT XML, image by image and track by track."""

from __future__ import annotations

from collections import Counter
from typing import IO, TYPE_CHECKING, Any

from labelduck.errors import BadInputError
from labelduck.importers.cvat.meta import Meta, whole
from labelduck.importers.cvat.objects import Scope, facts_of
from labelduck.importers.cvat.shapes import OWN, Frame, is_shape, shape_of
from labelduck.importers.cvat.tasks import NO_SUBSET
from labelduck.importers.drawn import DrawnError
from labelduck.importers.files import UnreadableFileError
from labelduck.importers.xml import UnreadableError, children

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from xml.etree.ElementTree import Element

    from labelduck.importers.base import Batch
    from labelduck.importers.cvat.labels import Labels
    from labelduck.importers.cvat.pictures import Pictures
    from labelduck.importers.cvat.tasks import Task
    from labelduck.importers.rows import Rows

NAMELESS = "label is missing"
OF_TRACK = frozenset(("id", "label", "source", "group_id", "task_id", "subset"))
OF_IMAGE = frozenset(("name", "width", "height", "subset"))


class Scene:
    """Reads one XML.

    Args:
        rows: Takes all rows.
        labels: Classes of all files.
        pictures: Images of all files.
        path: What the user named, for errors.
        source_file: The file, as it is named to the user.
        scope: What stands before ids that other files may have too; empty for a file that is alone.
    """

    def __init__(
        self, *, rows: Rows, labels: Labels, pictures: Pictures, path: Path, source_file: str, scope: str
    ) -> None:
        self._rows = rows
        self._labels = labels
        self._pictures = pictures
        self._path = path
        self._file = source_file
        self._scope = scope
        self._meta = Meta()
        self._scopes: dict[str | None, Scope] = {}
        self._counts: Counter[str] = Counter()
        self._frames: dict[tuple[str | None, int], tuple[str, Frame]] = {}

    def read(self, file: IO[bytes]) -> Iterator[Batch]:
        """Yield the batches of a file.

        Raises:
            BadInputError: It is damaged, refused, or no XML of CVAT's. What was yielded before is then worth nothing.
        """
        try:
            elements = children(file)
            root = next(elements)
            if root.tag != "annotations":
                raise BadInputError(self._path, self._file, f"is no CVAT XML: its root is <{root.tag:.40}>")
            for n, element in enumerate(elements):
                if element.tag == "image":
                    self._image(element, n)
                elif element.tag == "track":
                    self._track(element)
                elif element.tag == "meta":
                    self._read_meta(element)
                elif element.tag != "version":
                    problem = "an element that is not known here; left out"
                    self._rows.repeats.add(problem, self._file, f"<{element.tag}>", record=element.attrib)
                yield from self._rows.batches()
        except (UnreadableError, UnreadableFileError) as error:
            raise BadInputError(self._path, self._file, str(error)) from error
        self._other_frames()
        yield from self._rows.batches()

    def _read_meta(self, element: Element) -> None:
        self._meta = Meta(element)
        self._labels.declare(self._meta.labels)
        for task in self._meta.tasks.values():
            task.scope = task.subset or task.task or self._scope
            task.add_rows(self._rows, self._file)

    def _image(self, element: Element, n: int) -> None:
        told = element.attrib
        task = self._meta.task(told.get("task_id"))
        place = f"image {told.get('id', n)}"
        number, subset = whole(told.get("id")), _subset(told, task)
        name = told.get("name") or (f"frame_{number:06d}" if task.is_video and number is not None else "")
        if not name:
            self._rows.repeats.add("name is missing", self._file, place, record=told)
            return
        image_id = self._pictures.identify(name, task, subset, (self._file, place))
        frame = Frame(whole(told.get("width")) or task.width, whole(told.get("height")) or task.height)
        frame = self._pictures.frame(frame, name, subset, (self._file, place))
        common = {"image_id": image_id, "job": task.job_of(number), "annotator": task.annotator}
        common["source_file"] = self._file
        tags: list[dict[str, Any]] = []
        position = 0
        for child in element:
            if child.tag == "tag":
                tags.append(self._tag(child, common, f"{place} / tag {len(tags)}"))
            elif is_shape(child.tag):
                common["annotation_id"] = f"{image_id}/{position}"
                common["source_ref"] = f"{place} / {child.tag} {position}"
                self._shape(child, common, frame, self._scope_of(task))
                position += 1
            else:
                problem = "a shape that is not known here; left out"
                self._rows.repeats.add(
                    problem, self._file, f"{place} / {child.tag} {position}", record=child.attrib
                )
        attributes: dict[str, Any] = {key: value for key, value in told.items() if key not in OF_IMAGE}
        if task.task and not task.segments:
            attributes["task"] = task.task
        if any(tags):
            attributes["tags"] = [tag for tag in tags if tag]
        self._pictures.add(
            image_id,
            name,
            task,
            frame=frame,
            number=number,
            subset=subset,
            is_annotated=True if position or tags else None,
            attributes=attributes,
        )
        self._assign(common)

    def _assign(self, common: dict[str, Any]) -> None:
        if common["annotator"] is not None:
            row = {key: common[key] for key in ("image_id", "annotator", "job")}
            self._rows.add("assignments", row)

    def _tag(self, element: Element, common: dict[str, Any], place: str) -> dict[str, Any]:
        """Take a class of the whole image; return what else CVAT says of it, which is kept with the image."""
        name = element.get("label")
        if not name:
            self._rows.repeats.add(NAMELESS, self._file, place, record=element.attrib)
            return {}
        facts = facts_of(
            element.attrib, _attributes(element), self._labels.meet(name), Scope(), self._note(place)
        )
        row = {"class_name": name, "source": facts.get("source")}
        self._rows.add("image_labels", row | {key: common[key] for key in ("image_id", "annotator")})
        more = facts["attributes"] | {key: facts[key] for key in ("group_id",) if key in facts}
        return {"label": name} | more if more else {}

    def _track(self, element: Element) -> None:
        told = element.attrib
        task = self._meta.task(told.get("task_id"))
        subset, scope = _subset(told, task), self._scope_of(task)
        track_id = told.get("id")
        place = f"track {track_id}"
        shared = {key: told[key] for key in ("label", "source", "group_id") if key in told}
        more = {key: value for key, value in told.items() if key not in OF_TRACK}
        for n, child in enumerate(element):
            number = whole(child.get("frame"))
            if not is_shape(child.tag) or number is None:
                why = (
                    "frame is missing" if is_shape(child.tag) else "a shape that is not known here; left out"
                )
                self._rows.repeats.add(why, self._file, f"{place} / {child.tag} {n}", record=child.attrib)
                continue
            if _is_outside(child):
                continue
            image_id, frame = self._frame(task, subset, number, is_annotated=True)
            child.attrib |= shared | more
            common = {
                "image_id": image_id,
                "annotation_id": f"{image_id}/{self._counts[image_id]}",
                "track_id": None if track_id is None else f"{scope.tracks}{track_id}",
                "job": task.job_of(number),
                "annotator": task.annotator,
                "source_file": self._file,
                "source_ref": f"{place} / {child.tag} {n}",
            }
            self._counts[image_id] += 1
            keyframe = {"keyframe": child.get("keyframe", "1") == "1"}
            self._shape(child, common, frame, scope, keyframe)

    def _frame(
        self, task: Task, subset: str | None, number: int, *, is_annotated: bool | None
    ) -> tuple[str, Frame]:
        """Return id and size of a video's frame, whose row is added the first time."""
        key = subset or task.task_id, number
        if key not in self._frames:
            place = self._file, f"frame {number}"
            is_alone = len(self._meta.tasks) == 1 and not self._scope
            name = f"frame_{number:06d}"
            front = "" if is_alone else f"{subset or task.scope or task.task_id or self._scope}/"
            image_id = self._rows.unique_id("images", front + name, source_file=place[0], location=place[1])
            frame = self._pictures.frame(Frame(task.width, task.height), name, subset, place)
            self._pictures.add(
                image_id,
                name,
                task,
                frame=frame,
                number=number,
                subset=subset,
                is_annotated=is_annotated,
            )
            self._assign({"image_id": image_id, "annotator": task.annotator, "job": task.job_of(number)})
            self._frames[key] = image_id, frame
        return self._frames[key]

    def _other_frames(self) -> None:
        """Add the frames of videos on which nothing was drawn: the tracks do not name them."""
        if not self._frames:
            return
        for task in self._meta.tasks.values():
            for number in task.frames() if task.is_video else ():
                self._frame(task, task.subset, number, is_annotated=None)

    def _shape(
        self,
        element: Element,
        common: dict[str, Any],
        frame: Frame,
        scope: Scope,
        more: dict[str, Any] | None = None,
    ) -> None:
        told, place = element.attrib, common["source_ref"]
        name = told.get("label")
        if not name:
            self._rows.repeats.add(NAMELESS, self._file, place, record=told)
            return
        label = self._labels.meet(name)
        try:
            drawn = shape_of(element, frame, label)
        except DrawnError as error:
            self._rows.repeats.add("the shape cannot be read", self._file, place, str(error), record=told)
            return
        facts = facts_of(told, _attributes(element), label, scope, self._note(place))
        row = common | drawn | facts | {"class_name": name}
        odd = told.keys() - OWN
        if odd or more or "attributes" in drawn:
            row["attributes"] = _together(
                facts["attributes"], {key: told[key] for key in odd}, more or {}, drawn.get("attributes", {})
            )
        self._rows.add("annotations", row)

    def _scope_of(self, task: Task) -> Scope:
        found = self._scopes.get(task.task_id)
        if found is None:
            front = f"{self._scope}/" if self._scope else ""
            of_task = f"{task.task_id}/" if len(self._meta.tasks) > 1 and task.task_id else ""
            found = self._scopes[task.task_id] = Scope(front, front + of_task)
        return found

    def _note(self, place: str) -> Any:  # noqa: ANN401
        def note(kind: str, problem: str) -> None:
            self._rows.repeats.add(kind, self._file, place, problem, severity="repaired")

        return note


def _attributes(element: Element) -> list[tuple[str, str]]:
    return [(part.get("name", ""), part.text or "") for part in element if part.tag == "attribute"]


def _subset(told: dict[str, str], task: Task) -> str | None:
    subset = told.get("subset") or task.subset
    return None if subset == NO_SUBSET else subset


def _is_outside(element: Element) -> bool:
    """Tell whether the object has left the picture: CVAT closes tracks so. A skeleton has left when all its points have."""
    if element.tag != "skeleton":
        return element.get("outside") == "1"
    points = [part for part in element if part.tag != "attribute"]
    return bool(points) and all(part.get("outside") == "1" for part in points)


def _together(first: dict[str, Any], *others: dict[str, Any]) -> dict[str, Any]:
    """Return all attributes; those of the class keep their names, others that would take one get `cvat:` in front."""
    whole = dict(first)
    for other in others:
        for key, value in other.items():
            whole[f"cvat:{key}" if key in whole else key] = value
    return whole
