"""A chart as SVG: static, crisp at any size, light and dark by the reader's theme, the same bytes for the same chart."""

from __future__ import annotations

import hashlib
from html import escape
from typing import TYPE_CHECKING

from labelduck.charts import text
from labelduck.charts.description import NOT_ENOUGH, Band, Bars, Cells, Columns, Line
from labelduck.charts.layout import LINE, NORMAL, PADDING, SLANT, SMALL, TITLE, laid_out
from labelduck.charts.palette import css
from labelduck.charts.rows import value_on
from labelduck.charts.shapes import DASHES, elements, fill, hint, stroke, words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from labelduck.charts.description import Chart
    from labelduck.charts.layout import Layout, LegendEntry

WIDTH = 720.0
_FONT = "font-family=\"system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif\""


def svg(chart: Chart, *, width: float = WIDTH, has_style: bool = True, has_title: bool = True) -> str:
    """Return a chart as one SVG element.

    Args:
        chart: What to draw.
        width: Pixels; a page may show it smaller, and it stays crisp.
        has_style: Whether it carries the style sheet that makes it dark for readers who want that; leave it out where the
            page has `palette.css()` already.
        has_title: Whether the title is drawn; it is told to those who cannot see the chart either way.
    """
    at = laid_out(chart, width, has_title=has_title)
    key = "c" + hashlib.sha256(repr((chart, width, has_title)).encode()).hexdigest()[:10]
    size = f'viewBox="0 0 {at.width:g} {at.height:g}" width="{at.width:g}" height="{at.height:g}"'
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="ld-chart" {size} role="img" '
        f'aria-labelledby="{key}t {key}d" {_FONT}>'
        f'<title id="{key}t">{escape(chart.title)}</title>'
        f'<desc id="{key}d">{escape(" ".join(filter(None, (chart.summary, chart.note))))}</desc>'
    )
    style = f"<style>{css()}</style>" if has_style else ""
    return opening + style + "".join(_parts(chart, at, key)) + "</svg>"


def _parts(chart: Chart, at: Layout, key: str) -> Iterator[str]:
    for i, line in enumerate(at.title):
        y = PADDING + (i + 1) * (TITLE + 5) - 6
        yield words(line, PADDING, y, size=TITLE, more=' font-weight="600"')
    yield from (_entry(entry, at) for entry in at.legend)
    if chart.is_empty:
        yield from _empty(at)
    else:
        yield from _grid(chart, at)
        yield f'<clipPath id="{key}c"><rect {_rectangle(at)}/></clipPath>'
        for mark in chart.marks:
            drawn = "".join(elements(chart, mark, at))
            yield f'<g clip-path="url(#{key}c)">{drawn}</g>' if isinstance(mark, Line | Band) else drawn
        yield from _x_axis(chart, at)
        yield from _y_axis(chart, at)
    for i, line in enumerate(reversed(at.note)):
        yield words(line, PADDING, at.height - PADDING - i * (SMALL + 4), size=SMALL, colour="muted")


def _empty(at: Layout) -> Iterator[str]:
    box = f'x="{PADDING}" y="{at.top:.1f}" width="{at.width - 2 * PADDING:.1f}" height="{at.bottom - at.top:.1f}"'
    yield f'<rect {box} rx="4" {stroke("grid", 1.5)}{DASHES["dash"]}/>'
    middle = (at.top + at.bottom) / 2 + 4
    yield words(NOT_ENOUGH, at.width / 2, middle, size=NORMAL, colour="muted", anchor="middle")


def _rectangle(at: Layout) -> str:
    size = f'width="{at.right - at.left:.1f}" height="{at.bottom - at.top:.1f}"'
    return f'x="{at.left:.1f}" y="{at.top:.1f}" {size}'


