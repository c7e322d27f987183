"""The suspects that come next: a long piece of the worklist is asked for once, and what was decided since is left out.

The worklist is dear where there are millions of suspects, and every decision makes it another one. Its order hardly
changes with a single decision, so a piece of it serves many pages; it is asked for anew after RENEWED decisions, when it
runs out, and when the lake is built.
"""

from __future__ import annotations

import secrets
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import db
import queries
from context import context
from labelduck import derived, manifests, settings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from filters import Filters

PIECE, RENEWED = 960, 200
SAME_PLACE = 0.5
"""IoU from which two missing labels are one, as in `open_suspects`."""


def suspects(
    chosen: Filters, *, issues: Sequence[str], cause: str | None, size: int, reviewer: str
) -> list[dict[str, Any]]:
    """Return the rows of a page: of `worklist`, and a few of `repeatable_decisions` among them."""
    worklist = db.describe("worklist")
    where = chosen.conditions(worklist.columns if worklist else ())
    where += [queries.among("issue", issues)] if issues else []
    where += [queries.equals("cause", cause)] if cause else []
    done = _decided(chosen)
    age = _age(done)
    query = queries.select("worklist", where=where, order="place", limit=PIECE)
    rows = [row for row in db.records_as_of(query, age) if not _is_decided(row, done)][:size]
    if len(rows) < size:
        rows = db.records(queries.select("worklist", where=where, order="place", limit=size))
    return rows if cause else _with_repeats(rows, chosen, issues, reviewer, done)


def is_build_due(chosen: Filters) -> bool:
    """Tell whether the newest version has not been looked through for suspects yet."""
    lake = context().lake.path
    manifest = manifests.head(lake, str(chosen.dataset))
    return manifest is not None and derived.is_due(lake, manifest, settings.load(lake))


def _age(done: Mapping[Any, Sequence[Any]]) -> str:
    """Return a name for how far decisions have come; it changes with each that is taken back: its suspect waits again."""
    (taken_back,) = db.records("select count(*) as n from decisions where decision = 'undo'")
    return f"{sum(map(len, done.values())) // RENEWED} {taken_back['n']}"


def _decided(chosen: Filters) -> dict[tuple[str, str], list[dict[str, Any]]]:
    """Return the decisions that stand, by issue and image."""
    where = [queries.equals("dataset", chosen.dataset), "(is_latest or is_repeat)"]
    found: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in db.records(queries.select("standing_decisions", where=where)):
        found[row["issue"], row["image_id"]].append(row)
    return found


def _is_decided(row: Mapping[str, Any], done: Mapping[tuple[str, str], Sequence[Mapping[str, Any]]]) -> bool:
    return any(_is_about(decision, row) for decision in done.get((row["issue"], row["image_id"]), ()))


def _is_about(decision: Mapping[str, Any], row: Mapping[str, Any]) -> bool:
    """Tell whether a decision covers a suspect, as `undecided_suspicions` does: a label that was changed since is another."""
    if row["issue"] != "missing_label":
        if decision["field"] != row["field"]:
            return False
        if row["issue"] == "duplicate_label" and decision["annotation_id"] == row["other_annotation_id"]:
            return True
        is_same_class = decision["class_name"] in {None, row["class_name"]}
        is_seen = is_same_class and _is_same_box(decision["box"], row["box"])
        return bool(is_seen) and decision["annotation_id"] == row["annotation_id"]
    if decision["box"] is None or row["suggested_box"] is None:
        return (decision["model"], decision["prediction_id"]) == (row["model"], row["prediction_id"])
    is_same_class = decision["class_name"] in {None, row["suggested_class"]}
    return bool(is_same_class and _iou(decision["box"], row["suggested_box"]) >= SAME_PLACE)


def _is_same_box(a: Mapping[str, float] | None, b: Mapping[str, float] | None) -> bool:
    """Tell as the macro `same_box` whether no side differs by half a pixel; a box that is not known is like any."""
    return not (a and b) or max(abs(a[side] - b[side]) for side in a) < 0.5


def _iou(a: Mapping[str, float], b: Mapping[str, float]) -> float:
    width = min(a["x_max"], b["x_max"]) - max(a["x_min"], b["x_min"])
    height = min(a["y_max"], b["y_max"]) - max(a["y_min"], b["y_min"])
    shared = max(width, 0.0) * max(height, 0.0)
    areas = [(box["x_max"] - box["x_min"]) * (box["y_max"] - box["y_min"]) for box in (a, b)]
    return shared / (sum(areas) - shared) if shared else 0.0


def _with_repeats(
    rows: list[dict[str, Any]],
    chosen: Filters,
    issues: Sequence[str],
    reviewer: str,
    done: Mapping[tuple[str, str], Sequence[Mapping[str, Any]]],
) -> list[dict[str, Any]]:
    """Put some suspects that this reviewer judged long ago among the others, unmarked; these come on the next page."""
    repeatable = db.describe("repeatable_decisions")
    if not rows or not reviewer or repeatable is None:
        return rows
    (told,) = db.records("select repeat_share() as share, repeat_distance() as distance", reads_trail=False)
    mine = [d for decided in done.values() for d in decided if d["reviewer"] == reviewer]
    chance = secrets.SystemRandom()
    places = [place for place in range(len(rows)) if chance.random() < told["share"]]
    if not places or len(mine) <= told["distance"]:
        return rows
    where = [*chosen.conditions(repeatable.columns), queries.equals("reviewer", reviewer)]
    where += [queries.among("issue", issues)] if issues else []
    query = queries.select("repeatable_decisions", where=where, order="decided_at", limit=200)
    again = [d for d in mine if d["is_repeat"]]
    seen = {(d["issue"], d["image_id"], d["annotation_id"], d["prediction_id"]) for d in again}
    old = [
        row
        for row in db.records_as_of(query, _age(done))
        if (row["issue"], row["image_id"], row["annotation_id"], row["prediction_id"]) not in seen
    ]
    mixed = list(rows)
    for place, repeat in zip(places, chance.sample(old, min(len(places), len(old))), strict=False):
        mixed.insert(place, repeat)
    return mixed[: len(rows)]
