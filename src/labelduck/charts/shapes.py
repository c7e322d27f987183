"""The marks of a chart as elements of SVG."""

from __future__ import annotations

from html import escape
from itertools import pairwise
from typing import TYPE_CHECKING

from labelduck.charts import text
from labelduck.charts.description import NOT_ENOUGH, Band, Bars, Cells, Columns, Line, Points, Rule
from labelduck.charts.layout import NORMAL, PADDING, SMALL
from labelduck.charts.palette import COLOURS
from labelduck.charts.rows import value_on
from labelduck.charts.shades import ink, shade

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from labelduck.charts.description import Chart, Mark
    from labelduck.charts.layout import Layout

DASHES = {"solid": "", "dash": ' stroke-dasharray="6 4"', "dot": ' stroke-dasharray="2 3"'}
_BAR = 13.0
_RADIUS = 3.5


def elements(chart: Chart, mark: Mark, at: Layout) -> Iterator[str]:
    """Yield the elements of one mark."""
    match mark:
        case Bars():
            yield from _bars(chart, mark, at)
        case Columns():
            yield from _columns(chart, mark, at)
        case Line():
            yield from _line(mark, at)
        case Band():
            yield from _band(mark, at)
        case Points():
            yield from _points(mark, at)
        case Cells():
            yield from _cells(mark, at)
        case Rule():
            yield from _rule(mark, at)


def fill(colour: str) -> str:
    """Return the attributes that fill with a colour, in whatever theme, also where nobody reads style sheets."""
    return f'class="f-{colour}" fill="{COLOURS["light"][colour]}"'


def stroke(colour: str, width: float = 1.0) -> str:
    """Return the attributes that draw a line in a colour."""
    return f'class="s-{colour}" fill="none" stroke="{COLOURS["light"][colour]}" stroke-width="{width:g}"'


def words(
    content: str,
    x: float,
    y: float,
    *,
    size: float,
    colour: str = "ink",
    anchor: str = "start",
    more: str = "",
) -> str:
    """Return a text whose base line begins, is centred or ends at a place."""
    place = f'x="{x:.1f}" y="{y:.1f}" font-size="{size:g}" text-anchor="{anchor}"'
    return f"<text {place} {fill(colour)}{more}>{escape(content)}</text>"


def hint(content: str) -> str:
    """Return what the pointer is told."""
    return f"<title>{escape(content)}</title>" if content else ""


def _bars(chart: Chart, mark: Bars, at: Layout) -> Iterator[str]:
    for i, (place, value) in enumerate(zip(mark.places, mark.values, strict=True)):
        middle = at.y(place)
        start = (mark.starts[i] or 0.0) if mark.starts else 0.0
        beside = mark.texts[i] if mark.texts else ""
        name = " ".join(filter(None, (chart.y.categories[place], mark.name)))
        if value is None:
            line = f"M{at.x(start):.1f} {middle:.1f}H{at.right:.1f}"
            yield f'<path d="{line}" {stroke("grid", 2)}{DASHES["dot"]}>{hint(f"{name}: {NOT_ENOUGH}")}</path>'
        elif value:
            x1, x2 = sorted((at.x(start), at.x(start + value)))
            rect = (
                f'x="{x1:.1f}" y="{middle - _BAR / 2:.1f}" width="{x2 - x1:.1f}" height="{_BAR:g}" rx="1.5"'
            )
            told = hint(f"{name}: {value_on(chart.x, value)}")
            yield f"<rect {rect} {fill(mark.colours[i])}>{told}</rect>"
        if mark.lows and mark.lows[i] is not None and mark.highs[i] is not None:
            yield _whisker(at.x(mark.lows[i] or 0.0), at.x(mark.highs[i] or 0.0), middle)
        if beside:
            colour = "muted" if value is None else "ink"
            short = text.fitted(beside, at.width - at.right - 10, SMALL)
            yield words(short, at.right + 10, middle + 4, size=SMALL, colour=colour)


