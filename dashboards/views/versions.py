"""What changed from one version of the data to the next."""

from __future__ import annotations

import sections
from registry import REVIEWS, Page, Section

PAGE = Page(
    name="versions",
    title="Versions",
    sentence="What changed from one version of the data to the next, and who said so.",
    sections=(
        Section(view="version_changes"),
        Section(view="versions", order="dataset, version desc"),
        Section(view="version_files", order="dataset, version desc"),
        Section(view="correction_drift", needs=REVIEWS),
    ),
)

if __name__ == "__main__":
    sections.page(PAGE)
