"""Records of plain boxes decoded many at once: what the compiled scanner does, for machines without it.

Only boxes with the usual fields are read here, some thousand records at a time. Where one of them is anything else, all
of these are left to the reader of single records, so the rows are the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import msgspec
import numpy as np

from labelduck.native import json_scan as scan

if TYPE_CHECKING:
    import mmap
    from collections.abc import Sequence

    from numpy.typing import NDArray

RECORDS_AT_ONCE = 2_000
_LARGEST_COORDINATE = 1e12


class _Record(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    image_id: int
    category_id: int
    bbox: tuple[float, float, float, float]
    id: int | None = None
    score: float | None = None
    area: float | None = None
    iscrowd: Literal[0, 1] | None = None


_decode = msgspec.json.Decoder(list[_Record]).decode
_OPTIONAL = {"id": scan.ID, "score": scan.SCORE, "area": scan.AREA, "crowd": scan.CROWD}


def box_columns(text: mmap.mmap, starts: Sequence[int], ends: Sequence[int]) -> scan.Columns:
    """Return records as the compiled scanner does; those that are no plain boxes are ODD.

    Args:
        text: The file.
        starts: Byte at which each record begins; between them lie commas and white space only, [n].
        ends: Byte behind each record, [n].
    """
    columns = scan.zero_columns(len(starts))
    columns["start"], columns["end"] = np.array(starts, np.int64), np.array(ends, np.int64)
    columns["seen"][:] = scan.ODD
    for first in range(0, len(starts), RECORDS_AT_ONCE):
        part = slice(first, min(first + RECORDS_AT_ONCE, len(starts)))
        for name, values in _read(b"[" + text[starts[first] : ends[part.stop - 1]] + b"]").items():
            columns[name][..., part] = values
    return scan.Columns(columns)


def _read(text: bytes) -> dict[str, NDArray[Any]]:
    """Return the columns of a list of records, none when one of them is unusual."""
    try:
        records = _decode(text)
        columns: dict[str, NDArray[Any]] = {
            "image": np.array([record.image_id for record in records], np.int64),
            "category": np.array([record.category_id for record in records], np.int64),
            "box": np.array([record.bbox for record in records], np.float64).T,
            "id": np.array([record.id or 0 for record in records], np.int64),
        }
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, OverflowError):
        return {}
    given: dict[str, list[Any]] = {
        "id": [record.id for record in records],
        "score": [record.score for record in records],
        "area": [record.area for record in records],
        "crowd": [record.iscrowd for record in records],
    }
    seen = np.full(len(records), scan.IMAGE | scan.CATEGORY | scan.BOX, np.uint16)
    for name, values in given.items():
        if name != "id":
            columns[name] = np.array([0.0 if value is None else value for value in values], np.float64)
        seen[[value is not None for value in values]] |= _OPTIONAL[name]
    reals = np.concatenate([columns["box"].ravel(), columns["score"], columns["area"]])
    # A whole -0 is read as a number with a sign here, which Python's has not.
    is_odd = (np.abs(columns["box"]) > _LARGEST_COORDINATE).any() or (np.signbit(reals) & (reals == 0)).any()
    return {} if is_odd else columns | {"seen": seen}
