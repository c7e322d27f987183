"""The annotations of jobs and tasks (`/annotations`): shapes, tracks and tags of frames."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from labelduck.importers.cvat_server import shapes, tracks
from labelduck.importers.cvat_server.fields import frame_number, whole
from labelduck.importers.cvat_server.marks import Mark, columns_of
from labelduck.importers.cvat_server.pieces import plain
from labelduck.importers.drawn import DrawnError
from labelduck.importers.json_records import UnreadableJsonError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from labelduck.importers.base import Batch
    from labelduck.importers.cvat_log import History
    from labelduck.importers.cvat_server.fields import Record
    from labelduck.importers.cvat_server.frames import Frames
    from labelduck.importers.cvat_server.pieces import Piece
    from labelduck.importers.cvat_server.server import Job, Server
    from labelduck.importers.drawn import Columns
    from labelduck.importers.rows import Rows

_KINDS = {"tags": "tag", "shapes": "shape", "tracks": "track"}
_OF_LABELS = ("image_id", "class_name", "annotator", "batch", "is_gold", "created_at", "source")
_NO_LABEL = -1


@dataclass(frozen=True)
class Source:
    """A dump of annotations and whose it is: of a job, or else of a task."""

    piece: Piece
    job: Job | None
    task: int | None


class Annotations:
    """Turns dumps into rows of `annotations` and `image_labels`; dumps of jobs come before those of tasks.

    Args:
        server: What is known of labels and jobs.
        frames: What is known of frames.
        history: Who drew and changed what, from the events.
        rows: Takes the rows.

    Attributes:
        drawn_on: Frames that hold something, by task.
        begun: Jobs that hold something.
        key_frames: Frames of the rows of each track, in order.
        frames_of: Frames of shapes and tags by id, kept where the events do not tell them.
    """

    def __init__(self, server: Server, frames: Frames, history: History, rows: Rows) -> None:
        self._server, self._frames, self._history, self._rows = server, frames, history, rows
        self._seen: dict[str, set[int]] = {}
        self.drawn_on: dict[int | None, set[int]] = {}
        self.begun: set[int] = set()
        self.key_frames: dict[int, list[int]] = {}
        self.frames_of: dict[str, dict[int, int]] = {"shape": {}, "tag": {}}

    def read(self, source: Source) -> Iterator[Batch]:
        """Yield the rows of one dump."""
        piece = source.piece
        for name, kind in _KINDS.items():
            for n, value in self._records(piece, name):
                place = f"{piece.place}.{name}[{n}]".removeprefix(".")
                if not isinstance(value, dict):
                    self._rows.repeats.add("it is no object", piece.file, place, record=value)
                elif not self._is_repeated(kind, value, source.job):
                    self._read(source, kind, value, place)
                yield from self._rows.batches()
        if n_intervals := sum(1 for _ in self._records(piece, "intervals")):
            problem = f"{n_intervals} intervals of sound are left out: no table holds them"
            self._rows.repeats.add("intervals of sound", piece.file, "intervals", problem)

    def _records(self, piece: Piece, name: str) -> Iterator[tuple[int, Any]]:
        raw = piece.value.get(name)
        try:
            each = raw and msgspec.json.decode(raw, type=list[msgspec.Raw] | None)
        except msgspec.DecodeError:
            self._rows.repeats.add(f"{name} is no list", piece.file, name)
            return
        for n, one in enumerate(each or ()):
            try:
                yield n, plain(one)
            except UnreadableJsonError as error:
                self._rows.repeats.add("an object cannot be read", piece.file, f"{name}[{n}]", str(error))

    def _is_repeated(self, kind: str, value: Record, job: Job | None) -> bool:
        """Tell whether a task's dump repeats what its jobs' dumps hold."""
        number = whole(value.get("id"))
        if number is None:
            return False
        seen = self._seen.setdefault(kind, set())
        if job is None and number in seen:
            return True
        seen.add(number)
        return False

    def _read(self, source: Source, kind: str, value: Record, place: str) -> None:
        number = whole(value.get("label_id"))
        label = self._server.labels.get(_NO_LABEL if number is None else number)
        if label is None:
            problem = f"label {value.get('label_id')!r:.40} is not known; dump /api/labels too"
            self._rows.repeats.add("its label is not known", source.piece.file, place, problem, record=value)
            return
        for frame, shape in self._places(source, kind, value, place):
            job = source.job or self._server.job_at(source.task, frame)
            mark = Mark(
                kind=kind,
                number=whole(value.get("id")),
                value=value,
                shape=shape,
                label=label,
                frame=frame,
                task=source.task,
                job=job,
            )
            self._note(mark)
            try:
                self._write(mark, source.piece.file, place)
            except DrawnError as error:
                self._rows.repeats.add("it is no shape", source.piece.file, place, str(error), record=value)

    def _places(self, source: Source, kind: str, value: Record, place: str) -> Iterator[tuple[int, Record]]:
        """Yield frame and shape of each place at which it is drawn, on frames that the task has."""
        known, file = self._frames.of(source.task), source.piece.file
        found = tracks.visible(value) if kind == "track" else [(frame_number(value.get("frame")), value)]
        for frame, shape in found:
            if frame is None or (known.size is not None and frame >= known.size):
                problem = f"frame {shape.get('frame')!r:.40} is no frame of its task"
                self._rows.repeats.add("it is on no frame", file, place, problem, record=value)
            elif frame in known.deleted:
                said = "it is on a deleted frame, and left out"
                self._rows.repeats.add(said, file, place, severity="warning", record=value)
            else:
                yield frame, shape

    def _note(self, mark: Mark) -> None:
        real = self._frames.of(mark.task).real.get(mark.frame, mark.frame)
        self.drawn_on.setdefault(mark.task, set()).add(real)
        if mark.job is not None:
            self.begun.add(mark.job.job)
        if self._history.lacks_frames and mark.number is not None and mark.kind in self.frames_of:
            self.frames_of[mark.kind][mark.number] = mark.frame

    def _write(self, mark: Mark, file: str, place: str) -> None:
        image_id = self._frames.image_id(mark.task, mark.frame)
        row = {"image_id": image_id, "batch": self._server.batch(mark.task)}
        row |= columns_of(mark, self._frames.of(mark.task), self._history)
        if mark.kind == "tag":
            self._rows.add("image_labels", {name: row[name] for name in _OF_LABELS})
            return
        drawn = self._drawn(mark)
        wanted = mark.annotation_id or f"{image_id}/{place}"
        row["annotation_id"] = self._rows.unique_id("annotations", wanted, source_file=file, location=place)
        if mark.kind == "track" and mark.number is not None:
            self.key_frames.setdefault(mark.number, []).append(mark.frame)
        note = "" if row.pop("is_told") else "; annotator: the job's assignee"
        self._rows.add("annotations", row | drawn | {"source_file": file, "source_ref": place + note})

    def _drawn(self, mark: Mark) -> Columns:
        if mark.job is not None and not mark.job.is_flat:
            raise DrawnError("it lies in a cloud of points, which has no pixels")
        if mark.shape.get("type") == "skeleton":
            return shapes.skeleton(shapes.by_label(mark.shape.get("elements")), mark.label.points)
        return shapes.columns(mark.shape, self._frames.of(mark.task).picture_of(mark.frame))
