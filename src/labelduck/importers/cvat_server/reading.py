"""From a dump to batches, in the order in which its parts need one another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from labelduck.importers.cvat_log import SHAPE, TAG, History, Log, Tables, UnreadableLogError
from labelduck.importers.cvat_server import work
from labelduck.importers.cvat_server.annotations import Annotations, Source
from labelduck.importers.cvat_server.dump import Dump
from labelduck.importers.cvat_server.frames import Frames
from labelduck.importers.cvat_server.pieces import owner
from labelduck.importers.cvat_server.quality import Quality
from labelduck.importers.cvat_server.server import Server
from labelduck.importers.files import UnreadableFileError
from labelduck.importers.image_sizes import clean
from labelduck.importers.rows import Rows

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from labelduck.importers.base import Batch
    from labelduck.importers.cvat_log.tables import Columns
    from labelduck.importers.cvat_server.pieces import Piece
    from labelduck.importers.cvat_server.server import Job


class Reading:
    """One import of a dump."""

    def __init__(self, path: Path) -> None:
        self._rows = Rows()
        self._dump = Dump(path, self._rows)
        self._server = Server()
        self._frames = Frames(self._server)
        self._log = Log(self._rows)

    def batches(self) -> Iterator[Batch]:
        """Yield all rows."""
        dump, server, frames, rows = self._dump, self._server, self._frames, self._rows
        self._read_server()
        self._read_frames()
        self._read_logs()
        work.add_classes(server, rows)
        columns = self._log.changes.columns()
        marks = Annotations(server, frames, History(columns, self._log.people), rows)
        yield from self._annotations(marks)
        tables = self._events(columns, marks)
        yield from tables.of_annotations()
        work.add_jobs(server, rows, tables.of_jobs(rows))
        yield from work.add_assignments(server, frames, marks, rows)
        yield from work.add_images(server, frames, marks, rows)
        self._add_issues()
        yield from self._tags(marks)
        self._log.tell_left_out(clean(dump.path.name))
        yield from rows.rest(clean(dump.path.name))

    def _events(self, columns: Columns, marks: Annotations) -> Tables:
        jobs, tasks = self._server.jobs.values(), self._frames.tasks
        return Tables(
            self._log,
            columns,
            class_name=self._class_name,
            task_of={job.job: job.task for job in jobs if job.task is not None},
            real={task: self._frames.of(task).real for task in tasks},
            assignees={job.job: job.assignee for job in jobs if job.assignee},
            frames={SHAPE: marks.frames_of["shape"], TAG: marks.frames_of["tag"]},
        )

    def _read_server(self) -> None:
        server = self._server
        for found, _ in self._dump.all("user"):
            server.person(found)
        for kind, add in (
            ("label", server.add_label),
            ("project", server.add_project),
            ("task", server.add_task),
            ("job", server.add_job),
        ):
            for found, _ in self._dump.all(kind):
                add(found)

    def _read_frames(self) -> None:
        for kind in ("meta", "layout"):
            for found, piece in self._dump.all(kind):
                job, task = self._owner(piece)
                if kind == "meta" and job is not None:
                    self._frames.add_job_meta(job, found)
                elif task is None:
                    continue
                elif kind == "meta":
                    self._frames.add_task_meta(task, found)
                else:
                    self._frames.add_layout(task, found)

    def _read_logs(self) -> None:
        for name in self._dump.logs:
            try:
                self._log.read(self._dump.log(name), clean(name))
            except (UnreadableLogError, UnreadableFileError) as error:
                self._rows.repeats.add("a log cannot be read", clean(name), "", str(error))

    def _annotations(self, marks: Annotations) -> Iterator[Batch]:
        """Jobs first: the dump of a task repeats what its jobs hold, without saying whose it is."""
        for of_jobs in (True, False):
            for name in self._dump.annotated:
                for piece in self._dump.annotations(name):
                    job, task = self._owner(piece, is_told=of_jobs)
                    if (job is not None) == of_jobs and (of_jobs or task is not None):
                        yield from marks.read(Source(piece, job, task))

    def _owner(self, piece: Piece, *, is_told: bool = True) -> tuple[Job | None, int | None]:
        """Return the job, or else the task, that a file of annotations or frames is of, by its name."""
        what, number = owner(piece.hint)
        jobs, tasks = self._server.jobs, self._server.tasks
        if number is None and len(jobs) == 1 and what != "task":
            what, number = "job", next(iter(jobs))
        if number is None and len(tasks) == 1:
            what, number = "task", next(iter(tasks))
        if number is not None and what in (None, "job") and number in jobs:
            return jobs[number], jobs[number].task
        if number is not None and what in (None, "task"):
            return None, number
        if is_told:
            said = "its name says no job or task that is known; call it jobs_ID_... or tasks_ID_..., and dump /api/jobs"
            self._rows.repeats.add("a file says not whose it is", piece.file, piece.place, said)
        return None, None

    def _class_name(self, label: int) -> str:
        known = self._server.labels.get(label)
        return known.name if known is not None else self._log.labels.get(label, f"label {label}")

    def _add_issues(self) -> None:
        issues = work.Issues()
        for found, piece in self._dump.all("issue"):
            issues.add(found, piece.file, piece.place)
        for found, _ in self._dump.all("comment"):
            issues.add_comment(found)
        issues.rows(self._server, self._frames, self._rows)

    def _tags(self, marks: Annotations) -> Iterator[Batch]:
        quality = Quality(self._server, self._frames, self._rows, marks.key_frames)
        for found, piece in self._dump.all("report"):
            quality.add_report(found, piece.file, piece.place)
        quality.write_reports()
        for found, piece in self._dump.all("report_data"):
            what, number = owner(piece.hint)
            told = {} if number is None else {"id" if what in (None, "report") else f"{what}_id": number}
            quality.write_data(told | found, piece.file, piece.place)
            yield from self._rows.batches()
        for found, piece in self._dump.all("conflict"):
            quality.write_conflict(found, piece.file, piece.place)
            yield from self._rows.batches()
