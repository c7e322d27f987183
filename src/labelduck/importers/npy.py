"""NumPy's npy from bytes that nobody vouches for."""

from __future__ import annotations

import io
import struct
from tokenize import TokenError
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

# A damaged header is parsed as Python, with all that may go wrong there.
UNREADABLE = (
    *(OSError, EOFError, ValueError, KeyError, TypeError, OverflowError, AttributeError, MemoryError),
    *(NotImplementedError, SyntaxError, TokenError, RecursionError, struct.error, RuntimeError),
)
"""What NumPy may raise of a damaged file."""


def array_of(data: bytes) -> NDArray[Any]:
    """Return the array of an npy file.

    Raises:
        ValueError: It is damaged, or holds Python objects, which are never unpickled.
    """
    try:
        found = np.load(io.BytesIO(data), allow_pickle=False)
    except UNREADABLE as error:
        raise ValueError(f"no array of NumPy: {error}") from error
    if not isinstance(found, np.ndarray):
        raise ValueError("no array of NumPy but an archive of several")  # noqa: TRY004 - of the file, not of the call
    return found
