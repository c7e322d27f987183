"""Where errors come from: people, batches and time."""

from __future__ import annotations

import sections
from registry import MODELS, REVIEWS, Page, Section, error_rates, funnel, part, rates

PAGE = Page(
    name="people",
    title="Annotators and batches",
    sentence="Where errors come from: people, batches, weeks, guidelines, and what was done again.",
    sections=(
        *part(
            "Errors",
            error_rates("annotator", behind=("reviewed_annotations", ("judged_by", "annotator"))),
            funnel("annotator"),
            error_rates("batch", behind=("reviewed_annotations", ("judged_by", "batch"))),
            Section(
                view="box_bias_by_annotator_batch_class",
                chart="interval_bars",
                options={
                    "label": ("annotator", "batch", "class_name"), "value": "effect", "low": "effect_low", "high": "effect_high",
                    "n": "n_annotations", "form": "number", "flagged": "is_flagged", "x_title": "bias of the boxes",
                },
                facets=("model",),
                order="is_flagged desc, abs(effect) desc, annotator, batch, class_name, component",
                needs=MODELS,
            ),
            Section(
                view="error_rate_by_annotator_class",
                chart="heatmap",
                options={"row": "annotator", "column": "class_name", "value": "error_rate", "n": "n_annotations"},
                facets=("judged_by",),
                behind=("reviewed_annotations", ("judged_by", "annotator", "class_name")),
                needs=REVIEWS,
            ),
        ),
        *part(
            "Drift",
            Section(
                view="control_chart_by_batch",
                chart="control_chart",
                options={
                    "x": "batch", "value": "value", "low": "lower_limit", "high": "upper_limit", "centre": "centre",
                    "flagged": "is_out", "y_title": "error rate",
                },
                facets=("judged_by",),
                where=("chart = 'p_prime'",),
                order="place",
                needs=REVIEWS,
            ),
            Section(view="drift_by_annotator_batch", needs="Needs batches of several annotators, and `labelduck build`."),
            Section(view="change_points", needs="Needs times: `created_at` of annotations."),
            Section(
                view="error_rate_by_week",
                chart="lines",
                options={"x": "week", "y": "error_rate", "low": "error_rate_low", "high": "error_rate_high", "form": "rate", "y_low": 0, "y_title": "error rate"},
                facets=("judged_by",),
                order="week",
                needs=REVIEWS,
            ),
        ),
        *part(
            "Rework",
            rates("rework_rate_by_annotator", "annotator", "rework_rate", "n_units", needs=REVIEWS),
            rates("rework_rate_by_batch", "batch", "rework_rate", "n_units", needs=REVIEWS),
            rates("label_churn_by_annotator", "annotator", "changed_rate", "n_objects", needs="Needs events: `labelduck import events FILE`."),
            rates("first_pass_yield_by_annotator", "annotator", "first_pass_yield", "n_units", needs=REVIEWS),
            rates("rejection_loops", "n_rounds", "loop_rate", "n_units", needs=REVIEWS),
            rates("rework_by_reason", "reason", "reason_rate", "n_reviews", needs=REVIEWS),
            Section(view="issue_resolution_by_category", needs="Needs reviewers' issues: `labelduck import issues FILE`."),
        ),
        *part(
            "Speed",
            Section(
                view="speed_and_quality_by_annotator",
                chart="interval_points",
                options={
                    "x": "labels_per_hour", "y": "error_rate", "label": "annotator", "y_interval": ("error_rate_low", "error_rate_high"),
                    "x_title": "labels an hour", "y_title": "error rate",
                },
                facets=("clock", "judged_by"),
                needs=REVIEWS,
            ),
            Section(view="stage_times", needs="Needs events of jobs: `labelduck import events FILE`."),
            rates(
                "throughput_by_annotator", "annotator", "labels_per_hour", "n_labels", facets=("clock",),
                needs="Needs times: lead times of annotations, or events.",
            ),
        ),
        *part(
            "Guidelines",
            error_rates("guideline"),
            Section(view="guideline_confusions", needs="Needs reviews, gold or several annotators of the same images."),
            Section(view="guideline_change_effect", needs="Needs guidelines with times: `labelduck import guidelines FILE`."),
            Section(view="repeating_errors", needs=REVIEWS),
            Section(view="annotators_needing_calibration", facets=("judged_by",), needs=REVIEWS),
        ),
        *part(
            "Reviewers",
            rates("review_coverage_by_annotator", "annotator", "reviewed_rate", "n_annotations", needs=REVIEWS),
            Section(view="review_lag_by_reviewer", needs=REVIEWS),
            rates("reviewer_leniency", "reviewer", "acceptance_rate", "n_reviews", needs=REVIEWS),
            rates(
                "decisions_by_reviewer", "reviewer", "repeat_agreement", "n_repeats",
                needs="Needs suspects that came twice: the worklist hands some out again, unmarked, after 50 decisions.",
            ),
        ),
    ),
)  # fmt: skip

if __name__ == "__main__":
    sections.page(PAGE)
