"""What a log tells, as rows of `events` and `reviews`."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from labelduck.importers.base import storable
from labelduck.importers.cvat_log.changes import ACTIONS, CREATE, DELETE, KINDS, NONE, TRACK, WHOLE_TRACK
from labelduck.importers.cvat_log.job_rounds import DECISIONS, steps

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from labelduck.importers.base import Batch
    from labelduck.importers.cvat_log.log import Log
    from labelduck.importers.rows import Rows

ROWS = 100_000
_NOTHING: Mapping[int, Any] = MappingProxyType({})
Columns = dict[str, "NDArray[np.int64]"]


class Tables:
    """Rows of `events` and `reviews`.

    Args:
        log: What was read.
        columns: Its changes by object and time.
        class_name: Name of a label.
        task_of: Tasks of jobs, for events that name only the job.
        real: By task the frames that show another frame again, and that frame.
        assignees: Assignees of jobs now.
        frames: By kind, place in KINDS, and id the frames of objects, for newer logs, which do not tell them.
    """

    def __init__(
        self,
        log: Log,
        columns: Columns,
        *,
        class_name: Callable[[int], str],
        task_of: Mapping[int, int] = _NOTHING,
        real: Mapping[int, Mapping[int, int]] = _NOTHING,
        assignees: Mapping[int, str] = _NOTHING,
        frames: Mapping[int, Mapping[int, int]] = _NOTHING,
    ) -> None:
        self._log, self._columns = log, columns
        self._class_name, self._task_of, self._real, self._assignees = class_name, task_of, real, assignees
        self._frames = frames

    def of_annotations(self) -> Iterator[Batch]:
        """Yield the events of annotations, in order of time."""
        columns = dict(self._columns)
        if not len(columns["at"]):
            return
        columns["label"], columns["before"] = _labels(columns)
        columns["task"] = self._tasks(columns)
        columns["shown"] = self._shown(columns)
        order = np.argsort(columns["at"], kind="stable")
        for start in range(0, len(order), ROWS):
            rows = order[start : start + ROWS]
            yield {"events": self._events({name: column[rows] for name, column in columns.items()})}

    def of_jobs(self, rows: Rows) -> dict[int, str]:
        """Add the steps of jobs to `events` and `reviews`, and times of work to `events`; return who reviewed which job last."""
        reviewers = {}
        for step in steps(self._log.job_changes, self._assignees):
            event_id = f"job:{step.job}/{step.action}/{step.at // 1000}"
            common = {"job": str(step.job), "reason": step.reason}
            rows.add_once(
                "events",
                event_id,
                common
                | {
                    "event_id": event_id,
                    "happened_at": _time(step.at),
                    "actor": step.actor,
                    "action": step.action,
                },
            )
            if step.action in DECISIONS:
                review = {"review_id": f"job:{step.job}/{step.round}", "reviewed_at": _time(step.at)}
                who = {"annotator": step.annotator, "reviewer": step.actor, "sampling": "all"}
                decided = {"round": step.round, "decision": DECISIONS[step.action]}
                rows.add_once("reviews", review["review_id"], common | review | who | decided)
                if step.actor is not None:
                    reviewers[step.job] = step.actor
        for work in self._log.work:
            event_id = f"job:{work.job}/work/{work.actor}/{work.at // 1000}"
            row = {"event_id": event_id, "happened_at": _time(work.at), "actor": work.actor, "action": "work"}
            job = None if work.job == NONE else str(work.job)
            rows.add_once("events", event_id, row | {"job": job, "lead_time_s": work.seconds})
        return reviewers

    def _events(self, columns: Columns) -> pa.Table:
        kinds, actions = (pa.array(names, pa.string()) for names in (KINDS, ACTIONS))
        action = actions.take(pa.array(columns["action"]))
        is_track = columns["kind"] == TRACK
        of_key_frame = is_track & (columns["frame"] != WHOLE_TRACK)
        ids = pc.binary_join_element_wise(
            kinds.take(pa.array(columns["kind"])), pa.array(columns["number"]).cast(pa.string()), ":"
        )
        numbered = pc.binary_join_element_wise(ids, pa.array(columns["frame"]).cast(pa.string()), "/")
        ids = pc.if_else(pa.array(of_key_frame), numbered, ids)
        at = pa.array(columns["at"])
        milliseconds = pc.divide(at, 1000).cast(pa.string())
        image = pc.binary_join_element_wise(
            pa.array(columns["task"]).cast(pa.string()), pa.array(columns["shown"]).cast(pa.string()), "/"
        )
        known = (columns["task"] != NONE) & (columns["shown"] >= 0)
        return pa.table(
            {
                "event_id": pc.binary_join_element_wise(ids, action, milliseconds, "/"),
                "happened_at": at.cast(pa.timestamp("us")),
                "actor": _named(columns["actor"], self._log.people.__getitem__),
                "action": action,
                "annotation_id": ids,
                "image_id": pc.if_else(pa.array(known), image, None),
                "job": pc.if_else(
                    pa.array(columns["job"] != NONE), pa.array(columns["job"]).cast(pa.string()), None
                ),
                "from_class": _named(columns["before"], self._class_name),
                "to_class": _named(
                    np.where(columns["action"] == DELETE, NONE, columns["label"]), self._class_name
                ),
            }
        )

    def _tasks(self, columns: Columns) -> NDArray[np.int64]:
        """Return the tasks, those that an event does not name by its job."""
        tasks = columns["task"].astype(np.int64)
        if self._task_of and (tasks == NONE).any():
            jobs, place = np.unique(columns["job"], return_inverse=True)
            found = np.array([self._task_of.get(job, NONE) for job in jobs.tolist()], np.int64)
            tasks = np.where(tasks == NONE, found[place], tasks)
        return tasks

    def _shown(self, columns: Columns) -> NDArray[np.int64]:
        """Return the frames, of honeypots those that they show."""
        shown = columns["frame"].astype(np.int64)
        for kind, frames in self._frames.items():
            for row in np.flatnonzero((shown == NONE) & (columns["kind"] == kind)):
                shown[row] = frames.get(int(columns["number"][row]), NONE)
        for task, real in self._real.items():
            for row in np.flatnonzero(columns["task"] == task) if real else ():
                shown[row] = real.get(int(shown[row]), shown[row])
        return shown


def _labels(columns: Columns) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the labels after and before each change; what an event does not say is as it was."""
    kind, number, label = columns["kind"], columns["number"], columns["label"]
    n = len(label)
    first = np.append(True, (kind[1:] != kind[:-1]) | (number[1:] != number[:-1]))
    start = np.maximum.accumulate(np.where(first, np.arange(n), 0))
    last_said = np.maximum.accumulate(np.where(label != NONE, np.arange(n), -1))
    after = np.where(last_said >= start, label[last_said], NONE)
    before = np.where(first, NONE, np.append(NONE, after[:-1]))
    # What is taken away was what the event says; what is made was nothing.
    before = np.where((columns["action"] == DELETE) & (before == NONE), after, before)
    return after, np.where(columns["action"] == CREATE, NONE, before)


def _named(codes: NDArray[np.int64], name: Callable[[int], str]) -> pa.Array:
    """Return names by number, null for NONE."""
    numbers, place = np.unique(codes, return_inverse=True)
    names: Sequence[Any] = [None if code == NONE else storable(name(code)) for code in numbers.tolist()]
    return pa.array(names, pa.string()).take(pa.array(place))


def _time(microseconds: int) -> str:
    return str(np.datetime64(microseconds, "us"))
