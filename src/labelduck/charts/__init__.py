"""Charts as plain descriptions: made from rows, drawn as a plotly figure or as static SVG.

    chart = interval_bars(rows, label="annotator", value="error_rate", low="error_rate_low", high="error_rate_high",
                          n="n_annotations", title="Error rate by annotator")
    plotly_figure(chart)   # a dict that plotly.js and plotly.graph_objects.Figure read
    svg(chart)             # text

Builders are pure functions of rows: an Arrow table or a list of mappings, in the order in which they are to be shown. A
value that is not known is drawn as "not enough data".
"""

from labelduck.charts.bars import histogram, interval_bars, stacked_bars
from labelduck.charts.curves import calibration, control_chart, lines, precision_recall
from labelduck.charts.description import Axis, Band, Bars, Cells, Chart, Columns, Line, Points, Rule
from labelduck.charts.drawing import svg
from labelduck.charts.figure import plotly_figure
from labelduck.charts.matrix import heatmap
from labelduck.charts.palette import COLOURS, SERIES, css, series_colours
from labelduck.charts.points import funnel, interval_points

__all__ = [
    "COLOURS",
    "SERIES",
    "Axis",
    "Band",
    "Bars",
    "Cells",
    "Chart",
    "Columns",
    "Line",
    "Points",
    "Rule",
    "calibration",
    "control_chart",
    "css",
    "funnel",
    "heatmap",
    "histogram",
    "interval_bars",
    "interval_points",
    "lines",
    "plotly_figure",
    "precision_recall",
    "series_colours",
    "stacked_bars",
    "svg",
]