def _whisker(x1: float, x2: float, y: float) -> str:
    # A pale line below the dark one keeps it visible on bars of any colour.
    d = f"M{x1:.1f} {y:.1f}H{x2:.1f}M{x1:.1f} {y - 3.5:.1f}v7M{x2:.1f} {y - 3.5:.1f}v7"
    return f'<path d="{d}" {stroke("paper", 3.5)}/><path d="{d}" {stroke("ink", 1.2)}/>'


def _columns(chart: Chart, mark: Columns, at: Layout) -> Iterator[str]:
    for left, right, height in zip(mark.lefts, mark.rights, mark.heights, strict=True):
        if left is None or right is None or not height:
            continue
        x1, x2, y = at.x(left), at.x(right), at.y(height)
        rect = (
            f'x="{x1 + 0.5:.1f}" y="{y:.1f}" width="{max(x2 - x1 - 1, 0.5):.1f}" height="{at.bottom - y:.1f}"'
        )
        told = f"{value_on(chart.x, left)} to {value_on(chart.x, right)}: {value_on(chart.y, height)}"
        yield f"<rect {rect} {fill(mark.colour)}>{hint(told)}</rect>"


def _line(mark: Line, at: Layout) -> Iterator[str]:
    drawn = "".join(_path(part, at, mark.shape) for part in runs(mark.xs, mark.ys))
    if drawn:
        wide = 1.2 if mark.colour in {"muted", "c7"} else 1.9
        yield f'<path d="{drawn}" {stroke(mark.colour, wide)}{DASHES[mark.dash]}>{hint(mark.name)}</path>'


def _band(mark: Band, at: Layout) -> Iterator[str]:
    for part in runs(mark.xs, mark.lows, mark.highs):
        if mark.shape == "straight" and len(part) < 2:
            continue
        upper = _corners([(x, high) for x, _, high in part], at, mark.shape)
        lower = _corners([(x, low) for x, low, _ in part], at, mark.shape)
        outline = "L".join(f"{x:.1f} {y:.1f}" for x, y in [*upper, *reversed(lower)])
        yield f'<path d="M{outline}Z" {fill(mark.colour)} fill-opacity="0.18"/>'


def runs(*columns: Sequence[float | None]) -> Iterator[list[tuple[float, ...]]]:
    """Yield the rows between those in which a value lacks."""
    part: list[tuple[float, ...]] = []
    for row in zip(*columns, strict=True):
        known = tuple(v for v in row if v is not None)
        if len(known) == len(row):
            part.append(known)
        elif part:
            yield part
            part = []
    if part:
        yield part


def _path(part: list[tuple[float, ...]], at: Layout, shape: str) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in _corners(part, at, shape))


def _corners(part: Sequence[tuple[float, ...]], at: Layout, shape: str) -> list[tuple[float, float]]:
    """Return the corners of a line; one of steps changes halfway between its points."""
    if shape == "straight":
        return [(at.x(x), at.y(y)) for x, y in part]
    middles = [(a[0] + b[0]) / 2 for a, b in pairwise(part)]
    half = (middles[0] - part[0][0]) if middles else 0.5
    edges = [part[0][0] - half, *middles, part[-1][0] + half]
    held = [min(max(at.x(edge), at.left), at.right) for edge in edges]
    return [(x, at.y(y)) for (_, y), ends in zip(part, pairwise(held), strict=True) for x in ends]


def _points(mark: Points, at: Layout) -> Iterator[str]:
    taken: list[tuple[float, float, float]] = []
    flagged: list[str] = []
    for i, (px, py) in enumerate(zip(mark.xs, mark.ys, strict=True)):
        if px is None or py is None:
            continue
        x, y = at.x(px), at.y(py)
        label = mark.labels[i] if mark.labels else ""
        yield from _reaches(mark, i, at, x, y)
        if mark.flags and mark.flags[i]:
            d = f"M{x:.1f} {y - 6:.1f}l6 6l-6 6l-6 -6Z"
            flagged.append(f'<path d="{d}" {fill("flag")}>{hint(label)}</path>')
            flagged.extend(_beside(label.split(":")[0], x, y, at, taken))
        else:
            yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{_RADIUS:g}" {fill(mark.colour)}>{hint(label)}</circle>'
            if mark.is_named:
                yield from _beside(label.split(":")[0], x, y - 10, at, taken)  # above the whisker
    yield from flagged


