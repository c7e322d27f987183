"""How strong the colour of a cell is, and in which colour one reads on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from labelduck.charts.description import Cells

_DARK = 0.55  # from this strength on a cell is read in the colour of the page


def shade(mark: Cells, value: float | None) -> tuple[str, float]:
    """Return the colour of a cell and how strong it is, 0 to 1; what is not known is grey."""
    if value is None:
        return "grid", 0.35
    if mark.is_diverging:
        return ("flag" if value > 0 else "c0"), min(abs(value) / (mark.high or 1.0), 1.0)
    return "c0", min(max((value - mark.low) / ((mark.high - mark.low) or 1.0), 0.0), 1.0)


def ink(mark: Cells, value: float | None) -> str:
    """Return the colour of what is written into a cell."""
    if value is None:
        return "muted"
    return "on" if shade(mark, value)[1] > _DARK else "ink"
