"""Fields beside the geometry that annotation tools write into COCO files, under many names.

COCO itself has no annotator, batch or time. Tools add them to annotations, images, their `attributes`, or a top-level
list `attributions`; what is recognised here becomes a column, all else stays in `attributes` as JSON.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeAlias

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Reader: TypeAlias = Callable[[object], Any]
"""Turns a value of the source into that of a column; NotReadableError when it does not fit."""

_encode = msgspec.json.Encoder(order="sorted").encode
_ORIGINS = {
    "manual": "manual",
    "auto": "model",
    "prediction": "model",
    "model": "model",
    "semi-auto": "model_assisted",
    "prediction-changed": "model_assisted",
    "model_assisted": "model_assisted",
    "consensus": "consensus",
    "file": "imported",
    "imported": "imported",
}
_DECISIONS = {
    "accepted": "accepted",
    "approved": "accepted",
    "rejected": "rejected",
    "fixed": "fixed",
    "fixed_and_accepted": "fixed",
}
_TRUE, _FALSE = {"true", "yes", "1"}, {"false", "no", "0", ""}


class NotReadableError(ValueError):
    """A value is none of what its column can hold; it stays in `attributes`."""


class Names(dict[str, tuple[str, Reader]]):
    """Column and reader by field name; an earlier name wins over a later one for the same column."""

    def __init__(self, names: Mapping[str, tuple[str, Reader]]) -> None:
        super().__init__(names)
        self._plans: dict[tuple[str, ...], tuple[list[str], list[str]]] = {}

    def split(self, fields: Iterable[str]) -> tuple[list[str], list[str]]:
        """Return those of the fields that are names, the ones that win first, and the others."""
        key = tuple(fields)
        if key not in self._plans:
            # There are few combinations in a file, and a strange file may not fill the memory with them.
            if len(self._plans) > 1000:
                self._plans.clear()
            known = set(key)
            self._plans[key] = (
                [name for name in self if name in known],
                [name for name in key if name not in self],
            )
        return self._plans[key]


def recognise(fields: Mapping[str, Any], names: Names) -> tuple[dict[str, Any], dict[str, Any]]:
    """Split fields into columns and the rest.

    Args:
        fields: Fields of a record.
        names: Names of the columns.

    Returns:
        Values by column, and the fields that are no column or whose value does not fit it.
    """
    columns: dict[str, Any] = {}
    rest: dict[str, Any] = {}
    found, others = names.split(fields)
    for name in found:
        column, read = names[name]
        try:
            value = read(fields[name])
        except NotReadableError:
            rest[name] = fields[name]
            continue
        if value is not None and columns.setdefault(column, value) != value:
            rest[name] = fields[name]
    for name in others:
        rest[name] = fields[name]
    return columns, rest


def as_json(fields: Mapping[str, Any]) -> str | None:
    """Return fields as JSON text, None for none; NaN and infinity, which JSON lacks, become text."""
    if not fields:
        return None
    text = _encode(fields)
    # The encoder writes null for NaN.
    return (_encode(_finite(fields)) if b"null" in text else text).decode()


def flattened(record: Mapping[str, Any], known: frozenset[str]) -> dict[str, Any]:
    """Return the unknown fields of a record together with those of its `attributes`, the record's own first."""
    own = {name: value for name, value in record.items() if name not in known}
    nested = own.pop("attributes", None)
    if nested is None:
        return own
    if isinstance(nested, list) and all(
        isinstance(item, dict) and {"name", "value"} <= item.keys() for item in nested
    ):
        nested = {str(item["name"]): item["value"] for item in nested}
    if not isinstance(nested, dict):
        return own | {"attributes": nested}
    clashing = {name: value for name, value in nested.items() if name in own and own[name] != value}
    return nested | own | ({"attributes": clashing} if clashing else {})


def read_text(value: object) -> str | None:
    """Return text or a number as text."""
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise NotReadableError
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def read_person(value: object) -> str | None:
    """Return a person: text, a number, or an object with e-mail, user name, name or id."""
    if isinstance(value, dict):
        return next(
            (read_text(value[key]) for key in ("email", "username", "name", "id") if value.get(key)), None
        )
    return read_text(value)


def read_flag(value: object) -> bool | None:
    """Return true or false, also written as a number or in words."""
    if value is None or isinstance(value, bool):
        return value
    word = str(value).strip().lower().removesuffix(".0")
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise NotReadableError


def read_share(value: object) -> float | None:
    """Return a share 0..1; true counts as 1."""
    if isinstance(value, bool | str):
        return None if value == "" else float(bool(read_flag(value)))
    number = read_number(value)
    if number is not None and not 0 <= number <= 1:
        raise NotReadableError
    return number


