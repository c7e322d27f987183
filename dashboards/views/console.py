"""Any question in SQL."""

from __future__ import annotations

import console

console.page()
