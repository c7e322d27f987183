"""How good the models are, and what is wrong with them."""

from __future__ import annotations

import sections
from registry import MODELS, Page, Section, confusion, error_kinds, part

PAGE = Page(
    name="models",
    title="Model errors",
    sentence="How good the models are, what they take for what, and where they are sure and alone.",
    sections=(
        *part(
            "Scores",
            Section(view="coco_metrics", facets=("model",), needs=MODELS),
            Section(
                view="average_precision_by_class",
                chart="interval_bars",
                options={"label": "class_name", "value": "average_precision", "n": "n_annotations", "x_title": "average precision"},
                facets=("model",),
                needs=MODELS,
            ),
            Section(view="precision_recall", chart="precision_recall", facets=("model",), limit=5000, needs=MODELS),
            Section(view="calibration_by_confidence", chart="calibration", facets=("model",), needs=MODELS),
            Section(view="voc_metrics", facets=("model",), needs=MODELS),
        ),
        *part(
            "Errors",
            error_kinds(x_title="errors", as_share=True),
            confusion("prediction_rate"),
            Section(view="label_suspects", needs=MODELS),
            Section(view="confident_false_positives", facets=("model",), needs=MODELS),
            Section(view="false_negatives", facets=("model",), needs=MODELS),
        ),
    ),
)  # fmt: skip

if __name__ == "__main__":
    sections.page(PAGE)
