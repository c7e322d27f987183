"""What a chart shows, apart from how it is drawn: axes and marks, all frozen.

A category axis counts its categories from 0; a time axis counts milliseconds since 1970 in UTC. A value that is None is one
that is not known: it is drawn as "not enough data", never as 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Form = Literal["number", "count", "rate", "category", "time"]
Numbers: TypeAlias = tuple[float | None, ...]
Texts: TypeAlias = tuple[str, ...]

NOT_ENOUGH = "not enough data"


@dataclass(frozen=True, kw_only=True)
class Axis:
    """One axis.

    Attributes:
        title: What is measured, with its unit.
        form: How its values are written: `rate` as per cent, `time` as dates, `category` as names.
        categories: Names on a category axis, in order; the first is on top, or left.
        low: Where it begins; None for as far as the marks reach.
        high: Where it ends.
    """

    title: str = ""
    form: Form = "number"
    categories: Texts = ()
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, kw_only=True)
class Bars:
    """Horizontal bars, one for each row of a category axis.

    Attributes:
        name: What the legend calls them; empty for no entry.
        places: Category of each bar on the y axis.
        values: Length; None for not enough data.
        starts: Where each begins; empty for 0.
        lows: Lower ends of intervals; empty for none.
        highs: Upper ends.
        texts: What stands at the right of each bar's row; empty for nothing.
        colours: Names of colours, one for each bar.
    """

    name: str = ""
    places: tuple[int, ...]
    values: Numbers
    starts: Numbers = ()
    lows: Numbers = ()
    highs: Numbers = ()
    texts: Texts = ()
    colours: Texts


@dataclass(frozen=True, kw_only=True)
class Columns:
    """Vertical bars from one x to another, as of a histogram."""

    name: str = ""
    lefts: Numbers
    rights: Numbers
    heights: Numbers
    colour: str = "c0"


@dataclass(frozen=True, kw_only=True)
class Line:
    """A line; it breaks where a y is None."""

    name: str = ""
    xs: Numbers
    ys: Numbers
    colour: str = "c0"
    shape: Literal["straight", "step"] = "straight"
    dash: Literal["solid", "dash", "dot"] = "solid"


@dataclass(frozen=True, kw_only=True)
class Band:
    """The area between two lines."""

    name: str = ""
    xs: Numbers
    lows: Numbers
    highs: Numbers
    colour: str = "c0"
    shape: Literal["straight", "step"] = "straight"


@dataclass(frozen=True, kw_only=True)
class Points:
    """Points, with intervals in either direction.

    Attributes:
        name: What the legend calls them; empty for no entry.
        xs: Where they lie; None on either axis leaves a point out, and the chart's note has to say how many.
        ys: Where they lie.
        x_lows: Lower ends of intervals along x; empty for none. `x_highs`, `y_lows`, `y_highs` likewise.
        labels: What each point is, for the pointer.
        flags: Whether each is out of limits, which is drawn in another colour and form, with its label beside it.
        colour: Name of the colour.
        is_named: Whether every point has its label beside it.
    """

    name: str = ""
    xs: Numbers
    ys: Numbers
    x_lows: Numbers = ()
    x_highs: Numbers = ()
    y_lows: Numbers = ()
    y_highs: Numbers = ()
    labels: Texts = ()
    flags: tuple[bool, ...] = ()
    colour: str = "c0"
    is_named: bool = False


@dataclass(frozen=True, kw_only=True)
class Cells:
    """A matrix over two category axes.

    Attributes:
        values: By row, then column; None for not enough data.
        texts: What is written into the cells.
        hints: What the pointer is told.
        low: Value that has no colour; of a diverging scale, the full other colour.
        high: Value of full colour.
        is_diverging: Whether values on both sides of 0 matter.
    """

    values: tuple[Numbers, ...]
    texts: tuple[Texts, ...]
    hints: tuple[Texts, ...]
    low: float = 0.0
    high: float = 1.0
    is_diverging: bool = False


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A straight line across the chart at one value, with a word to it."""

    axis: Literal["x", "y"]
    at: float
    label: str = ""
    colour: str = "muted"


Mark: TypeAlias = Bars | Columns | Line | Band | Points | Cells | Rule


@dataclass(frozen=True, kw_only=True)
class Chart:
    """One chart.

    Attributes:
        kind: Name of the function that made it.
        title: What it shows.
        x: The horizontal axis.
        y: The vertical axis.
        marks: What is drawn, from back to front.
        note: What a reader must know: what was left out, what the whiskers are.
        summary: The chart in a sentence, for those who cannot see it.
    """

    kind: str
    title: str
    x: Axis
    y: Axis
    marks: tuple[Mark, ...] = ()
    note: str = ""
    summary: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not self.marks
