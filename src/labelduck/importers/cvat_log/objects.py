"""The objects that an event of the log lists, as changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeGuard

import msgspec

from labelduck.importers.cvat_log.changes import (
    CREATE,
    DELETE,
    NONE,
    SHAPE,
    TAG,
    TRACK,
    UPDATE,
    WHOLE_TRACK,
)

if TYPE_CHECKING:
    from labelduck.importers.cvat_log.changes import Changes, Deed

NO_OBJECTS = "its payload lists no objects as CVAT does"
MAX_FRAME = (1 << 31) - 1


class _Object(msgspec.Struct, gc=False):
    id: int | None = None
    frame: int | None = None
    label_id: int | None = None


class _KeyFrame(msgspec.Struct, gc=False):
    frame: int | None = None
    attributes: msgspec.Raw = msgspec.Raw()


class _Track(msgspec.Struct):
    id: int | None = None
    frame: int | None = None
    label_id: int | None = None
    attributes: msgspec.Raw = msgspec.Raw()
    shapes: list[_KeyFrame] | None = None


class _Payload(msgspec.Struct):
    shapes: list[_Object] | None = None
    tags: list[_Object] | None = None
    tracks: list[_Track] | None = None


_decode = msgspec.json.Decoder(_Payload).decode


class Objects:
    """Reads the payloads of events in order of time.

    CVAT sends a changed track as a whole. What was changed is told by comparing it with what the log last said of it: key frames
    that are new, gone, or have other attributes. When nothing of that differs, something was moved at a key frame
    that the log does not name, and the change is the whole track's; as it is in newer logs, which tell ids alone.

    Args:
        changes: Takes what is found.
    """

    def __init__(self, changes: Changes) -> None:
        self._add = changes.add
        self._tracks: dict[int, tuple[int, bytes, dict[int, int]]] = {}

    def read(self, payload: str | None, deed: Deed) -> str | None:
        """Read one event; return why it cannot be read, None when it can.

        Args:
            payload: JSON text.
            deed: What the event did to the objects.
        """
        try:
            found = _decode(payload or "{}")
        except (msgspec.DecodeError, RecursionError, UnicodeEncodeError):
            return NO_OBJECTS
        n_sound = n_bad = 0
        for kind, objects in ((SHAPE, found.shapes), (TAG, found.tags)):
            for each in objects or ():
                if _is_id(each.id):
                    self._add(deed, kind, each.id, _frame(each.frame), _label(each.label_id))
                    n_sound += 1
                else:
                    n_bad += 1
        for track in found.tracks or ():
            if _is_id(track.id):
                for frame, action in self._of_track(track, deed.action):
                    self._add(deed._replace(action=action), TRACK, track.id, frame, _label(track.label_id))
                n_sound += 1
            else:
                n_bad += 1
        if n_bad:
            return "some of its objects have no id"
        return None if n_sound else NO_OBJECTS

    def _of_track(self, track: _Track, action: int) -> list[tuple[int, int]]:
        """Return frame and action of each change of a track."""
        number: Any = track.id
        before = self._tracks.pop(number, None)
        if any(each.frame is None for each in track.shapes or ()):
            # Newer servers name key frames by numbers that nothing else tells: the change is the whole track's.
            return (
                [(frame, DELETE) for frame in before[2]]
                if before and action == DELETE
                else [(WHOLE_TRACK, action)]
            )
        there = {_frame(each.frame): hash(bytes(each.attributes)) for each in track.shapes or ()}
        if action == DELETE:
            gone = before[2] if before else there
            return [(frame, DELETE) for frame in gone] or [(WHOLE_TRACK, DELETE)]
        self._tracks[number] = label, attributes, _ = (_label(track.label_id), bytes(track.attributes), there)
        if action == CREATE:
            return [(frame, CREATE) for frame in there] or [(WHOLE_TRACK, CREATE)]
        if before is None:
            return [(WHOLE_TRACK, UPDATE)]
        found = [(frame, CREATE) for frame in there if frame not in before[2]]
        found += [(frame, DELETE) for frame in before[2] if frame not in there]
        found += [(f, UPDATE) for f, said in there.items() if before[2].get(f, said) != said]
        if not found or before[:2] != (label, attributes):
            found.append((WHOLE_TRACK, UPDATE))
        return found


def _is_id(number: int | None) -> TypeGuard[int]:
    return number is not None and 0 <= number < 1 << 63


def _frame(frame: int | None) -> int:
    return frame if frame is not None and 0 <= frame <= MAX_FRAME else NONE


def _label(label: int | None) -> int:
    return label if label is not None and 0 <= label < 1 << 63 else NONE
