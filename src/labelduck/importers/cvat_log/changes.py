"""Changes of annotations as columns of numbers, some 50 bytes each, so that a million of them fits in little memory."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

KINDS = ("shape", "tag", "track")
SHAPE, TAG, TRACK = range(3)
CREATE, UPDATE, DELETE = range(3)
ACTIONS = ("create", "update", "delete")
NONE = -1
"""No job, label, frame or actor."""
WHOLE_TRACK = -2
"""As frame: the change is of a track as a whole."""
_COLUMNS = {
    "at": "q", "kind": "b", "number": "q", "frame": "i", "action": "b", "label": "q", "actor": "i", "job": "q", "task": "q",
}  # fmt: skip


class Deed(NamedTuple):
    """What one event did, to whatever objects: time, action, and the numbers of actor, job and task."""

    at: int
    action: int
    actor: int
    job: int
    task: int


class Changes:
    """Changes, gathered in the order of the log.

    Attributes:
        at: Microseconds since 1970, UTC.
        kind: Place in KINDS.
        number: Id on the server.
        frame: Frame; of a track the key frame, or WHOLE_TRACK.
        action: Place in ACTIONS.
        label: Id of the label.
        actor: Place in the log's list of people.
        job: Id.
        task: Id.
    """

    def __init__(self) -> None:
        self._columns = {name: array(code) for name, code in _COLUMNS.items()}
        self._add = tuple(column.append for column in self._columns.values())

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._columns["at"])

    def add(self, deed: Deed, kind: int, number: int, frame: int, label: int) -> None:
        """Note what was done to one object; by position, as this is called for each."""
        at, action, actor, job, task = deed
        values = (at, kind, number, frame, action, label, actor, job, task)
        for append, value in zip(self._add, values, strict=True):
            append(value)

    def columns(self) -> dict[str, NDArray[np.int64]]:
        """Return the columns, ordered by object and time; of changes that the log holds twice only one."""
        found = {name: np.frombuffer(column, column.typecode) for name, column in self._columns.items()}
        if not len(self):
            return {name: column.copy() for name, column in found.items()}
        order = np.lexsort([found[name] for name in ("action", "frame", "at", "number", "kind")])
        found = {name: column[order] for name, column in found.items()}
        same = np.ones(len(order) - 1, bool)
        for name in ("action", "at", "frame", "number", "kind", "label"):
            same &= found[name][1:] == found[name][:-1]
        kept = np.append(True, ~same)
        return {name: column[kept] for name, column in found.items()}
