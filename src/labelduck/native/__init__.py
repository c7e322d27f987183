"""The compiled kernel, when there is one.

Everything that it does has a Python twin with identical results; `LABELDUCK_NATIVE=0` chooses the twin.
"""

from __future__ import annotations

import os
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ctypes

LIBRARY = Path(__file__).with_name("labelduck_native.so")


def load() -> ctypes.CDLL | None:
    """Return the shared library, or None when it was not built, is older than its sources or is switched off."""
    if os.environ.get("LABELDUCK_NATIVE", "1") == "0":
        return None
    return _open()


def absence() -> str:
    """Return why there is no compiled kernel, or an empty text when there is one."""
    if load() is not None:
        return ""
    if os.environ.get("LABELDUCK_NATIVE") == "0":
        return "the native one is switched off by LABELDUCK_NATIVE=0"
    remedy = "install labelduck again with a C compiler on PATH for the quick one"
    return f"the native one is {'older than its C files' if _is_stale() else 'not built'}; {remedy}"


@cache
def _open() -> ctypes.CDLL | None:
    import ctypes

    if _is_stale():  # it would give wrong results where its calls changed
        return None
    try:
        return ctypes.CDLL(str(LIBRARY))
    except OSError:  # not built, or for another machine: the twin does the work
        return None


def _is_stale() -> bool:
    # After an update of a checkout a C file beside the library is newer; a wheel carries no C files.
    with suppress(OSError), os.scandir(LIBRARY.parent) as files:
        built = LIBRARY.stat().st_mtime_ns
        return any(file.name.endswith((".c", ".h")) and file.stat().st_mtime_ns > built for file in files)
    return False
