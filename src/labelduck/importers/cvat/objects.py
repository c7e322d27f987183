"""What CVAT says of an object besides its shape, as columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from labelduck.importers.cvat.labels import typed
from labelduck.importers.values import FLAGS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from labelduck.importers.cvat.labels import Label

    Note = Callable[[str, str], None]
    """Takes a kind of problem and what it is here."""

SOURCES = {
    "manual": "manual",
    "auto": "model",
    "semi-auto": "model_assisted",
    "file": "imported",
    "consensus": "consensus",
}
LARGEST_ORDER = (1 << 31) - 1


class Scope:
    """What the ids of tracks and groups mean: those of several tasks may be the same.

    Attributes:
        tracks: Stands before the id of a track.
        groups: Stands before the id of a group.
    """

    __slots__ = ("groups", "tracks")

    def __init__(self, tracks: str = "", groups: str = "") -> None:
        self.tracks, self.groups = tracks, groups


def facts_of(
    told: Mapping[str, Any],
    pairs: Iterable[tuple[str, Any]],
    label: Label,
    scope: Scope,
    note: Note,
) -> dict[str, Any]:
    """Return occluded, z_order, group_id, source and attributes of one object; what is left out is null.

    Args:
        told: Its fields as XML or JSON have them; group is called `group_id` or `group`.
        pairs: Names and values of its attributes.
        label: Its class, which knows the kinds of these.
        scope: What the ids mean.
        note: Takes what is repaired.
    """
    attributes = {name: typed(value, label.kinds.get(name)) for name, value in pairs}
    row: dict[str, Any] = {}
    if (source := told.get("source")) is not None and source != "":
        known = SOURCES.get(source) if isinstance(source, str) else None
        if known is None:
            attributes.setdefault("source", source)
        row["source"] = known
    if (occluded := told.get("occluded")) is not None:
        row["occluded"] = _share(occluded, note)
    if (order := told.get("z_order")) is not None:
        row["z_order"] = _order(order, note)
    group = told.get("group_id", told.get("group"))
    if group and group != "0":
        row["group_id"] = f"{scope.groups}{group}"
    row["attributes"] = attributes
    return row


def _share(value: object, note: Note) -> float | None:
    if value in {"0", "1", True, False}:
        return 1.0 if value in {"1", True} else 0.0
    flag = FLAGS.get(str(value).strip().lower())
    if flag is None:
        note("occluded is no flag", f"occluded is {value!r:.40}, expected 0 or 1; it is left empty")
        return None
    return float(flag)


def _order(value: object, note: Note) -> int | None:
    try:
        order = int(str(value))
    except ValueError:
        order = LARGEST_ORDER + 1
    if abs(order) > LARGEST_ORDER:
        note("z_order is no number", f"z_order is {value!r:.40}, expected a whole number; it is left empty")
        return None
    return order
