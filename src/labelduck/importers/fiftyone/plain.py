"""Values as MongoDB writes them into JSON, as plain values."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

_NUMBERS = {"$numberInt": int, "$numberLong": int, "$numberDouble": float, "$numberDecimal": float}


def plain(value: Any) -> Any:  # noqa: ANN401 - whatever a sample holds
    """Return ids as text, times as ISO 8601, numbers as numbers and bytes as base64 text; all else as it is, outside and in."""
    if isinstance(value, list):
        return [plain(item) for item in value]
    return _object(value) if isinstance(value, dict) else value


def _object(value: dict[str, Any]) -> Any:  # noqa: ANN401 - whatever a sample holds
    if "$oid" in value:
        return str(value["$oid"])
    if "$date" in value:
        return _time(value["$date"])
    if "$binary" in value:
        inner = value["$binary"]
        return inner.get("base64") if isinstance(inner, dict) else inner
    name = next(iter(value), "")
    if len(value) == 1 and name in _NUMBERS:
        return _number(name, value[name])
    return {name: plain(item) for name, item in value.items()}


def _time(value: object) -> object:
    if isinstance(value, dict):
        value = plain(value)
    if not isinstance(value, int | float):
        return value
    try:
        return datetime.fromtimestamp(value / 1000, UTC).isoformat()
    except (ValueError, OverflowError, OSError):
        return value


def _number(name: str, value: Any) -> object:  # noqa: ANN401 - what is no number stays
    try:
        return _NUMBERS[name](value)
    except (TypeError, ValueError):
        return value
