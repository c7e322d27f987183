"""Which classes go wrong, how, and how surely."""

from __future__ import annotations

import sections
from registry import MODELS, REVIEWS, Page, Section, confusion, error_kinds, error_rates, funnel, part, rates

PAGE = Page(
    name="classes",
    title="Classes",
    sentence="Which classes go wrong, how, and how surely.",
    sections=(
        *part(
            "Errors",
            error_rates("class", behind=("reviewed_annotations", ("judged_by", "class_name"))),
            funnel("class"),
            rates(
                "rework_rate_by_class", "class_name", "rework_rate", "n_units", needs=REVIEWS,
            ),
        ),
        *part(
            "Models",
            error_kinds(x_title="errors of the model"),
            confusion("annotation_rate"),
            Section(view="label_noise_by_class_pair", facets=("field", "model"), needs=MODELS),
        ),
        *part(
            "Conditions",
            rates(
                "class_balance", "class_name", "annotation_rate", "n_annotations", behind=("annotations", ("class_name",)),
            ),
            error_rates("size"),
            error_rates("crowding"),
            error_rates("occlusion"),
        ),
    ),
)  # fmt: skip

if __name__ == "__main__":
    sections.page(PAGE)
