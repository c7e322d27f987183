"""Any question in SQL."""

from __future__ import annotations

import console

if __name__ == "__main__":
    console.page()