def _reaches(mark: Points, i: int, at: Layout, x: float, y: float) -> Iterator[str]:
    for lows, highs, is_x in ((mark.x_lows, mark.x_highs, True), (mark.y_lows, mark.y_highs, False)):
        low, high = (lows[i], highs[i]) if lows and highs else (None, None)
        if low is None or high is None:
            continue
        d = (
            f"M{at.x(low):.1f} {y:.1f}H{at.x(high):.1f}"
            if is_x
            else f"M{x:.1f} {at.y(low):.1f}V{at.y(high):.1f}"
        )
        yield f'<path d="{d}" {stroke(mark.colour, 1.2)} stroke-opacity="0.6"/>'


def _beside(
    name: str, x: float, y: float, at: Layout, taken: list[tuple[float, float, float]]
) -> Iterator[str]:
    """Yield a point's name to its right, or left of it at the border; nothing where another name stands."""
    short = text.fitted(name, 150, SMALL)
    wide = text.width(short, SMALL)
    is_left = x + 9 + wide > at.width - PADDING
    start = x - 9 - wide if is_left else x + 9
    if any(abs(y - b) < SMALL + 1 and start < right and left < start + wide for left, right, b in taken):
        return
    taken.append((start, start + wide, y))
    yield words(short, x - 9 if is_left else x + 9, y + 4, size=SMALL, anchor="end" if is_left else "start")


def _cells(mark: Cells, at: Layout) -> Iterator[str]:
    for down, line in enumerate(mark.values):
        for across, value in enumerate(line):
            x1, x2 = at.x(across - 0.5), at.x(across + 0.5)
            y1, y2 = at.y(down - 0.5), at.y(down + 0.5)
            told, written = hint(mark.hints[down][across]), mark.texts[down][across]
            if not (told or written):
                continue
            rect = (
                f'x="{x1 + 0.5:.1f}" y="{y1 + 0.5:.1f}" width="{x2 - x1 - 1:.1f}" height="{y2 - y1 - 1:.1f}"'
            )
            colour, strength = shade(mark, value)
            yield f'<rect {rect} {fill(colour)} fill-opacity="{strength:.3f}">{told}</rect>'
            size = min(SMALL, (x2 - x1) / max(text.width(written, 1.0), 0.1) * 0.92)
            if written and size >= 6.5:
                y = (y1 + y2) / 2 + size * 0.36
                more = ' pointer-events="none"'
                yield words(
                    written,
                    (x1 + x2) / 2,
                    y,
                    size=round(size, 1),
                    colour=ink(mark, value),
                    anchor="middle",
                    more=more,
                )


def _rule(mark: Rule, at: Layout) -> Iterator[str]:
    if mark.axis == "x":
        x = at.x(mark.at)
        yield f'<path d="M{x:.1f} {at.top:.1f}V{at.bottom:.1f}" {stroke(mark.colour, 1.2)}{DASHES["dash"]}/>'
        is_right = x > (at.left + at.right) / 2
        yield words(
            mark.label, x, at.top - 4, size=SMALL, colour="muted", anchor="end" if is_right else "start"
        )
    else:
        y = at.y(mark.at)
        yield f'<path d="M{at.left:.1f} {y:.1f}H{at.right:.1f}" {stroke(mark.colour, 1.2)}{DASHES["dash"]}/>'
        yield words(mark.label, at.right, y - 4, size=SMALL, colour="muted", anchor="end")


__all__ = ["DASHES", "NORMAL", "elements", "fill", "hint", "runs", "stroke", "words"]
