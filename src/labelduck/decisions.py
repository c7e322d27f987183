"""The audit trail: what reviewers decided on suspects, a line of JSON each, only ever appended to.

    LAKE/decisions/2026-03-01.jsonl     decisions made one by one, a file a day
    LAKE/decisions/NAME.ID.jsonl        decisions that came together, all or none

`labelduck.journal` keeps them: a decision is on the disk before `append` returns.
"""

from __future__ import annotations

import json
import math
import uuid
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from labelduck import journal
from labelduck.errors import UsageError
from labelduck.schema.decided import DECISIONS, ISSUES, VERDICTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

FOLDER = "decisions"
_LOST = "nothing was decided"
_CORNERS = ("x_min", "y_min", "x_max", "y_max")
_NUMBERS = {"suspicion": float, "version": int}


def append(lake: Path, row: Mapping[str, Any]) -> dict[str, Any]:
    """Add one decision to the trail; it is on the disk on return.

    Args:
        lake: Folder of the lake.
        row: Values by column of `decisions`; `decision_id` and `decided_at` are filled in.

    Returns:
        The decision as it was written.

    Raises:
        UsageError: A value means nothing.
        LakeLockedError: Another process kept the trail to itself.
        LabelduckEnvironmentError: The trail cannot be written; the decision is not in it.
    """
    whole = completed(row)
    with journal.writing(lake, FOLDER, lost=_LOST) as folder:
        journal.add(folder / f"{whole['decided_at'][:10]}.jsonl", journal.line(whole))
    return whole


def append_all(lake: Path, rows: Sequence[Mapping[str, Any]], *, name: str) -> list[dict[str, Any]]:
    """Add decisions that came together, all or none; those whose `decision_id` is in the trail already are left out.

    Args:
        lake: Folder of the lake.
        rows: As in `append`.
        name: What they came from, for the name of their file: letters, digits, - and _.

    Returns:
        The decisions that were new, as they were written.

    Raises:
        UsageError: A value means nothing; nothing was written.
        LakeLockedError: Another process kept the trail to itself.
        LabelduckEnvironmentError: The trail cannot be written; it is as it was.
    """
    whole = {row["decision_id"]: row for row in map(completed, rows)}
    with journal.writing(lake, FOLDER, lost=_LOST) as folder:
        known = {row.get("decision_id") for row in read(lake)} if whole else set()
        new = [row for decision_id, row in whole.items() if decision_id not in known]
        if new:
            journal.place(folder / f"{name}.{uuid.uuid4().hex[:12]}.jsonl", b"".join(map(journal.line, new)))
    return new


def read(lake: Path) -> Iterator[dict[str, Any]]:
    """Yield the decisions of a lake, file by file; half lines are passed over."""
    for path in sorted((lake / FOLDER).glob("*.jsonl")):
        for line in path.read_bytes().split(b"\n"):
            with suppress(ValueError):
                row = json.loads(line)
                if isinstance(row, dict):
                    yield row


def completed(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a decision with all columns in order, its id and its time.

    Raises:
        UsageError: A column is unknown, lacks or means nothing.
    """
    if unknown := row.keys() - DECISIONS.keys():
        raise UsageError(f"a decision has no {min(unknown)!r}; it has {', '.join(DECISIONS)}")
    given = {name: value for name, value in row.items() if value is not None}
    given.setdefault("decision_id", uuid.uuid4().hex)
    given["decided_at"] = _time(given.get("decided_at"))
    for name in ("decision", "dataset", "image_id", "issue"):
        if not given.get(name):
            raise UsageError(f"a decision needs its {name}")
    _check_word("decision", given["decision"], VERDICTS)
    _check_word("issue", given["issue"], ISSUES)
    if given["decision"] != "fix" and given.keys() & {"new_class", "new_box"}:
        raise UsageError(f"new_class and new_box go with fix, not with {given['decision']}")
    if not given.keys() & {"annotation_id", "prediction_id", "field", "box"}:
        raise UsageError("a decision needs the annotation_id, prediction_id or field that it is about")
    return {name: _value(name, given.get(name)) for name in DECISIONS}


def _check_word(name: str, value: object, known: Sequence[str]) -> None:
    if value not in known:
        raise UsageError(f"{name} {str(value)[:40]!r} is unknown; known are {', '.join(known)}")


def _value(name: str, value: Any) -> Any:  # noqa: ANN401 - whatever JSON holds
    if value is None:
        return None
    if name in {"box", "new_box"}:
        if not isinstance(value, dict) or set(value) != set(_CORNERS):
            raise UsageError(f"{name} needs {', '.join(_CORNERS)}")
        return {corner: _number(name, value[corner], float) for corner in _CORNERS}
    if name in _NUMBERS:
        return _number(name, value, _NUMBERS[name])
    kind, word = (bool, "neither true nor false") if name == "is_repeat" else (str, "no text")
    if not isinstance(value, kind):
        raise UsageError(f"{name} {str(value)[:40]!r} is {word}")
    return value


def _number(name: str, value: Any, kind: type) -> Any:  # noqa: ANN401 - whatever JSON holds
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise UsageError(f"{name} {str(value)[:40]!r} is no finite number")
    return kind(value)


def _time(value: object) -> str:
    """Return a time in UTC as the trail writes it."""
    if value is None:
        value = datetime.now(UTC)
    try:
        when = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    except ValueError as error:
        raise UsageError(f"decided_at {str(value)[:40]!r} is no time; write 2026-03-01T12:00:00") from error
    if when.tzinfo is not None:
        when = when.astimezone(UTC).replace(tzinfo=None)
    return when.isoformat(timespec="microseconds")
