"""Sessions of work that coco-annotator writes into `events` of images and annotations: who, when, for how long."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from labelduck.importers.coco.fields import (
    NotReadableError,
    read_person,
    read_seconds_of_milliseconds,
    read_time,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


class Session(NamedTuple):
    """One stretch of work.

    Attributes:
        annotator: Who worked.
        started_at: When it began (UTC); None when not told.
        seconds: How long it took; None when not told.
    """

    annotator: str
    started_at: datetime | None
    seconds: float | None

    @property
    def ended_at(self) -> datetime | None:
        """When it ended."""
        return self.started_at and self.started_at + timedelta(seconds=self.seconds or 0)


def sessions_of(record: Mapping[str, Any]) -> list[Session]:
    """Return the sessions of an image or annotation, in their order; none when its `events` are something else."""
    events = record.get("events")
    found = [_session(event) for event in events] if isinstance(events, list) else []
    return [session for session in found if session is not None]


def provenance_of(sessions: list[Session]) -> dict[str, Any]:
    """Return what sessions say of an annotation where it does not say so itself."""
    if not sessions:
        return {}
    times = [session.seconds for session in sessions if session.seconds is not None]
    said = {
        "annotator": sessions[0].annotator,
        "created_at": sessions[0].started_at,
        "updated_at": sessions[-1].ended_at if len(sessions) > 1 else None,
        "lead_time_s": sum(times) if times else None,
    }
    return {name: value for name, value in said.items() if value is not None}


def event_rows(sessions: list[Session], annotation_id: str, image_id: str) -> list[dict[str, Any]]:
    """Return rows of `events`: the first session made the annotation, the others changed it."""
    return [
        {
            "event_id": f"{annotation_id}/{number}",
            "happened_at": session.started_at,
            "actor": session.annotator,
            "action": "update" if number else "create",
            "annotation_id": annotation_id,
            "image_id": image_id,
        }
        for number, session in enumerate(sessions)
    ]


def _session(event: Any) -> Session | None:  # noqa: ANN401 - whatever the file holds
    if not isinstance(event, dict):
        return None
    started = event.get("created_at")
    if isinstance(started, dict):  # as MongoDB writes times: {"$date": milliseconds or text}
        started = started.get("$date")
    annotator = _read(read_person, event.get("user"))
    if annotator is None:
        return None
    return Session(
        annotator, _read(read_time, started), _read(read_seconds_of_milliseconds, event.get("milliseconds"))
    )


def _read(reader: Any, value: object) -> Any:  # noqa: ANN401 - the reader's type
    try:
        return reader(value)
    except NotReadableError:
        return None
