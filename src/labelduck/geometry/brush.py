"""Label Studio's brush strokes: a mask as the packed runs of a picture of red, green, blue and alpha bytes.

A stroke is a stream of bits, most significant first: 32 bits say how many words follow (four for a pixel), 5 how many
bits a word has, less one, and four times 4 bits how many bits the four kinds of lengths have, less one. Blocks follow:
one bit that is 1 for a run, two bits for the kind of length, the length less one, and then one word that the run
repeats, or, in a block that is no run, as many words as the length says. The mask is where alpha, the last of a pixel's
four words, is not 0. Pixels come in rows. Source: the format as the Label Studio SDK (`converter/brush.py`) reads it.

Where a block begins is only known from the block before it, so a loop hops from block to block; all else is numpy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import ArrayLike, NDArray

MAX_BRUSH_PIXELS = 1 << 28
"""Largest picture whose strokes are read: a few kilobytes may claim any size, and every pixel then takes a byte."""

_CHANNELS = 4
_HEADER_BITS = 32 + 5 + 4 * 4
_WORD_BITS = 8
_LENGTH_BITS = np.array([3, 4, 8, 16])
_LONGEST_RUN = 1 << 16
_MOST_BLOCKS = 1 << 16
_MOST_LITERALS = 1 << 20


def decode_brush(rle: Sequence[int] | bytes, width: int, height: int) -> NDArray[np.bool_]:
    """Return the mask of a brush stroke, [height, width].

    Args:
        rle: Bytes of the stroke, Label Studio's `value.rle`.
        width: Width of the picture in pixels, Label Studio's `original_width`.
        height: Likewise its height.

    Raises:
        ValueError: The stroke holds other things than bytes, is cut off, or does not cover the picture exactly; or the
            picture has no pixel or more than `MAX_BRUSH_PIXELS`.
    """
    _check_size(width, height)
    data = _as_bytes(rle)
    n_words, word_bits, length_bits = _header(data)
    if n_words != width * height * _CHANNELS:
        raise ValueError(
            f"the stroke has {n_words} words, but {width} x {height} pixels have {width * height * _CHANNELS}"
        )
    mask = np.zeros(width * height, np.bool_)
    for blocks in _blocks(data, n_words, word_bits, length_bits):
        firsts, ends, places = _alphas(blocks, word_bits)
        if len(firsts):
            drawn = _is_not_zero(data, places, word_bits)
            mask[firsts[0] : ends[-1]] = np.repeat(drawn, ends - firsts)
    return mask.reshape(height, width)


def encode_brush(mask: ArrayLike) -> list[int]:
    """Return the bytes of the brush stroke that covers a mask, for Label Studio's `value.rle`.

    Args:
        mask: Mask [height, width], in which all but 0 and False is foreground.

    Raises:
        ValueError: The mask has not two dimensions, no pixel, or more than `MAX_BRUSH_PIXELS`.
    """
    pixels = np.asarray(mask) != 0
    if pixels.ndim != 2:
        raise ValueError(f"a mask has two dimensions, this one {pixels.ndim}")
    _check_size(pixels.shape[1], pixels.shape[0])
    flat = pixels.ravel()
    firsts = np.concatenate([[0], np.flatnonzero(flat[1:] != flat[:-1]) + 1])
    lengths, is_drawn = _split_long_runs(np.diff(firsts, append=flat.size) * _CHANNELS, flat[firsts])
    kinds = np.searchsorted(1 << _LENGTH_BITS, lengths)
    length_bits = _LENGTH_BITS[kinds]
    words = np.where(is_drawn, (1 << _WORD_BITS) - 1, 0)
    codes = ((((4 + kinds) << length_bits) + lengths - 1) << _WORD_BITS) + words
    packed = _packed(flat.size * _CHANNELS, codes, 3 + length_bits + _WORD_BITS)
    return list(packed.tobytes())


def _check_size(width: int, height: int) -> None:
    if width < 1 or height < 1 or width * height > MAX_BRUSH_PIXELS:
        raise ValueError(
            f"a picture of {width} x {height} pixels: expected at least 1 x 1 and at most {MAX_BRUSH_PIXELS:,}"
        )


def _as_bytes(rle: Sequence[int] | bytes) -> bytes:
    if isinstance(rle, bytes | bytearray):
        return bytes(rle)
    try:
        # A list first: bytes() of a number would be that many zeros, of an array its memory.
        return bytes(list(rle))
    except (TypeError, ValueError) as error:
        raise ValueError("a stroke is a list of whole numbers from 0 to 255") from error


def _header(data: bytes) -> tuple[int, int, list[int]]:
    """Return the number of words, the bits of a word and the bits of the four kinds of lengths."""
    if len(data) * 8 < _HEADER_BITS:
        raise ValueError(f"the stroke has {len(data)} bytes, fewer than its head")
    head = int.from_bytes(data[:7], "big") >> (7 * 8 - _HEADER_BITS)
    length_bits = [(head >> shift & 15) + 1 for shift in (12, 8, 4, 0)]
    return head >> 21, (head >> 16 & 31) + 1, length_bits


class _Blocks(NamedTuple):
    """Some blocks that follow one another.

    Attributes:
        first: Number of the first block's first word.
        bits: The bit where each block's words begin.
        lengths: How many words each stands for.
        is_run: Which are runs.
    """

    first: int
    bits: NDArray[np.int64]
    lengths: NDArray[np.int64]
    is_run: NDArray[np.bool_]


def _blocks(data: bytes, n_words: int, word_bits: int, length_bits: list[int]) -> Iterator[_Blocks]:
    """Yield all blocks, some at a time, so that memory does not grow with them."""
    padded = data + bytes(4)
    end = len(data) * 8
    bits, lengths, runs = list[int](), list[int](), list[bool]()
    bit, n_read, first, n_literals = _HEADER_BITS, 0, 0, 0
    while n_read < n_words and bit < end:
        byte, inside = bit >> 3, bit & 7
        # The longest start of a block, 19 bits from any bit of a byte, lies within four bytes.
        window = int.from_bytes(padded[byte : byte + 4], "big") << inside
        size = length_bits[window >> 29 & 3]
        length = ((window & 0x1FFFFFFF) >> (29 - size)) + 1
        is_run = bool(window & 0x80000000)
        bit += 3 + size
        bits.append(bit)
        lengths.append(length)
        runs.append(is_run)
        bit += word_bits if is_run else word_bits * length
        n_literals += 0 if is_run else length
        n_read += length
        if bit > end or n_read > n_words:
            break
        if len(bits) == _MOST_BLOCKS or n_literals > _MOST_LITERALS:
            yield _Blocks(first, np.array(bits), np.array(lengths), np.array(runs))
            bits, lengths, runs, first, n_literals = [], [], [], n_read, 0
    if n_read < n_words or bit > end:
        raise ValueError(f"the stroke ends after {min(n_read, n_words)} of {n_words} words: it was cut off")
    if n_read > n_words:
        raise ValueError(f"the last block goes {n_read - n_words} words beyond the picture")
    yield _Blocks(first, np.array(bits, np.int64), np.array(lengths, np.int64), np.array(runs, np.bool_))


def _alphas(
    blocks: _Blocks, word_bits: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return pieces of pixels that share an alpha, in order: first, end, and the bit where that alpha is written.

    A block from word s to e holds the alphas of the pixels s // 4 to e // 4. A run is one piece, other blocks are one
    for each pixel; the words between the alphas are never looked at.
    """
    ends = blocks.first + np.cumsum(blocks.lengths)
    starts = ends - blocks.lengths
    firsts = starts // _CHANNELS
    n_pixels = ends // _CHANNELS - firsts
    n_pieces = np.where(blocks.is_run, n_pixels > 0, n_pixels)
    block = np.repeat(np.arange(len(starts)), n_pieces)
    place = np.arange(len(block)) - np.repeat(np.cumsum(n_pieces) - n_pieces, n_pieces)
    is_run = blocks.is_run[block]
    piece_firsts = firsts[block] + place
    piece_ends = piece_firsts + np.where(is_run, n_pixels[block], 1)
    word = np.where(is_run, 0, piece_firsts * _CHANNELS + _CHANNELS - 1 - starts[block])
    return piece_firsts, piece_ends, blocks.bits[block] + word * word_bits


