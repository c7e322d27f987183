"""Where the parts of a static chart lie, in pixels."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from labelduck.charts import text
from labelduck.charts.description import Bars, Cells, Points, Rule
from labelduck.charts.rows import value_on
from labelduck.charts.scale import nice_ticks, reach, time_ticks

if TYPE_CHECKING:
    from labelduck.charts.description import Axis, Chart, Mark

TITLE, NORMAL, SMALL = 15.0, 12.0, 11.0
"""Sizes of letters."""

PADDING, ROW, LINE = 8.0, 24.0, 17.0
SLANT = 40.0
"""Degrees by which long names below the chart are turned."""

_PLOT_HEIGHT, _EMPTY_HEIGHT = 250.0, 64.0
_SQUARE = {"precision_recall", "calibration"}
_LABEL_SHARE, _BESIDE_SHARE = 0.27, 0.36
_SLANTED_ROOM = 130.0
_SWATCH = 22.0


@dataclass(frozen=True, kw_only=True)
class LegendEntry:
    """A name in the legend, and where it stands."""

    mark: Mark
    x: float
    y: float


@dataclass(frozen=True, kw_only=True)
class Layout:
    """Lines of text and the rectangle of the plot: left, top, right, bottom, within width x height."""

    width: float
    height: float
    left: float
    top: float
    right: float
    bottom: float
    x_reach: tuple[float, float]
    y_reach: tuple[float, float]
    x_ticks: tuple[float, ...]
    y_ticks: tuple[float, ...]
    title: tuple[str, ...]
    note: tuple[str, ...]
    legend: tuple[LegendEntry, ...]
    legend_end: float
    is_slanted: bool
    y_is_down: bool

    def x(self, value: float) -> float:
        """Return the place of a value along x."""
        low, high = self.x_reach
        return self.left + (value - low) / (high - low) * (self.right - self.left)

    def y(self, value: float) -> float:
        """Return the place of a value along y: categories count from the top, numbers from the bottom."""
        low, high = self.y_reach
        share = (value - low) / (high - low)
        return self.top + (share if self.y_is_down else 1 - share) * (self.bottom - self.top)


def laid_out(chart: Chart, width: float, *, has_title: bool = True) -> Layout:
    """Return where everything lies in a chart of a width."""
    room = width - 2 * PADDING
    title, note = (
        text.wrapped(chart.title if has_title else "", room, TITLE * 1.06),
        text.wrapped(chart.note, room, SMALL),
    )
    legend, below = _legend(chart, room, PADDING + len(title) * (TITLE + 5))
    x_reach, y_reach = reach(chart, chart.x, is_x=True), reach(chart, chart.y, is_x=False)
    y_ticks = _ticks(chart.y, y_reach, 5)
    left = PADDING + _left(chart, y_ticks, width)
    right = width - PADDING - _right(chart, width)
    top = below + (LINE + 6 if _has_words_above(chart) else 6.0)
    x_ticks = _ticks(chart.x, x_reach, max(2, int((right - left) / 95)))
    is_slanted, under, x_ticks = _under(chart, x_ticks, right - left)
    bottom = top + (_EMPTY_HEIGHT if chart.is_empty else _plot_height(chart, right - left))
    if chart.is_empty:
        under = 0.0
    height = (
        bottom
        + under
        + (LINE if chart.x.title and not chart.is_empty else 0)
        + len(note) * (SMALL + 4)
        + PADDING
    )
    return Layout(
        width=width,
        height=math.ceil(height),
        left=left,
        top=top,
        right=right,
        bottom=bottom,
        x_reach=x_reach,
        y_reach=y_reach,
        x_ticks=tuple(x_ticks),
        y_ticks=tuple(y_ticks),
        title=tuple(title),
        note=tuple(note),
        legend=tuple(legend),
        legend_end=below,
        is_slanted=is_slanted,
        y_is_down=chart.y.form == "category",
    )


def _ticks(axis: Axis, ends: tuple[float, float], wanted: int) -> list[float]:
    if axis.form == "category":
        return [float(i) for i in range(len(axis.categories))]
    if axis.form == "time":
        return time_ticks(*ends, wanted)
    found = nice_ticks(*ends, wanted)
    return [tick for tick in found if tick == int(tick)] if axis.form == "count" else found


def _left(chart: Chart, ticks: list[float], width: float) -> float:
    if chart.is_empty:
        return 0.0
    widest = max((text.width(value_on(chart.y, tick), NORMAL) for tick in ticks), default=0.0)
    return min(widest, width * _LABEL_SHARE) + 8


def _right(chart: Chart, width: float) -> float:
    beside = [words for mark in chart.marks if isinstance(mark, Bars) for words in mark.texts]
    if beside:
        return min(max(text.width(words, SMALL) for words in beside), width * _BESIDE_SHARE) + 10
    return 0.0 if chart.is_empty else 14.0


def _has_words_above(chart: Chart) -> bool:
    rules = any(isinstance(mark, Rule) and mark.axis == "x" and mark.label for mark in chart.marks)
    return bool(chart.y.title) or rules


def _under(chart: Chart, ticks: list[float], room: float) -> tuple[bool, float, list[float]]:
    """Return whether names below are slanted, how much room they take, and which are shown."""
    if chart.x.form != "category":
        return False, LINE + 2, ticks
    step = room / max(len(ticks), 1)
    widest = max((text.width(value_on(chart.x, tick), SMALL) for tick in ticks), default=0.0)
    if widest + 6 <= step:
        return False, LINE + 2, ticks
    every = max(1, math.ceil(15.0 / step))
    return True, min(widest, _SLANTED_ROOM) * math.sin(math.radians(SLANT)) + LINE, ticks[::every]


def _plot_height(chart: Chart, room: float) -> float:
    if chart.y.form != "category":
        return min(room, 330.0) if chart.kind in _SQUARE else _PLOT_HEIGHT
    n_rows = max(len(chart.y.categories), 1)
    if any(isinstance(mark, Cells) for mark in chart.marks):
        return n_rows * min(max(room / max(len(chart.x.categories), 1) * 0.6, 20.0), 32.0)
    return n_rows * ROW + 4


def _legend(chart: Chart, room: float, top: float) -> tuple[list[LegendEntry], float]:
    named: dict[str, Mark] = {}
    for mark in chart.marks:
        if not isinstance(mark, Cells | Rule) and mark.name:
            named.setdefault(mark.name, mark)
    if len(named) == 1 and all(isinstance(mark, Points) for mark in named.values()):
        named = {}
    entries: list[LegendEntry] = []
    x, y = PADDING, top
    for name, mark in named.items():
        wide = _SWATCH + text.width(text.fitted(name, room / 2, NORMAL), NORMAL) + 14
        if entries and x + wide > room:
            x, y = PADDING, y + LINE
        entries.append(LegendEntry(mark=mark, x=x, y=y + LINE - 4))
        x += wide
    return entries, y + LINE + 4 if entries else top
