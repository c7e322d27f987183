"""Lists of COCO records read into columns by compiled code; what is unusual in a record is only delimited.

Without the compiled library the importer decodes plain boxes in Python, and reads all else record by record, with the same
rows.
"""

from __future__ import annotations

import ctypes
import mmap
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import numpy as np

from labelduck import native

if TYPE_CHECKING:
    from collections.abc import Generator

    from numpy.typing import NDArray

ID, IMAGE, CATEGORY, BOX, AREA, SCORE, CROWD, POLYGONS, MASK, KEYPOINTS, N_KEYPOINTS = (
    1 << bit for bit in range(11)
)
ODD = 1 << 15
"""Bits of `seen`: the fields that a record has; ODD alone for a record that only Python can read."""

_MORE, _DONE, _TOO_LARGE = 0, 1, 2
_RECORDS_AT_ONCE = 1 << 18

_BY_RECORD: dict[str, tuple[type[np.generic], int]] = {
    "start": (np.int64, 1),
    "end": (np.int64, 1),
    "seen": (np.uint16, 1),
    "id": (np.int64, 1),
    "image": (np.int64, 1),
    "category": (np.int64, 1),
    "area": (np.float64, 1),
    "score": (np.float64, 1),
    "crowd": (np.uint8, 1),
    "n_keypoints": (np.int64, 1),
    "polygon_ends": (np.int64, 1),
    "counts_ends": (np.int64, 1),
    "keypoints_ends": (np.int64, 1),
    "mask_area": (np.float64, 1),
    "mask_box": (np.float64, 4),
}
_TABLES = {"box": ("x", "y", "width", "height"), "mask_size": ("mask_height", "mask_width")}
_FIELDS = (
    *(
        "start",
        "end",
        "seen",
        "id",
        "image",
        "category",
        *_TABLES["box"],
        "area",
        "score",
        "crowd",
        "n_keypoints",
    ),
    *("polygon_ends", "counts_ends", "keypoints_ends", *_TABLES["mask_size"], "mask_area", "mask_box"),
)
_LISTS: dict[str, tuple[type[np.generic], str]] = {
    "numbers": (np.float64, "numbers"),
    "ring_ends": (np.int64, "rings"),
    "counts": (np.uint8, "counts"),
    "keypoints": (np.float64, "keypoint_numbers"),
}
_BYTES_AT_ONCE = 1 << 25
_SAMPLE = 256
_HUGE_PAGE = 1 << 21


class _Records(ctypes.Structure):
    """The struct Records of json.h."""

    _fields_ = (
        *((f"max_{name}", ctypes.c_int64) for name in ("records", "numbers", "rings", "counts", "keypoints")),
        *((name, ctypes.c_void_p) for name in (*_FIELDS, *_LISTS)),
        *(
            (f"n_{name}", ctypes.c_int64)
            for name in ("records", "numbers", "rings", "counts", "keypoint_numbers")
        ),
        ("next", ctypes.c_int64),
    )


class Columns:
    """Fields of n records; lists lie behind one another, `..._ends` tells where those of each record end.

    A record whose `seen` is ODD has no values here, only its span. Where a field is not seen its value is 0.

    Attributes:
        start: Byte at which each record begins, [n].
        end: Byte behind each record, [n].
        seen: Bits of the fields that it has, [n].
        id: Annotation ids, [n].
        image: Image ids, [n].
        category: Category ids, [n].
        box: x, y, width, height in pixels, [4, n].
        area: Square pixels, [n].
        score: Confidence, [n].
        crowd: 0 or 1, [n].
        n_keypoints: What `num_keypoints` says, [n].
        polygon_ends: Where the rings of each record end in `ring_ends`, [n].
        counts_ends: Where the mask text of each record ends in `counts`, [n].
        keypoints_ends: Where the keypoints of each record end in `keypoints`, [n].
        mask_size: Height and width in pixels, [2, n].
        mask_area: Pixels that the mask covers, [n].
        mask_box: Corners around the mask, [n, 4].
        numbers: x1, y1, x2, y2, ... of all rings.
        ring_ends: Where each ring ends in `numbers`.
        counts: Text of all masks, unescaped.
        keypoints: x, y, visibility of all keypoints.
    """

    start: NDArray[np.int64]
    end: NDArray[np.int64]
    seen: NDArray[np.uint16]
    id: NDArray[np.int64]
    image: NDArray[np.int64]
    category: NDArray[np.int64]
    box: NDArray[np.float64]
    area: NDArray[np.float64]
    score: NDArray[np.float64]
    crowd: NDArray[np.uint8]
    n_keypoints: NDArray[np.int64]
    polygon_ends: NDArray[np.int64]
    counts_ends: NDArray[np.int64]
    keypoints_ends: NDArray[np.int64]
    mask_size: NDArray[np.int64]
    mask_area: NDArray[np.float64]
    mask_box: NDArray[np.float64]
    numbers: NDArray[np.float64]
    ring_ends: NDArray[np.int64]
    counts: NDArray[np.uint8]
    keypoints: NDArray[np.float64]

    def __init__(self, columns: dict[str, NDArray[Any]]) -> None:
        self.__dict__.update(columns)