def _is_not_zero(data: bytes, places: NDArray[np.int64], word_bits: int) -> NDArray[np.bool_]:
    """Return which words that begin at these bits are not 0."""
    source = np.frombuffer(data + bytes(5), np.uint8)
    window = np.zeros(len(places), np.int64)
    for byte in range(5):
        window |= source[(places >> 3) + byte].astype(np.int64) << (8 * (4 - byte))
    shifted = window >> (40 - word_bits - (places & 7))
    return np.asarray(shifted & ((1 << word_bits) - 1) != 0)


def _split_long_runs(
    lengths: NDArray[np.int64], is_drawn: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return the same runs, none longer than a block can say."""
    n_parts = (lengths + _LONGEST_RUN - 1) // _LONGEST_RUN
    parts = np.full(int(n_parts.sum()), _LONGEST_RUN)
    parts[np.cumsum(n_parts) - 1] = lengths - (n_parts - 1) * _LONGEST_RUN
    return parts, np.repeat(is_drawn, n_parts)


def _packed(n_words: int, codes: NDArray[np.int64], n_bits: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Return head and codes as bytes: each code takes `n_bits` bits (at most 33), one right after the other."""
    head = n_words << 5 | _WORD_BITS - 1
    for size in _LENGTH_BITS.tolist():
        head = head << 4 | size - 1
    ends = _HEADER_BITS + np.cumsum(n_bits)
    starts = ends - n_bits
    n_bytes = -(-int(ends[-1]) // 8)
    # No two codes share a bit, so what they add to a byte may be summed.
    window = codes << (40 - n_bits - (starts & 7))
    total = np.zeros(n_bytes + 5)
    for byte in range(5):
        total += np.bincount(
            (starts >> 3) + byte, weights=window >> (8 * (4 - byte)) & 255, minlength=n_bytes + 5
        )
    packed = total[:n_bytes].astype(np.uint8)
    packed[:7] |= np.frombuffer((head << 3).to_bytes(7, "big"), np.uint8)
    return packed
