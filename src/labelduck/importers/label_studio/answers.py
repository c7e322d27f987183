"""What an annotator answered by choosing, typing or rating, about a whole picture or about one region."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from labelduck.importers.base import storable

if TYPE_CHECKING:
    from collections.abc import Mapping

CLASSES = frozenset({"choices", "taxonomy", "rating", "pairwise"})
"""Answers that are one or several of a few: classes of a picture. The others are free: numbers, times and text."""

CHOSEN = frozenset({"choices", "taxonomy"})
"""Of these, the ones whose answers are names of classes and not a place on a scale."""

_KEYS = {"pairwise": "selected", "textarea": "text"}


def answer(kind: str, value: Mapping[str, Any]) -> Any:  # noqa: ANN401 - whatever was asked for
    """Return the answer that a result's value holds; None where it holds none."""
    found = value.get(kind)
    return value.get(_KEYS.get(kind, kind)) if found is None else found


def class_names(kind: str, told: object) -> list[str]:
    """Return an answer as class names: a choice as it is, a path of a taxonomy with `/` between its steps."""
    if kind == "taxonomy" and isinstance(told, list):
        paths = told if all(isinstance(path, list) for path in told) else [told]
        return [storable("/".join(map(str, path))) for path in paths if path]
    many = told if isinstance(told, list) else [told]
    return [storable(str(one)) for one in many if isinstance(one, str | int | float) and one != ""]


def plain(told: object) -> object:
    """Return an answer for `attributes`: the only one of a list by itself."""
    return told[0] if isinstance(told, list) and len(told) == 1 else told


def text_and_number(told: object) -> tuple[str | None, float | None]:
    """Return a free answer as text, and as a number where it is one."""
    told = plain(told)
    if isinstance(told, bool) or not isinstance(told, int | float):
        words = "\n".join(map(str, told)) if isinstance(told, list) else str(told)
        return storable(words), None
    try:
        number = float(told)
    except OverflowError:
        return str(told), None
    return str(told), number if abs(number) < 1e300 else None
