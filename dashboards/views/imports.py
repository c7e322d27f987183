"""What was imported, and what could not be."""

from __future__ import annotations

import sections
from registry import Page, Section

PAGE = Page(
    name="imports",
    title="Imports",
    sentence="What was imported, and what could not be: nothing is dropped silently.",
    sections=(
        Section(view="import_health"),
        Section(view="import_problems", needs="Every record was usable."),
        Section(view="imports"),
        Section(view="models", needs="Needs a model: `labelduck predictions FILE --model NAME`."),
    ),
)

if __name__ == "__main__":
    sections.page(PAGE)
