"""A chart as a plotly figure: the JSON that plotly.js and `plotly.graph_objects.Figure` read, made without plotly."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from labelduck.charts import text
from labelduck.charts.description import NOT_ENOUGH, Bars, Cells, Points, Rule
from labelduck.charts.layout import NORMAL, SMALL, laid_out
from labelduck.charts.palette import COLOURS
from labelduck.charts.rows import value_on
from labelduck.charts.traces import plain, traces

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from labelduck.charts.description import Axis, Chart
    from labelduck.charts.layout import Layout
    from labelduck.charts.palette import Theme

_TICK_FORMATS = {"rate": ".3~%", "count": ",d", "number": None}


def plotly_figure(
    chart: Chart, *, theme: Theme = "light", width: float = 720.0, has_title: bool = True
) -> dict[str, Any]:
    """Return a chart as a plotly figure: a dict of `data` and `layout` that `json.dumps` writes.

    Args:
        chart: What to draw.
        theme: Colours; the background is transparent.
        width: About how wide it will be shown, for names to fit; the figure itself fills what it is given.
        has_title: Whether the title is drawn.
    """
    colours = COLOURS[theme]
    at = laid_out(chart, width, has_title=has_title)
    data = [trace for mark in chart.marks for trace in traces(chart, mark, colours)]
    return {"data": data, "layout": _layout(chart, at, colours)}


def _layout(chart: Chart, at: Layout, colours: Mapping[str, str]) -> dict[str, Any]:
    title_height, between = len(at.title) * 20 + 12, at.top - at.legend_end
    top = title_height + _legend_height(at) + between
    bottom = at.height - at.bottom + 8
    layout: dict[str, Any] = {
        "title": {
            "text": "<br>".join(map(plain, at.title)),
            "x": 0,
            "xref": "container",
            "y": 1,
            "yref": "container",
            "yanchor": "top",
            "pad": {"l": 8, "t": 8 + 9 * (len(at.title) - 1)},
            "font": {"size": 15, "weight": 600},
        },
        "font": {"color": colours["ink"], "size": NORMAL},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "height": round(top + at.bottom - at.top + bottom),
        "margin": {"l": at.left + 4, "r": at.width - at.right, "t": top, "b": bottom},
        "barmode": "overlay",
        "hovermode": "closest",
        "showlegend": bool(at.legend),
        "legend": {
            "orientation": "h",
            "traceorder": "normal",
            "x": 0,
            "xanchor": "left",
            "y": 1 + between / (at.bottom - at.top),
            "yanchor": "bottom",
            "font": {"size": SMALL},
        },
        "modebar": {"bgcolor": "rgba(0,0,0,0)", "color": colours["grid"], "activecolor": colours["muted"]},
        "xaxis": _axis(chart.x, at.x_reach, at.x_ticks, colours, room=120.0),
        "yaxis": _axis(chart.y, at.y_reach, at.y_ticks, colours, room=at.left - 16),
        "shapes": list(_shapes(chart, colours)),
        "annotations": list(_annotations(chart, at, colours)),
    }
    _refine(layout, chart, at, colours)
    return layout


def _refine(layout: dict[str, Any], chart: Chart, at: Layout, colours: Mapping[str, str]) -> None:
    if chart.x.title:
        words = {
            "text": plain(chart.x.title),
            "font": {"color": colours["muted"], "size": NORMAL},
            "standoff": 6,
        }
        layout["xaxis"]["title"] = words
    if at.is_slanted:
        layout["xaxis"]["tickangle"] = -40
    if chart.y.form == "category":
        layout["yaxis"]["range"] = layout["yaxis"]["range"][::-1]
    if chart.is_empty:
        layout["xaxis"]["visible"] = layout["yaxis"]["visible"] = False
    if any(isinstance(mark, Cells) for mark in chart.marks):
        layout["xaxis"]["showgrid"] = layout["yaxis"]["showgrid"] = False


def _legend_height(at: Layout) -> float:
    """Return how high plotly's legend gets: it stands in columns as wide as the longest name."""
    widest = max((text.width(getattr(entry.mark, "name", ""), SMALL) for entry in at.legend), default=0.0)
    n_columns = max(1, int((at.right - at.left) / (widest + 45)))
    return -(-len(at.legend) // n_columns) * 19.0 + 4 if at.legend else 0.0


def _axis(
    axis: Axis, ends: tuple[float, float], ticks: Sequence[float], colours: Mapping[str, str], *, room: float
) -> dict[str, Any]:
    drawn: dict[str, Any] = {
        "range": list(ends),
        "gridcolor": colours["grid"],
        "zerolinecolor": colours["muted"],
        "tickfont": {"color": colours["muted"], "size": SMALL},
        "ticks": "",
        "ticklabelstandoff": 5,
        "automargin": True,
    }
    if axis.form == "time":
        return {**drawn, "type": "date", "tickformat": "%Y-%m-%d"}
    if axis.form == "category":
        names = [plain(text.fitted(value_on(axis, tick), room, NORMAL)) for tick in ticks]
        return {**drawn, "tickvals": list(ticks), "ticktext": names, "showgrid": False, "zeroline": False,
                "tickfont": {"color": colours["ink"], "size": SMALL}}  # fmt: skip
    return {**drawn, "type": "linear", "tickformat": _TICK_FORMATS[axis.form]}


def _annotations(chart: Chart, at: Layout, colours: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    if chart.is_empty:
        yield _words(NOT_ENOUGH, colours["muted"], x=0.5, y=0.5, xref="paper", yref="paper")
    elif chart.y.title:
        above: dict[str, Any] = {
            "x": 0,
            "y": 1,
            "xref": "paper",
            "yref": "paper",
            "xanchor": "left",
            "yanchor": "bottom",
        }
        yield _words(chart.y.title, colours["muted"], **above, xshift=4 - at.left, yshift=5)
    for mark in chart.marks:
        if isinstance(mark, Bars):
            for row, value, words in zip(mark.places, mark.values, mark.texts or (), strict=False):
                colour = colours["muted" if value is None else "ink"]
                yield _words(words, colour, x=1, y=row, xref="paper", yref="y", xanchor="left", xshift=6)
        if isinstance(mark, Rule) and mark.label:
            if mark.axis == "x":
                place: dict[str, Any] = {
                    "x": mark.at,
                    "y": 1,
                    "xref": "x",
                    "yref": "paper",
                    "yanchor": "bottom",
                }
            else:
                place = {
                    "x": 1,
                    "y": mark.at,
                    "xref": "paper",
                    "yref": "y",
                    "xanchor": "right",
                    "yanchor": "bottom",
                }
            yield _words(mark.label, colours["muted"], **place)
        if isinstance(mark, Points) and mark.flags:
            yield from _flag_names(mark, colours)
    if chart.note:
        below = -(at.height - at.bottom) + len(at.note) * 15 - 2
        note = "<br>".join(map(plain, at.note))
        yield _words(note, colours["muted"], is_plain=False, x=0, y=0, xref="paper", yref="paper", xanchor="left",
                     yanchor="top", xshift=-at.left + 8, yshift=below, align="left")  # fmt: skip


def _flag_names(mark: Points, colours: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    for x, y, flag, label in zip(mark.xs, mark.ys, mark.flags, mark.labels, strict=True):
        if flag and x is not None and y is not None:
            name = text.fitted(label.split(":")[0], 150, SMALL)
            yield _words(name, colours["ink"], x=x, y=y, xanchor="left", xshift=8)


def _words(content: str, colour: str, *, is_plain: bool = True, **place: object) -> dict[str, Any]:
    font = {"color": colour, "size": SMALL}
    return {"text": plain(content) if is_plain else content, "showarrow": False, "font": font, **place}


def _shapes(chart: Chart, colours: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    if chart.is_empty:
        line = {"color": colours["grid"], "dash": "dash", "width": 1.5}
        yield {
            "type": "rect",
            "x0": 0,
            "x1": 1,
            "y0": 0,
            "y1": 1,
            "xref": "paper",
            "yref": "paper",
            "line": line,
        }
    yield from (_rule(mark, colours) for mark in chart.marks if isinstance(mark, Rule))


def _rule(mark: Rule, colours: Mapping[str, str]) -> dict[str, Any]:
    line = {"color": colours[mark.colour], "dash": "dash", "width": 1.2}
    if mark.axis == "x":
        return {"type": "line", "x0": mark.at, "x1": mark.at, "y0": 0, "y1": 1, "yref": "paper", "line": line}
    return {"type": "line", "x0": 0, "x1": 1, "xref": "paper", "y0": mark.at, "y1": mark.at, "line": line}
