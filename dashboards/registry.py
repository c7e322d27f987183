"""What each page shows, as data: a page is a list of sections, a section is a view of the catalogue and how it is drawn."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, kw_only=True)
class Section:
    """One view of the catalogue on a page.

    Attributes:
        view: Name of the view; its question is the heading.
        chart: Function of `labelduck.charts` that draws it; empty for rows alone.
        options: What else the function is told.
        facets: Columns of which one value is looked at at a time.
        prefer: Value of a facet that is looked at first, where it is there.
        where: Conditions that always hold.
        order: Order of the rows; the view's own when empty.
        limit: Rows that the chart is made of.
        behind: View that holds the rows behind a row, and the columns that they share.
        needs: What has to be there before there is an answer.
    """

    view: str
    chart: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    facets: tuple[str, ...] = ()
    prefer: str = ""
    where: tuple[str, ...] = ()
    order: str = ""
    limit: int = 1000
    behind: tuple[str, tuple[str, ...]] | None = None
    needs: str = ""


@dataclass(frozen=True, kw_only=True)
class Page:
    """One page: its name in the address, its title, what it is for, and its sections."""

    name: str
    title: str
    sentence: str
    sections: tuple[Section, ...] = ()


REVIEWS = "Needs reviews: `labelduck import reviews FILE`, or decisions on the worklist."
MODELS = "Needs a model: `labelduck predictions FILE --model NAME`, then `labelduck build`."
SHARED = "Needs images that two annotators have looked at, and `labelduck build`."
GOLD = "Needs gold: `labelduck import FILE --gold`, and `labelduck build`."


def rates(view: str, label: str | tuple[str, ...], rate: str, n: str, **more: Any) -> Section:  # noqa: ANN401 - fields of Section
    """Return a section that shows a rate with its interval for each of something."""
    options = {
        "label": label,
        "value": rate,
        "low": f"{rate}_low",
        "high": f"{rate}_high",
        "n": n,
        "x_title": rate.replace("_", " "),
    }
    return Section(view=view, chart="interval_bars", options=options, **more)


def error_rates(what: str, **more: Any) -> Section:  # noqa: ANN401 - fields of Section
    """Return the section of errors found by reviews, gold or decisions for each of something."""
    return rates(
        f"error_rate_by_{what}",
        {"guideline": "guideline_version", "class": "class_name"}.get(what, what),
        "error_rate",
        "n_annotations",
        facets=("judged_by",),
        needs=REVIEWS,
        **more,
    )
