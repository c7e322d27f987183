"""A desk where suspects are handed out and decisions come back: a decision lands on what was handed out, as it was seen.

What a reviewer sees of a suspect travels as one sealed text: dataset, image, label, class, box and version together. A
decision brings the text back, so that it cannot fall on another image however pages are drawn again, and no query has to
find the suspect again: taking a decision is one line added to the trail.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from typing import TYPE_CHECKING, Any

from labelduck import decisions
from labelduck.errors import UsageError
from labelduck.worklist.deciding import current_version, seen

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from labelduck.folder import LakeFolder

MAX_TEXT = 2000
"""Characters of a reason or a name at most."""

_TOLD = ("decision", "reason", "reviewer", "lead", "new_class", "session")
_CORNERS = ("x_min", "y_min", "x_max", "y_max")


class Desk:
    """Hands out the suspects of one lake and takes decisions on them.

    Args:
        folder: The lake.
        is_read_only: Whether decisions are refused.
    """

    def __init__(self, folder: LakeFolder, *, is_read_only: bool = False) -> None:
        self.folder, self.is_read_only = folder, is_read_only
        self._key = secrets.token_bytes(32)

    def hand_out(self, suspects: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
        """Return for each row of `worklist` or `label_suspects` its `seen`, `seal` and `key`.

        `key` names the suspect and how it looked: the same for the same label as long as neither class nor box changes.
        A row of `repeatable_decisions` is a repeat for its `reviewer`, and looks like any other.
        """
        versions: dict[str, int | None] = {}
        handed = []
        for suspect in suspects:
            dataset = suspect["dataset"]
            if dataset not in versions:
                versions[dataset] = current_version(self.folder, dataset)
            shown = seen(suspect, version=versions[dataset])
            if suspect.get("decision_id"):
                shown["repeat_for"] = suspect["reviewer"]
            text = json.dumps(shown, sort_keys=True)
            lasting = {name: value for name, value in shown.items() if name not in {"suspicion", "version"}}
            key = hashlib.sha256(json.dumps(lasting, sort_keys=True).encode()).hexdigest()[:20]
            handed.append({"key": key, "seen": text, "seal": self._seal(text)})
        return handed

    def take(self, told: Mapping[str, Any]) -> dict[str, Any]:
        """Take a decision on a suspect that was handed out; it is on the disk on return.

        Args:
            told: `seen` and `seal` as they were handed out, `decision`, and where they apply reason, reviewer, lead,
                new_class, new_box (four corners) and session.

        Returns:
            The decision as it was written.

        Raises:
            UsageError: The desk only shows, did not hand this out, or a value means nothing.
            LabelduckEnvironmentError: The trail cannot be written; nothing was decided.
        """
        if self.is_read_only:
            raise UsageError("this dashboard was started with --read-only: it takes no decisions")
        text, seal = told.get("seen"), told.get("seal")
        if not isinstance(text, str) or not isinstance(seal, str):
            raise UsageError("a decision needs `seen` and `seal` as they were handed out")
        if not hmac.compare_digest(self._seal(text), seal):
            raise UsageError(
                "this suspect was handed out by another run of the dashboard: load the page again"
            )
        row: dict[str, Any] = json.loads(text)
        for name in _TOLD:
            value = told.get(name)
            if value is None or value == "":
                continue
            if not isinstance(value, str) or len(value) > MAX_TEXT:
                raise UsageError(f"{name} has to be a text of at most {MAX_TEXT} characters")
            row[name] = value.strip()
        row["new_box"] = _corners(told.get("new_box"))
        repeat_for = row.pop("repeat_for", None)
        if repeat_for is not None and repeat_for == row.get("reviewer"):
            row["is_repeat"] = True
        return decisions.append(self.folder.path, row | {"tool": "dashboard"})

    def _seal(self, text: str) -> str:
        return hmac.new(self._key, text.encode(), hashlib.sha256).hexdigest()


def _corners(box: object) -> dict[str, float] | None:
    if box is None:
        return None
    if not isinstance(box, dict) or set(box) != set(_CORNERS):
        raise UsageError(f"new_box needs {', '.join(_CORNERS)}")
    return box
