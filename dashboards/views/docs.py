"""What can be asked, and where it comes from."""

from __future__ import annotations

import documentation

if __name__ == "__main__":
    documentation.page()
