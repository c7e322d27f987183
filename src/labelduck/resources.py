"""Where sql/, report_definitions/, dashboards/ and sample_data/ lie: inside the package in a wheel, beside src/ in a checkout."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def folder(name: str) -> Path:
    """Return the folder `sql`, `report_definitions`, `dashboards` or `sample_data` of this installation."""
    inside = _PACKAGE / name
    return inside if inside.is_dir() else _PACKAGE.parents[1] / name
