"""The rounds of jobs: submitted by annotators, accepted or rejected by reviewers, read from changes of stage and state.

    state becomes rejected, or the stage goes back              reject
    stage leaves annotation, or a job at it becomes completed   submit
    stage leaves validation, or a job beyond annotation becomes completed   accept
    stage goes from annotation to acceptance at once            accept where it was submitted, else submit

What one request changes is one step. A step that says again what the one before it said (completed, then moved on to the next stage)
is none. Each acceptance and each rejection is a review of the job's next round.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from labelduck.importers.cvat_log.log import JobChange

STAGES = ("annotation", "validation", "acceptance")
SUBMIT, ACCEPT, REJECT = "submit", "accept", "reject"
DECISIONS = {ACCEPT: "accepted", REJECT: "rejected"}
TOGETHER = 1_000_000
"""Microseconds within which changes of one job by one person are one step, in logs that do not name requests."""
_LONGEST_NAME = 10_000


class Step(NamedTuple):
    """A job went on.

    Attributes:
        at: Microseconds since 1970, UTC.
        job: Its id.
        task: Id of its task.
        actor: Who did it.
        action: submit, accept or reject.
        annotator: The job's assignee at that time; where it is not known who submitted last.
        round: Number of the review; None for a submission.
        reason: The changes, in words.
    """

    at: int
    job: int
    task: int
    actor: str | None
    action: str
    annotator: str | None
    round: int | None
    reason: str


@dataclass
class _State:
    stage: str = STAGES[0]
    last: str | None = None
    n_reviews: int = 0
    submitter: str | None = None


def steps(changes: Iterable[JobChange], assignees: Mapping[int, str]) -> Iterator[Step]:
    """Yield the steps of all jobs, job by job.

    Args:
        changes: In any order.
        assignees: Assignees of jobs now, for those whose assignee the changes do not tell.
    """
    by_job: dict[int, dict[tuple[Any, ...], JobChange]] = {}
    for change in changes:
        key = (change.at, change.field, change.new)  # logs of overlapping times repeat events
        by_job.setdefault(change.job, {})[key] = change
    for job, found in sorted(by_job.items()):
        ordered = sorted(found.values(), key=lambda change: change.at)
        yield from _of_job(ordered, assignees.get(job))


def _of_job(changes: list[JobChange], now: str | None) -> Iterator[Step]:
    state = _State()
    first = next((change for change in changes if change.field == "assignee"), None)
    annotator = now if first is None else _person(first.old)
    stage = next((change for change in changes if change.field == "stage"), None)
    if stage is not None and _word(stage.old) in STAGES:
        state.stage = _word(stage.old)
    for together in _requests(changes):
        action, reason = _action(together, state)
        if action is not None and action != state.last:
            state.n_reviews += action in DECISIONS
            number = state.n_reviews if action in DECISIONS else None
            start = together[0]
            if action == SUBMIT:
                state.submitter = start.actor
            who = annotator or state.submitter
            yield Step(start.at, start.job, start.task, start.actor, action, who, number, reason)
            state.last = action
        for change in together:
            if change.field == "assignee":
                annotator = _person(change.new)


def _requests(changes: list[JobChange]) -> Iterator[list[JobChange]]:
    together: list[JobChange] = []
    for change in changes:
        if together and not _is_same(together[0], change):
            yield together
            together = []
        together.append(change)
    if together:
        yield together


def _is_same(first: JobChange, change: JobChange) -> bool:
    if first.request is not None and change.request is not None:
        return first.request == change.request
    return change.actor == first.actor and change.at - first.at < TOGETHER


def _action(together: list[JobChange], state: _State) -> tuple[str | None, str]:
    """Return what a request means, and its changes in words; the state goes on."""
    before, became = state.stage, None
    said = []
    for change in together:
        if change.field not in ("stage", "state"):
            continue
        old, new = _word(change.old), _word(change.new)
        said.append(f"{change.field}: {old or '?'} -> {new or '?'}")
        if change.field == "state":
            became = new
        elif new in STAGES:
            state.stage = new
    reason = ", ".join(said)
    moved = STAGES.index(state.stage) - STAGES.index(before)
    if became == "rejected" or moved < 0:
        return REJECT, reason
    if moved > 0 or became == "completed":
        is_passed = before != STAGES[0] or (state.stage == STAGES[2] and state.last == SUBMIT)
        return (ACCEPT if is_passed else SUBMIT), reason
    if became in ("in_progress", "new"):
        state.last = None  # opened again: what comes next is new, even when it is the same
    return None, reason


def _word(value: object) -> str:
    return value.strip().lower().replace(" ", "_") if isinstance(value, str) else ""


def _person(value: object) -> str | None:
    """Return a user name from an account, which stands in the log as JSON or as Python writes it."""
    if isinstance(value, str) and value.lstrip().startswith("{") and len(value) < _LONGEST_NAME:
        try:
            value = ast.literal_eval(value)
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            return None
    if isinstance(value, dict):
        value = value.get("username") or value.get("email")
    return value if isinstance(value, str) and value not in ("", "None") else None
