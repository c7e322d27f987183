"""What became of each annotation: who made it, when, how often it was changed and by whom."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from labelduck.importers.cvat_log.changes import CREATE, DELETE, KINDS, NONE, TRACK, UPDATE, WHOLE_TRACK

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_CODES = {kind: code for code, kind in enumerate(KINDS)}


class Fate(NamedTuple):
    """What became of one annotation.

    Attributes:
        creator: Who made it; None when the log begins later.
        created_at: When, ISO 8601 in UTC.
        updated_at: When it was last changed or made.
        n_edits: Changes after it was made.
        editor: Who changed it last.
    """

    creator: str | None
    created_at: str | None
    updated_at: str | None
    n_edits: int
    editor: str | None


class History:
    """Fates by annotation.

    Args:
        columns: Changes by object and time, as `Changes.columns` gives them; none for a history that knows nothing.
        people: Names by the numbers in `actor`.
    """

    def __init__(self, columns: dict[str, NDArray[np.int64]], people: Sequence[str]) -> None:
        self._columns, self._people = columns, people
        self._rows: dict[tuple[int, int], tuple[int, int]] = {}
        if not columns or not len(columns["at"]):
            return
        kind, number = columns["kind"], columns["number"]
        starts = np.flatnonzero(np.append(True, (kind[1:] != kind[:-1]) | (number[1:] != number[:-1])))
        ends = np.append(starts[1:], len(kind))
        keys = zip(kind[starts].tolist(), number[starts].tolist(), strict=True)
        self._rows = dict(zip(keys, zip(starts.tolist(), ends.tolist(), strict=True), strict=True))

    def of(self, kind: str, number: int | None, frame: int) -> Fate | None:
        """Return the fate of an annotation; None when the log says nothing of it.

        Args:
            kind: shape, tag or track.
            number: Its id on the server.
            frame: Its frame; a track's key frames have fates of their own, and share what befell the track.
        """
        span = self._rows.get((_CODES[kind], NONE if number is None else number))
        if span is None:
            return None
        rows = np.arange(*span)
        if _CODES[kind] == TRACK:
            frames = self._columns["frame"][rows]
            rows = rows[(frames == frame) | (frames == WHOLE_TRACK)]
        if not len(rows):
            return None
        return self._fate(rows)

    def _fate(self, rows: NDArray[np.int64]) -> Fate:
        """Tell the fate from an object's changes in order of time."""
        actions = self._columns["action"][rows].tolist()
        times, actors = self._columns["at"][rows].tolist(), self._columns["actor"][rows].tolist()
        made = next((i for i, action in enumerate(actions) if action == CREATE), None)
        edits = [i for i, action in enumerate(actions) if action == UPDATE]
        last = max((i for i, action in enumerate(actions) if action != DELETE), default=None)
        return Fate(
            None if made is None else self._name(actors[made]),
            None if made is None else _iso(times[made]),
            None if last is None else _iso(times[last]),
            len(edits),
            self._name(actors[edits[-1]]) if edits else None,
        )

    def _name(self, actor: int) -> str | None:
        return None if actor == NONE else self._people[actor]


def _iso(microseconds: int) -> str:
    return str(np.datetime64(microseconds, "us"))
