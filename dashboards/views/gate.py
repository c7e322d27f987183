"""May this dataset be released?"""

from __future__ import annotations

import sections
from registry import Page, Section, rates

PAGE = Page(
    name="gate",
    title="Release gate",
    sentence="May this dataset be released? Each rule with its value, its interval and its limit.",
    sections=(
        Section(view="release_gate", needs="Needs gates: a section `[gates]` in labelduck.toml."),
        Section(view="checklist"),
        Section(view="gate_results", order="evaluated_at desc, gate", needs="Needs a run: `labelduck gate`."),
        rates(
            "estimated_label_errors",
            ("dimension", "value"),
            "error_rate",
            "n_annotations",
            facets=("issue",),
            needs="Needs an audit: `labelduck audit draw`.",
        ),
        Section(view="stop_rule"),
    ),
)

if __name__ == "__main__":
    sections.page(PAGE)
