"""What each page shows, as data: a page is a list of sections, a section is a view of the catalogue and how it is drawn."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import queries

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


LIMIT = 1000
"""Rows of a section that are asked for unless it says otherwise."""


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
        behind: View that holds the rows behind a row, and the columns that they share; or a function that returns that view
            and conditions.
        needs: What has to be there before there is an answer.
        part: Part of a long page that it stands in; one part is shown at a time.
        aspect: What of the answer it shows, put behind the question where a view stands on a page twice.
    """

    view: str
    chart: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    facets: tuple[str, ...] = ()
    prefer: str = ""
    where: tuple[str, ...] = ()
    order: str = ""
    limit: int = LIMIT
    behind: tuple[str, tuple[str, ...]] | Callable[[Mapping[str, Any]], tuple[str, list[str]]] | None = None
    needs: str = ""
    part: str = ""
    aspect: str = ""


@dataclass(frozen=True, kw_only=True)
class Page:
    """One page: its name in the address, its title, what it is for, and its sections."""

    name: str
    title: str
    sentence: str
    sections: tuple[Section, ...] = ()

    @property
    def parts(self) -> tuple[str, ...]:
        """Names of the parts, in order; one empty name where there are none."""
        return tuple(dict.fromkeys(section.part for section in self.sections))


REVIEWS = "Needs reviews: `labelduck import reviews FILE`, or decisions on the worklist."
MODELS = "Needs a model: `labelduck predictions FILE --model NAME`, then `labelduck build`."
SHARED = "Needs images that two annotators have looked at, and `labelduck build`."
GOLD = "Needs gold: `labelduck import FILE --gold`, and `labelduck build`."


_LABELS = {"guideline": "guideline_version", "class": "class_name"}
"""Columns of `error_rate_by_*` that are called otherwise than the view."""

METRICS_BY_VERSION = Section(
    view="metrics_by_version",
    chart="lines",
    options={"x": "version", "y": "value", "low": "value_low", "high": "value_high"},
    facets=("metric",),
    prefer="n_annotations",
    order="version",
)


def part(name: str, *sections: Section) -> tuple[Section, ...]:
    """Return sections as one part of a page."""
    return tuple(replace(section, part=name) for section in sections)


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
        _LABELS.get(what, what),
        "error_rate",
        "n_annotations",
        facets=("judged_by",),
        needs=REVIEWS,
        **more,
    )


def funnel(what: str) -> Section:
    """Return the section that shows whose error rates chance does not explain."""
    return Section(
        view=f"error_rate_by_{what}",
        aspect="More often than chance explains",
        chart="funnel",
        options={
            "label": _LABELS.get(what, what),
            "k": "n_errors",
            "n": "n_annotations",
            "x_title": "annotations judged",
            "y_title": "error rate",
        },
        facets=("judged_by",),
        needs=REVIEWS,
    )


def error_kinds(**options: Any) -> Section:  # noqa: ANN401 - words for the chart
    """Return the section of what models do wrong, class by class."""
    return Section(
        view="error_kinds_by_class",
        chart="stacked_bars",
        options={"label": "class_name", "part": "error_kind", "value": "n_errors"} | options,
        facets=("model",),
        behind=("model_errors", ("model", "class_name", "error_kind")),
        needs=MODELS,
    )


def confusion(rate: str) -> Section:
    """Return the section of classes that models take for each other, as shares of annotations or of predictions."""
    return Section(
        view="confusion_by_class_pair",
        chart="heatmap",
        options={
            "row": "annotation_class",
            "column": "prediction_class",
            "value": rate,
            "n": "n",
            "row_title": "annotated",
            "column_title": "predicted",
        },
        facets=("model",),
        behind=confused,
        needs=MODELS,
    )


def confused(cell: Mapping[str, Any]) -> tuple[str, list[str]]:
    """Return what a cell of `confusion_by_class_pair` counts: a view, and the conditions on it."""
    own, seen = cell["annotation_class"], cell["prediction_class"]
    where = queries.matching(cell, ("dataset", "model"))
    taken = f"from confused_annotations where {' and '.join(where)}"
    if own == seen:
        return "judged_annotations", [*where, queries.equals("class_name", own), "is_found"]
    if own == "background":
        where += [queries.equals("class_name", seen), "not is_correct"]
        return "judged_predictions", [*where, f"prediction_id not in (select prediction_id {taken})"]
    if seen == "background":
        where += [queries.equals("class_name", own), "not is_found"]
        return "judged_annotations", [*where, f"annotation_id not in (select annotation_id {taken})"]
    return "confused_annotations", [*where, *queries.matching(cell, ("annotation_class", "prediction_class"))]
