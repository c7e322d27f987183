"""`labelduck.toml`: what a lake's owner may set, with the default of each in one place."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, Literal, get_args

from labelduck.errors import BadInputError

if TYPE_CHECKING:
    from pathlib import Path

FILE_NAME = "labelduck.toml"

Mode = Literal["coco", "corrected"]
Difficult = Literal["count", "crowd", "ignore"]


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Settings of one lake.

    Attributes:
        thresholds: Defaults of the threshold macros, for example `{"min_iou": 0.6}`.
        mode: `coco` equals pycocotools to the bit, its quirks included; `corrected` mends the documented ones.
        difficult: What an annotation marked difficult is: `count` like any other, `crowd`, or `ignore`.
    """

    thresholds: dict[str, float] = field(default_factory=dict)
    mode: Mode = "coco"
    difficult: Difficult = "count"

    def macros(self) -> dict[str, float | str]:
        """Return the macros of the catalogue whose defaults this lake changes."""
        rules = {
            "match_mode": (self.mode, Settings.mode),
            "difficult_rule": (self.difficult, Settings.difficult),
        }
        return {
            **self.thresholds,
            **{name: value for name, (value, usual) in rules.items() if value != usual},
        }


def load(lake: Path) -> Settings:
    """Return the settings of a lake; the defaults where the file or a key is absent.

    Raises:
        BadInputError: The file is no TOML, or a key or value is unknown.
    """
    path = lake / FILE_NAME
    if not path.is_file():
        return Settings()
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInputError(path, "", f"is no valid TOML: {error}") from error
    return Settings(thresholds=_thresholds(path, document), **_matching(path, document))


def _thresholds(path: Path, document: dict[str, Any]) -> dict[str, float]:
    section = document.get("thresholds", {})
    for name, value in section.items():
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise BadInputError(path, f"thresholds.{name}", f"{value!r} is no number")
    return {name: float(value) for name, value in section.items()}


def _matching(path: Path, document: dict[str, Any]) -> dict[str, Any]:
    allowed = {"mode": get_args(Mode), "difficult": get_args(Difficult)}
    section = document.get("matching", {})
    for name, value in section.items():
        place = f"matching.{name}"
        if name not in allowed:
            raise BadInputError(path, place, f"is unknown; known are {', '.join(allowed)}")
        if value not in allowed[name]:
            raise BadInputError(path, place, f"{value!r} is none of {', '.join(allowed[name])}")
    return {f.name: section[f.name] for f in fields(Settings) if f.name in section}
