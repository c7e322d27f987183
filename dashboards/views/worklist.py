"""Which labels to look at next, looked at and decided."""

from __future__ import annotations

import triage

triage.page()
