"""The marks of a chart as traces of a plotly figure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from labelduck.charts.description import NOT_ENOUGH, Band, Bars, Cells, Columns, Line, Points, Rule
from labelduck.charts.layout import SMALL
from labelduck.charts.rows import value_on
from labelduck.charts.shades import ink

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from labelduck.charts.description import Chart, Mark, Numbers

_SHAPES = {"straight": "linear", "step": "hvh"}


def traces(chart: Chart, mark: Mark, colours: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """Yield the traces of one mark; a rule has none, it is a shape."""
    match mark:
        case Bars():
            yield _bars(chart, mark, colours)
        case Columns():
            yield _columns(chart, mark, colours)
        case Line():
            line = {
                "color": colours[mark.colour],
                "dash": mark.dash,
                "shape": _SHAPES[mark.shape],
                "width": 2,
            }
            yield {"type": "scatter", "mode": "lines", "x": list(mark.xs), "y": list(mark.ys), "line": line,
                   "connectgaps": False, "hoverinfo": "skip" if not mark.name else "all", **_named(mark.name)}  # fmt: skip
        case Band():
            yield from _band(mark, colours)
        case Points():
            yield _points(mark, colours)
        case Cells():
            yield from _cells(mark, colours)
        case Rule():
            return


def _named(name: str) -> dict[str, Any]:
    return {"name": plain(name), "showlegend": bool(name)}


def _bars(chart: Chart, mark: Bars, colours: Mapping[str, str]) -> dict[str, Any]:
    names = [chart.y.categories[place] for place in mark.places]
    told = [
        plain(
            " ".join(filter(None, (name, mark.name)))
            + f": {NOT_ENOUGH if v is None else value_on(chart.x, v)}"
        )
        for name, v in zip(names, mark.values, strict=True)
    ]
    trace: dict[str, Any] = {
        "type": "bar",
        "orientation": "h",
        "x": list(mark.values),
        "y": list(mark.places),
        "base": list(mark.starts) if mark.starts else 0,
        "width": 0.58,
        "marker": {"color": [colours[colour] for colour in mark.colours]},
        "hovertext": told,
        "hoverinfo": "text",
        **_named(mark.name),
    }
    if mark.lows:
        trace["error_x"] = _error(mark.values, mark.lows, mark.highs, colours["ink"])
    return trace


def _columns(chart: Chart, mark: Columns, colours: Mapping[str, str]) -> dict[str, Any]:
    spans = [(a or 0.0, b or 0.0) for a, b in zip(mark.lefts, mark.rights, strict=True)]
    told = [
        f"{value_on(chart.x, a)} to {value_on(chart.x, b)}: {value_on(chart.y, h)}"
        for (a, b), h in zip(spans, mark.heights, strict=True)
    ]
    return {
        "type": "bar",
        "x": [(a + b) / 2 for a, b in spans],
        "y": list(mark.heights),
        "width": [(b - a) * 0.96 for a, b in spans],
        "marker": {"color": colours[mark.colour]},
        "hovertext": told,
        "hoverinfo": "text",
        **_named(mark.name),
    }


def _band(mark: Band, colours: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    edge: dict[str, Any] = {"type": "scatter", "mode": "lines", "x": list(mark.xs), "hoverinfo": "skip"}
    line = {"width": 0, "shape": _SHAPES[mark.shape], "color": colours[mark.colour]}
    yield {**edge, "y": list(mark.lows), "line": line, "showlegend": False}
    yield {**edge, "y": list(mark.highs), "line": line, "fill": "tonexty",
           "fillcolor": see_through(colours[mark.colour], 0.18), **_named(mark.name)}  # fmt: skip


def _points(mark: Points, colours: Mapping[str, str]) -> dict[str, Any]:
    flags = mark.flags or (False,) * len(mark.xs)
    trace: dict[str, Any] = {
        "type": "scatter",
        "mode": "markers",
        "x": list(mark.xs),
        "y": list(mark.ys),
        "marker": {
            "color": [colours["flag" if flag else mark.colour] for flag in flags],
            "symbol": ["diamond" if flag else "circle" for flag in flags],
            "size": [11 if flag else 7 for flag in flags],
            "opacity": 1,
            "line": {"width": 0},
        },
        "hovertext": [plain(label) for label in mark.labels],
        "hoverinfo": "text" if mark.labels else "x+y",
        **_named(mark.name),
    }
    if mark.is_named:
        names = ["" if flag else label.split(":")[0] for flag, label in zip(flags, mark.labels, strict=True)]
        font = {"size": SMALL, "color": colours["ink"]}
        trace |= {
            "mode": "markers+text",
            "text": list(map(plain, names)),
            "textposition": "top right",
            "textfont": font,
        }
    if mark.x_lows and mark.x_highs:
        trace["error_x"] = _error(mark.xs, mark.x_lows, mark.x_highs, colours[mark.colour])
    if mark.y_lows and mark.y_highs:
        trace["error_y"] = _error(mark.ys, mark.y_lows, mark.y_highs, colours[mark.colour])
    return trace


def _error(values: Numbers, lows: Numbers, highs: Numbers, colour: str) -> dict[str, Any]:
    known = [None not in (v, a, b) for v, a, b in zip(values, lows, highs, strict=True)]
    up = [(b or 0.0) - (v or 0.0) if k else None for v, b, k in zip(values, highs, known, strict=True)]
    down = [(v or 0.0) - (a or 0.0) if k else None for v, a, k in zip(values, lows, known, strict=True)]
    return {"type": "data", "symmetric": False, "array": up, "arrayminus": down, "color": colour, "thickness": 1.2,
            "width": 3}  # fmt: skip


def _cells(mark: Cells, colours: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    full, other = colours["flag" if mark.is_diverging else "c0"], colours["c0"]
    scale = [[0, see_through(full, 0.0)], [1, full]]
    if mark.is_diverging:
        scale = [[0, other], [0.5, see_through(other, 0.0)], [0.5, see_through(full, 0.0)], [1, full]]
    yield {
        "type": "heatmap",
        "z": [list(line) for line in mark.values],
        "zmin": mark.low,
        "zmax": mark.high,
        "colorscale": scale,
        "showscale": False,
        "xgap": 1,
        "ygap": 1,
        "hovertext": [list(map(plain, line)) for line in mark.hints],
        "hoverinfo": "text",
        "hoverongaps": False,
    }
    written = [
        (a, d, v) for d, line in enumerate(mark.values) for a, v in enumerate(line) if mark.texts[d][a]
    ]
    yield {
        "type": "scatter",
        "mode": "text",
        "x": [a for a, _, _ in written],
        "y": [d for _, d, _ in written],
        "text": [plain(mark.texts[d][a]) for a, d, _ in written],
        "textfont": {"color": [colours[ink(mark, v)] for _, _, v in written], "size": SMALL},
        "hovertext": [plain(mark.hints[d][a]) for a, d, _ in written],
        "hoverinfo": "text",
        "showlegend": False,
    }


def see_through(colour: str, opacity: float) -> str:
    """Return a colour of six hexadecimal digits as plotly writes one with opacity."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity:g})"


def plain(content: str) -> str:
    """Return a text that plotly shows as it is: it reads tags."""
    return content.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