class MalformedError(ValueError):
    """The text is malformed.

    Args:
        at: Byte of the record that does not end, or of what follows the last good one.
    """

    def __init__(self, at: int) -> None:
        super().__init__(f"malformed at byte {at}")
        self.at = at


def is_available() -> bool:
    """Tell whether the compiled library is there and has this scanner."""
    library = native.load()
    return library is not None and hasattr(library, "ld_json_records")


def end_of_value(text: NDArray[np.uint8], at: int) -> int:
    """Return where the JSON value that begins at a byte ends, -1 when it does not end; only brackets are looked at."""
    library: Any = native.load()
    library.ld_json_skip.restype = ctypes.c_int64
    n = ctypes.c_int64(len(text))
    return int(library.ld_json_skip(ctypes.c_void_p(text.ctypes.data), n, ctypes.c_int64(at)))


def scan(
    text: NDArray[np.uint8], at: int, *, records_at_once: int = _RECORDS_AT_ONCE
) -> Generator[Columns, None, int]:
    """Yield the records of a list in chunks of bounded size.

    Args:
        text: Bytes of the JSON document up to and with its closing bracket.
        at: Byte at which the first record begins.
        records_at_once: Most records of a chunk.

    Returns:
        The byte behind the last record, as the value of the generator.

    Raises:
        MalformedError: A record does not end, or is no JSON value at all.
    """
    room, state, bytes_each = _BYTES_AT_ONCE, _MORE, _bytes_of_a_record(text, at)
    while state != _DONE:
        # No chunk can hold more than the text that is left: a small file takes little room.
        left = len(text) - at + 8
        n = min(records_at_once, int(1.5 * left / bytes_each) + 8)
        columns, records = _make_room(n, min(room, 8 * left))
        state = _read(text, at, records)
        if state == _TOO_LARGE:
            room *= 2
            continue
        if records.n_records:
            yield _filled(columns, records)
        at = records.next
        if state < 0:
            raise MalformedError(at)
    return at


def zero_columns(n: int) -> dict[str, NDArray[Any]]:
    """Return the columns of n records that have nothing."""
    columns, records = _make_room(n, 0)
    records.n_records = n
    return vars(_filled(columns, records))


def _read(text: NDArray[np.uint8], at: int, records: _Records) -> int:
    library: Any = native.load()
    library.ld_json_records.restype = ctypes.c_int64
    start, n, first = ctypes.c_void_p(text.ctypes.data), ctypes.c_int64(len(text)), ctypes.c_int64(at)
    return int(library.ld_json_records(start, n, first, ctypes.byref(records)))


def _bytes_of_a_record(text: NDArray[np.uint8], at: int) -> float:
    """Return how long the first records are, so that room is made for about as many as there are."""
    _, records = _make_room(_SAMPLE, min(len(text) - at + 8, 1 << 16))
    _read(text, at, records)
    return float((records.next - at) / records.n_records) if records.n_records else 1.0


def _make_room(n: int, room: int) -> tuple[dict[str, NDArray[Any]], _Records]:
    columns: dict[str, NDArray[Any]] = {
        name: _zeros(n * each, kind) for name, (kind, each) in _BY_RECORD.items()
    }
    columns |= {"box": _zeros(4 * n, np.float64).reshape(4, n)}
    columns |= {"mask_size": _zeros(2 * n, np.int64).reshape(2, n)}
    columns |= {name: _zeros(room // np.dtype(kind).itemsize + 8, kind) for name, (kind, _) in _LISTS.items()}
    n_numbers, n_rings, n_counts, n_keypoints = (len(columns[name]) for name in _LISTS)
    records = _Records(
        max_records=n,
        max_numbers=n_numbers,
        max_rings=n_rings,
        max_counts=n_counts,
        max_keypoints=n_keypoints,
    )
    for name, values in columns.items():
        for row, field in enumerate(_TABLES.get(name, (name,))):
            setattr(records, field, values.ctypes.data + row * values.itemsize * n)
    return columns, records


def _zeros(n: int, kind: type[np.generic]) -> NDArray[Any]:
    """Return zeros that cost no memory until they are written to, and then few page faults."""
    n_bytes = n * np.dtype(kind).itemsize
    if n_bytes < _HUGE_PAGE or not hasattr(mmap, "MADV_HUGEPAGE"):
        return np.zeros(n, kind)
    memory = mmap.mmap(-1, n_bytes, flags=mmap.MAP_PRIVATE)
    with suppress(OSError):  # a kernel without huge pages
        memory.madvise(mmap.MADV_HUGEPAGE)
    return np.frombuffer(memory, kind)


def _filled(columns: dict[str, NDArray[Any]], records: _Records) -> Columns:
    n = records.n_records
    used = {name: columns[name][: n * each] for name, (_, each) in _BY_RECORD.items()}
    used["mask_box"] = used["mask_box"].reshape(-1, 4)
    used |= {name: columns[name][:, :n] for name in _TABLES}
    used |= {name: columns[name][: getattr(records, f"n_{count}")] for name, (_, count) in _LISTS.items()}
    return Columns(used)
