"""Whether people who looked at the same image saw the same."""

from __future__ import annotations

import sections
from registry import SHARED, Page, Section

PAGE = Page(
    name="agreement",
    title="Agreement",
    sentence="Whether people who looked at the same image saw the same.",
    sections=(
        Section(view="agreement", needs=SHARED),
        Section(
            view="agreement_by_annotator_pair",
            chart="heatmap",
            options={
                "row": "annotator",
                "column": "other_annotator",
                "value": "cohen_kappa",
                "n": "n_objects",
                "form": "number",
                "is_symmetric": True,
            },
            facets=("field",),
            needs=SHARED,
        ),
        Section(
            view="agreement_by_class",
            chart="interval_bars",
            options={
                "label": "class_name",
                "value": "krippendorff_alpha",
                "low": "alpha_low",
                "high": "alpha_high",
                "n": "n_annotations",
                "form": "number",
                "x_title": "Krippendorff's alpha",
            },
            facets=("field",),
            needs=SHARED,
        ),
        Section(
            view="agreement_by_min_iou",
            chart="lines",
            options={
                "x": "min_iou",
                "y": "value",
                "series": "metric",
                "low": "low",
                "high": "high",
                "x_title": "IoU",
                "y_title": "agreement",
            },
            needs=SHARED,
        ),
        Section(
            view="agreement_by_batch",
            chart="interval_bars",
            options={
                "label": "batch",
                "value": "krippendorff_alpha",
                "low": "alpha_low",
                "high": "alpha_high",
                "n": "n_units",
                "form": "number",
                "x_title": "Krippendorff's alpha",
            },
            facets=("field",),
            needs=SHARED,
        ),
        Section(view="low_agreement_images", facets=("field",), needs=SHARED),
        Section(view="consensus_quality", facets=("field",), needs=SHARED),
        Section(
            view="agreement_by_image",
            facets=("field",),
            order="percent_agreement, n_pairs desc, image_id",
            needs=SHARED,
        ),
        Section(
            view="annotator_label_quality",
            facets=("field", "method"),
            needs="Needs classes of images by several annotators.",
        ),
        Section(
            view="relabel_candidates",
            facets=("field", "model"),
            needs="Needs classes of images by several annotators, and a model.",
        ),
    ),
)

if __name__ == "__main__":
    sections.page(PAGE)
