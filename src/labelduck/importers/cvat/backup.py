"""Backups of CVAT: task.json, annotations.json and data/manifest.jsonl, of a project in a folder for each task.

A backup names nobody and has no numbers of jobs: a job is called after its task and its place in it. It holds the
keyframes of tracks; the frames between them are filled in as far as CVAT moves shapes in a straight line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from labelduck.errors import BadInputError
from labelduck.importers.cvat.backup_frames import BackupFrames
from labelduck.importers.cvat.backup_jobs import BackupJob, jobs_in, overlapping
from labelduck.importers.cvat.backup_objects import OWN_FIELDS, add_shapes, add_tags, add_tracks
from labelduck.importers.cvat.labels import records_of
from labelduck.importers.cvat.manifest import Manifest, count_of
from labelduck.importers.cvat.source import Source
from labelduck.importers.cvat.tasks import NO_SUBSET, Segment, Task, step_in
from labelduck.importers.files import UnreadableFileError
from labelduck.importers.json_records import UnreadableJsonError, document, records

if TYPE_CHECKING:
    from collections.abc import Iterator

    from labelduck.importers.base import Batch
    from labelduck.importers.cvat.labels import Labels
    from labelduck.importers.cvat.pictures import Pictures
    from labelduck.importers.files import Files
    from labelduck.importers.rows import Rows

TASK, ANNOTATIONS, PROJECT = "task.json", "annotations.json", "project.json"
MANIFEST = "data/manifest.jsonl"
NO_JOB = "no record, expected tags, shapes and tracks of a job; left out"
OVERLAP = (
    "the job begins with frames that the job before it shows too: what both drew is here twice, "
    "where an export of CVAT merges it"
)
Record = dict[str, Any]


class Backup:
    """One task of a backup.

    Args:
        files: The files of the backup.
        root: Folder of the task, with a '/' behind it; empty for the backup of a task.
        project: What project.json says.

    Attributes:
        names: Names of its pictures, none for a video.
        file: The annotations, as they are named to the user.

    Raises:
        BadInputError: task.json cannot be used.
    """

    def __init__(self, files: Files, root: str, project: Record) -> None:
        self._files = files
        self._root = root
        told = record_in(files, root + TASK)
        self.file = root + ANNOTATIONS
        self._labels = [*records_of(project.get("labels")), *records_of(told.get("labels"))]
        self.manifest = Manifest(self._manifest())
        self.task = _task(told, project, self.manifest, root)
        self._jobs = jobs_in(told.get("jobs"), self.task)
        self.task.segments = [Segment(job.name, job.start, job.stop) for job in self._jobs]
        data = told.get("data")
        deleted = data.get("deleted_frames") if isinstance(data, dict) else None
        self._deleted = {n for n in deleted if isinstance(n, int)} if isinstance(deleted, list) else set()
        self.names = [] if self.task.is_video else self.manifest.names

    def read(self, rows: Rows, labels: Labels, pictures: Pictures, *, is_alone: bool) -> Iterator[Batch]:
        """Yield the rows of the task.

        Args:
            rows: Takes them.
            labels: Takes the classes.
            pictures: Gives the images their ids.
            is_alone: Whether this is the only task.

        Raises:
            BadInputError: annotations.json cannot be read.
        """
        scope = "" if is_alone else self._root.rstrip("/") or (self.task.task or "")
        source = Source(rows, labels, pictures, file=self.file, scope=scope, tracks=scope, own=OWN_FIELDS)
        labels.declare(self._labels)
        frames = BackupFrames(source, self.task, self.manifest, self._deleted)
        for n, record in enumerate(self._records()):
            job = self._jobs[n] if n < len(self._jobs) else BackupJob(f"{self.task.task}/{n}")
            place = f"[{n}]"
            if not isinstance(record, dict):
                rows.repeats.add(NO_JOB, self.file, place, record=record)
                continue
            add_tags(record.get("tags"), source, frames, job, place)
            yield from add_shapes(record.get("shapes"), source, frames, job, place)
            yield from add_tracks(record.get("tracks"), source, frames, job, place)
        for job in self._jobs:
            job.add_rows(rows, self.task, frames, self.file)
        for job in overlapping(self._jobs):
            rows.repeats.add(OVERLAP, self.file, job.name, severity="warning")
        yield from frames.add_rows(self._jobs)

    def _records(self) -> Iterator[object]:
        try:
            yield from records(self._files.read(self.file))
        except (UnreadableFileError, UnreadableJsonError) as error:
            raise BadInputError(self._files.path, self.file, str(error)) from error

    def _manifest(self) -> list[object]:
        name = self._root + MANIFEST
        if name not in self._files.member_names:
            return []
        try:
            return list(records(self._files.read(name)))
        except (UnreadableFileError, UnreadableJsonError) as error:
            raise BadInputError(self._files.path, name, str(error)) from error


def backup_roots(files: Files) -> list[str]:
    """Return the folders of the tasks of a backup; none where it is no backup."""
    names = files.member_names
    ends = [name for name in files.names if name == TASK or name.endswith("/" + TASK)]
    return [name[: -len(TASK)] for name in ends if name[: -len(TASK)] + ANNOTATIONS in names]


def project_in(files: Files) -> Record:
    """Return what project.json says; nothing where there is none."""
    name = next((name for name in files.names if name.rpartition("/")[2] == PROJECT), None)
    return {} if name is None else record_in(files, name)


def record_in(files: Files, name: str) -> Record:
    """Return the object that a JSON file holds.

    Raises:
        BadInputError: It cannot be read, or holds something else.
    """
    try:
        told = document(files.read(name))
    except (UnreadableFileError, UnreadableJsonError) as error:
        raise BadInputError(files.path, name, str(error)) from error
    if not isinstance(told, dict):
        raise BadInputError(files.path, name, "holds no object, as the backups of CVAT do")
    return told


def _task(told: Record, project: Record, manifest: Manifest, root: str) -> Task:
    data = told.get("data")
    data = data if isinstance(data, dict) else {}
    subset = _text(told.get("subset"))
    name = _text(told.get("name")) or root.rstrip("/") or "task"
    task = Task(
        task=name,
        project=_text(project.get("name")),
        subset=None if subset == NO_SUBSET else subset,
        is_video=manifest.is_video,
        video=manifest.video or (name if manifest.is_video else None),
        width=manifest.width,
        height=manifest.height,
        start=count_of(data.get("start_frame")) or 0,
        step=step_in(_text(data.get("frame_filter"))),
        scope=subset if subset and subset != NO_SUBSET else name,
    )
    stop = count_of(data.get("stop_frame"))
    task.stop = manifest.length - 1 if stop is None else stop
    return task


def _text(value: object) -> str | None:
    return value.strip() or None if isinstance(value, str) else None
