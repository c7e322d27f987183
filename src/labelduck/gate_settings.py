"""What a lake's owner may say of its release: limits, waivers, minima in labelduck.toml; attestations in checklist.toml.

[gates]
label_errors = 0.01            # the limit; true and false switch a gate on and off
class_balance = false

[[waivers]]
gate = "split_leaks"           # all of these are needed; dataset = "..." for one alone
owner = "ann@example.org"
reason = "the leak is in the published split"
until = 2026-12-31

[[coverage]]
dimension = "size"             # any, split, size, occlusion, tag, or an attribute of images or annotations
value = "small"                # each value, and each class, where none is named
class = "person"
at_least = 200
"""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from labelduck.errors import BadInputError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

CHECKLIST_NAME = "checklist.toml"
GATES = (
    *("object_agreement", "class_agreement", "gold_accuracy", "gold_pass_rate"),
    *("missing_labels", "label_errors", "audit_done"),
    *("class_counts", "class_balance", "coverage", "format_validity", "import_errors", "checklist"),
    *("duplicate_images", "split_leaks", "broken_tracks", "drift", "minimum_size"),
)
"""Gates, as in gate_rules() of the catalogue."""

ATTESTED = ("examples_shown", "risk_known", "guide_updated", "owner_named")
"""Points of the checklist that no table tells, as in checklist_items() of the catalogue."""

_WAIVER = {"gate": str, "owner": str, "reason": str, "until": date}
_COVERAGE = {"dimension": str, "at_least": int}
_ATTESTATION = {"name": str, "date": date}


@dataclass(frozen=True, kw_only=True)
class GateSettings:
    """What was said, checked.

    Attributes:
        limits: Limit by gate, where it differs from the usual one.
        off: Gates that are switched off.
        waivers: Gate, owner, reason, until and perhaps dataset of each waiver.
        coverage: Dimension, at_least and perhaps value, class and dataset of each minimum.
        attestations: Item, name, date and perhaps dataset and note of each attested point.
    """

    limits: Mapping[str, float] = field(default_factory=dict)
    off: tuple[str, ...] = ()
    waivers: tuple[Mapping[str, Any], ...] = ()
    coverage: tuple[Mapping[str, Any], ...] = ()
    attestations: tuple[Mapping[str, Any], ...] = ()

    def macros(self) -> dict[str, float | str]:
        """Return the macros of the catalogue whose defaults this changes."""
        rules = {
            "waiver_rules": self.waivers,
            "coverage_rules": self.coverage,
            "attestation_rules": self.attestations,
        }
        told: dict[str, float | str] = {f"{gate}_limit": limit for gate, limit in self.limits.items()}
        told |= {name: json.dumps(said, default=str) for name, said in rules.items() if said}
        return told | ({"gates_off": ",".join(self.off)} if self.off else {})


def read(path: Path, document: Mapping[str, Any]) -> GateSettings:
    """Return what labelduck.toml, and checklist.toml beside it, say of gates.

    Raises:
        BadInputError: A key or value is unknown or lacks.
    """
    limits, off = _gates(path, document.get("gates", {}))
    waivers = _records(path, "waivers", document.get("waivers", []), _WAIVER, ("dataset",))
    for number, waiver in enumerate(waivers):
        _refuse_unknown(path, f"waivers[{number}].gate", waiver["gate"], GATES)
    coverage = _records(
        path, "coverage", document.get("coverage", []), _COVERAGE, ("dataset", "class", "value")
    )
    return GateSettings(
        limits=limits,
        off=off,
        waivers=waivers,
        coverage=coverage,
        attestations=_attestations(path.with_name(CHECKLIST_NAME)),
    )


def refuse_expired(path: Path, waivers: tuple[Mapping[str, Any], ...], today: date) -> None:
    """Refuse waivers whose last day is past: somebody has to mend the fault, or to answer for it anew.

    Raises:
        BadInputError: The first that is past.
    """
    for number, waiver in enumerate(waivers):
        if waiver["until"] < today:
            raise BadInputError(
                path,
                f"waivers[{number}].until",
                f"the waiver of {waiver['gate']} by {waiver['owner']} ended on {waiver['until']}; mend what it excused, "
                "or agree on a new day",
            )


def _gates(path: Path, section: object) -> tuple[dict[str, float], tuple[str, ...]]:
    if not isinstance(section, dict):
        raise BadInputError(path, "gates", "is no section; write [gates] and a line for each gate")
    for gate, said in section.items():
        _refuse_unknown(path, f"gates.{gate}", gate, GATES)
        if not isinstance(said, bool | int | float) or not abs(said) < float("inf"):
            raise BadInputError(
                path, f"gates.{gate}", f"{str(said)[:40]!r} is no limit; write a number, true or false"
            )
    limits = {gate: float(said) for gate, said in section.items() if not isinstance(said, bool)}
    return limits, tuple(gate for gate, said in section.items() if said is False)


def _attestations(path: Path) -> tuple[Mapping[str, Any], ...]:
    if not path.is_file():
        return ()
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadInputError(path, "", f"cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise BadInputError(path, "", f"is no valid TOML: {error}; mend it or take it away") from error
    found: list[Mapping[str, Any]] = []
    for item, said in document.items():
        _refuse_unknown(path, item, item, ATTESTED)
        told = said if isinstance(said, list) else [said]
        found += [
            {"item": item} | row for row in _records(path, item, told, _ATTESTATION, ("dataset", "note"))
        ]
    return tuple(found)


def _records(
    path: Path, name: str, said: object, needed: Mapping[str, type], free: tuple[str, ...]
) -> tuple[dict[str, Any], ...]:
    if not isinstance(said, list) or not all(isinstance(row, dict) for row in said):
        raise BadInputError(path, name, f"is no list; write [[{name}]] and its lines for each")
    for number, row in enumerate(said):
        place = f"{name}[{number}]"
        for key, kind in needed.items():
            if key not in row:
                raise BadInputError(path, place, f"has no {key}; it needs {', '.join(needed)}")
            if not _is(row[key], kind):
                raise BadInputError(path, f"{place}.{key}", f"{str(row[key])[:40]!r} is {_REMEDIES[kind]}")
        for key, value in row.items():
            _refuse_unknown(path, f"{place}.{key}", key, (*needed, *free))
            if key in free and not _is(value, str):
                raise BadInputError(path, f"{place}.{key}", f"{str(value)[:40]!r} is {_REMEDIES[str]}")
    return tuple(said)


_REMEDIES = {
    str: "no text; write it between quotes, not empty",
    date: "no day; write it as 2026-12-31, without quotes",
    int: "no whole number from 0 on",
}


def _is(value: object, kind: type) -> bool:
    if kind is str:
        return isinstance(value, str) and bool(value.strip())
    if kind is date:
        return isinstance(value, date) and not isinstance(value, datetime)
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _refuse_unknown(path: Path, place: str, name: object, known: tuple[str, ...]) -> None:
    if name not in known:
        raise BadInputError(path, place, f"{str(name)[:40]!r} is unknown; known are {', '.join(known)}")
