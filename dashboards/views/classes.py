"""Which classes go wrong, how, and how surely."""

from __future__ import annotations

import sections
from registry import MODELS, REVIEWS, Page, Section, confused, error_rates, part, rates

PAGE = Page(
    name="classes",
    title="Classes",
    sentence="Which classes go wrong, how, and how surely.",
    sections=(
        *part(
            "Errors",
            error_rates("class", behind=("reviewed_annotations", ("judged_by", "class_name"))),
            Section(
                view="error_rate_by_class",
                aspect="More often than chance explains",
                chart="funnel",
                options={"label": "class_name", "k": "n_errors", "n": "n_annotations", "x_title": "annotations judged", "y_title": "error rate"},
                facets=("judged_by",),
                needs=REVIEWS,
            ),
            rates(
                "rework_rate_by_class", "class_name", "rework_rate", "n_units", needs=REVIEWS,
            ),
        ),
        *part(
            "Models",
            Section(
                view="error_kinds_by_class",
                chart="stacked_bars",
                options={"label": "class_name", "part": "error_kind", "value": "n_errors", "x_title": "errors of the model"},
                facets=("model",),
                behind=("model_errors", ("model", "class_name", "error_kind")),
                needs=MODELS,
            ),
            Section(
                view="confusion_by_class_pair",
                chart="heatmap",
                options={
                    "row": "annotation_class", "column": "prediction_class", "value": "annotation_rate", "n": "n",
                    "row_title": "annotated", "column_title": "predicted",
                },
                facets=("model",),
                behind=confused,
                needs=MODELS,
            ),
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