def _grid(chart: Chart, at: Layout) -> Iterator[str]:
    if any(isinstance(mark, Cells) for mark in chart.marks):
        return
    lines = ""
    if chart.x.form != "category" and chart.kind != "histogram":
        lines += "".join(f"M{at.x(t):.1f} {at.top:.1f}V{at.bottom:.1f}" for t in at.x_ticks)
    if chart.y.form != "category":
        lines += "".join(f"M{at.left:.1f} {at.y(t):.1f}H{at.right:.1f}" for t in at.y_ticks)
    if lines:
        yield f'<path d="{lines}" {stroke("grid")}/>'


def _x_axis(chart: Chart, at: Layout) -> Iterator[str]:
    for tick in at.x_ticks:
        name, x = value_on(chart.x, tick), at.x(tick)
        if at.is_slanted:
            short, y = text.fitted(name, 125, SMALL), at.bottom + 12
            turn = f' transform="rotate(-{SLANT:g} {x + 3:.1f} {y:.1f})"'
            yield f"<g>{hint(name)}{words(short, x + 3, y, size=SMALL, colour='muted', anchor='end', more=turn)}</g>"
        else:
            half = text.width(name, SMALL) / 2
            held = min(max(x, PADDING + half), at.width - PADDING - half)
            yield words(name, held, at.bottom + 15, size=SMALL, colour="muted", anchor="middle")
    if chart.x.title:
        y = at.height - PADDING - len(at.note) * (SMALL + 4) - 2
        yield words(chart.x.title, (at.left + at.right) / 2, y, size=NORMAL, colour="muted", anchor="middle")
    if not any(isinstance(mark, Cells) for mark in chart.marks):
        yield f'<path d="{_base_line(chart, at)}" {stroke("muted")}/>'


def _base_line(chart: Chart, at: Layout) -> str:
    if chart.y.form == "category":
        zero = at.x(min(max(0.0, at.x_reach[0]), at.x_reach[1]))
        return f"M{zero:.1f} {at.top:.1f}V{at.bottom:.1f}"
    return f"M{at.left:.1f} {at.bottom:.1f}H{at.right:.1f}"


def _y_axis(chart: Chart, at: Layout) -> Iterator[str]:
    is_names = chart.y.form == "category"
    for tick in at.y_ticks:
        name = value_on(chart.y, tick)
        short = text.fitted(name, at.left - PADDING - 8, NORMAL if is_names else SMALL)
        told = hint(name) if short != name else ""
        size, colour = (NORMAL, "ink") if is_names else (SMALL, "muted")
        label = words(short, at.left - 7, at.y(tick) + 4, size=size, colour=colour, anchor="end")
        yield f"<g>{told}{label}</g>" if told else label
    if chart.y.title:
        yield words(chart.y.title, PADDING, at.top - 11, size=NORMAL, colour="muted")


def _entry(entry: LegendEntry, at: Layout) -> str:
    mark, x, y = entry.mark, entry.x, entry.y
    name = "" if not hasattr(mark, "name") else mark.name
    match mark:
        case Bars():
            swatch = (
                f'<rect x="{x:.1f}" y="{y - 9:.1f}" width="14" height="10" rx="1.5" {fill(mark.colours[0])}/>'
            )
        case Columns():
            swatch = f'<rect x="{x:.1f}" y="{y - 9:.1f}" width="14" height="10" {fill(mark.colour)}/>'
        case Band():
            square = f'x="{x:.1f}" y="{y - 10:.1f}" width="14" height="12"'
            swatch = f'<rect {square} {fill(mark.colour)} fill-opacity="0.3"/>'
        case Line():
            swatch = f'<path d="M{x:.1f} {y - 4:.1f}h16" {stroke(mark.colour, 2)}{DASHES[mark.dash]}/>'
        case _:
            swatch = (
                f'<circle cx="{x + 7:.1f}" cy="{y - 4:.1f}" r="3.5" {fill(getattr(mark, "colour", "c0"))}/>'
            )
    short = text.fitted(name, (at.width - 2 * PADDING) / 2, NORMAL)
    return swatch + words(short, x + 21, y, size=NORMAL, colour="ink")


__all__ = ["LINE", "WIDTH", "svg"]
