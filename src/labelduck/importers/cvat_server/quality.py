"""Quality reports and conflicts as tags, the same ones for each of the three generations of reports.

    1  until 2024   comparison_summary and frame_results
    2  2025         the same with the numbers of tasks and jobs, of projects too, a named assignee
    3  2026         one comparison_summary and frame_results in each of `groups`, by name of the requirement; all conflicts are errors

A conflict becomes a tag on each object of the annotators that it names, or, when it names gold objects only (missing_annotation),
on those. The run of an evaluation is the report at the top of its tree, so that the reports of a project, its tasks and
its jobs do not say the same conflict three times.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple

from labelduck.importers.cvat_server.fields import frame_number, items, record, text, whole
from labelduck.importers.cvat_server.server import GOLD

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from labelduck.importers.cvat_server.fields import Record
    from labelduck.importers.cvat_server.frames import Frames
    from labelduck.importers.cvat_server.server import Job, Server
    from labelduck.importers.rows import Rows

TOOL = "cvat_quality"
METRICS = ("accuracy", "precision", "recall")
_TARGETS = ("job", "task", "project")
_ERRORS = frozenset(("missing_annotation", "extra_annotation", "mismatching_label"))
_DEEPEST = 8
_NONE = -1


class Said(NamedTuple):
    """Where results stand: what is known of their report, the evaluation that it is part of, the file."""

    about: Record
    run: str
    file: str


class Named(NamedTuple):
    """An object that a conflict names: its annotation id, its job, and the number of that."""

    name: str
    job: Job | None
    job_number: int | None


class Quality:
    """Turns reports, their data and conflicts into tags; all reports have to be added before anything is written.

    Args:
        server: Its jobs.
        frames: Its frames.
        rows: Takes the rows.
        key_frames: Frames of the rows of each track, in order.
    """

    def __init__(
        self, server: Server, frames: Frames, rows: Rows, key_frames: Mapping[int, Sequence[int]]
    ) -> None:
        self._server, self._frames, self._rows, self._key_frames = server, frames, rows, key_frames
        self._reports: dict[int, Record] = {}

    def add_report(self, report: Record, file: str, place: str) -> None:
        """Note a row of `/api/quality/reports`."""
        number = whole(report.get("id"))
        if number is None:
            self._rows.repeats.add("the quality report has no id", file, place, record=report)
        else:
            self._reports[number] = report

    def write_reports(self) -> None:
        """Add what the rows of all reports say."""
        for number, report in self._reports.items():
            self._score_whole(report, record(report.get("summary")), self._run(number))

    def write_data(self, data: Record, file: str, place: str) -> None:
        """Add what `/api/quality/reports/{id}/data` gave.

        Args:
            data: It, with the `id` of the report, or the `job_id` or `task_id`, where the file's name tells them.
            file: Name of the file.
            place: Where in it.
        """
        number = whole(data.get("id"))
        if number is None:
            number = self._same_report(data)
        about = self._reports.get(_NONE if number is None else number, {})
        about = about | {key: value for key, value in data.items() if key.endswith("_id")}
        run = _name_without_report(about) if number is None else self._run(number)
        parts = _parts(data)
        for name, part in parts:
            said = Said(about, run if len(parts) == 1 else f"{run}/{name}", file)
            self._score_whole(about, record(part.get("comparison_summary")), said.run)
            self._write_frames(record(part.get("frame_results")), said, place)

    def write_conflict(self, conflict: Record, file: str, place: str) -> None:
        """Add what a row of `/api/quality/conflicts` says."""
        number = whole(conflict.get("report_id"))
        about = self._reports.get(_NONE if number is None else number, {})
        said = Said(about, "report" if number is None else self._run(number), file)
        self._write_conflict(conflict, frame_number(conflict.get("frame")), said, place)

    def _write_frames(self, results: Record, said: Said, place: str) -> None:
        task = self._task(said.about)
        for key, result in results.items():
            frame, found = frame_number(key), record(result)
            where = f"{place}.frame_results.{key:.40}".removeprefix(".")
            if frame is None:
                self._rows.repeats.add("a result is of no frame", said.file, where, record=result)
                continue
            if task is not None:
                image_id = self._frames.image_id(task, frame)
                for metric, score in _scores(record(found.get("annotations"))):
                    self._tag(("image", image_id, metric), said.run, image_id=image_id, score=score)
            for n, each in enumerate(items(found.get("conflicts"))):
                conflict, told = record(each), frame_number(record(each).get("frame_id"))
                self._write_conflict(
                    conflict, frame if told is None else told, said, f"{where}.conflicts[{n}]"
                )

    def _write_conflict(self, conflict: Record, frame: int | None, said: Said, place: str) -> None:
        kind = text(conflict.get("type"))
        told = [self._object(record(each), frame) for each in items(conflict.get("annotation_ids"))]
        objects = [each for each in told if each is not None]
        if kind is None or not objects:
            problem = "it names no annotations" if kind else "it has no type"
            self._rows.repeats.add("a conflict says nothing", said.file, place, problem, record=conflict)
            return
        ours = [each for each in objects if each.job is None or each.job.type != GOLD]
        if all(each.job is None for each in objects):
            ours = _of_report(objects, said.about)
        severity = text(conflict.get("severity")) or ("error" if kind in _ERRORS else "warning")
        for each in ours or objects:
            task = each.job.task if each.job is not None else self._task(said.about)
            image_id = None if task is None or frame is None else self._frames.image_id(task, frame)
            self._tag(("annotation", each.name, kind), said.run, image_id=image_id, value=severity)

    def _object(self, found: Record, frame: int | None) -> Named | None:
        """Return annotation id, job and number of the job of an object that a conflict names."""
        number, job = whole(found.get("obj_id")), whole(found.get("job_id"))
        kind = text(found.get("type"))
        if number is None or kind not in ("shape", "tag", "track"):
            return None
        name = f"{kind}:{number}"
        if kind == "track":
            # What lies between key frames has no row of its own: its tag goes to the key frame before it.
            shown = self._key_frames.get(number, ())
            place = bisect_right(shown, -1 if frame is None else frame)
            name += f"/{shown[place - 1] if place else frame}"
        return Named(name, self._server.jobs.get(_NONE if job is None else job), job)

    def _score_whole(self, about: Record, summary: Record, run: str) -> None:
        """Add the scores of a job, task or project as a whole."""
        target = next((name for name in _TARGETS if about.get(f"{name}_id") is not None), "")
        number = whole(about.get(f"{target}_id"))
        if number is None:
            return
        for metric, score in _scores(record(summary.get("annotations")) or summary):
            self._tag((target, str(number), metric), run, score=score)
        for item in map(record, items(record(summary.get("requirements")).get("items"))):
            told, reached = text(item.get("metric")), _number(item.get("score"))
            if told is not None and reached is not None:
                self._tag((target, str(number), told), run, score=reached, value=text(item.get("name")))

    def _tag(self, what: tuple[str, str, str], run: str, **more: str | float | None) -> None:
        """Add one tag, unless the evaluation gave it already: target, its id, tag."""
        key = "\n".join((*what, run, str(more.get("value"))))
        row = dict(zip(("target", "target_id", "tag"), what, strict=True)) | {"tool": TOOL, "eval_key": run}
        self._rows.add_once("tags", key, row | more)

    def _task(self, about: Record) -> int | None:
        number = whole(about.get("job_id"))
        job = self._server.jobs.get(_NONE if number is None else number)
        return job.task if job is not None else whole(about.get("task_id"))

    def _same_report(self, data: Record) -> int | None:
        """Return the one report that has the job, task or project, and the time, of the data."""
        told = [f"{name}_id" for name in _TARGETS if data.get(f"{name}_id") is not None]
        keys = [*told, "created_date"] if "created_date" in data else told
        same = [
            number
            for number, report in self._reports.items()
            if keys and all(data[key] == report.get(key) for key in keys)
        ]
        return same[0] if len(same) == 1 else None

    def _run(self, number: int) -> str:
        """Return the name of the evaluation that a report is part of: the one at the top of its tree."""
        for _ in range(_DEEPEST):
            parent = whole(self._reports.get(number, {}).get("parent_id"))
            if parent is None:
                break
            number = parent
        return f"report {number}"


def _parts(data: Record) -> list[tuple[str, Record]]:
    groups = record(data.get("groups"))
    return [(name, record(part)) for name, part in groups.items()] if groups else [("", data)]


def _of_report(objects: list[Named], about: Record) -> list[Named]:
    """Return what a conflict says of the annotators when no job is known: the report's own, else its first object."""
    job = whole(about.get("job_id"))
    return [each for each in objects if job is not None and each.job_number == job] or objects[:1]


def _name_without_report(about: Record) -> str:
    told = [
        f"{name} {about[f'{name}_id']}" for name in _TARGETS if whole(about.get(f"{name}_id")) is not None
    ]
    return f"report of {told[0]}" if told else "report"


def _scores(summary: Record) -> Iterator[tuple[str, float]]:
    """Yield accuracy, precision and recall from the counts of objects; none where nothing was compared."""
    valid = _number(summary.get("valid_count"))
    for metric, of in zip(METRICS, ("total_count", "ds_count", "gt_count"), strict=True):
        count = _number(summary.get(of))
        if valid is not None and count is not None and 0 <= valid <= count and count > 0:
            yield metric, valid / count


def _number(value: object) -> float | None:
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e15:
        return float(value) if math.isfinite(value) else None
    return None
