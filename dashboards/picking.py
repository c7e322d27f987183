"""A click on a chart: which row of the answer is meant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from labelduck.charts import Chart
    from registry import Section

KINDS = ("interval_bars", "stacked_bars", "heatmap")
"""Charts whose marks are rows."""

_CELL = 24


def clickable(figure: dict[str, Any], chart: Chart, *, colour: str) -> dict[str, Any]:
    """Return a figure whose bars or cells can be clicked on; what is chosen stays as it is, the rest grows pale."""
    figure["layout"] |= {"clickmode": "event+select", "dragmode": False, "hoverdistance": _CELL}
    if chart.kind != "heatmap":
        for trace in figure["data"]:
            if trace["type"] == "bar":
                trace["unselected"] = {"marker": {"opacity": 0.35}}
        return figure
    # Plotly chooses no cells of a heatmap: unseen points over them are chosen instead, and become a frame.
    told = [trace for trace in figure["data"] if trace["type"] != "scatter"]
    for words in (trace for trace in figure["data"] if trace["type"] == "scatter"):
        told += [*_by_colour(words), _frames(words, colour)]
    return figure | {"data": told}


def _by_colour(words: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the words of cells, those of one colour together: what is not chosen has one colour a trace."""
    colours = words["textfont"]["color"]
    for colour in dict.fromkeys(colours):
        places = [place for place, own in enumerate(colours) if own == colour]
        only = {name: [words[name][place] for place in places] for name in ("x", "y", "text")}
        style = {
            "textfont": words["textfont"] | {"color": colour},
            "unselected": {"textfont": {"color": colour}},
        }
        yield {
            **words,
            **only,
            **style,
            "selected": style["unselected"],
            "hoverinfo": "skip",
            "hovertext": None,
        }


def _frames(words: Mapping[str, Any], colour: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": words["x"],
        "y": words["y"],
        "marker": {
            "symbol": "square-open",
            "size": _CELL,
            "color": colour,
            "opacity": 0.0,
            "line": {"width": 2},
        },
        "selected": {"marker": {"opacity": 1.0}},
        "unselected": {"marker": {"opacity": 0.0}},
        "hovertext": words["hovertext"],
        "hoverinfo": "text",
        "showlegend": False,
    }


def row_of(
    section: Section, rows: Sequence[dict[str, Any]], chart: Chart, point: Mapping[str, Any]
) -> dict[str, Any] | None:
    """Return the row that a point of a chart stands for."""
    options, down = section.options, round(point["y"])
    if section.chart == "interval_bars":
        return rows[down] if down < len(rows) else None
    first = chart.y.categories[down]
    if section.chart == "heatmap":
        wanted = {options["row"]: first, options["column"]: chart.x.categories[round(point["x"])]}
    else:
        wanted = {options["label"]: first, options["part"]: chart.marks[point["curve_number"]].name}
    return next((row for row in rows if all(_name(row[c]) == text for c, text in wanted.items())), None)


def _name(value: object) -> str:
    """Return a value as charts name it."""
    return "(unknown)" if value is None else str(value).replace("\n", " ")