def read_number(value: object) -> float | None:
    """Return a finite number."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise NotReadableError
    try:
        number = float(value)
    except OverflowError:
        raise NotReadableError from None
    if not math.isfinite(number):
        raise NotReadableError
    return number


def read_whole(value: object) -> int | None:
    """Return a whole number of 32 bits."""
    number = read_number(value)
    if number is not None and not (number.is_integer() and abs(number) < 1 << 31):
        raise NotReadableError
    return None if number is None else int(number)


def read_seconds_of_milliseconds(value: object) -> float | None:
    """Return seconds from milliseconds."""
    number = read_number(value)
    return None if number is None else number / 1000


def read_time(value: object) -> datetime | None:
    """Return a time in UTC without a zone, from ISO 8601 text or from seconds or milliseconds since 1970."""
    if value in (None, "", 0):
        return None
    try:
        if isinstance(value, str):
            time = datetime.fromisoformat(value.strip())
            return time.astimezone(UTC).replace(tzinfo=None) if time.tzinfo else time
        seconds = read_number(value) or 0.0
        # 1e11 seconds is the year 5138, 1e11 milliseconds is 1973: no annotation tool is as old.
        return datetime.fromtimestamp(seconds / 1000 if abs(seconds) > 1e11 else seconds, UTC).replace(
            tzinfo=None
        )
    except (ValueError, OverflowError, OSError):
        raise NotReadableError from None


def read_origin(value: object) -> str | None:
    """Return where a shape comes from, in the words of the `source` column."""
    return _word(value, _ORIGINS)


def read_decision(value: object) -> str | None:
    """Return a review decision."""
    return _word(value, _DECISIONS)


def _word(value: object, words: Mapping[str, str]) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str) or value.strip().lower() not in words:
        raise NotReadableError
    return words[value.strip().lower()]


def _finite(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, dict):
        return {name: _finite(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_finite(inner) for inner in value]
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value


def _named(column: str, read: Reader, *names: str) -> dict[str, tuple[str, Reader]]:
    return dict.fromkeys(names, (column, read))


PEOPLE = (
    "annotator",
    "annotator_id",
    "annotated_by",
    "created_by",
    "creator",
    "completed_by",
    "labeler",
    "labeler_id",
)
PEOPLE_ELSEWHERE = ("labeller", "labelerLogin", "worker", "worker_id", "user", "username")

_PROVENANCE: dict[str, tuple[str, Reader]] = {
    **_named("annotator", read_person, *PEOPLE, *PEOPLE_ELSEWHERE),
    **_named("batch", read_text, "batch", "batch_id", "batch_name"),
    **_named("job", read_text, "job", "job_id"),
    **_named(
        "created_at", read_time, "created_at", "annotated_at", "annotated_on", "timestamp", "date_created"
    ),
    **_named("updated_at", read_time, "updated_at", "modified_at"),
    **_named("lead_time_s", read_number, "lead_time_s", "lead_time"),
    **_named("lead_time_s", read_seconds_of_milliseconds, "milliseconds"),
    **_named("review_status", read_decision, "review_status", "review_decision", "status"),
    **_named("reviewer", read_person, "reviewer", "reviewed_by"),
    **_named("is_gold", read_flag, "is_gold", "gold"),
    **_named("source", read_origin, "source", "origin"),
}

ANNOTATION_FIELDS = Names(
    {
        **_PROVENANCE,
        **_named("is_crowd", read_flag, "iscrowd", "is_crowd"),
        **_named("occluded", read_share, "occluded", "is_occluded"),
        **_named("truncated", read_share, "truncated", "is_truncated"),
        **_named("difficult", read_flag, "difficult", "is_difficult"),
        **_named("is_ignored", read_flag, "ignore", "is_ignored"),
        **_named("rotation", read_number, "rotation"),
        **_named("track_id", read_text, "track_id", "instance_id"),
        **_named("group_id", read_text, "group_id"),
        **_named("z_order", read_whole, "z_order"),
    }
)
"""Columns of an annotation beside its geometry."""

IMAGE_FIELDS = Names(
    {
        **_named("annotator", read_person, *PEOPLE),
        **_named("batch", read_text, "batch", "batch_id", "batch_name"),
        **_named("job", read_text, "job", "job_id"),
        **_named("split", read_text, "split", "subset"),
        **_named("captured_at", read_time, "captured_at", "date_captured"),
        **_named("uri", read_text, "uri", "coco_url", "flickr_url", "url"),
        **_named("video", read_text, "video", "video_id", "video_name"),
        **_named("frame", read_whole, "frame", "frame_id", "frame_index"),
        **_named("is_annotated", read_flag, "is_annotated", "annotated"),
        **_named("sha256", read_text, "sha256"),
        **_named("phash", read_text, "phash"),
    }
)
"""Columns of an image beside its name and size."""
