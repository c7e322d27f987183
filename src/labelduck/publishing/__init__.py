"""Reports that leave the house: by hand, or when they are due; each once, whatever is killed in between.

runs      what ran when: the history `report_runs`
due       which slots are due
outbox    what is rendered and not yet delivered everywhere
running   the steps, under one lock for each report
status    which reports are late or failing
"""

from labelduck.publishing.due import due_slots
from labelduck.publishing.outcome import Outcome
from labelduck.publishing.running import due_now, run_by_hand, run_due, utc_now
from labelduck.publishing.status import Status, statuses

__all__ = ["Outcome", "Status", "due_now", "due_slots", "run_by_hand", "run_due", "statuses", "utc_now"]
