"""The text of a COCO run-length mask, read and written safely.

A mask is a list of run lengths over the pixels in column order, background and foreground by turns, background first.
Its compressed text holds each length (from the fourth on, the difference to the one two before) in groups of five bits,
lowest first, one character from code 48 per group; a sixth bit says that more groups follow. Source: the format as read
and written by pycocotools.

The decoder of pycocotools trusts its text: a cut or made-up one lets it read and write beyond its memory. So every text
is checked here, in numpy, before any C code sees it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypedDict

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

MAX_PIXELS = (1 << 29) - 1
"""Largest mask: a run then fits six characters, more than which pycocotools cannot read."""

_MOST_CHARACTERS = 6
_FAULTS = (
    (1, "size must be height and width, both at least 1, of at most 536,870,911 pixels together"),
    (2, "counts hold a character that is none of the 64 from '0' to 'o'"),
    (4, "counts end in the middle of a number"),
    (8, "counts hold a number of more than six characters"),
    (16, "counts hold a negative run"),
)
_WRONG_SUM = 32


class Mask(TypedDict):
    """A COCO run-length mask; it may be made of Python values or come from Arrow."""

    size: Sequence[int]
    counts: str


@dataclass(frozen=True)
class Runs:
    """Run lengths of many masks, one after the other.

    Attributes:
        lengths: Run lengths in pixels, those of all masks.
        starts: Where the runs of mask i begin: `starts[i]` to `starts[i + 1]`, [n + 1].
        heights: Pixels, [n].
        widths: Pixels, [n].
        faults: 0 for a sound mask, [n]; see `fault_text`.
        sums: Pixels that the runs cover, [n].
    """

    lengths: NDArray[np.int64]
    starts: NDArray[np.int64]
    heights: NDArray[np.int64]
    widths: NDArray[np.int64]
    faults: NDArray[np.int64]
    sums: NDArray[np.int64]

    @property
    def owners(self) -> NDArray[np.int64]:
        """Return which mask each run belongs to."""
        return np.repeat(np.arange(len(self.heights)), np.diff(self.starts))

    @cached_property
    def is_foreground(self) -> NDArray[np.bool_]:
        """Return which runs are foreground."""
        place = np.arange(len(self.lengths)) - np.repeat(self.starts[:-1], np.diff(self.starts))
        return np.asarray(place % 2 == 1)

    @property
    def has_empty_runs(self) -> NDArray[np.bool_]:
        """Return which masks hold a run of no pixels other than their first, [n]: C code takes it for an end."""
        is_empty = self.lengths == 0
        is_empty[self.starts[:-1][np.diff(self.starts) > 0]] = False
        return np.asarray(self.sum_of(is_empty.astype(np.int64)) > 0)

    def sum_of(self, values: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the sum over each mask of a value per run, [n]."""
        total = np.concatenate([[0], np.cumsum(values)])
        return np.asarray(total[self.starts[1:]] - total[self.starts[:-1]])

    def fault_text(self, mask: int) -> str:
        """Return what is wrong with a mask."""
        text = next((text for bit, text in _FAULTS if self.faults[mask] & bit), None)
        size = f"{self.heights[mask]} x {self.widths[mask]}"
        return (
            text
            or f"counts cover {self.sums[mask]} pixels, but size {size} has {self.heights[mask] * self.widths[mask]}"
        )

    def refuse_faults(self) -> Runs:
        """Return the runs themselves, or raise a ValueError that tells what is wrong with the first bad mask."""
        if self.faults.any():
            bad = int(np.flatnonzero(self.faults)[0])
            raise ValueError(
                f"mask {bad}: {self.fault_text(bad)}" if len(self.faults) > 1 else self.fault_text(bad)
            )
        return self


def rle_problems(masks: Sequence[Mask]) -> dict[int, str]:
    """Return what is wrong with each bad mask, by its position; nothing for sound ones. Made for many masks at once."""
    runs = read_masks(masks)
    return {int(bad): runs.fault_text(int(bad)) for bad in np.flatnonzero(runs.faults)}


def read_masks(masks: Sequence[Mask]) -> Runs:
    """Return the runs of masks, faults noted and not raised."""
    texts = [_encoded(mask["counts"]) for mask in masks]
    sizes = np.array([_sides(mask["size"]) for mask in masks], np.int64).reshape(-1, 2)
    ends = np.cumsum([len(text) for text in texts], dtype=np.int64)
    return read_runs(np.frombuffer(b"".join(texts), np.uint8), ends, sizes[:, 0], sizes[:, 1])


