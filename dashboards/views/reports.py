"""What was reported, and when."""

from __future__ import annotations

import sections
import shelf
from registry import Page, Section

PAGE = Page(
    name="reports",
    title="Reports",
    sentence="What was reported, and when; `labelduck report run` makes them, a schedule runs them.",
    sections=(
        Section(view="report_runs", needs="Needs a run: `labelduck report run NAME`."),
        Section(view="decisions_by_reviewer", needs="Needs decisions on the worklist."),
        Section(view="escalations", needs="Nothing waits for a lead."),
    ),
)

if __name__ == "__main__":
    sections.head(PAGE)
    shelf.draw()
    sections.body(PAGE)
