"""Which labels to look at next, looked at and decided."""

from __future__ import annotations

import triage

if __name__ == "__main__":
    triage.page()
