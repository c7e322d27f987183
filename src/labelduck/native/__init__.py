"""The compiled kernel, when there is one.

Everything that it does has a Python twin with identical results; `LABELDUCK_NATIVE=0` chooses the twin.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ctypes

LIBRARY = Path(__file__).with_name("labelduck_native.so")


def load() -> ctypes.CDLL | None:
    """Return the shared library, or None when it was not built or is switched off."""
    if os.environ.get("LABELDUCK_NATIVE", "1") == "0":
        return None
    return _open()


@cache
def _open() -> ctypes.CDLL | None:
    import ctypes

    try:
        return ctypes.CDLL(str(LIBRARY))
    except OSError:  # not built, or for another machine: the twin does the work
        return None
