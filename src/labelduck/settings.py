"""`labelduck.toml`: what a lake's owner may set, with the default of each in one place."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, Literal, get_args

from labelduck import gate_settings
from labelduck.errors import BadInputError
from labelduck.gate_settings import GateSettings

if TYPE_CHECKING:
    from pathlib import Path

FILE_NAME = "labelduck.toml"
LARGEST = 1e300

Mode = Literal["coco", "corrected"]
Difficult = Literal["count", "crowd", "ignore"]


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Settings of one lake.

    Attributes:
        thresholds: Defaults of the threshold macros, for example `{"min_iou": 0.6}`.
        mode: `coco` equals pycocotools to the bit, its quirks included; `corrected` mends the documented ones.
        difficult: What an annotation marked difficult is: `count` like any other, `crowd`, or `ignore`.
        gates: Limits of release gates, waivers, minima of coverage, and what checklist.toml attests.
    """

    thresholds: dict[str, float] = field(default_factory=dict)
    mode: Mode = "coco"
    difficult: Difficult = "count"
    gates: GateSettings = field(default_factory=GateSettings)

    def macros(self) -> dict[str, float | str]:
        """Return the macros of the catalogue whose defaults this lake changes."""
        rules = {
            "match_mode": (self.mode, Settings.mode),
            "difficult_rule": (self.difficult, Settings.difficult),
        }
        return {
            **self.thresholds,
            **self.gates.macros(),
            **{name: value for name, (value, usual) in rules.items() if value != usual},
        }


def load(lake: Path) -> Settings:
    """Return the settings of a lake; the defaults where the file or a key is absent.

    Raises:
        BadInputError: The file is no TOML, or a key or value is unknown.
    """
    path = lake / FILE_NAME
    if not path.exists():
        return Settings(gates=gate_settings.read(path, {}))
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadInputError(path, "", f"cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise BadInputError(path, "", f"is no valid TOML: {error}; mend it or take it away") from error
    return Settings(
        thresholds=_thresholds(path, document),
        gates=gate_settings.read(path, document),
        **_matching(path, document),
    )


def _thresholds(path: Path, document: dict[str, Any]) -> dict[str, float]:
    section = _section(path, document, "thresholds")
    for name, value in section.items():
        if type(value) not in (int, float) or not abs(value) <= LARGEST:
            raise BadInputError(path, f"thresholds.{name}", f"{str(value)[:40]!r} is no finite number")
    return {name: float(value) for name, value in section.items()}


def _matching(path: Path, document: dict[str, Any]) -> dict[str, Any]:
    allowed = {"mode": get_args(Mode), "difficult": get_args(Difficult)}
    section = _section(path, document, "matching")
    for name, value in section.items():
        place = f"matching.{name}"
        if name not in allowed:
            raise BadInputError(path, place, f"is unknown; known are {', '.join(allowed)}")
        if value not in allowed[name]:
            raise BadInputError(path, place, f"{value!r} is none of {', '.join(allowed[name])}")
    return {f.name: section[f.name] for f in fields(Settings) if f.name in section}


def _section(path: Path, document: dict[str, Any], name: str) -> dict[str, Any]:
    section = document.get(name, {})
    if not isinstance(section, dict):
        raise BadInputError(path, name, f"is no section; write [{name}] and a line for each setting")
    return section