def read_runs(
    characters: NDArray[np.uint8],
    text_ends: NDArray[np.int64],
    heights: NDArray[np.int64],
    widths: NDArray[np.int64],
) -> Runs:
    """Return the runs of mask texts that lie one after the other.

    Args:
        characters: Bytes of all texts, [c].
        text_ends: Where each text ends in them, [n].
        heights: Pixels, [n].
        widths: Pixels, [n].
    """
    values, starts, faults = _numbers(characters, text_ends)
    lengths = _undo_differences(values, starts)
    owners = np.repeat(np.arange(len(text_ends)), np.diff(starts))
    total = np.concatenate([[0], np.cumsum(lengths)])
    sums = total[starts[1:]] - total[starts[:-1]]
    faults[owners[lengths < 0]] |= 16
    in_range = (heights > 0) & (widths > 0) & (heights <= MAX_PIXELS) & (widths <= MAX_PIXELS)
    pixels = np.where(in_range, heights, 0) * np.where(in_range, widths, 0)
    faults |= np.where(in_range & (pixels <= MAX_PIXELS), 0, 1)
    faults |= np.where(sums == pixels, 0, _WRONG_SUM)
    return Runs(lengths, starts, heights, widths, faults, sums)


def write_runs(lengths: NDArray[np.int64]) -> str:
    """Return the compressed text of one mask's run lengths (each below 2^29)."""
    values = lengths.astype(np.int64)
    values[3:] -= lengths[1:-2]
    # Groups of five bits are needed until what remains is the sign alone.
    bounds = 1 << (5 * np.arange(1, _MOST_CHARACTERS) - 1)
    last = (values[:, None] >= bounds).sum(axis=1) + (values[:, None] < -bounds).sum(axis=1)
    place = np.arange(_MOST_CHARACTERS)
    groups = (values[:, None] >> (5 * place)) & 31
    groups += np.where(place < last[:, None], 32, 0) + 48
    return str(groups[place <= last[:, None]].astype(np.uint8).tobytes(), "ascii")


def check_size(height: int, width: int) -> None:
    """Raise a ValueError for a size that no mask may have."""
    if height < 1 or width < 1 or height * width > MAX_PIXELS:
        raise ValueError(f"size {height} x {width} must be at least 1 x 1 and at most {MAX_PIXELS:,} pixels")


def canonical(lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the same mask without runs of no pixels (but the first), which C code takes for an end."""
    is_foreground = np.arange(len(lengths)) % 2 == 1
    kept, is_foreground = lengths[lengths > 0], is_foreground[lengths > 0]
    if not len(kept):
        return kept
    first = np.flatnonzero(np.concatenate([[True], is_foreground[1:] != is_foreground[:-1]]))
    merged = np.add.reduceat(kept, first)
    return np.concatenate([[0], merged]) if is_foreground[0] else merged


def _encoded(counts: object) -> bytes:
    if isinstance(counts, bytes):
        return counts
    # What is no text becomes a text that no reader accepts.
    return counts.encode("utf-8", "surrogatepass") if isinstance(counts, str) else b"\0"


def _sides(size: object) -> tuple[int, int]:
    try:
        height, width = (int(side) for side in size)  # type: ignore[attr-defined]
    except (TypeError, ValueError, OverflowError):
        return 0, 0
    return (height, width) if 0 < height <= MAX_PIXELS and 0 < width <= MAX_PIXELS else (0, 0)


def _numbers(
    characters: NDArray[np.uint8], text_ends: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return the numbers in texts, where those of each text start [n + 1], and the faults of each text [n]."""
    codes = characters - np.uint8(48)  # wraps round: what lies below '0' lands above 63
    faults = np.zeros(len(text_ends), np.int64)
    has_text = np.diff(text_ends, prepend=0) > 0
    faults[np.searchsorted(text_ends, np.flatnonzero(codes > 63), side="right")] |= 2
    is_last = (codes & 32) == 0
    finals = text_ends[has_text] - 1
    faults[np.flatnonzero(has_text)[~is_last[finals]]] |= 4
    is_last[finals] = True
    starts = np.concatenate([[0], np.concatenate([[0], np.cumsum(is_last)])[text_ends]]).astype(np.int64)
    last = np.flatnonzero(is_last)
    if not len(last):
        return last, starts, faults
    first = np.concatenate([[0], last[:-1] + 1])
    n_characters = last - first + 1
    faults[np.searchsorted(text_ends, last[n_characters > _MOST_CHARACTERS], side="right")] |= 8
    place = np.minimum(np.arange(len(codes)) - np.repeat(first, n_characters), _MOST_CHARACTERS)
    values = np.add.reduceat((codes & 31).astype(np.int64) << (5 * place), first)
    is_negative = (codes[last] & 16) > 0
    values -= is_negative.astype(np.int64) << (5 * np.minimum(n_characters, _MOST_CHARACTERS + 1))
    return values, starts, faults


def _undo_differences(values: NDArray[np.int64], starts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return run lengths: from the fourth on, a number is the difference to the length two before."""
    base = np.repeat(starts[:-1], np.diff(starts))
    place = np.arange(len(values)) - base
    odd, even = place % 2 == 1, (place % 2 == 0) & (place > 0)
    lengths = values.copy()
    for chain in (odd, even):
        total = np.concatenate([[0], np.cumsum(np.where(chain, values, 0))])
        lengths[chain] = (total[1:] - total[base])[chain]
    return lengths
