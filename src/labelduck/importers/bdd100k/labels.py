"""What a label says beside its shape."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from labelduck.importers.bdd100k.shapes import shape_of
from labelduck.importers.drawn import DrawnError
from labelduck.importers.single_values import finite

if TYPE_CHECKING:
    from labelduck.importers.drawn import Columns

_LABEL = frozenset(
    (
        *("id", "category", "score", "attributes", "manualShape", "manualAttributes"),
        *("box2d", "poly2d", "rle", "graph"),
    )
)
_PARTS = ("occluded", "truncated")
_FLAGS = {"crowd": "is_crowd", "ignored": "is_ignored"}


def label_of(label: object) -> Columns:
    """Return the columns of a label: shape, class, and what is said of it.

    Raises:
        DrawnError: It has no category, or no shape in the picture.
    """
    if not isinstance(label, dict):
        raise DrawnError("a label must be an object")
    name = label.get("category")
    if not isinstance(name, str) or not name:
        raise DrawnError("the label has no category")
    columns = shape_of(label)
    columns["class_name"] = name
    rest = columns.pop("attributes", {}) | _attributes(label)
    for part in _PARTS:
        if isinstance(rest.get(part), bool):
            columns[part] = float(rest.pop(part))
    for flag, column in _FLAGS.items():
        if isinstance(rest.get(flag), bool):
            columns[column] = rest.pop(flag)
    if isinstance(label.get("manualShape"), bool):
        columns["source"] = "manual" if label["manualShape"] else "model"
    if rest:
        columns["attributes"] = rest
    return columns


def score_of(label: dict[str, Any]) -> float:
    """Return a label's score; DrawnError where it is no finite number."""
    score = finite(label.get("score"))
    if score is None:
        raise DrawnError(f"score {label.get('score')!r:.40} is no number; a prediction needs one")
    return score


def id_of(label: dict[str, Any]) -> str | None:
    """Return a label's id as text, None where it has none."""
    found = label.get("id")
    is_id = isinstance(found, (str, int)) and not isinstance(found, bool) and found != ""
    return str(found) if is_id else None


def _attributes(label: dict[str, Any]) -> dict[str, Any]:
    """Return what has no column."""
    said = label.get("attributes")
    rest = dict(said) if isinstance(said, dict) else {"attributes": said} if said else {}
    by_hand = label.get("manualShape")
    if label.get("manualAttributes", by_hand) != by_hand:
        rest["manualAttributes"] = label["manualAttributes"]
    rest |= {key: value for key, value in label.items() if key not in _LABEL and value is not None}
    if label.get("score") is not None:
        rest["score"] = label["score"]
    return rest
