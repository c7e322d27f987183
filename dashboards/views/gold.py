"""How annotators do where the truth is known."""

from __future__ import annotations

import sections
from registry import GOLD, Page, Section, rates

PAGE = Page(
    name="gold",
    title="Gold",
    sentence="How annotators do where the truth is known.",
    sections=(
        rates("gold_accuracy_by_annotator", "annotator", "accuracy", "n_judged", facets=("field",), behind=("gold_outcomes", ("field", "annotator")), needs=GOLD),
        rates("gold_accuracy_by_class", "class_name", "accuracy", "n_judged", facets=("field",), needs=GOLD),
        Section(
            view="gold_confusion",
            chart="heatmap",
            options={"row": "gold_class_name", "column": "class_name", "value": "gold_rate", "n": "n", "row_title": "gold", "column_title": "drawn"},
            facets=("field", "annotator"),
            needs=GOLD,
        ),
        Section(view="gold_accuracy_by_job", facets=("field",), needs=GOLD),
        rates("gold_pass_rate", "unit", "pass_rate", "n_units", facets=("field",), needs=GOLD),
        rates("gold_coverage_by_annotator", "annotator", "gold_rate", "n_images", facets=("field",), needs=GOLD),
        Section(view="gold_suspects", facets=("field",), needs=GOLD),
        Section(view="cvat_quality_by_job", needs=GOLD),
        Section(view="cvat_conflicts", needs=GOLD),
    ),
)  # fmt: skip

if __name__ == "__main__":
    sections.page(PAGE)
