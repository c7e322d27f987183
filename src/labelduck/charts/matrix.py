"""Matrices: confusion of classes, agreement of pairs, annotators by class."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from labelduck.charts.bars import sentences
from labelduck.charts.description import NOT_ENOUGH, Axis, Cells, Chart
from labelduck.charts.rows import listed, name, number, written

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from labelduck.charts.description import Form
    from labelduck.charts.rows import Rows

ROWS_SHOWN = 24
"""Rows, and columns, that a matrix shows unless it is told otherwise."""


def heatmap(
    rows: Rows,
    *,
    row: str,
    column: str,
    value: str,
    text: str | None = None,
    n: str | None = None,
    title: str,
    row_title: str = "",
    column_title: str = "",
    form: Form = "rate",
    low: float | None = None,
    high: float | None = None,
    is_diverging: bool = False,
    is_symmetric: bool = False,
    order: Sequence[str] = (),
    absent: str = "",
    limit: int = ROWS_SHOWN,
) -> Chart:
    """Return a matrix of cells; one that has a row but no value is drawn as not enough data.

    Args:
        rows: One for each cell.
        row: Column that names the cell's row.
        column: Column that names its column.
        value: What its colour says.
        text: Column that is written into it; else the value.
        n: Column of how many things it is of, for the pointer.
        title: What the chart shows.
        row_title: What the rows are.
        column_title: What the columns are.
        form: How values are written.
        low: Value without colour; else 0.
        high: Value of full colour; else the highest there is, and 1 for rates.
        is_diverging: Whether values on both sides of 0 matter; colours then are as strong for -high as for high.
        is_symmetric: Whether rows name both sides of a pair in one order only.
        order: Names in their order; else as they come.
        absent: What is written where there is no row.
        limit: Rows and columns that are shown.
    """
    found = {(name(r.get(row)), name(r.get(column))): r for r in listed(rows)}
    if is_symmetric:
        found = {**{(b, a): r for (a, b), r in found.items()}, **found}
    rows_named, columns_named = (dict.fromkeys(pair[side] for pair in found) for side in (0, 1))
    if not order and rows_named.keys() & columns_named.keys():
        order = (*rows_named, *columns_named)  # the same things on both sides stand in the same order
    downs, acrosses = _names(rows_named, order, limit), _names(columns_named, order, limit)
    if is_symmetric:
        downs = acrosses = sorted({*downs, *acrosses})[:limit]
    values = tuple(
        tuple(number(found[(d, a)].get(value)) if (d, a) in found else None for a in acrosses) for d in downs
    )
    known = [abs(v) for line in values for v in line if v is not None]
    top = high if high is not None else (1.0 if form == "rate" else max(known, default=1.0) or 1.0)
    cells = Cells(
        values=values,
        texts=tuple(
            tuple(_text(found.get((d, a)), text, value, form, absent) for a in acrosses) for d in downs
        ),
        hints=tuple(tuple(_hint(found.get((d, a)), (d, a), value, n, form) for a in acrosses) for d in downs),
        low=-top if is_diverging else (low or 0.0),
        high=top,
        is_diverging=is_diverging,
    )
    n_names = max(len(rows_named), len(columns_named))
    return Chart(
        kind="heatmap",
        title=title,
        x=Axis(title=column_title, form="category", categories=tuple(acrosses)),
        y=Axis(title=row_title, form="category", categories=tuple(downs)),
        marks=(cells,) if found else (),
        note=sentences(
            "· is not enough data."
            if any(NOT_ENOUGH in hint for line in cells.hints for hint in line)
            else "",
            f"First {limit} of {n_names}." if n_names > limit else "",
        ),
        summary=_strongest(found, value, form),
    )


def _names(names: Iterable[str], order: Sequence[str], limit: int) -> list[str]:
    places = {label: i for i, label in reversed(list(enumerate(order)))}
    return sorted(names, key=lambda label: places.get(label, len(places)))[:limit]


def _text(cell: Mapping[str, Any] | None, text: str | None, value: str, form: Form, absent: str) -> str:
    if cell is None:
        return absent
    shown = number(cell.get(value))
    if text and cell.get(text) is not None:
        found = number(cell[text])
        return str(cell[text]) if found is None else written(found, "count")
    return "·" if shown is None else written(shown, form).removesuffix("%")


def _hint(
    cell: Mapping[str, Any] | None, pair: tuple[str, str], value: str, n: str | None, form: Form
) -> str:
    if cell is None:
        return ""
    shown = number(cell.get(value))
    words = NOT_ENOUGH if shown is None else written(shown, form)
    many = f", n = {cell[n]:,}" if n and cell.get(n) is not None else ""
    return f"{pair[0]} / {pair[1]}: {words}{many}"


def _strongest(found: Mapping[tuple[str, str], Mapping[str, Any]], value: str, form: Form) -> str:
    known = [
        (v, pair)
        for pair, r in found.items()
        if (v := number(r.get(value))) is not None and pair[0] != pair[1]
    ]
    if not known:
        return f"{len(found)} cells." if found else "No data."
    highest, pair = max(known)
    return f"{len(found)} cells; off the diagonal the highest is {written(highest, form)}, {pair[0]} / {pair[1]}."
