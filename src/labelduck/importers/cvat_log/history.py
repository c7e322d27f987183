"""What became of each annotation: who made it, when, how often it was changed and by whom."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from labelduck.importers.cvat_log.changes import CREATE, KINDS, NONE, TRACK, UPDATE, WHOLE_TRACK

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_CODES = {kind: code for code, kind in enumerate(KINDS)}


class Fate(NamedTuple):
    """What became of one annotation.

    Attributes:
        creator: Who made it; None when the log begins later.
        created_at: When, ISO 8601 in UTC.
        updated_at: When it was last changed, or else made.
        n_edits: Changes after it was made.
        editor: Who changed it last.
    """

    creator: str | None
    created_at: str | None
    updated_at: str
    n_edits: int
    editor: str | None


class History:
    """Fates by annotation.

    Args:
        columns: Changes by object and time, as `Changes.columns` gives them.
        people: Names by the numbers in `actor`.

    Attributes:
        lacks_frames: Some changes do not tell on which frame they were.
    """

    def __init__(self, columns: dict[str, NDArray[np.int64]], people: Sequence[str]) -> None:
        self._columns, self._people = columns, people
        self._rows: dict[tuple[int, int], tuple[int, int]] = {}
        self.lacks_frames = bool((columns["frame"] == NONE).any())
        if not len(columns["at"]):
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
        start, end = span
        columns = [self._columns[name][start:end] for name in ("action", "at", "actor")]
        if _CODES[kind] == TRACK:
            frames = self._columns["frame"][start:end]
            columns = [column[(frames == frame) | (frames == WHOLE_TRACK)] for column in columns]
        return self._fate(*(column.tolist() for column in columns))

    def _fate(self, actions: list[int], times: list[int], actors: list[int]) -> Fate | None:
        """Tell the fate from an object's changes in order of time.

        A key frame that was taken away and set again is a new one; what befell its track before is not its own.
        """
        made = max((i for i, action in enumerate(actions) if action == CREATE), default=None)
        edits = [
            i for i, action in enumerate(actions) if action == UPDATE and i > (-1 if made is None else made)
        ]
        if made is None and not edits:
            return None
        return Fate(
            None if made is None else self._name(actors[made]),
            None if made is None else _iso(times[made]),
            _iso(times[edits[-1] if edits else made or 0]),
            len(edits),
            self._name(actors[edits[-1]]) if edits else None,
        )

    def _name(self, actor: int) -> str | None:
        return None if actor == NONE else self._people[actor]


def _iso(microseconds: int) -> str:
    return str(np.datetime64(microseconds, "us"))
