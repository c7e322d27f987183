"""Reads logs of events into changes of annotations, changes of jobs, work times and names."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from labelduck.importers.cvat_log.changes import CREATE, DELETE, NONE, UPDATE, Changes, Deed
from labelduck.importers.cvat_log.objects import Objects
from labelduck.importers.cvat_log.table import pieces
from labelduck.importers.values import to_time

if TYPE_CHECKING:
    from collections.abc import Mapping

    from labelduck.importers.cvat_log.table import Opener, Skipped
    from labelduck.importers.rows import Rows

_ACTIONS = {"create": CREATE, "update": UPDATE, "delete": DELETE}
_OBJECTS = {
    f"{action}:{name}": code for action, code in _ACTIONS.items() for name in ("shapes", "tags", "tracks")
}
JOB, WORK, LABEL = "update:job", "send:working_time", "create:label"
_READ = (*_OBJECTS, JOB, WORK, LABEL)
_MOST_MILLISECONDS = 86_400_000


class _Event(NamedTuple):
    """One row of the log that is read."""

    place: int
    at: int
    actor: int
    job: int
    task: int
    scope: str
    name: str | None
    value: str | None
    number: str | None
    duration: str | None
    payload: str | None


class JobChange(NamedTuple):
    """One field of a job got another value.

    Attributes:
        at: Microseconds since 1970, UTC.
        job: Its id.
        task: Id of its task.
        actor: Who did it.
        field: stage, state, assignee or another one.
        old: Value before.
        new: Value after, as text.
        request: The request that it came with; one request may change several fields.
    """

    at: int
    job: int
    task: int
    actor: str | None
    field: str
    old: Any
    new: str | None
    request: str | None


class Work(NamedTuple):
    """Time that somebody worked in a job up to a moment."""

    at: int
    job: int
    task: int
    actor: str | None
    seconds: float


class Log:
    """What one or several logs tell; read each with `read`.

    Args:
        rows: Takes the problems.

    Attributes:
        changes: Of annotations.
        job_changes: Of jobs, in the order of the logs.
        work: Times of work.
        labels: Names by id of the label.
        people: Names of those who acted, by their number in `changes`.
        left_out: Events of other scopes, by scope.
    """

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self.changes = Changes()
        self.objects = Objects(self.changes)
        self.job_changes: list[JobChange] = []
        self.work: list[Work] = []
        self.labels: dict[int, str] = {}
        self.people: list[str] = []
        self.left_out: Counter[str] = Counter()
        self._numbers: dict[str | None, int] = {None: NONE}
        self._others = {JOB: self._read_job, WORK: self._read_work, LABEL: self._read_label}

    def read(self, opened: Opener, file: str) -> None:
        """Read one log.

        Args:
            opened: Opens the CSV from its beginning.
            file: How it is named in problems.

        Raises:
            UnreadableLogError: It cannot be read.
        """

        def skip(line: Skipped) -> None:
            self._rows.repeats.add("a line is no row", file, f"line {line.line}", line.why)

        n_rows = 0
        for piece in pieces(opened, skip):
            n = len(piece["scope"])
            self._read_piece(piece, file, n_rows)
            n_rows += n

    def tell_left_out(self, file: str) -> None:
        """Add one row of problems on the events that have no place in the lake."""
        if self.left_out:
            often = ", ".join(f"{scope} {n:,}" for scope, n in self.left_out.most_common(10))
            problem = f"{self.left_out.total():,} events of {len(self.left_out):,} scopes change no annotation and are left out: {often}"
            self._rows.problems.add(file, "", problem, severity="warning")

    def _read_piece(self, piece: Mapping[str, pa.Array], file: str, before: int) -> None:
        wanted = pc.fill_null(pc.is_in(piece["scope"], value_set=pa.array(_READ)), False)
        for counted in pc.value_counts(piece["scope"].filter(pc.invert(wanted))).to_pylist():
            self.left_out[counted["values"] or "without scope"] += counted["counts"]
        places = pa.array(np.arange(before + 1, before + 1 + len(wanted))).filter(wanted).to_pylist()
        columns = {name: column.filter(wanted) for name, column in piece.items()}
        at = to_time(columns["timestamp"])[0].cast(pa.int64()).to_pylist()
        ids = [list(map(_id, columns[name].to_pylist())) for name in ("job_id", "task_id")]
        told = [
            columns[name].to_pylist()
            for name in ("scope", "obj_name", "obj_val", "obj_id", "duration", "payload")
        ]
        for row in zip(places, at, self._actors(columns), *ids, *told, strict=True):
            event = _Event(*row)
            if event.at is None:
                self._refuse(file, event, "its time cannot be read")
                continue
            action = _OBJECTS.get(event.scope)
            if action is not None:
                deed = Deed(event.at, action, event.actor, event.job, event.task)
                why = self.objects.read(event.payload, deed)
            else:
                why = self._others[event.scope](event)
            if why:
                self._refuse(file, event, why)

    def _actors(self, columns: Mapping[str, pa.Array]) -> list[int]:
        """Return the numbers of those who acted, by user name, else by e-mail or id."""
        names = pc.coalesce(columns["user_name"], columns["user_email"], columns["user_id"])
        return [self._number(name) for name in names.to_pylist()]

    def _number(self, name: str | None) -> int:
        number = self._numbers.get(name)
        if number is None:
            number = self._numbers[name] = len(self.people)
            self.people.append(name or "")
        return number

    def name(self, actor: int) -> str | None:
        """Return who acted, by number."""
        return None if actor == NONE else self.people[actor]

    def _refuse(self, file: str, event: _Event, why: str) -> None:
        self._rows.repeats.add(why, file, f"event {event.place}", why, record=event.payload)

    def _read_job(self, event: _Event) -> str | None:
        said = _payload(event.payload)
        if event.job == NONE or event.name is None:
            return "it does not say which job changed, or how"
        request = said.get("request")
        number = request.get("id") if isinstance(request, dict) else None
        self.job_changes.append(
            JobChange(
                at=event.at,
                job=event.job,
                task=event.task,
                actor=self.name(event.actor),
                field=event.name,
                old=said.get("old_value"),
                new=event.value,
                request=number if isinstance(number, str) else None,
            )
        )
        return None

    def _read_work(self, event: _Event) -> str | None:
        took = _milliseconds(event.duration) or _milliseconds(_payload(event.payload).get("working_time"))
        if took is None:
            return "it does not say how long was worked"
        self.work.append(Work(event.at, event.job, event.task, self.name(event.actor), took / 1000))
        return None

    def _read_label(self, event: _Event) -> str | None:
        number = _id(event.number)
        if event.name is not None and number != NONE:
            self.labels.setdefault(number, event.name)
        return None


def _payload(text: str | None) -> dict[str, Any]:
    try:
        found = msgspec.json.decode(text or "{}")
    except (msgspec.DecodeError, RecursionError, UnicodeEncodeError):
        return {}
    return found if isinstance(found, dict) else {}


def _id(text: str | None) -> int:
    if text is None:
        return NONE
    digits = text.removesuffix(".0")
    return int(digits) if len(digits) < 19 and digits.isascii() and digits.isdigit() else NONE


def _milliseconds(value: object) -> float | None:
    """Return a time of work; 0 and less is none, and nobody works longer than a day on end."""
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return None
    return number if 0 < number <= _MOST_MILLISECONDS else None
