"""What CVAT says of an object besides its shape, as columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from labelduck.importers.cvat.labels import typed
from labelduck.importers.drawn import DrawnError
from labelduck.importers.values import FLAGS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from labelduck.importers.cvat.labels import Label, Labels
    from labelduck.importers.drawn import Columns
    from labelduck.importers.rows import Rows

    Draw = Callable[[Label], Columns]
    """Gives the columns of a shape, knowing its class; raises a `DrawnError`."""

SOURCES = {
    "manual": "manual",
    "auto": "model",
    "semi-auto": "model_assisted",
    "file": "imported",
    "consensus": "consensus",
}
LARGEST_ORDER = (1 << 31) - 1
NAMELESS = "label is missing"
NO_SHAPE = "the shape cannot be read"
OF_IMAGE_LABELS = ("image_id", "annotator", "is_gold")


class Scope:
    """What the ids of tracks and groups mean: those of several tasks may be the same.

    Attributes:
        tracks: Stands before the id of a track.
        groups: Stands before the id of a group.
    """

    __slots__ = ("groups", "tracks")

    def __init__(self, tracks: str = "", groups: str = "") -> None:
        self.tracks, self.groups = tracks, groups


class Objects:
    """Adds objects to `annotations`.

    Args:
        rows: Takes them.
        labels: Knows their classes.
        source_file: The file, as it is named to the user.
        own: Fields of an object that are no attributes of it.
    """

    def __init__(self, rows: Rows, labels: Labels, source_file: str, own: Collection[str]) -> None:
        self._rows = rows
        self._labels = labels
        self._file = source_file
        self._own = frozenset(own)

    def add(
        self,
        told: Mapping[str, Any],
        pairs: Iterable[tuple[str, Any]],
        draw: Draw,
        common: Mapping[str, Any],
        *,
        scope: Scope,
        more: Mapping[str, Any] | None = None,
    ) -> None:
        """Add one object, or say why it is none.

        Args:
            told: Its fields as XML or JSON have them.
            pairs: Names and values of its attributes.
            draw: Gives its shape.
            common: Columns that are known already; `source_ref` is its place.
            scope: What the ids of groups mean.
            more: Further attributes.
        """
        place, name = common["source_ref"], told.get("label")
        if not name or not isinstance(name, str):
            self._rows.repeats.add(NAMELESS, self._file, place, record=told)
            return
        label = self._labels.meet(name)
        try:
            drawn = draw(label)
        except DrawnError as error:
            self._rows.repeats.add(NO_SHAPE, self._file, place, str(error), record=told)
            return
        row = {**common, "class_name": name, **drawn, **self.facts(told, pairs, label, scope, place)}
        odd = told.keys() - self._own
        if odd or more or "attributes" in drawn:
            others = ({key: told[key] for key in odd}, more or {}, drawn.get("attributes", {}))
            row["attributes"] = _together(row["attributes"], *others)
        self._rows.add("annotations", row)

    def add_tag(
        self, told: Mapping[str, Any], pairs: Iterable[tuple[str, Any]], common: Mapping[str, Any], place: str
    ) -> dict[str, Any]:
        """Add a class of a whole image; return what else is said of it, to be kept with the image."""
        name = told.get("label")
        if not name or not isinstance(name, str):
            self._rows.repeats.add(NAMELESS, self._file, place, record=told)
            return {}
        facts = self.facts(told, pairs, self._labels.meet(name), Scope(), place)
        row = {"class_name": name, "source": facts.get("source")}
        row |= {key: common[key] for key in OF_IMAGE_LABELS if key in common}
        self._rows.add("image_labels", row)
        more = facts["attributes"] | {key: facts[key] for key in ("group_id",) if key in facts}
        return {"label": name} | more if more else {}

    def facts(
        self,
        told: Mapping[str, Any],
        pairs: Iterable[tuple[str, Any]],
        label: Label,
        scope: Scope,
        place: str,
    ) -> dict[str, Any]:
        """Return occluded, z_order, group_id, source and attributes of one object; what is left out is null."""
        attributes = {name: typed(value, label.kinds.get(name)) for name, value in pairs}
        row: dict[str, Any] = {"attributes": attributes}
        if source := told.get("source"):
            known = SOURCES.get(source) if isinstance(source, str) else None
            if known is None:
                attributes.setdefault("source", source)
            row["source"] = known
        if (occluded := told.get("occluded")) is not None:
            row["occluded"] = self._share(occluded, place)
        if (order := told.get("z_order")) is not None:
            row["z_order"] = self._order(order, place)
        group = told.get("group_id", told.get("group"))
        if group and group != "0":
            row["group_id"] = f"{scope.groups}{group}"
        return row

    def _share(self, value: object, place: str) -> float | None:
        flag = FLAGS.get(str(value).strip().lower())
        if flag is None:
            problem = f"occluded is {value!r:.40}, expected 0 or 1; it is left empty"
            self._rows.repeats.add("occluded is no flag", self._file, place, problem, severity="repaired")
            return None
        return float(flag)

    def _order(self, value: object, place: str) -> int | None:
        try:
            order = int(str(value))
        except ValueError:
            order = LARGEST_ORDER + 1
        if abs(order) > LARGEST_ORDER:
            problem = f"z_order is {value!r:.40}, expected a whole number; it is left empty"
            self._rows.repeats.add("z_order is no number", self._file, place, problem, severity="repaired")
            return None
        return order


def _together(first: dict[str, Any], *others: Mapping[str, Any]) -> dict[str, Any]:
    """Return all attributes; those of the class keep their names, others that would take one get `cvat:` in front."""
    whole = dict(first)
    for other in others:
        for key, value in other.items():
            whole[f"cvat:{key}" if key in whole else key] = value
    return whole
