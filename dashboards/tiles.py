"""Figures that stand for the whole, each with its interval and where it comes from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import streamlit as st

import db
import queries
import registry
from labelduck.errors import UsageError

if TYPE_CHECKING:
    from filters import Filters


@dataclass(frozen=True, kw_only=True)
class Tile:
    """One figure: a value of one row of a view, its interval, and the page that tells more.

    Attributes:
        label: What it is.
        view: View that has it.
        value: Its column, or an aggregate over the rows.
        low: Lower end of its interval.
        high: Upper end.
        where: Condition that picks the row.
        form: rate, count or number.
        unit: What it is of, put behind it.
        page: Page that tells more.
        metric: What `metrics_by_version` calls it, for the change since another version.
        is_bad: Whether more of it is worse.
        is_small: Whether the view's rows are few and shown on the page too: then they are asked for once.
    """

    label: str
    view: str
    value: str
    low: str = "null"
    high: str = "null"
    where: str = ""
    form: str = "number"
    unit: str = "null"
    page: str
    metric: str = ""
    is_bad: bool = False
    is_small: bool = False


_OBJECTS_FIRST = "(field <> 'objects', field)"

TILES = (
    Tile(label="Images", view="images", value="count(*)", form="count", unit="case count(distinct split) when 0 then 'no splits' when 1 then any_value(split) else count(distinct split) || ' splits' end", page="health", metric="minimum_size"),
    Tile(label="Annotations", view="annotations", value="count(*)", form="count", unit="count(distinct class_name) || ' classes'", page="classes", metric="n_annotations"),
    Tile(
        label="Label errors, estimated", view="estimated_label_errors", value="any_value(error_rate)", low="any_value(error_rate_low)",
        high="any_value(error_rate_high)", where="dimension = 'dataset' and issue = 'any'", form="rate", page="gate", metric="label_errors", is_bad=True,
    ),
    Tile(label="Errors in the worklist", view="fix_next", value="sum(expected_errors)", form="count", unit="round(sum(minutes) / 60, 1) || ' hours of review'", page="worklist", is_small=True),
    Tile(
        label="Agreement (alpha)", view="agreement", value=f"arg_min(value, {_OBJECTS_FIRST})", low=f"arg_min(low, {_OBJECTS_FIRST})",
        high=f"arg_min(high, {_OBJECTS_FIRST})", where="metric = 'krippendorff_alpha' and value is not null", page="agreement", metric="object_agreement",
    ),
    Tile(
        label="Right by gold", view="gold_accuracy_by_annotator", value="sum(n_correct) / nullif(sum(n_judged), 0)",
        low="wilson_low(sum(n_correct), sum(n_judged))", high="wilson_high(sum(n_correct), sum(n_judged))", form="rate",
        unit="sum(n_judged) || ' judged'", page="gold", metric="gold_accuracy",
    ),
    Tile(label="Best model (AP)", view="coco_metrics", value="max(value)", where="metric = 'AP'", unit="max_by(model, value)", page="models"),
    Tile(label="Records refused", view="import_problems", value="count(*) filter (where severity = 'error')", form="count", unit="count(*) filter (where severity = 'repaired') || ' repaired'", page="imports", metric="import_errors", is_bad=True),
)  # fmt: skip


def draw(tiles: tuple[Tile, ...], chosen: Filters) -> None:
    """Draw figures side by side; each is a link to what it is made of."""
    with st.container(horizontal=True, horizontal_alignment="left", key="tiles"):
        for place, tile in enumerate(tiles):
            with st.container(border=True, width=218, height="stretch", key=f"tile-{place}"):
                _tile(tile, chosen)


def query(tile: Tile, chosen: Filters) -> str:
    """Return the query of a figure."""
    described = db.describe(tile.view)
    conditions = [*(chosen.conditions(described.columns) if described else []), tile.where]
    where = "\n  and ".join(filter(None, conditions))
    columns = f"{tile.value} as value, {tile.low} as low, {tile.high} as high, {tile.unit} as unit"
    return f"select {columns}\nfrom {tile.view}" + (f"\nwhere {where}" if where else "")


def _tile(tile: Tile, chosen: Filters) -> None:
    described = db.describe(tile.view)
    try:
        row = _asked(tile, chosen) if described else {}
    except UsageError:
        row = {}
    value = row.get("value")
    st.metric(
        tile.label,
        "—" if value is None else written(value, tile.form),
        **_since(tile, value, chosen),
        help=described.question if described else None,
    )
    if value is None:
        st.caption("not enough data")
    elif row.get("low") is not None and row.get("high") is not None:
        st.caption(f"95 %: {written(row['low'], tile.form)} to {written(row['high'], tile.form)}")
    else:
        st.caption(row.get("unit") or " ")
    st.page_link(f"views/{tile.page}.py", label="what it is made of")


def _asked(tile: Tile, chosen: Filters) -> dict[str, Any]:
    """Return the row of a figure."""
    reads_trail = tile.view in db.trail_readers()
    if not tile.is_small:
        return db.records(query(tile, chosen), reads_trail=reads_trail)[0]
    described = db.describe(tile.view)
    where = chosen.conditions(described.columns) if described else []
    rows = db.rows(queries.select(tile.view, where=where, limit=registry.LIMIT + 1), reads_trail=reads_trail)
    if rows.num_rows > registry.LIMIT:
        return db.records(query(tile, chosen), reads_trail=reads_trail)[0]
    return db.over(rows, tile.view, query(tile, chosen))


def _since(tile: Tile, value: float | None, chosen: Filters) -> dict[str, Any]:
    """Return how `st.metric` tells the change of a figure since another version; nothing where that is not known."""
    is_whole = not (
        chosen.splits or chosen.classes or chosen.annotators or chosen.batches or chosen.since or chosen.until
    )
    if value is None or not tile.metric or not is_whole or db.describe("metrics_by_version") is None:
        return {}
    if chosen.compare:
        limit = f"version <= {chosen.compare}"
    else:
        limit = (
            f"version < (select max(version) from versions where {queries.equals('dataset', chosen.dataset)})"
        )
    where = [queries.equals("dataset", chosen.dataset), queries.equals("metric", tile.metric), limit]
    query = queries.select(
        "metrics_by_version", columns=("version", "value"), where=where, order="version desc", limit=1
    )
    found = db.records(query)
    if not found:
        return {}
    since, change = f"since version {found[0]['version']}", value - found[0]["value"]
    if tile.form == "rate":
        said = f"{change * 100:+.1f} points"
    else:
        said = f"{change:+,.0f}" if tile.form == "count" else f"{change:+.3f}"
    if not any(digit in said for digit in "123456789"):
        return {"delta": f"as in version {found[0]['version']}", "delta_color": "off", "delta_arrow": "off"}
    is_neutral = tile.form == "count" and not tile.is_bad
    colour = "off" if is_neutral else "inverse" if tile.is_bad else "normal"
    return {"delta": f"{said} {since}", "delta_color": colour}


def written(value: Any, form: str) -> str:  # noqa: ANN401 - any number
    """Return a number as people read it."""
    if form == "rate":
        return f"{value:.1%}"
    return f"{value:,.0f}" if form == "count" else f"{value:.3f}"
